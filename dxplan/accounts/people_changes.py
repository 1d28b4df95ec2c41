"""Changes of people and their roles, one after the other within a town.

Nobody is ever deleted, and no office is left without anyone by accident. What someone else did
meanwhile shows as `Stale`, what cannot be as a ValidationError by field or as `Refused`. The same
change sent twice is harmless: the second returns False.
"""

import datetime
from contextlib import contextmanager

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dxplan.accounts.models import Assignment, Department, Municipality, Role, User
from dxplan.accounts.refusals import Refused, Stale
from dxplan.accounts.spans import DAY, Span, leaves_alone
from dxplan.lib.fiscal_years import show_date

USERNAME_TAKEN = "この利用者IDは使われています。別の利用者IDにしてください。"
ENDS_BEFORE_START = "終了日は開始日以後にしてください。"
STARTS_IN_PAST = "開始日は今日以後にしてください。"
ENDS_IN_PAST = "終了日は昨日以後にしてください。過ぎた日までさかのぼって終えることはできません。"
NO_SUCH_DEPARTMENT = "選択肢にない課です。選び直してください。"
NOT_THERE = "「{name}」は{day}には置かれていません。ほかの課を選ぶか、日を改めてください。"
CLOSES_BEFORE = "「{name}」は{day}で終わります。終了日をその日以前にしてください。"
OVER = "すでに終わった役割は変えられません。"
BEGUN = "すでに始まっている役割は取り消せません。終了日を入力してください。"
BEGINS_LATER = "{label}は、異動日より後に始まる役割です。先に取り消してください。"
LEAVES_ALONE = "{day}から{role}がひとりもいなくなります。先に、後任の役割を登録してください。"
OFFICES = (Role.DX_OFFICE, Role.SYSTEM_ADMINISTRATOR)


def hold_town(town_id: int | None) -> None:
    """Lets changes of people and departments of a town wait for each other."""
    Municipality.objects.select_for_update(no_key=True).filter(pk=town_id).first()


def add_person(*, by: User, town, username: str, name: str, role: dict) -> tuple[User, bool]:
    """(account, whether it is new) with a first role; the password comes by a link.

    Raises ValidationError, also where the username belongs to another account.
    """
    with transaction.atomic():
        hold_town(town.pk if town else None)
        person, is_new = _account(username, name=name, municipality=town, changed_by=by)
        if is_new:
            _give(person, role, by)
        elif not _is_that_account(person, by, town, name, role):
            raise ValidationError({"username": USERNAME_TAKEN})
        return person, is_new


def _account(username, **fields):
    """(account, whether it is new), also where another town takes the name at the same moment."""
    standing = User.objects.filter(username__iexact=username).first()
    if standing:
        return standing, False
    fields |= {"password": make_password(None)}
    return User.objects.get_or_create(username=username, defaults=fields)


def _is_that_account(person, by, town, name, role):
    """Whether the account is what the same form made a moment ago."""
    return (
        (person.municipality, person.name, person.changed_by) == (town, name, by)
        and person.is_invited
        and person.is_active
        and list(person.assignments.values(*role)) == [_columns(role)]
    )


def rename_person(*, by: User, person_id: int, seen: int, name: str) -> bool:
    with _held(person_id) as person:
        if person.name == name:
            return False
        _check(person, seen)
        _mark(person, by, name=name)
        return True


def set_active(*, by: User, person_id: int, seen: int, is_active: bool) -> bool:
    """Stops an account, or lets it be used again."""
    with _held(person_id) as person:
        if person.is_active == is_active:
            return False
        _check(person, seen)
        _mark(person, by, is_active=is_active)
        return True


def give_role(*, by: User, person_id: int, seen: int, role: dict) -> bool:
    with _held(person_id) as person:
        if _has(person, role):
            return False
        _check(person, seen)
        _give(person, role, by)
        _mark(person, by)
        return True


def end_role(
    *, by: User, person_id: int, seen: int, role_id: int, last_day: datetime.date | None
) -> bool:
    """Gives a role another last day, or none."""
    with _held(person_id) as person:
        role = person.assignments.get(pk=role_id)
        if role.valid_to == last_day:
            return False
        _check(person, seen)
        _end(role, last_day, by)
        _mark(person, by)
        return True


def withdraw_role(*, by: User, person_id: int, seen: int, role_id: int) -> bool:
    """Takes back a role that has not begun before today."""
    with _held(person_id) as person:
        role = person.assignments.filter(pk=role_id).first()
        if role is None:
            return False
        _check(person, seen)
        if role.valid_from < timezone.localdate():
            raise Refused(BEGUN)
        role.delete()
        _mark(person, by)
        return True


