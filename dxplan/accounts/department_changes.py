"""Changes of departments, one after the other within a town.

A department keeps its name for ever: a new name means a new department that succeeds it. What
someone else did meanwhile shows as `Stale`, what cannot be as a ValidationError by field or as
`Refused`. The same change sent twice is harmless: the second returns False.
"""

import datetime
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max

from dxplan.accounts.departments import hanging_on
from dxplan.accounts.models import Department, Municipality
from dxplan.accounts.people_changes import hold_town
from dxplan.accounts.refusals import Refused, Stale
from dxplan.accounts.spans import DAY
from dxplan.lib.fiscal_years import show_date

ENDS_ALREADY = "「{name}」は{day}で終わることになっています。先に、その予定を取り消してください。"
NOT_BEGUN = "「{name}」は{day}に始まります。その翌日以後の日を入力してください。"
NO_SUCH_DEPARTMENT = "選択肢にない課です。選び直してください。"
SUCCESSOR_MISSING = "この課には次のものがあります。引き継ぐ課を選んでください: {hanging}"
SUCCESSOR_NOT_THERE = "「{name}」は{day}には置かれていません。ほかの課を選んでください。"
SAME_NAME = "今の名称と同じです。"
NOTHING_MERGED = "引き継ぐ課のほかに、統合する課を選んでください。"
IN_USE = "この課には次のものがあるため、取り消せません: {hanging}"
TAKES_OVER = "「{name}」から引き継ぐことになっています。先に、その課の予定を取り消してください。"
IN_FORCE = "すでに置かれている課は取り消せません。廃止してください。"
OVER = "すでに終わった課は、元に戻せません。"


@contextmanager
def _held(town_id):
    with transaction.atomic():
        hold_town(town_id)
        yield


def add_department(*, town: Municipality, fields: dict) -> tuple[Department, bool]:
    """(department, whether it is new). Raises ValidationError."""
    with _held(town.pk):
        standing = Department.objects.of_town(town.pk).filter(**fields).first()
        if standing:
            return standing, False
        return _create(town.pk, **fields), True


def correct_department(*, department: Department, seen: int, fields: dict) -> bool:
    """Puts name, code or place right, also for the past: it never was meant otherwise."""
    with _held(department.municipality_id):
        standing = _now(department)
        if all(getattr(standing, name) == value for name, value in fields.items()):
            return False
        _check(standing, seen)
        _save(standing, **fields)
        return True


def rename_department(
    *, department: Department, seen: int, name: str, first_day: datetime.date
) -> bool:
    """Ends a department on the day before, and begins its successor under the new name."""
    with _held(department.municipality_id):
        standing = _now(department)
        if standing.successor and _is_that(standing, standing.successor, name, first_day):
            return False
        _check(standing, seen)
        if name == standing.name:
            raise ValidationError({"name": SAME_NAME})
        _check_ends(standing, first_day - DAY)
        _close([standing], first_day - DAY)
        _succeed([standing], _begin(standing, first_day, name))
        return True


def merge_departments(
    *, town: Municipality, ids: list[int], successor_id: int | None, name: str, first_day
) -> tuple[Department, bool]:
    """Ends several departments; one of them, another, or a new one carries on their work.

    Gives the successor, and whether anything changed.
    """
    with _held(town.pk):
        every = {item.pk: item for item in Department.objects.of_town(town.pk)}
        going = [every[pk] for pk in ids if pk in every and pk != successor_id]
        if len(going) < len(set(ids) - {successor_id}):
            raise ValidationError({"departments": NO_SUCH_DEPARTMENT})
        if len(going) < (1 if successor_id else 2):
            raise ValidationError({"departments": NOTHING_MERGED})
        done = _merged_before(going, every, successor_id, name, first_day)
        if done:
            return done, False
        for item in going:
            _check_ends(item, first_day - DAY, field="departments")
        if successor_id:
            later = _successor(every.get(successor_id), first_day)
            _close(going, first_day - DAY)
        else:
            _close(going, first_day - DAY)
            later = _begin(going[0], first_day, name)
        _succeed(going, later)
        return later, True


def _merged_before(going, every, successor_id, name, first_day):
    """The successor, where the same form did all this a moment ago."""
    later = every.get(going[0].successor_id)
    if later is None or (successor_id or later.pk) != later.pk:
        return None
    name = later.name if successor_id else name
    return later if all(_is_that(item, later, name, first_day) for item in going) else None


def split_department(
    *, department: Department, seen: int, names: list[str], first_day: datetime.date, goes_on: bool
) -> bool:
    """Begins departments beside one that goes on, or that ends with the first as its successor."""
    with _held(department.municipality_id):
        standing = _now(department)
        begun = Department.objects.of_town(department.municipality_id).filter(valid_from=first_day)
        if set(names) <= set(begun.values_list("name", flat=True)):
            return False
        _check(standing, seen)
        if not goes_on:
            _check_ends(standing, first_day - DAY)
            _close([standing], first_day - DAY)
        later = [_begin(standing, first_day, name, code="") for name in names]
        if not goes_on:
            _succeed([standing], later[0])
        return True


