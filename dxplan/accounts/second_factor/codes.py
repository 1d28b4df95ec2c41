"""Codes of the authenticator app and recovery codes, each of which counts once."""

import logging

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db import transaction

from dxplan.accounts.login_tries import admit, succeed
from dxplan.accounts.second_factor.encryption import Undecipherable, decrypted

LAST_COUNTER = "last_counter"  # in an authenticator's data: codes up to this one were used
log = logging.getLogger(__name__)


def authenticator_of_code(user, code: str, address: str) -> Authenticator | None:
    """Whose code it is: the person's app or recovery codes; None where wrong, used or paused.

    Tries are counted for the account before a code is looked at, like those at the password but
    apart from them: who knows the password could else guess without end.
    """
    subject = f"code-{user.pk}"
    if not admit(subject, address):
        return None
    found = _matching(user, code)
    if found:
        succeed(subject, address)
    return found


@transaction.atomic
def _matching(user, code):
    stored = Authenticator.objects.select_for_update().filter(user=user)
    for authenticator in stored.exclude(type=Authenticator.Type.WEBAUTHN):
        authenticator.user = user
        try:
            if _takes(authenticator, code):
                return authenticator
        except Undecipherable:
            log.error("Second factor %s was encrypted with another secret key", authenticator.pk)
    return None


def _takes(authenticator, code):
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        wrapped = authenticator.wrap()
        is_right = wrapped.validate_code(code)
        authenticator.data = wrapped.instance.data
        return is_right
    counter = counter_of(decrypted(authenticator.data["secret"]), code)
    if counter is None or counter <= authenticator.data.get(LAST_COUNTER, -1):
        return False
    use_up(authenticator, counter)
    return True


def counter_of(secret: str, code: str) -> int | None:
    """The time step whose code this is, of those that are accepted now."""
    steps = yield_hotp_counters_from_time()
    return next((step for step in steps if is_code_of(secret, step, code)), None)


def is_code_of(secret: str, step: int, code: str) -> bool:
    return compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))


def use_up(authenticator: Authenticator, counter: int) -> None:
    """No code of this time step or an earlier one counts again."""
    authenticator.data[LAST_COUNTER] = counter
    authenticator.save(update_fields=["data"])
