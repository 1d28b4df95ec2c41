from binascii import crc32

from django.contrib.auth.backends import BaseBackend

from dxplan.accounts.addresses import address_of
from dxplan.accounts.login_tries import admit, succeed
from dxplan.accounts.models import User
from dxplan.accounts.second_factor.requirement import with_second_factor

UNKNOWN_SUBJECTS = 256  # all names that nobody has share these, so that they cannot fill the disk


class PasswordBackend(BaseBackend):
    """Passwords, with growing pauses after wrong ones.

    Every refusal does the same work: unknown, wrong, disabled and paused cannot be told apart.
    """

    def authenticate(self, request, username=None, password=None, **others):
        if username is None or password is None:
            return None
        user = User.objects.filter(username=username).first()
        subject, address = _subject(user, username), address_of(request)
        is_admitted = admit(subject, address)
        is_right = (user or User()).check_password(password)
        if not (is_admitted and is_right and user.is_active):
            return None
        succeed(subject, address)
        return user

    def get_user(self, user_id):
        return self.users().filter(pk=user_id, is_active=True).first()

    def users(self):
        """With what every page asks of its person, so that it costs no query of its own."""
        return with_second_factor(User.objects.all())


def _subject(user, username):
    if user:
        return f"user-{user.pk}"
    return f"unknown-{crc32(username.encode(errors='replace')) % UNKNOWN_SUBJECTS}"
