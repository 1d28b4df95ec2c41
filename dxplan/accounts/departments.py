"""Rows of departments, and what hangs on one of them."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import F

from dxplan.accounts.models import Assignment, Department, DepartmentOn, User
from dxplan.lib.choices import LabelledEnum
from dxplan.lib.fiscal_years import show_date


class DepartmentState(LabelledEnum):
    """課室の状態 on a day."""

    COMING = "coming", "予定"
    IN_FORCE = "in_force", "現在"
    ENDED = "ended", "終了"


@dataclass(frozen=True)
class DepartmentRow:
    """A department on a day; `people` counts those who have a role for it or what it took over."""

    id: int
    code: str
    name: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    state: DepartmentState
    successor: str
    predecessors: tuple[str, ...]
    people: int
    url: str

    @property
    def period(self) -> str:
        return period_text(self.valid_from, self.valid_to)


def period_text(first: datetime.date | None, last: datetime.date | None) -> str:
    """「令和8年4月1日〜」; blank where neither day is known."""
    if first is None and last is None:
        return ""
    return f"{show_date(first) if first else ''}〜{show_date(last) if last else ''}"


def departments_on(town, day: datetime.date) -> list[DepartmentRow]:
    """All departments that a town ever had or will have, in its order. Two queries."""
    departments = list(Department.objects.of_town(town.pk).order_by("position", "pk"))
    people = _people_by_department(town, day)
    names = {item.pk: item.name for item in departments}
    before = {}
    for item in departments:
        before.setdefault(item.successor_id, []).append(item.name)
    return [
        DepartmentRow(
            id=item.pk,
            code=item.code,
            name=item.name,
            valid_from=item.valid_from,
            valid_to=item.valid_to,
            state=state_on(item, day),
            successor=names.get(item.successor_id, ""),
            predecessors=tuple(before.get(item.pk, ())),
            people=people[item.pk],
            url=item.get_absolute_url(),
        )
        for item in departments
    ]


def _people_by_department(town, day):
    held = Assignment.objects.filter(user__municipality=town, user__is_active=True).in_force(day)
    pairs = held.filter(department__isnull=False).values_list(
        "user", DepartmentOn(F("department"), day)
    )
    return Counter(department for _, department in set(pairs))


def state_on(department: Department, day: datetime.date) -> DepartmentState:
    if department.begins_after(day):
        return DepartmentState.COMING
    return DepartmentState.ENDED if department.ended_before(day) else DepartmentState.IN_FORCE


@dataclass(frozen=True)
class DepartmentFacts:
    """One department on a day, with those before and after it."""

    department: Department
    state: DepartmentState
    predecessors: tuple[Department, ...]

    @property
    def period(self) -> str:
        return period_text(self.department.valid_from, self.department.valid_to)

    @property
    def has_end(self) -> bool:
        return self.department.valid_to is not None

    @property
    def is_ended(self) -> bool:
        return self.state == DepartmentState.ENDED

    @property
    def is_coming(self) -> bool:
        return self.state == DepartmentState.COMING


def department_facts(department: Department, day: datetime.date) -> DepartmentFacts:
    """One query, and one for a successor."""
    before = department.predecessors.order_by("position", "pk")
    return DepartmentFacts(department, state_on(department, day), tuple(before))


def people_of(department: Department, day: datetime.date):
    """A queryset of those who have, or will have, a role for what the department does on a day."""
    roles = Assignment.objects.filter(department__in=_carried_by(department, day)).not_ended(day)
    return User.objects.filter(pk__in=roles.values("user"))


def _carried_by(department, day):
    """Ids of all departments whose work lies here on a day: a subquery."""
    own = Department.objects.of_town(department.municipality_id)
    return own.alias(then=DepartmentOn("pk", day)).filter(then=department.pk).values("pk")


@dataclass(frozen=True)
class Hanging:
    """How much of one kind hangs on a department: roles, and what other apps point to it with."""

    kind: str
    count: int

    def __str__(self):
        return f"{self.kind} {self.count}件"


def hanging_on(department: Department, day: datetime.date) -> list[Hanging]:
    """What the department still has to do with on a day, itself or for those it took over from.

    Roles that have not ended by then, and whatever in the apps to the right points to a
    department. One query for each model that does.
    """
    ids = _carried_by(department, day)
    roles = Assignment.objects.filter(department__in=ids).not_ended(day)
    counts = [Hanging(Assignment._meta.verbose_name, roles.count())]
    for relation in Department._meta.related_objects:
        model = relation.related_model
        if relation.one_to_many and model not in (Assignment, Department):
            rows = model._base_manager.filter(**{f"{relation.field.name}__in": ids})
            counts.append(Hanging(model._meta.verbose_name, rows.count()))
    return [item for item in counts if item.count]
