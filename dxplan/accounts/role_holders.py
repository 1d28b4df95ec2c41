"""Who holds a role on a day: the people whom a department's work or an office's concerns."""

from django.db.models import F

from dxplan.accounts.models import (
    DEPARTMENT_ROLES,
    Assignment,
    Department,
    DepartmentOn,
    Role,
    User,
)


def people_of_departments(departments, on, *, roles=DEPARTMENT_ROLES):
    """The active people with one of `roles`, on the day `on`, for what these departments do.

    `departments` are ids or a queryset; one that has ended stands for its successor.
    """
    held = roles_in_departments(departments, on, roles=roles)
    return User.objects.filter(pk__in=held.values("user"))


def roles_in_departments(departments, on, *, roles=DEPARTMENT_ROLES):
    """Their Assignments, each with `department_now`, who carries on the department's work."""
    asked = Department.objects.filter(pk__in=departments)
    held = Assignment.objects.in_force(on).annotate(
        department_now=DepartmentOn(F("department"), on)
    )
    return held.filter(
        user__is_active=True,
        role__in=roles,
        department__municipality__in=asked.values("municipality"),
        department_now__in=asked.values(now=DepartmentOn(F("pk"), on)),
    )


def dx_office_of(town_id, on):
    """The active people of a town's DX office on the day `on`."""
    held = Assignment.objects.in_force(on).filter(role=Role.DX_OFFICE)
    return User.objects.filter(municipality=town_id, is_active=True, pk__in=held.values("user"))
