"""A year's states as a person enters them: from cells to figures, paired with what is stored."""

import re
from dataclasses import dataclass, replace

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.numbers import Outcome, read_number
from plans.checklist_figures import (
    Figures,
    ItemHistory,
    counts_applications,
    counts_text,
    figures_text,
    recorded_years,
    state_labels,
)
from plans.checklist_states import StateChange
from plans.models import Checklist, ItemState

CELL_NAMES = ("state", "total", "done")
PACKED = re.compile(r"([a-z_]*)\|([0-9]{0,10})\|([0-9]{0,10})")
IMPOSSIBLE = Figures("?")  # what nothing stored can be
LARGEST = 2_147_483_647  # what the database holds in a count

UNKNOWN_STATE = "状態を選んでください。"
STATE_NEEDED = "件数を入力したときは、状態も選んでください。"
COUNT_OF_ABSENT = "「{label}」の項目には件数を入力できません。"
PLAIN_NUMBER = "「{typed}」は、数字だけで入力してください。（例: 12）"
NEGATIVE = "「{typed}」は0以上の数にしてください。（例: 12）"
TOO_LARGE = "「{typed}」は大きすぎます。"
MORE_DONE = "うちオンライン申請数（{done:,}）が申請数（{total:,}）を超えています。"


@dataclass(frozen=True)
class Cells:
    """The cells of one row exactly as typed."""

    state: str = ""
    total: str = ""
    done: str = ""


@dataclass(frozen=True)
class CheckedCells:
    """Figures to store, or for each cell why there are none; `echoes` say what was read."""

    figures: Figures | None
    errors: dict[str, str]
    echoes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """Both values as texts, and theirs packed."""

    mine: str
    theirs: str
    standing: str


@dataclass(frozen=True)
class EntryLine:
    """One line of the form. `was` is what was stored when the form was made, packed.

    `before` and `counts_before` are the year before in words; `carried` names where a prefilled
    state comes from.
    """

    item: ItemHistory
    before: str
    counts_before: str
    cells: Cells
    was: str
    checked: CheckedCells
    carried: str = ""
    conflict: Conflict | None = None

    @property
    def is_refused(self) -> bool:
        return self.checked.figures is None

    @property
    def is_changed(self) -> bool:
        return self.is_refused or packed(self.checked.figures) != self.was

    @property
    def change(self) -> StateChange:
        return StateChange(self.item.item_id, unpacked(self.was), self.checked.figures)


@dataclass(frozen=True)
class EntrySheet:
    """A list to be entered for a year.

    `before` is the latest recorded year before it; `is_carried_on` says that the form starts from
    there, because nothing is stored for the year itself.
    """

    checklist: Checklist
    fiscal_year: int
    histories: tuple[ItemHistory, ...]
    has_counts: bool
    before: int | None
    is_carried_on: bool

    @property
    def labels(self) -> dict[str, str]:
        return state_labels(self.checklist)

    @property
    def before_label(self) -> str:
        if self.before is None:
            return ""
        is_last_year = self.before == self.fiscal_year - 1
        return "前年度" if is_last_year else FiscalYear(self.before).era_label


def entry_sheet(checklist, fiscal_year: int, histories, *, with_counts: bool) -> EntrySheet:
    """`with_counts` asks for counts in a list that has none yet."""
    years = recorded_years(histories)
    before = max((year for year in years if year < fiscal_year), default=None)
    return EntrySheet(
        checklist=checklist,
        fiscal_year=fiscal_year,
        histories=tuple(histories),
        has_counts=with_counts or counts_applications(histories),
        before=before,
        is_carried_on=before is not None and fiscal_year not in years,
    )


def stored_lines(sheet: EntrySheet) -> list[EntryLine]:
    """What is stored, or the states of the year before; its counts are not carried on."""
    return [_stored_line(sheet, item) for item in sheet.histories]


def posted_lines(sheet: EntrySheet, data) -> list[EntryLine]:
    """The form as it came back from the browser (`data` is a QueryDict), read and checked."""
    return [_posted_line(sheet, item, data) for item in sheet.histories]


def posted_line(sheet: EntrySheet, item_id: str, data) -> EntryLine | None:
    found = [item for item in sheet.histories if str(item.item_id) == item_id]
    return _posted_line(sheet, found[0], data) if found else None


