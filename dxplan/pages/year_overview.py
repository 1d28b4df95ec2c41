"""All departments of a fiscal year at a glance: who owes what, who has handed in."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from kpis.review_list import OPEN, OWED, STATES
from kpis.rows import KpiProgress
from kpis.summary import measured_in
from plans.models import PlanYear
from plans.review import SETTLED

NO_DEPARTMENT = "（担当課なし）"


@dataclass(frozen=True)
class DepartmentLine:
    """One department with its KPIs of the year counted by state, in the order of `STATES`."""

    name: str
    counts: dict[str, int]
    is_overdue: bool
    url: str

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def owed(self) -> int:
        """How many are still to be handed in."""
        return sum(self.counts[state] for state in OWED)

    @property
    def settled(self) -> int:
        return sum(self.counts[state] for state in SETTLED)

    @property
    def cells(self) -> list[tuple[str, int]]:
        return [(STATES[state], count) for state, count in self.counts.items()]


def department_lines(
    rows: list[KpiProgress], plan_year: PlanYear, *, today
) -> list[DepartmentLine]:
    """A line for every department in charge, in the order of the plan. No queries.

    A KPI of two departments counts for both.
    """
    measured = measured_in(rows, plan_year.fiscal_year)
    named = {}
    for row in measured:
        for name in row.department_names or (NO_DEPARTMENT,):
            named.setdefault(name, []).append(row)
    is_late = plan_year.is_open and bool(plan_year.due_on) and today > plan_year.due_on
    return [_line(name, of, plan_year, is_late) for name, of in named.items()]


def _line(name, rows, plan_year, is_late):
    counts = dict.fromkeys(STATES, 0)
    for row in rows:
        result = row.at(plan_year.fiscal_year).result
        counts[result.review.state.value if result.is_stored else OPEN] += 1
    is_overdue = is_late and any(counts[state] for state in OWED)
    query = urlencode({"fiscal_year": plan_year.fiscal_year, "department": name})
    url = f"{reverse('result_review', args=[plan_year.plan_id])}?{query}"
    return DepartmentLine(name, counts, is_overdue, url)
