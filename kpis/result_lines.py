"""One line of an uploaded workbook of results beside its KPI: what its cells come to."""

from dataclasses import dataclass
from functools import cached_property

from dxplan.lib.entry_sheets.findings import ImportCell
from dxplan.lib.entry_sheets.lines import UNCALCULATED_TEXT, ImportLine
from kpis.actions import Change
from kpis.cells import Cells, cells_of
from kpis.checked_row import Entry
from kpis.preview import previewed
from kpis.result_columns import FIGURES, HEADERS, INPUTS, labelled
from kpis.rows import KpiProgress, ResultRow

EMPTIED = "（空欄になります）"


@dataclass(frozen=True)
class ResultLine(ImportLine):
    """One line of the file beside its KPI; `entry` is what would be saved."""

    row: KpiProgress | None = None
    fiscal_year: int = 0
    base: Cells | None = None
    cells: Cells | None = None
    entry: Entry | None = None

    @property
    def result(self) -> ResultRow:
        return self.row.at(self.fiscal_year).result

    @property
    def change(self) -> Change:
        """What is to be saved of it, where anything is."""
        return Change(self.row.id, self.result.version, self.entry, self.on_behalf)

    @cached_property
    def found(self) -> list[ImportCell]:
        """Every cell that was filled in."""
        if self.row is None:
            return []
        shown = {*self.typed.cells, *self._cleared}
        return [self._cell(name) for name in INPUTS if name in shown]

    @property
    def _cleared(self) -> list[str]:
        """Figures that go because others came in their place, or a state without a value."""
        if self.cells is None:
            return []
        standing = cells_of(self.row, self.result)
        return [
            name
            for name in FIGURES
            if name not in self.typed.cells
            and getattr(standing, name)
            and not getattr(self.cells, name)
        ]

    def _cell(self, name) -> ImportCell:
        typed = self.typed.cells.get(name)
        shown = self._shown
        finding, message = self.finding_of(
            name, has_stood=bool(shown["standing"][name]), asked_about=self._asked_about
        )
        return ImportCell(
            name=name,
            header=self.header(name),
            address=typed.address if typed else "",
            typed=(typed.text or UNCALCULATED_TEXT) if typed else EMPTIED,
            read=shown["read"].get(name, ""),
            standing=shown["standing"][name],
            base=shown["base"][name],
            finding=finding,
            message=message,
        )

    def header(self, name) -> str:
        own = self.row.scale.reference_name if name == "reference" else ""
        return own or HEADERS[name]

    @property
    def _asked_about(self) -> str:
        """The cell beside which the line's question stands."""
        figures = [name for name in FIGURES if name in self.filled]
        return next(iter((*figures, *self.filled)), "")

    @cached_property
    def _shown(self) -> dict[str, dict[str, str]]:
        """The texts of all cells: as read, as they stand, as they stood."""
        result = self.result
        shown = {
            "standing": labelled(
                self.row, cells_of(self.row, result), has_result=bool(result.version)
            ),
            "base": labelled(self.row, self.base, has_result=self.typed.version != "0"),
            "read": {},
        }
        if self.entry:
            shown["read"] = self._read(self.entry)
        return shown

    def _read(self, entry) -> dict[str, str]:
        """The entry's cells; a figure that stands for a state reads as that state."""
        stored = previewed(self.row, self.fiscal_year, entry).result
        texts = labelled(self.row, cells_of(self.row, stored), has_result=True)
        texts["state"] = entry.state.label
        if entry.state.has_value:
            return texts
        return texts | {name: entry.state.label for name in FIGURES if not texts[name]}
