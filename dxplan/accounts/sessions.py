"""SESSION_ENGINE: Django's sessions in the database, which also end some hours after the login."""

from datetime import UTC, datetime

from django.contrib.sessions.backends import db

from dxplan.accounts.session_clock import LONGEST, STARTED


class SessionStore(db.SessionStore):
    """Ends after SESSION_COOKIE_AGE without a request; at the latest LONGEST after the login."""

    def get_expiry_date(self, **options):
        idle_end = super().get_expiry_date(**options)
        if STARTED not in self:
            return idle_end
        return min(idle_end, datetime.fromtimestamp(self[STARTED], UTC) + LONGEST)
