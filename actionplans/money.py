"""Money of action plans as rows, with totals per policy; and its writes. No rating comes of it."""

import json
from dataclasses import asdict, dataclass, fields

from actionplans.changes import plan_held
from actionplans.models import Budget
from actionplans.sheets import ActionRow, action_rows
from dxplan.lib.fiscal_years import FiscalYear
from plans.editing import Stale

LATER_YEARS = 5  # after the plan, for which running costs are asked


@dataclass(frozen=True)
class Amounts:
    """What a year costs, in thousand yen; None where it is not known."""

    budgeted: int | None = None
    settled: int | None = None
    national: int | None = None
    prefectural: int | None = None
    other_source: int | None = None
    general: int | None = None
    running_cost: int | None = None

    @property
    def values(self) -> tuple[int | None, ...]:
        return tuple(getattr(self, item.name) for item in fields(self))

    @property
    def is_blank(self) -> bool:
        return all(value is None for value in self.values)


LABELS = {
    "budgeted": "予算額",
    "settled": "決算額",
    "national": "国",
    "prefectural": "県",
    "other_source": "その他",
    "general": "一般財源",
    "running_cost": "運用経費",
}
SOURCES = ("national", "prefectural", "other_source", "general")


def total(amounts) -> Amounts:
    """The sum of what is known, None where nothing is."""
    columns = zip(*(item.values for item in amounts), strict=True)
    return Amounts(*(_sum(column) for column in columns))


def _sum(column):
    known = [value for value in column if value is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class MoneyLine:
    """A line of the table: an action plan, or the total of a policy (`action` None)."""

    label: str
    depth: int
    amounts: Amounts
    action: ActionRow | None = None


@dataclass(frozen=True)
class Money:
    """A plan's money in a fiscal year, and what every year sums up to."""

    lines: tuple[MoneyLine, ...]
    total: Amounts
    years: tuple[tuple[FiscalYear, Amounts], ...]
    has_sample: bool


def amounts_of(budget: Budget) -> Amounts:
    return Amounts(*(getattr(budget, item.name) for item in fields(Amounts)))


def money_years(plan) -> list[FiscalYear]:
    """The plan's years, and those after it for running costs."""
    return [
        FiscalYear(year)
        for year in range(plan.first_fiscal_year, plan.last_fiscal_year + LATER_YEARS + 1)
    ]


def plan_money(plan, fiscal_year: int) -> Money:
    """All action plans in a year with totals of the policies above them. Three queries."""
    rows = action_rows(plan)
    budgets = list(Budget.objects.filter(action_plan__plan=plan))
    found = {
        budget.action_plan_id: amounts_of(budget)
        for budget in budgets
        if budget.fiscal_year == fiscal_year
    }
    years = sorted({budget.fiscal_year for budget in budgets})
    return Money(
        lines=tuple(_lines(rows, found)),
        total=total(found.values()) if found else Amounts(),
        years=tuple(
            (
                FiscalYear(year),
                total(amounts_of(item) for item in budgets if item.fiscal_year == year),
            )
            for year in years
        ),
        has_sample=any(budget.is_sample for budget in budgets),
    )


def _lines(rows, found):
    above = ()
    for row in rows:
        for depth, label in enumerate(row.group, 1):
            if row.group[:depth] != above[:depth]:
                below = [item for item in rows if item.group[:depth] == row.group[:depth]]
                known = [found[item.id] for item in below if item.id in found]
                yield MoneyLine(label, depth, total(known) if known else Amounts())
        above = row.group
        depth = len(row.group) + 1
        yield MoneyLine(row.name, depth, found.get(row.id, Amounts()), row)


def own_money(sheet) -> dict[int, Amounts]:
    """What one action plan costs, by fiscal year. One query."""
    return {budget.fiscal_year: amounts_of(budget) for budget in sheet.budgets.all()}


def mark_of(money: dict[int, Amounts]) -> str:
    """A state as one hidden value, to tell later what a person had before the eyes."""
    known = {year: asdict(item) for year, item in sorted(money.items()) if not item.is_blank}
    return json.dumps(known)


def read_mark(mark: str) -> dict[int, Amounts] | None:
    """The state that a mark stands for; None where `mark_of` did not make it."""
    try:
        found = {int(year): Amounts(**amounts) for year, amounts in json.loads(mark).items()}
    except (AttributeError, TypeError, ValueError, RecursionError):
        return None
    values = [value for amounts in found.values() for value in amounts.values]
    return found if all(value is None or type(value) is int for value in values) else None


def save_money(*, plan, sheet, seen: str, money: dict[int, Amounts]) -> bool:
    """Makes an action plan cost this in the years given; False where it does already.

    Raises PlanEnded, and Stale with what someone else saved since the state `seen`.
    """
    with plan_held(plan):
        type(sheet).objects.select_for_update(of=["self"]).get(pk=sheet.pk)
        standing = own_money(sheet)
        changed = {
            year: item for year, item in money.items() if standing.get(year, Amounts()) != item
        }
        if not changed:
            return False
        if mark_of(standing) != seen:
            raise Stale(standing)
        for year, item in changed.items():
            _write(sheet, year, item)
        return True


def _write(sheet, fiscal_year, amounts):
    own = sheet.budgets.filter(fiscal_year=fiscal_year)
    if amounts.is_blank:
        own.delete()
    else:
        columns = asdict(amounts) | {"is_sample": False}
        Budget.objects.update_or_create(
            action_plan=sheet, fiscal_year=fiscal_year, defaults=columns
        )
