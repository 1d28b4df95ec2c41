"""Of whom a town asks a second factor, and who has one.

Recovery codes are no factor of their own: they stand in for one that is lost.
"""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from dxplan.accounts.models import Assignment, TownSecurity

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
VOUCHED_FOR = "second-factor-vouched-for"  # in a session: the single sign-on asked for one


def factors_of(user):
    """The app and the passkeys of a person, the oldest first."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).order_by("created_at", "pk")


def with_second_factor(users):
    """Users, each with `has_second_factor` and the `required_roles` of the town."""
    return users.annotate(
        has_second_factor=Exists(factors_of(OuterRef("pk"))),
        required_roles=F("municipality__security__required_roles"),
    )


def is_required(user, on) -> bool:
    """Whether a role that the person has on the day `on` needs a second factor. Two queries."""
    roles = TownSecurity.objects.of_town(user.municipality).required_roles
    held = Assignment.objects.filter(user=user, role__in=roles)
    return bool(roles) and held.in_force(on).exists()


def must_enrol(request) -> bool:
    """Whether the person may go nowhere before registering a second factor.

    Costs no query beyond those of `request.user` and `request.access`.
    """
    user = request.user
    if not user.is_authenticated or not user.required_roles or user.has_second_factor:
        return False
    if request.session.get(VOUCHED_FOR):
        return False
    return any(role in user.required_roles for role, _ in request.access.assignments)


def may_remove(authenticator) -> bool:
    """Whether the owner may remove it: not the last factor where one is required."""
    user = authenticator.user
    others = factors_of(user).exclude(pk=authenticator.pk)
    return others.exists() or not is_required(user, timezone.localdate())
