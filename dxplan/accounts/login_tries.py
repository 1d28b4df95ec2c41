"""Tries to log in, counted in the database before the password is looked at.

Counting first keeps the promise under parallel tries: those that come while one is counted wait,
and find the pause that it brought.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from dxplan.accounts.models import LoginTally
from dxplan.accounts.pauses import AT_ADDRESS, ELSEWHERE, TRUSTED_FOR

NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def admit(subject: str, address: str) -> bool:
    """Counts a try as wrong for now; False during a pause, which a try does not prolong.

    Where the account was logged in to lately, what happens elsewhere makes nobody wait.
    """
    now = timezone.now()
    at_address = LoginTally.objects.filter(subject=subject, address=address)
    if at_address.filter(paused_until__gt=now).exists():  # spares the locks under a flood
        return False
    LoginTally.objects.forget_old(now)
    with transaction.atomic():
        here = _counted(subject, address, AT_ADDRESS, now)
        is_admitted = here is not None and (
            _trusted_until(here) > now or _counted(subject, "", ELSEWHERE, now) is not None
        )
        if not is_admitted:
            transaction.set_rollback(True)
    return is_admitted


def succeed(subject: str, address: str) -> None:
    """Takes back what was counted from this address: the password was right."""
    now = timezone.now()
    LoginTally.objects.filter(subject=subject, address=address).update(
        failures=0, paused_until=None, succeeded_at=now, forgotten_at=now + TRUSTED_FOR
    )


def _counted(subject, address, rule, now):
    """The tally with one more failure, or None during a pause."""
    tally = LoginTally.objects.locked(subject, address, now)
    if tally.paused_until and tally.paused_until > now:
        return None
    tally.failures = rule.remembered(tally.failures, now - tally.counted_at) + 1
    pause = rule.pause_after(tally.failures)
    tally.counted_at = now
    tally.paused_until = now + pause if pause else None
    tally.forgotten_at = max(now + rule.forgotten_after(tally.failures), _trusted_until(tally))
    tally.save()
    return tally


def _trusted_until(tally):
    return tally.succeeded_at + TRUSTED_FOR if tally.succeeded_at else NEVER
