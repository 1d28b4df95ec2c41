"""パスワード設定リンク: with it a person sets the first password, or a new one when it was lost.

Only the signed link leaves the database, and only once: to the office that made it. It is good for
a week, for one use, until the next is made, and only as long as the account is in use and has the
password that it had then.
"""

import datetime

from django.core import signing
from django.db import transaction
from django.utils import timezone

from dxplan.accounts.models import PasswordLink, User
from dxplan.accounts.refusals import Refused

MAX_AGE = datetime.timedelta(days=7)
MOST_DIGITS = 18  # of the number of a link, so that any number fits the column
STOPPED = "停止中の利用者には、リンクを発行できません。先に利用を再開してください。"


@transaction.atomic
def make_link(*, by: User, person: User) -> PasswordLink:
    """A new link for an account; the ones before are dead from now on. Raises Refused."""
    person = User.objects.select_for_update(of=["self"], no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise Refused(STOPPED)
    return PasswordLink.objects.create(user=person, made_by=by, made_at=timezone.now())


def latest_link(person: User) -> PasswordLink | None:
    """The link made last, also when it is used or expired, with its maker. One query."""
    return person.password_links.select_related("made_by").order_by("-pk").first()


def expires_at(link: PasswordLink) -> datetime.datetime:
    return link.made_at + MAX_AGE


def token_of(link: PasswordLink) -> str:
    """What stands in the link's address."""
    return _signer(link).sign(link.pk)


def find_link(token: str) -> PasswordLink | None:
    """The link of a token; None alike for one that is forged, expired, replaced or used."""
    number = token.partition(":")[0]
    if not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        return None
    link = PasswordLink.objects.select_related("user").filter(pk=number).first()
    if link is None or not _is_signed(link, token):
        return None
    is_latest = not PasswordLink.objects.filter(user=link.user, pk__gt=link.pk).exists()
    return link if is_latest and link.user.is_active and link.used_at is None else None


@transaction.atomic
def set_password(token: str, password: str) -> bool:
    """Sets the password of the link's account; False where the link died meanwhile.

    Whoever is logged in with the old password is out from then on.
    """
    found = find_link(token)
    if found is None:
        return False
    User.objects.select_for_update(of=["self"], no_key=True).get(pk=found.user_id)
    link = find_link(token)  # as it is now that nobody else can use it
    if link is None:
        return False
    link.user.set_password(password)
    link.user.save(update_fields=["password", "password_changed_at"])
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    return True


def _signer(link):
    purpose = f"dxplan.password-link {link.made_at.isoformat()} {link.user.password}"
    return signing.TimestampSigner(salt=purpose)


def _is_signed(link, token):
    try:
        _signer(link).unsign(token, max_age=MAX_AGE)
    except signing.BadSignature:
        return False
    return True
