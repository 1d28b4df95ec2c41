"""Rows of checklists: items, sums and shares of a year, and the years side by side.

Everything is counted from the items; nothing here is stored.
"""

from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.numbers import show_rate
from plans.checklist_figures import Figures, recorded_years, state_labels
from plans.models import Checklist, ItemState


@dataclass(frozen=True)
class StateRow:
    """One item in one year; without a state it is 未登録."""

    item_id: int
    number: int
    group: str
    name: str
    figures: Figures
    state_label: str

    @property
    def state(self) -> str:
        return self.figures.state

    @property
    def total_text(self) -> str:
        return _shown(self.figures.total_count)

    @property
    def done_text(self) -> str:
        return _shown(self.figures.done_count)

    @property
    def rate_text(self) -> str:
        return share_text(self.figures.done_count, self.figures.total_count)


@dataclass(frozen=True)
class Tally:
    """How many items of a list (or of one of its groups) are done, not yet, absent, unregistered.

    What does not exist in the town leaves the denominator; so does what nobody entered.
    """

    name: str
    done: int
    not_yet: int
    absent: int
    unregistered: int

    @property
    def applicable(self) -> int:
        return self.done + self.not_yet

    @property
    def rate_text(self) -> str:
        return share_text(self.done, self.applicable)

    @property
    def text(self) -> str:
        return f"{self.done:,} / {self.applicable:,}"


@dataclass(frozen=True)
class Counts:
    """Sums over the items whose two counts are known; `unknown` counts the others."""

    done: int
    total: int
    unknown: int

    @property
    def rate_text(self) -> str:
        return share_text(self.done, self.total)

    @property
    def text(self) -> str:
        return f"{self.done:,} / {self.total:,}"


@dataclass(frozen=True)
class YearStep:
    """One year of a list beside the year recorded before it.

    `change` is how many more items are done (where the list counts: how many more times it was
    done); None for the first year, and where one of the two has no counts.
    """

    fiscal_year: FiscalYear
    tally: Tally
    counts: Counts | None
    before: FiscalYear | None
    change: int | None

    @property
    def shown(self) -> Tally | Counts:
        return self.counts or self.tally

    @property
    def unknown_text(self) -> str:
        """How many items the counts leave out."""
        return str(self.counts.unknown) if self.counts else ""

    @property
    def change_text(self) -> str:
        """「+3件」; names the year compared with where it is not the one right before."""
        if self.change is None:
            return ""
        text = f"{self.change:+,}件" if self.change else "±0件"
        return (
            text if self.before == self.fiscal_year - 1 else f"{text}（{self.before.era_label}比）"
        )


@dataclass(frozen=True)
class ChecklistRows:
    """One checklist in one fiscal year, and in all its years; without any, no year and no steps."""

    checklist: Checklist
    fiscal_year: FiscalYear | None
    rows: tuple[StateRow, ...]
    tallies: tuple[Tally, ...]
    counts: Counts | None
    steps: tuple[YearStep, ...]

    @property
    def whole(self) -> Tally:
        """The tally of the whole list; the last one."""
        return self.tallies[-1]

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(tally.name for tally in self.tallies[:-1])

    @property
    def has_counts(self) -> bool:
        return self.counts is not None

    @property
    def total_count(self) -> int | None:
        return self.counts.total if self.counts else None

    @property
    def done_count(self) -> int | None:
        return self.counts.done if self.counts else None

    @property
    def count_rate_text(self) -> str:
        return share_text(self.done_count, self.total_count)

    @property
    def has_unregistered(self) -> bool:
        return self.whole.unregistered > 0

    @property
    def counts_applications(self) -> bool:
        """Whether any of its years has counts."""
        return any(step.counts for step in self.steps)

    @property
    def has_development(self) -> bool:
        return len(self.steps) > 1


def share_text(part: int | None, whole: int | None) -> str:
    """「68.8%」 of 33 and 48; blank where unknown or of nothing."""
    return show_rate(Decimal(part) / Decimal(whole)) if part is not None and whole else ""


def _shown(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def checklist_in_year(checklist: Checklist, histories, fiscal_year: int | None) -> ChecklistRows:
    """The list's rows, tallies and counts in a year, beside its development over all years."""
    labels = state_labels(checklist)
    rows = tuple(_row(history, fiscal_year, labels) for history in histories)
    return ChecklistRows(
        checklist=checklist,
        fiscal_year=FiscalYear(fiscal_year) if fiscal_year else None,
        rows=rows,
        tallies=(*_group_tallies(rows), _tally("合計", [row.figures for row in rows])),
        counts=_counts([row.figures for row in rows]),
        steps=_steps(histories),
    )


def _row(history, fiscal_year, labels) -> StateRow:
    figures = history.in_year(fiscal_year)
    return StateRow(
        history.item_id,
        history.number,
        history.group,
        history.name,
        figures,
        labels[figures.state],
    )


def _group_tallies(rows):
    groups = dict.fromkeys(row.group for row in rows if row.group)
    return [_tally(group, [row.figures for row in rows if row.group == group]) for group in groups]


def _tally(name, figures) -> Tally:
    states = [item.state for item in figures]
    return Tally(name, *(states.count(state) for state in (*ItemState.values, "")))


def _counts(figures) -> Counts | None:
    """Sums of what is known in a year; None where the year has no counts at all."""
    counted = [item for item in figures if item.is_counted]
    applicable = [item for item in figures if item.state in (ItemState.DONE, ItemState.NOT_YET)]
    if not counted:
        return None
    return Counts(
        done=sum(item.done_count for item in counted),
        total=sum(item.total_count for item in counted),
        unknown=sum(not item.is_counted for item in applicable),
    )


def _steps(histories) -> tuple[YearStep, ...]:
    steps = []
    for year in recorded_years(histories):
        figures = [history.in_year(year) for history in histories]
        tally, counts = _tally("合計", figures), _counts(figures)
        steps.append(_step(FiscalYear(year), tally, counts, steps[-1] if steps else None))
    return tuple(steps)


def _step(fiscal_year, tally, counts, before) -> YearStep:
    if before is None:
        return YearStep(fiscal_year, tally, counts, None, None)
    is_comparable = (counts is None) == (before.counts is None)
    change = (counts or tally).done - before.shown.done if is_comparable else None
    return YearStep(fiscal_year, tally, counts, before.fiscal_year, change)
