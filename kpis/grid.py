"""The entry grid: one row per KPI, pairing what is stored with what was typed."""

import json
import re
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from kpis.achievement import plain
from kpis.actions import Change
from kpis.cells import ENTERABLE_STATES, Cells, cells_of
from kpis.checked_row import CheckedRow
from kpis.checklist_feed import ChecklistFeed
from kpis.entry import check_row
from kpis.grid_fields import FIGURES, GridField, grid_fields
from kpis.measurement import MeasurementType, Milestone
from kpis.models import Result
from kpis.preview import previewed
from kpis.result_rows import result_row, result_text
from kpis.rows import KpiProgress, ResultRow, Scale, YearStanding
from kpis.yearly_values import share_of
from plans.review import ReviewState

CELL_NAMES = (
    *("value", "numerator", "denominator", "state"),
    *("reference", "taken", "note", "confirmed"),
)
ALL_FEEDS = "all"
ROW_KEY = re.compile(r"[a-z]+-(\d{1,18})")
NOTHING_READ = CheckedRow(entry=None)
NOT_ENTERED = "未入力"
STATE_CHOICES = [(state.value, state.label) for state in ENTERABLE_STATES]


@dataclass(frozen=True)
class Theirs:
    """What someone else saved while one was typing."""

    text: str
    taken: str
    note: str
    who: str
    when: object
    version: int
    review: ReviewState

    @property
    def is_locked(self) -> bool:
        """Whether it was handed in meanwhile, so that it stays as it is."""
        return not self.review.is_editable


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
    feed: ChecklistFeed | None = None
    on_behalf: str = ""

    @cached_property
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
    def takes_reference(self) -> bool:
        """Whether the value of others is entered beside this one; only numbers compare."""
        return self.row.has_reference and not (self.is_milestone or self.is_told_in_words)

    @property
    def entered_text(self) -> str:
        """What this line says, stored or typed, as it was entered."""
        return entered_text(self.row.scale, self.standing.result)

    @property
    def total_text(self) -> str:
        """「累計 27 件（基準値 10 ＋ 8 ＋ 9）」 of increments; blank for other types."""
        if not self.is_increment or self.is_refused:
            return ""
        result = self.standing.result
        shown = self.row.scale.show(result.value)
        return f"累計 {shown}（{result.working}）" if shown else result.reason

    @property
    def taken_echo(self) -> str:
        """The 時点 as it was read, where it was typed in another way."""
        read = self.checked.taken if self.is_changed else ""
        return read if read != self.cells.taken else ""

    @property
    def milestone_choices(self):
        return Milestone.choices()

    @property
    def state_choices(self):
        return STATE_CHOICES

    @property
    def has_figures(self) -> bool:
        cells = self.cells
        return any(text.strip() for text in (cells.value, cells.numerator, cells.denominator))

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has said anything of the year: no figure, no state without one."""
        return not self.has_figures and self.cells.takes_value

    @property
    def agrees_with_feed(self) -> bool:
        """Whether the cells, stored or typed, say what the checklist does."""
        if self.is_refused:
            return self.fed_cells == self.cells
        result = self.standing.result
        fed = self.feed.numerator, self.feed.denominator
        return (result.numerator, result.denominator) == fed

    @property
    def fed_cells(self) -> Cells:
        return self.feed.into(self.cells)

    @property
    def stored(self) -> ResultRow:
        return self.row.at(self.fiscal_year).result

    @property
    def is_locked(self) -> bool:
        """Whether the result was handed in, so that its cells take nothing."""
        return not self.stored.review.state.is_editable

    @property
    def can_be_sent(self) -> bool:
        """Whether there is something that may be handed in."""
        return self.stored.is_stored and not self.is_locked

    @property
    def review_label(self) -> str:
        """Where the result stands in the review; 未入力 before anything was saved."""
        return self.stored.review.state.label if self.stored.is_stored else NOT_ENTERED

    @property
    def base_text(self) -> str:
        """What the cells held when the page was made, for a conflict; blank for nothing."""
        return base_text(self.before, self.row.scale)

    @property
    def is_refused(self) -> bool:
        return self.is_changed and self.checked.entry is None

    @cached_property
    def fields(self) -> dict[str, GridField]:
        """The cells by name, as the page shows them."""
        errors = self.checked.errors if self.is_changed else {}
        return grid_fields(self.row, self.cells, errors, is_refused=self.is_refused)

    @property
    def wrong_figures(self) -> list[GridField]:
        return [self.fields[name] for name in FIGURES if self.fields[name].error]

    @property
    def change(self) -> Change:
        return Change(self.row.id, self.version, self.checked.entry, self.on_behalf)


def packed(cells: Cells) -> str:
    """Cells as one hidden value, to tell later whether a person changed them."""
    return json.dumps([asdict(cells)[name] for name in CELL_NAMES], ensure_ascii=False)


def base_text(before: str, scale: Scale) -> str:
    """Packed cells in words: the figure, or both parts of a share, with its remark.

    Blank where they held nothing, or are not what `packed` made.
    """
    try:
        held = Cells(**dict(zip(CELL_NAMES, json.loads(before), strict=True)))
    except (TypeError, ValueError):
        return ""
    figure = f"{held.value}{scale.unit_suffix}" if held.value else ""
    if held.numerator or held.denominator:
        figure = f"{held.numerator} ÷ {held.denominator}"
    return f"{figure}（備考: {held.note}）" if held.note else figure


def entered_text(scale: Scale, result: ResultRow) -> str:
    """A result as it was entered, so that two can be told apart: 「68.8%（33 ÷ 48）（速報）」."""
    mark = f"（{result.state.label}）" if result.is_preliminary else ""
    return _figure_text(scale, result) + mark


def _figure_text(scale, result) -> str:
    """An increment itself, a share with its parts in brackets, the value of others beside it."""
    shown = replace(result, value=result.own_value)
    if result.numerator is None:
        return result_text(scale, shown)
    parts = f"（{plain(result.numerator)} ÷ {plain(result.denominator)}）"
    share = share_of(result.numerator, result.denominator).value
    return result_text(scale, replace(shown, value=share)) + parts


def stored_row(row: KpiProgress, fiscal_year: int, feed: ChecklistFeed | None = None) -> GridRow:
    """A line that shows what is stored; `feed` is what its checklist gives, only shown."""
    result = row.at(fiscal_year).result
    cells = cells_of(row, result)
    return GridRow(row, fiscal_year, cells, before=packed(cells), version=result.version, feed=feed)


def fed_row(line: GridRow) -> GridRow:
    """The line with the checklist's figures in its cells, read and checked but not saved."""
    cells = line.fed_cells
    checked = check_row(line.row, line.fiscal_year, cells)
    is_changed = packed(replace(cells, confirmed="")) != line.before
    return replace(line, cells=cells, checked=checked, is_changed=is_changed)


