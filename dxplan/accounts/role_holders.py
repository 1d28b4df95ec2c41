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
    held = _held(departments, on, roles)
    return User.objects.filter(pk__in=held.values("user"))


def names_by_department(departments, on) -> dict[int, dict[int, str]]:
    """Names of the same people by id, by the department that carries on the work. One query."""
    held = _held(departments, on, DEPARTMENT_ROLES).order_by("user__name", "user")
    found = {}
    for place, pk, name in held.values_list("department_now", "user", "user__name"):
        found.setdefault(place, {})[pk] = name
    return found


def _held(departments, on, roles):
    asked = Department.objects.filter(pk__in=departments)
    held = Assignment.objects.in_force(on)
    return held.annotate(department_now=DepartmentOn(F("department"), on)).filter(
        user__is_active=True,
        role__in=roles,
        department__municipality__in=asked.values("municipality"),
        department_now__in=asked.values(now=DepartmentOn(F("pk"), on)),
    )


def dx_office_of(town_id, on):
    """The active people of a town's DX office on the day `on`."""
    held = Assignment.objects.in_force(on).filter(role=Role.DX_OFFICE)
    return User.objects.filter(municipality=town_id, is_active=True, pk__in=held.values("user"))
