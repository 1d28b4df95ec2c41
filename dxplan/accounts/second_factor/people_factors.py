"""Rows of a town's people with their second factors, and taking these away from somebody."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import transaction

from dxplan.accounts.models import Assignment, FactorRemoval, Role, User
from dxplan.accounts.second_factor.requirement import FACTORS
from dxplan.lib.choices import LabelledEnum


class FactorState(LabelledEnum):
    """二要素認証の状態 of a person."""

    REGISTERED = "registered", "登録済み"
    MISSING = "missing", "未登録（必須）"
    UNUSED = "unused", "未登録"


@dataclass(frozen=True)
class FactorRow:
    """A person, the roles held on a day, and what is registered beside the password."""

    person_id: int
    name: str
    username: str
    roles: tuple[str, ...]
    factors: str
    state: FactorState
    may_remove: bool


def factor_rows(people, *, required_roles, on, by, access) -> list[FactorRow]:
    """The people of a queryset on a day, as `by` sees them. Three queries, one without people."""
    people = list(people)
    roles, factors = _roles_of(people, on), _factors_of(people)
    return [
        FactorRow(
            person_id=person.pk,
            name=person.name,
            username=person.username,
            roles=tuple(role.label for role in Role if role in roles.get(person.pk, ())),
            factors=factors_text(factors.get(person.pk, ())),
            state=_state(factors.get(person.pk), roles.get(person.pk, ()), required_roles),
            may_remove=person.pk in factors
            and person != by
            and may_touch(access, roles.get(person.pk, ())),
        )
        for person in people
    ]


def _roles_of(people, on):
    roles = {}
    held = Assignment.objects.filter(user__in=people).in_force(on) if people else ()
    for assignment in held:
        roles.setdefault(assignment.user_id, set()).add(Role(assignment.role))
    return roles


def _factors_of(people):
    factors = {}
    stored = Authenticator.objects.filter(user__in=people, type__in=FACTORS) if people else ()
    for authenticator in stored:
        factors.setdefault(authenticator.user_id, []).append(authenticator)
    return factors


def _state(factors, roles, required_roles):
    if factors:
        return FactorState.REGISTERED
    return FactorState.MISSING if set(required_roles) & set(roles) else FactorState.UNUSED


def factors_text(authenticators) -> str:
    """「認証アプリ、パスキー2個」; blank where nothing is registered."""
    types = [item.type for item in authenticators]
    parts = ["認証アプリ"] if Authenticator.Type.TOTP in types else []
    passkeys = types.count(Authenticator.Type.WEBAUTHN)
    return "、".join([*parts, f"パスキー{passkeys}個"] if passkeys else parts)


def may_touch(access, roles) -> bool:
    """Whether someone may take factors from a person of these roles.

    Only a system administrator from another: else the town could take over such an account.
    """
    is_administrator = any(role == Role.SYSTEM_ADMINISTRATOR for role, _ in access.assignments)
    return is_administrator or Role.SYSTEM_ADMINISTRATOR not in roles


def roles_not_ended(person, on) -> set[str]:
    """The roles that a person has on a day or will have."""
    return set(Assignment.objects.filter(user=person).not_ended(on).values_list("role", flat=True))


@transaction.atomic
def remove_factors(*, person: User, by: User, reason: str) -> FactorRemoval | None:
    """Takes app, passkeys and recovery codes from a person; None where there was nothing."""
    stored = list(Authenticator.objects.select_for_update().filter(user=person))
    if not stored:
        return None
    Authenticator.objects.filter(pk__in=[item.pk for item in stored]).delete()
    return FactorRemoval.objects.create(
        person=person, removed_by=by, factors=factors_text(stored) or "予備コード", reason=reason
    )
