"""Which fiscal year a page shows, and the links to the others."""

from dataclasses import dataclass

from django.db import connection
from django.http import Http404

from dxplan.lib.fiscal_years import FiscalYear
from plans.models import PlanState, PlanYear, YearState

# The plan's row comes first, as in every change of a plan, so that no two wait for each other.
HOLD = """
SELECT plan.state, year.state
FROM plans_plan plan JOIN plans_planyear year ON year.plan_id = plan.id
WHERE year.id = %s FOR SHARE
"""


class YearNotOpen(Exception):
    """The fiscal year does not take entries (any more), or its plan has ended."""


@dataclass(frozen=True)
class YearLink:
    """One entry of the year picker."""

    label: str
    url: str
    is_current: bool
    is_closed: bool


def plan_years(plan) -> list[PlanYear]:
    """All years of a plan, oldest first. One query."""
    return list(PlanYear.objects.filter(plan=plan).order_by("fiscal_year"))


def chosen_year(years, text) -> PlanYear | None:
    """The year that `text` (a query value) names, or the one people most likely want.

    That is the latest open year, else the latest closed one, else the first. None for a plan
    without years; Http404 where `text` names no year of the plan.
    """
    if text:
        return _named_year(years, text)
    open_years = [year for year in years if year.is_open]
    begun = [year for year in years if not year.is_planned]
    candidates = open_years or begun or years[:1]
    return candidates[-1] if candidates else None


def _named_year(years, text):
    for year in years:
        if text == str(year.fiscal_year):
            return year
    raise Http404("この計画にない年度です。")


def year_links(years, current, url) -> list[YearLink]:
    """Links to the same page (`url`, without a query) for every year of the plan."""
    return [
        YearLink(
            label=FiscalYear(year.fiscal_year).era_label,
            url=f"{url}?fiscal_year={year.fiscal_year}",
            is_current=year == current,
            is_closed=year.is_closed,
        )
        for year in years
    ]


def hold_open(plan_year) -> None:
    """Keeps a year open, and its plan as it is, until the transaction ends. One query.

    Raises YearNotOpen. The shared lock lets others enter too and makes a closing wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [plan_year.pk])
        row = cursor.fetchone()
    if row is None or row[0] == PlanState.ENDED or row[1] != YearState.OPEN:
        raise YearNotOpen
