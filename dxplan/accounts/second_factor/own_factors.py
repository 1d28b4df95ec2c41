"""What a person has registered beside the password."""

from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction

from dxplan.accounts.models import User


@dataclass(frozen=True)
class OwnFactors:
    """The app if any, passkeys in order of registration, and how many recovery codes are left."""

    app: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes: Authenticator | None
    codes_left: int

    @property
    def has_any(self) -> bool:
        return bool(self.app or self.passkeys)


def own_factors(user) -> OwnFactors:
    """One query."""
    found = Authenticator.objects.filter(user=user).order_by("created_at", "pk")
    kinds = {kind: [item for item in found if item.type == kind] for kind in Authenticator.Type}
    app, codes = (
        next(iter(kinds[kind]), None)
        for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    )
    return OwnFactors(
        app=app,
        passkeys=tuple(kinds[Authenticator.Type.WEBAUTHN]),
        codes=codes,
        codes_left=_left(codes) if codes else 0,
    )


@transaction.atomic
def renew_recovery_codes(user: User) -> None:
    """Makes ten new codes, to be shown once; the old ones count no more."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # of two requests one waits
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)


def _left(codes):
    """Told by what was used; the codes themselves stay encrypted."""
    return app_settings.RECOVERY_CODE_COUNT - codes.data["used_mask"].bit_count()
