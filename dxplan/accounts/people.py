"""Rows of people and of their roles, as they are on a day."""

import datetime
from dataclasses import dataclass

from dxplan.accounts.models import Assignment, Role, User
from dxplan.lib.choices import LabelledEnum
from dxplan.lib.fiscal_years import show_date

ONESELF = "自分の役割と利用の状態は、自分では変えられません。ほかの担当者に依頼してください。"
BEYOND_REACH = "システム管理者の役割を持つ人は、システム管理者だけが変更できます。"


class RoleState(LabelledEnum):
    """役割の状態 on a day."""

    COMING = "coming", "予定"
    HELD = "held", "現在"
    ENDED = "ended", "終了"


class PersonState(LabelledEnum):
    """利用者の状態."""

    ACTIVE = "active", "利用中"
    INVITED = "invited", "パスワード未設定"
    STOPPED = "stopped", "停止中"


@dataclass(frozen=True)
class RoleRow:
    """A role given to a person; `department` as it is called on the first day, `later` at last."""

    id: int
    role: Role
    department: str
    later: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    state: RoleState

    @property
    def place(self) -> str:
        """「企画課」, or 「企画課 → 企画財政課」 where another name came meanwhile."""
        return " → ".join(dict.fromkeys(filter(None, (self.department, self.later))))

    @property
    def text(self) -> str:
        return f"{self.role.label}（{self.place}）" if self.place else self.role.label

    @property
    def last_text(self) -> str:
        return show_date(self.valid_to) if self.valid_to else ""

    @property
    def period(self) -> str:
        return f"{show_date(self.valid_from)}〜{self.last_text}"


@dataclass(frozen=True)
class PersonRow:
    """A person with the roles held on a day, and those that come after it."""

    id: int
    username: str
    name: str
    state: PersonState
    url: str
    roles: tuple[str, ...]
    coming: tuple[str, ...]


def state_of(user: User) -> PersonState:
    if not user.is_active:
        return PersonState.STOPPED
    return PersonState.INVITED if user.is_invited else PersonState.ACTIVE


def people_on(users, day: datetime.date) -> list[PersonRow]:
    """The people of a queryset with their roles on a day. Two queries, none without people."""
    people = list(users)
    roles = {}
    held = Assignment.objects.filter(user__in=people).not_ended(day).with_department_on(day)
    for item in held.order_by("valid_from", "pk") if people else ():
        roles.setdefault(item.user_id, []).append(item)
    return [_person_row(user, roles.get(user.pk, ()), day) for user in people]


def _person_row(user, roles, day):
    return PersonRow(
        id=user.pk,
        username=user.username,
        name=user.name,
        state=state_of(user),
        url=user.get_absolute_url(),
        roles=tuple(_held_text(item) for item in roles if item.valid_from <= day),
        coming=tuple(
            f"{show_date(item.valid_from)}から {_text(item)}"
            for item in roles
            if item.valid_from > day
        ),
    )


def _held_text(item):
    return f"{_text(item)} {show_date(item.valid_to)}まで" if item.valid_to else _text(item)


def _text(item):
    label = Role(item.role).label
    return f"{label}（{item.department_name}）" if item.department_name else label


def roles_of(person: User, day: datetime.date) -> list[RoleRow]:
    """All roles that a person ever had or will have, the latest first. One query."""
    items = person.assignments.with_department_names().order_by("-valid_from", "-pk")
    return [_role_row(item, day) for item in items]


def _role_row(item, day):
    return RoleRow(
        id=item.pk,
        role=Role(item.role),
        department=item.name_at_first or "",
        later=item.name_at_last or "",
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        state=_role_state(item, day),
    )


def _role_state(item, day):
    if item.valid_from > day:
        return RoleState.COMING
    is_over = item.valid_to is not None and item.valid_to < day
    return RoleState.ENDED if is_over else RoleState.HELD


def why_unchangeable(access, user: User, person: User, roles: list[RoleRow]) -> str:
    """Why `user` may not change a visible person, in Japanese; blank where it is allowed.

    Who could change a person of a mightier role could become that person.
    """
    if user == person:
        return ONESELF
    held = {row.role for row in roles if row.state != RoleState.ENDED}
    return "" if held.issubset(access.given_roles) else BEYOND_REACH
