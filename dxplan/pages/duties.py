"""What a person has to do: the years open for entry, with what is still missing."""

from dataclasses import dataclass

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import FiscalYear
from kpis.rows import KpiProgress
from kpis.summary import measured_in
from plans.models import Plan, PlanYear


@dataclass(frozen=True)
class Duty:
    """One open year of a plan: how many of one's own KPIs have no value yet."""

    plan: Plan
    year: PlanYear
    fiscal_year: FiscalYear
    total: int
    missing: int


def duties(access, plan, years: list[PlanYear], rows: list[KpiProgress]) -> list[Duty]:
    """The open years in which this person may enter something. No queries."""
    found = [_duty(access, plan, year, rows) for year in years if year.is_open]
    return [duty for duty in found if duty.total]


def _duty(access, plan, year, rows):
    own = [
        row.at(year.fiscal_year).result
        for row in measured_in(rows, year.fiscal_year)
        if access.may_for(Action.ENTER_RESULTS, row.department_ids)
    ]
    missing = sum(result.is_missing for result in own)
    return Duty(plan, year, FiscalYear(year.fiscal_year), total=len(own), missing=missing)
