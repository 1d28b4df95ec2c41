from dxplan.accounts import backends
from plans.unread import with_unread


class PasswordBackend(backends.PasswordBackend):
    """Lets the person of a request come along with the numbers of what is new."""

    def users(self):
        return with_unread(super().users())
