"""Whom the DX office can remind of a year's results, and what they still owe."""

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from dxplan.accounts.models import Department
from dxplan.accounts.role_holders import names_by_department
from dxplan.pages.outstanding import outstanding
from kpis.rows import KpiProgress
from kpis.summary import measured_in
from plans.models import PlanYear, Reminder
from plans.reminders import last_reminders


@dataclass(frozen=True)
class ReminderRow:
    """A department that answers for KPIs of the year; `people` are its staff and heads today."""

    id: int
    name: str
    owing: int
    total: int
    people: tuple[str, ...]
    last: Reminder | None


def reminder_rows(plan_year: PlanYear, rows: list[KpiProgress]) -> list[ReminderRow]:
    """In the town's order of departments. Three queries."""
    measured = measured_in(rows, plan_year.fiscal_year)
    total = Counter(place for row in measured for place in row.department_ids)
    owing = outstanding(rows, plan_year.fiscal_year)
    people = names_by_department(list(total), timezone.localdate())
    last = last_reminders(plan_year)
    return [
        ReminderRow(
            id=place.pk,
            name=place.name,
            owing=owing[place.pk],
            total=total[place.pk],
            people=tuple(people.get(place.pk, {}).values()),
            last=last.get(place.pk),
        )
        for place in Department.objects.filter(pk__in=total).order_by("position", "pk")
    ]
