"""One line of an uploaded workbook beside its KPI: what its cells come to, what is still asked."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from kpis.actions import Change
from kpis.cells import Cells, cells_of
from kpis.checked_row import CheckedRow
from kpis.preview import previewed
from kpis.result_columns import FIGURES, HEADERS, INPUTS, labelled
from kpis.result_file import TypedRow
from kpis.rows import KpiProgress, ResultRow

CONFLICT = "様式を受け取った後に、{who}が別の内容を保存しています。"
SOMEBODY = "他の人"
UNCALCULATED = "（計算されていない数式）"
EMPTIED = "（空欄になります）"


class Finding(StrEnum):
    """What a cell or a line comes to, in the order in which people should look at them."""

    ERROR = "error"
    CONFLICT = "conflict"
    QUESTION = "question"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        return FINDING_LABELS[self]


FINDING_LABELS = dict(
    zip(Finding, ("誤り", "競合", "確認", "新規", "変更", "変更なし"), strict=True)
)


@dataclass(frozen=True)
class ImportCell:
    """One filled-in cell: as typed, as read, what stands, and what stood when the file was made."""

    name: str
    header: str
    address: str
    typed: str
    read: str
    standing: str
    base: str
    finding: Finding
    message: str = ""


@dataclass(frozen=True)
class Choice:
    """What a person answered about one line: which side of a conflict, what was confirmed."""

    side: str = ""
    standing_version: int = 0
    confirmed: str = ""


@dataclass(frozen=True)
class ImportLine:
    """One line of the file beside its KPI; without a KPI only what is wrong with it."""

    typed: TypedRow
    row: KpiProgress | None = None
    error: str = ""
    base: Cells | None = None
    filled: tuple[str, ...] = ()
    cells: Cells | None = None
    checked: CheckedRow = field(default=CheckedRow(None))
    is_stale: bool = False
    choice: Choice = Choice()
    fiscal_year: int = 0
    on_behalf: str = ""

    @property
    def result(self) -> ResultRow:
        return self.row.at(self.fiscal_year).result

    @property
    def asks_side(self) -> bool:
        """Whether somebody else saved another content, and no side was chosen since then."""
        is_chosen = self.choice.side and self.choice.standing_version == self.result.version
        return self.is_stale and not is_chosen

    @property
    def is_left(self) -> bool:
        """Whether what stands is kept, by choice."""
        return self.is_stale and not self.asks_side and self.choice.side == "theirs"

    @property
    def finding(self) -> Finding:
        if self.is_left:
            return Finding.UNCHANGED
        if self.error or self.checked.errors:
            return Finding.ERROR
        if self.is_stale:
            return Finding.CONFLICT
        if not self.filled:
            return Finding.UNCHANGED
        if self.checked.question:
            return Finding.QUESTION
        return Finding.CHANGED if self.result.version else Finding.NEW

    @property
    def is_noticed(self) -> bool:
        """Whether there is anything to look at or to choose."""
        return self.finding != Finding.UNCHANGED or self.is_left

    @property
    def is_wanting(self) -> bool:
        """Whether a person has to do something before the file can be saved."""
        if self.is_left:
            return False
        if self.error or self.checked.errors:
            return True
        return bool(self.filled) and (self.asks_side or self.checked.entry is None)

    @property
    def change(self) -> Change | None:
        """What is to be saved; None where nothing is."""
        if self.error or not self.filled or self.is_left:
            return None
        return Change(self.row.id, self.result.version, self.checked.entry, self.on_behalf)

    @property
    def conflict_text(self) -> str:
        return CONFLICT.format(who=self.result.entered_by or SOMEBODY)

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

    @property
    def noticed(self) -> list[ImportCell]:
        """The cells to look at: all but those that say what stands."""
        return [cell for cell in self.found if cell.finding != Finding.UNCHANGED]

    @property
    def other_errors(self) -> list[str]:
        """What is wrong about cells that were left empty: a reason that lacks."""
        return [
            f"{self._header(name)}: {text}"
            for name, text in self.checked.errors.items()
            if name not in self.typed.cells
        ]

    def _cell(self, name) -> ImportCell:
        typed = self.typed.cells.get(name)
        shown = self._shown
        finding, message = self._finding_of(name)
        return ImportCell(
            name=name,
            header=self._header(name),
            address=typed.address if typed else "",
            typed=(typed.text or UNCALCULATED) if typed else EMPTIED,
            read=shown["read"].get(name, ""),
            standing=shown["standing"][name],
            base=shown["base"][name],
            finding=finding,
            message=message,
        )

    def _header(self, name) -> str:
        own = self.row.scale.reference_name if name == "reference" else ""
        return own or HEADERS[name]

    def _finding_of(self, name) -> tuple[Finding, str]:
        if name in self.checked.errors:
            return Finding.ERROR, self.checked.errors[name]
        if name not in self.filled and name in self.typed.cells:
            return Finding.UNCHANGED, ""
        if self.is_stale:
            return Finding.CONFLICT, self.conflict_text
        if self.checked.question and name == self._asked_about:
            return Finding.QUESTION, self.checked.question
        has_stood = bool(self._shown["standing"][name])
        return (Finding.CHANGED if has_stood else Finding.NEW), ""

    @property
    def _asked_about(self) -> str:
        """The cell beside which the line's question stands."""
        filled = [name for name in FIGURES if name in self.filled]
        return filled[0] if filled else self.filled[0]

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
        if self.checked.entry:
            shown["read"] = self._read(self.checked.entry)
        return shown

    def _read(self, entry) -> dict[str, str]:
        """The entry's cells; a figure that stands for a state reads as that state."""
        stored = previewed(self.row, self.fiscal_year, entry).result
        texts = labelled(self.row, cells_of(self.row, stored), has_result=True)
        texts["state"] = entry.state.label
        if entry.state.has_value:
            return texts
        return texts | {name: entry.state.label for name in FIGURES if not texts[name]}
