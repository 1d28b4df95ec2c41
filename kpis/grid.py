"""The entry grid: one row per KPI, pairing what is stored with what was typed."""

import json
import re
from dataclasses import asdict, dataclass, replace

from kpis.actions import Change
from kpis.entry import ENTERABLE_STATES, Cells, CheckedRow, cells_of, check_row, previewed
from kpis.measurement import MeasurementType, Milestone
from kpis.models import Result
from kpis.progress import stored_text
from kpis.rows import KpiProgress, YearStanding

CELL_NAMES = ("value", "numerator", "denominator", "state", "reference", "note", "confirmed")
ROW_KEY = re.compile(r"[a-z]+-(\d{1,18})")
NOTHING_READ = CheckedRow(entry=None)
STATE_CHOICES = [(state.value, state.label) for state in ENTERABLE_STATES]


@dataclass(frozen=True)
class Theirs:
    """What someone else saved while one was typing."""

    text: str
    note: str
    who: str
    when: object
    version: int


@dataclass(frozen=True)
class GridRow:
    """One line of the grid. `before` is what its cells held when the page was made."""

    row: KpiProgress
    fiscal_year: int
    cells: Cells
    before: str
    version: int
    is_changed: bool = False
    checked: CheckedRow = NOTHING_READ
    theirs: Theirs | None = None

    @property
    def standing(self) -> YearStanding:
        """As stored, or as it would be if what was typed were saved."""
        if self.is_changed and self.checked.entry:
            return previewed(self.row, self.fiscal_year, self.checked.entry)
        return self.row.at(self.fiscal_year)

    @property
    def previous(self) -> YearStanding | None:
        return self.row.at(self.fiscal_year - 1)

    @property
    def is_milestone(self) -> bool:
        return self.row.scale.measurement_type == MeasurementType.MILESTONE

    @property
    def is_ratio(self) -> bool:
        return self.row.scale.measurement_type == MeasurementType.RATIO

    @property
    def is_increment(self) -> bool:
        return self.row.scale.measurement_type == MeasurementType.CUMULATIVE_INCREMENT

    @property
    def is_told_in_words(self) -> bool:
        return self.row.scale.measurement_type == MeasurementType.QUALITATIVE

    @property
    def total_text(self) -> str:
        """「累計 27 件（基準値 10 ＋ 8 ＋ 9）」 of increments; blank for other types."""
        if not self.is_increment:
            return ""
        result = self.standing.result
        shown = self.row.scale.show(result.value)
        return f"累計 {shown}（{result.working}）" if shown else result.reason

    @property
    def milestone_choices(self):
        return Milestone.choices()

    @property
    def state_choices(self):
        return STATE_CHOICES

    @property
    def is_confirmed(self) -> bool:
        """Whether the person said yes to the question about exactly this value."""
        return self.cells.confirmed == self.cells.value

    @property
    def is_refused(self) -> bool:
        return self.is_changed and self.checked.entry is None

    @property
    def change(self) -> Change:
        return Change(kpi_id=self.row.id, version=self.version, entry=self.checked.entry)


def packed(cells: Cells) -> str:
    """Cells as one hidden value, to tell later whether a person changed them."""
    return json.dumps([asdict(cells)[name] for name in CELL_NAMES], ensure_ascii=False)


def stored_row(row: KpiProgress, fiscal_year: int) -> GridRow:
    """A line that shows what is stored."""
    result = row.at(fiscal_year).result
    cells = cells_of(row, result)
    return GridRow(row, fiscal_year, cells, before=packed(cells), version=result.version)


def posted_row(row: KpiProgress, fiscal_year: int, data) -> GridRow:
    """A line as it came back from the browser (`data` is a QueryDict), read and checked."""
    stored = stored_row(row, fiscal_year)
    if f"state-{row.id}" not in data:
        return stored
    cells = Cells(**{name: data.get(f"{name}-{row.id}", "") for name in CELL_NAMES})
    cells = replace(cells, note=cells.note.replace("\r\n", "\n"))
    before = data.get(f"before-{row.id}", "")
    is_changed = packed(replace(cells, confirmed="")) != before
    return GridRow(
        row,
        fiscal_year,
        cells,
        before=before,
        version=_seen_version(row.id, data),
        is_changed=is_changed and data.get(f"resolve-{row.id}") != "theirs",
        checked=check_row(row, fiscal_year, cells) if is_changed else NOTHING_READ,
    )


def _seen_version(kpi_id, data) -> int:
    """The version the person saw; after a conflict settled in one's own favour, the newer one."""
    name = "standing_version" if data.get(f"resolve-{kpi_id}") == "mine" else "version"
    text = data.get(f"{name}-{kpi_id}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def posted_kpi_ids(data) -> set[int]:
    """The ids of all KPIs that a form carries, whoever they belong to."""
    return {int(match[1]) for match in map(ROW_KEY.fullmatch, data) if match}


def with_conflict(line: GridRow, standing: Result) -> GridRow:
    """The line with the value that stands beside the one that was typed."""
    theirs = Theirs(
        text=stored_text(line.row.scale, standing),
        note=standing.note,
        who=standing.entered_by.name if standing.entered_by else "",
        when=standing.entered_at,
        version=standing.version,
    )
    return replace(line, theirs=theirs)


def after_save(line: GridRow, fresh: KpiProgress, conflicts) -> GridRow:
    """What the line shows after saving: conflict, refusal with what was typed, or the stored."""
    if fresh.id in conflicts:
        return with_conflict(replace(line, row=fresh), conflicts[fresh.id])
    if line.is_refused:
        return replace(line, row=fresh)
    return stored_row(fresh, line.fiscal_year)