def _stored_line(sheet, item) -> EntryLine:
    stored = item.in_year(sheet.fiscal_year)
    figures = Figures(item.in_year(sheet.before).state) if sheet.is_carried_on else stored
    return _line(sheet, item, _cells_of(figures), packed(stored))


def _posted_line(sheet, item, data) -> EntryLine:
    def posted(name):
        return data.get(f"{name}-{item.item_id}", "")

    resolution = posted("resolve")
    if f"state-{item.item_id}" not in data or resolution == "theirs":
        return _stored_line(sheet, item)
    was = posted("standing" if resolution == "mine" else "was")
    return _line(sheet, item, Cells(*(posted(name) for name in CELL_NAMES)), was)


def _line(sheet, item, cells, was) -> EntryLine:
    before = item.in_year(sheet.before)
    is_carried = sheet.is_carried_on and "" != before.state == cells.state
    return EntryLine(
        item=item,
        before=sheet.labels[before.state],
        counts_before=counts_text(before),
        cells=cells,
        was=was,
        checked=check_cells(cells, sheet.labels),
        carried=f"{sheet.before_label}から" if is_carried else "",
    )


def _cells_of(figures) -> Cells:
    counts = ("" if count is None else str(count) for count in figures[1:])
    return Cells(figures.state, *counts)


def packed(figures: Figures) -> str:
    """Figures as one hidden value."""
    return "|".join("" if value is None else str(value) for value in figures)


def unpacked(text: str) -> Figures:
    """What `packed` made; IMPOSSIBLE for anything else, so that it never counts as unchanged."""
    found = PACKED.fullmatch(text)
    if found is None:
        return IMPOSSIBLE
    state, *counts = found.groups()
    return Figures(state, *(int(count) if count else None for count in counts))


def check_cells(cells: Cells, labels: dict[str, str]) -> CheckedCells:
    """Reads and checks one row; never raises, whatever was typed."""
    total, total_error, total_echo = _read_count(cells.total)
    done, done_error, done_echo = _read_count(cells.done)
    if total is not None and done is not None and done > total:
        done_error = MORE_DONE.format(done=done, total=total)
    has_counts = total is not None or done is not None
    errors = {
        "state": _state_error(cells.state, labels, has_counts=has_counts),
        "total": total_error,
        "done": done_error,
    }
    errors = {name: error for name, error in errors.items() if error}
    figures = None if errors else Figures(cells.state, total, done)
    return CheckedCells(figures, errors, tuple(filter(None, (total_echo, done_echo))))


def _state_error(state, labels, *, has_counts) -> str:
    if state not in labels:
        return UNKNOWN_STATE
    if has_counts and not state:
        return STATE_NEEDED
    if has_counts and state == ItemState.ABSENT:
        return COUNT_OF_ABSENT.format(label=labels[state])
    return ""


def _read_count(typed) -> tuple[int | None, str, str]:
    """The count, why it is refused, what was read. Blank, － and 未定 mean that it is not known."""
    reading = read_number(typed, unit="件", decimals=0)
    if reading.outcome == Outcome.REFUSED:
        return None, reading.message, ""
    if reading.outcome == Outcome.QUESTION:
        return None, PLAIN_NUMBER.format(typed=typed.strip()), ""
    if reading.outcome == Outcome.STATE:
        return None, "", f"入力「{typed.strip()}」→ 空欄（件数不明）"
    if reading.value is None:
        return None, "", ""
    refusal = NEGATIVE if reading.value < 0 else TOO_LARGE if reading.value > LARGEST else ""
    if refusal:
        return None, refusal.format(typed=typed.strip()), ""
    return int(reading.value), "", reading.echo


def after_save(sheet: EntrySheet, lines, conflicts) -> list[EntryLine]:
    """What the form shows when something stood in the way: the conflicts beside what was typed.

    `sheet` is read anew; all other lines show what is stored.
    """
    typed = {line.item.item_id: line for line in lines}
    return [
        _with_conflict(sheet, typed[item.item_id], conflicts[item.item_id])
        if item.item_id in conflicts
        else _stored_line(sheet, item)
        for item in sheet.histories
    ]


def _with_conflict(sheet, line, standing) -> EntryLine:
    mine = figures_text(line.checked.figures, sheet.labels)
    theirs = figures_text(standing, sheet.labels)
    return replace(line, carried="", conflict=Conflict(mine, theirs, packed(standing)))