def with_feeds(lines: list[GridRow], wanted: str) -> list[GridRow]:
    """Takes over what the checklist gives: for one KPI by its id, or ALL_FEEDS.

    All of them are those of which nobody has said anything yet: what was entered may rightly
    differ from the list.
    """

    def is_wanted(line):
        if line.feed is None:
            return False
        return line.is_untouched if wanted == ALL_FEEDS else str(line.row.id) == wanted

    return [fed_row(line) if is_wanted(line) else line for line in lines]


def posted_row(
    row: KpiProgress, fiscal_year: int, data, feed: ChecklistFeed | None = None
) -> GridRow:
    """A line as it came back from the browser (`data` is a QueryDict), read and checked."""
    if f"state-{row.id}" not in data:
        return stored_row(row, fiscal_year, feed)
    typed = {name: data.get(f"{name}-{row.id}", "") for name in CELL_NAMES}
    cells = Cells(**{name: text.replace("\r\n", "\n") for name, text in typed.items()})
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
        feed=feed,
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
    scale = line.row.scale
    result = result_row(standing, scale)
    theirs = Theirs(
        text=entered_text(scale, result),
        taken=result.taken,
        note=standing.note,
        who=standing.entered_by_name,
        when=standing.entered_at,
        version=standing.version,
        review=standing.review,
    )
    return replace(line, theirs=theirs)


def after_save(line: GridRow, fresh: KpiProgress, conflicts) -> GridRow:
    """What the line shows after saving: conflict, refusal with what was typed, or the stored."""
    if fresh.id in conflicts:
        return with_conflict(replace(line, row=fresh), conflicts[fresh.id])
    if line.is_refused:
        return replace(line, row=fresh)
    return stored_row(fresh, line.fiscal_year, line.feed)