def end_department(
    *, department: Department, seen: int, last_day: datetime.date, successor_id: int | None
) -> bool:
    """Ends a department; who carries on its work must be told where there is any."""
    with _held(department.municipality_id):
        standing = _now(department)
        if (standing.valid_to, standing.successor_id) == (last_day, successor_id):
            return False
        _check(standing, seen)
        _check_ends(standing, last_day, field="last_day")
        if successor_id:
            others = Department.objects.of_town(department.municipality_id).exclude(pk=standing.pk)
            later = _successor(others.filter(pk=successor_id).first(), last_day + DAY)
            _close([standing], last_day)
            _succeed([standing], later)
        else:
            _refuse_hanging(standing, last_day + DAY)
            _close([standing], last_day)
        return True


def resume_department(*, department: Department, seen: int, today: datetime.date) -> bool:
    """Takes back a planned end, and the successor that was planned only for it."""
    with _held(department.municipality_id):
        standing = _now(department)
        if standing.valid_to is None:
            return False
        _check(standing, seen)
        if standing.ended_before(today):
            raise Refused(OVER)
        later = standing.successor
        _save(standing, successor=None)
        if later and later.begins_after(today) and not _is_needed(later):
            later.delete()
        _save(standing, valid_to=None)
        return True


def _is_needed(department):
    return department.predecessors.exists() or hanging_on(department, department.valid_from)


def remove_department(*, department: Department, seen: int, today: datetime.date) -> bool:
    """Removes a department that has not begun and that nothing hangs on."""
    with _held(department.municipality_id):
        standing = _now(department)
        _check(standing, seen)
        if not standing.begins_after(today):
            raise Refused(IN_FORCE)
        earlier = standing.predecessors.first()
        if earlier:
            raise Refused(TAKES_OVER.format(name=earlier.name))
        hanging = hanging_on(standing, standing.valid_from)
        if hanging:
            raise Refused(IN_USE.format(hanging=_listed(hanging)))
        standing.delete()
        return True


def _now(department):
    return Department.objects.select_related("successor").get(pk=department.pk)


def _check(standing, seen):
    if standing.version != seen:
        raise Stale(standing)


def _check_ends(department, last_day, field="first_day"):
    """A department with an end keeps it, and has to last for one day at least."""
    if department.valid_to is not None:
        text = ENDS_ALREADY.format(name=department.name, day=show_date(department.valid_to))
        raise ValidationError({field: text})
    if department.begins_after(last_day):
        text = NOT_BEGUN.format(name=department.name, day=show_date(department.valid_from))
        raise ValidationError({field: text})


def _successor(department, first_day):
    """The department, if it is there from the day on. Raises ValidationError."""
    if department is None:
        raise ValidationError({"successor": NO_SUCH_DEPARTMENT})
    if not department.exists_on(first_day):
        text = SUCCESSOR_NOT_THERE.format(name=department.name, day=show_date(first_day))
        raise ValidationError({"successor": text})
    return department


def _refuse_hanging(department, day):
    hanging = hanging_on(department, day)
    if hanging:
        text = SUCCESSOR_MISSING.format(hanging=_listed(hanging))
        raise ValidationError({"successor": text})


def _listed(hanging):
    return "、".join(map(str, hanging))


def _is_that(department, later, name, first_day):
    """Whether a department already goes over to `later` under that name on that day."""
    ends = (department.valid_to, department.successor_id) == (first_day - DAY, later.pk)
    return ends and later.name == name


def _close(departments, last_day):
    """Ends departments first: what comes after them may bear the name or code of one of them."""
    own = Department.objects.filter(pk__in=[item.pk for item in departments])
    own.update(valid_to=last_day, version=F("version") + 1)


def _succeed(departments, later):
    Department.objects.filter(pk__in=[item.pk for item in departments]).update(successor=later)


def _begin(earlier, first_day, name, code=None):
    """A department in the place of an earlier one."""
    fields = {"code": earlier.code if code is None else code, "position": earlier.position}
    return _create(earlier.municipality_id, name=name, valid_from=first_day, **fields)


def _create(town_id, **fields):
    if not fields.get("position"):
        last = Department.objects.of_town(town_id).aggregate(last=Max("position"))["last"] or 0
        fields["position"] = last + 1
    department = Department(municipality_id=town_id, **fields)
    department.full_clean()
    department.save()
    return department


def _save(department, **fields):
    for name, value in fields.items():
        setattr(department, name, value)
    department.full_clean()
    department.version += 1
    department.save()
