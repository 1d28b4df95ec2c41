from dxplan.accounts import backends
from plans.unread import with_unread_notices


class PasswordBackend(backends.PasswordBackend):
    """Lets the person of a request come along with the number of unread notices."""

    def users(self):
        return with_unread_notices(super().users())