def move_person(
    *,
    by: User,
    person_id: int,
    seen: int,
    first_day: datetime.date,
    ending: list[int],
    roles: list[dict],
) -> bool:
    """人事異動: ends roles on the day before, and gives others from that day on."""
    with _held(person_id) as person:
        going = list(person.assignments.filter(pk__in=ending))
        last_day = first_day - DAY
        roles = [role | {"valid_from": first_day, "valid_to": None} for role in roles]
        is_done = all(role.valid_to and role.valid_to <= last_day for role in going)
        if is_done and all(_has(person, role) for role in roles):
            return False
        _check(person, seen)
        for role in going:
            _leave(role, last_day, by)
        for role in roles:
            _give(person, role, by)
        _mark(person, by)
        return True


def _leave(role, last_day, by):
    if role.valid_from > last_day:
        raise Refused(BEGINS_LATER.format(label=role.get_role_display()))
    if role.valid_to is None or role.valid_to > last_day:
        _end(role, last_day, by)


@contextmanager
def _held(person_id):
    """The person as it is now; what follows waits for it, and leaves no office alone."""
    with transaction.atomic():
        town_id = User.objects.values_list("municipality", flat=True).get(pk=person_id)
        hold_town(town_id)
        list(Assignment.objects.filter(role=Role.SYSTEM_ADMINISTRATOR).select_for_update())
        person = User.objects.select_for_update(of=["self"], no_key=True).get(pk=person_id)
        before = _manned(town_id)
        yield person
        _refuse_leaving_alone(before, _manned(town_id))


def _manned(town_id):
    """When a town has a DX office, and the installation an administrator. One query."""
    active = Assignment.objects.filter(user__is_active=True, role__in=OFFICES)
    spans = {role: [] for role in OFFICES}
    columns = ("role", "user__municipality", "valid_from", "valid_to")
    for role, town, first, last in active.values_list(*columns):
        if role == Role.SYSTEM_ADMINISTRATOR or town == town_id:
            spans[role].append(Span(first, last))
    return spans


def _refuse_leaving_alone(before, after):
    for role in OFFICES:
        day = leaves_alone(before[role], after[role], timezone.localdate())
        if day:
            raise Refused(LEAVES_ALONE.format(day=show_date(day), role=role.label))


def _check(person, seen):
    if person.version != seen:
        raise Stale(person)


def _mark(person, by, **fields):
    own = User.objects.filter(pk=person.pk)
    own.update(version=F("version") + 1, changed_by=by, **fields)


def _columns(role):
    return role | {"department": role["department"].pk if role["department"] else None}


def _has(person, role):
    return person.assignments.filter(**role).exists()


def _give(person, role, by):
    """`role` has the columns of an Assignment. Raises ValidationError."""
    if role["valid_from"] < timezone.localdate():
        raise ValidationError({"valid_from": STARTS_IN_PAST})
    given = Assignment(user=person, changed_by=by, **role)
    _check_period(given)
    _check_department(given)
    given.full_clean()
    given.save()


def _end(role, last_day, by):
    today = timezone.localdate()
    if role.valid_to and role.valid_to < today:
        raise Refused(OVER)
    if last_day and last_day < today - DAY:
        raise ValidationError({"valid_to": ENDS_IN_PAST})
    role.valid_to, role.changed_by = last_day, by
    _check_period(role)
    if role.department:
        _check_closing(role, role.department)
    role.full_clean()
    role.save()


def _check_period(role):
    if role.valid_to and role.valid_to < role.valid_from:
        raise ValidationError({"valid_to": ENDS_BEFORE_START})


def _check_department(given):
    """The department must be there on the first day, and until the last have a successor."""
    if given.department is None:
        return
    own = Department.objects.of_town(given.user.municipality_id)
    place = own.filter(pk=given.department.pk).first()
    if place is None:
        raise ValidationError({"department": NO_SUCH_DEPARTMENT})
    if not place.exists_on(given.valid_from):
        text = NOT_THERE.format(name=place.name, day=show_date(given.valid_from))
        raise ValidationError({"department": text})
    _check_closing(given, place)


def _check_closing(role, place):
    closes = place.valid_to and place.successor_id is None
    if closes and (role.valid_to is None or role.valid_to > place.valid_to):
        text = CLOSES_BEFORE.format(name=place.name, day=show_date(place.valid_to))
        raise ValidationError({"valid_to": text})
