"""Reminds departments of a year's results, and keeps on record who was told."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dxplan.accounts.models import Department, DepartmentOn, User
from dxplan.accounts.role_holders import names_by_department
from plans.models import NoticeKind, Reminder
from plans.notices import notify
from plans.years import hold_open

LONGEST_MESSAGE = 1000


def remind_departments(*, plan_year, departments, user, message="", sending) -> list[Reminder]:
    """Reminds the staff and heads of departments, given as ids or a queryset.

    Departments of other towns are left out; one that has ended stands for its successor. A
    `sending` (UUID) is made once: repeating it does nothing more. Returns what is on record of it,
    also of departments where nobody could be told (`people_names` is blank). Eight queries at most.
    Raises YearNotOpen.
    """
    today = timezone.localdate()
    with transaction.atomic():
        hold_open(plan_year)
        places = _places(plan_year.plan, departments, today)
        people = names_by_department([place.pk for place in places], today)
        Reminder.objects.bulk_create(
            [
                Reminder(
                    plan=plan_year.plan,
                    fiscal_year=plan_year.fiscal_year,
                    sending=sending,
                    department=place,
                    department_name=place.name,
                    people_names="、".join(people.get(place.pk, {}).values()),
                    message=message,
                    sent_by=user,
                    sent_by_name=user.name,
                    sent_at=timezone.now(),
                )
                for place in places
            ],
            ignore_conflicts=True,
        )
        notify(
            kind=NoticeKind.REMINDED,
            plan_year=plan_year,
            people=User.objects.filter(pk__in=[pk for named in people.values() for pk in named]),
            occasion=sending,
            lines=[*message.splitlines(), f"（{user.name}から）"],
        )
        return list(Reminder.objects.filter(sending=sending, plan=plan_year.plan).order_by("pk"))


def _places(plan, departments, today):
    """The departments that now carry on the work of those named, each once."""
    named = Department.objects.of_town(plan.municipality_id).filter(pk__in=departments)
    now = named.values(now=DepartmentOn(F("pk"), today))
    return list(Department.objects.filter(pk__in=now).order_by("position", "pk"))


def last_reminders(plan_year) -> dict[int, Reminder]:
    """The last that reached anybody, of each department by its id. One query."""
    latest = Reminder.objects.filter(plan=plan_year.plan_id, fiscal_year=plan_year.fiscal_year)
    latest = latest.exclude(people_names="")
    latest = latest.order_by("department_id", "-sent_at", "-pk").distinct("department_id")
    return {reminder.department_id: reminder for reminder in latest}
