"""The first administrator of an empty installation: a link that works once, until there is one."""

from django.core import signing
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from dxplan.accounts.models import Assignment, Municipality, Role, User

SALT = "dxplan.first-administrator"
MAX_AGE = 24 * 60 * 60
ROLES = (Role.SYSTEM_ADMINISTRATOR, Role.DX_OFFICE)


def setup_link(base_url: str) -> str:
    """An address that makes the first account; good for a day and only while nobody has one."""
    token = signing.dumps("setup", salt=SALT)
    return f"{base_url}{reverse('setup', args=[token])}"


def is_valid(token: str) -> bool:
    try:
        signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return False
    return not User.objects.exists()


@transaction.atomic
def make_first_administrator(*, town: Municipality, username, name, password) -> User | None:
    """Saves town, account and roles; None where someone else was first."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_user IN EXCLUSIVE MODE")
    if User.objects.exists():
        return None
    town.save()
    user = User.objects.create_user(username, password, name=name, municipality=town)
    for role in ROLES:
        Assignment.objects.create(user=user, role=role, valid_from=timezone.localdate())
    return user
