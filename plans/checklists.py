"""Checklists as rows: sums and shares of a year, computed from the list and nothing else."""

from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.numbers import show_rate
from plans.models import Checklist, ChecklistState, ItemState


@dataclass(frozen=True)
class StateRow:
    """One item in one year; counts are None where they are not known."""

    number: int
    group: str
    name: str
    state: str
    state_label: str
    total_count: int | None
    done_count: int | None

    @property
    def rate_text(self) -> str:
        return share_text(self.done_count, self.total_count)


@dataclass(frozen=True)
class Tally:
    """How many items of a list (or of one of its groups) are done, not yet, absent.

    What does not exist in the town leaves the denominator.
    """

    name: str
    done: int
    not_yet: int
    absent: int

    @property
    def applicable(self) -> int:
        return self.done + self.not_yet

    @property
    def rate_text(self) -> str:
        return share_text(self.done, self.applicable)

    @property
    def text(self) -> str:
        return f"{self.done} / {self.applicable}"


@dataclass(frozen=True)
class ChecklistRows:
    """One checklist in its latest year."""

    checklist: Checklist
    fiscal_year: FiscalYear | None
    rows: tuple[StateRow, ...]
    tallies: tuple[Tally, ...]
    total_count: int | None
    done_count: int | None

    @property
    def whole(self) -> Tally:
        """The tally of the whole list; the last one."""
        return self.tallies[-1]

    @property
    def has_counts(self) -> bool:
        return self.total_count is not None

    @property
    def count_rate_text(self) -> str:
        return share_text(self.done_count, self.total_count)


def share_text(part: int | None, whole: int | None) -> str:
    """「68.8%」 of 33 and 48; blank where unknown or of nothing."""
    return show_rate(Decimal(part) / Decimal(whole)) if part is not None and whole else ""


def plan_checklists(plan) -> list[ChecklistRows]:
    """All checklists of a plan, each in its latest year. Two queries."""
    states = ChecklistState.objects.filter(item__checklist__plan=plan).select_related("item")
    by_checklist = {}
    for state in states.order_by("item__number"):
        by_checklist.setdefault(state.item.checklist_id, []).append(state)
    checklists = Checklist.objects.filter(plan=plan)
    return [_rows_of(checklist, by_checklist.get(checklist.pk, [])) for checklist in checklists]


def _rows_of(checklist, states) -> ChecklistRows:
    latest = max((state.fiscal_year for state in states), default=None)
    rows = tuple(_row(checklist, state) for state in states if state.fiscal_year == latest)
    counted = [row for row in rows if row.total_count is not None]
    return ChecklistRows(
        checklist=checklist,
        fiscal_year=FiscalYear(latest) if latest else None,
        rows=rows,
        tallies=(*_group_tallies(rows), _tally("合計", rows)),
        total_count=sum(row.total_count for row in counted) if counted else None,
        done_count=sum(row.done_count for row in counted) if counted else None,
    )


def _row(checklist, state) -> StateRow:
    labels = {
        ItemState.DONE: checklist.done_label,
        ItemState.NOT_YET: checklist.not_yet_label,
        ItemState.ABSENT: checklist.absent_label,
    }
    return StateRow(
        number=state.item.number,
        group=state.item.group,
        name=state.item.name,
        state=state.state,
        state_label=labels[state.state],
        total_count=state.total_count,
        done_count=state.done_count,
    )


def _group_tallies(rows):
    groups = list(dict.fromkeys(row.group for row in rows if row.group))
    return [_tally(group, [row for row in rows if row.group == group]) for group in groups]


def _tally(name, rows) -> Tally:
    def count(state):
        return sum(row.state == state for row in rows)

    return Tally(name, count(ItemState.DONE), count(ItemState.NOT_YET), count(ItemState.ABSENT))
