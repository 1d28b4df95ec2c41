"""Tells departments that a due date is near or has passed, while results are outstanding."""

import datetime
import logging

from django.db import transaction

from dxplan.accounts.models import Department
from dxplan.accounts.role_holders import dx_office_of, people_of_departments
from dxplan.pages.outstanding import outstanding
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from plans.models import NoticeKind, PlanState, PlanYear, YearState
from plans.notices import notify

WEEK = datetime.timedelta(days=7)
logger = logging.getLogger(__name__)


def tell_deadlines(today: datetime.date) -> int:
    """Returns how many were told, over all towns; who was told of a due date is not told again.

    Open years from a week before their due date on. One query, and a constant number for each of
    them. What goes wrong with one plan is logged and keeps none of the others from it.
    """
    asked = {"state": YearState.OPEN, "plan__state": PlanState.IN_FORCE}
    years = PlanYear.objects.filter(**asked, due_on__lte=today + WEEK).select_related("plan")
    return sum(_tell_safely(year, today) for year in years.order_by("pk"))


def _tell_safely(year, today):
    try:
        with transaction.atomic():
            return _tell(year, today)
    except Exception:
        logger.exception("plan year %s could not be told of its due date", year.pk)
        return 0


def _tell(year, today):
    left = outstanding(kpi_progress(year.plan, EVERYTHING), year.fiscal_year)
    if not left:
        return 0
    is_over = today > year.due_on
    kind = NoticeKind.OVERDUE if is_over else NoticeKind.DUE_SOON
    same = {"kind": kind, "plan_year": year, "occasion": year.due_on}
    number = notify(people=people_of_departments(list(left), today), **same)
    if is_over:
        office = dx_office_of(year.plan.municipality_id, today)
        number += notify(people=office, lines=_lines(left), **same)
    return number


def _lines(left):
    names = Department.objects.filter(pk__in=left).order_by("position", "pk")
    owing = (f"{place.name}（{left[place.pk]}件）" for place in names)
    return [f"未提出がある課: {'、'.join(owing)}"]
