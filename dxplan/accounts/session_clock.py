"""How long a session lasts: counted on the server, from the last request and from the login."""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

LONGEST = timedelta(hours=12)
# A request within this time of the last one noted changes nothing, to spare the database.
NOTED_EVERY = timedelta(minutes=1)
STARTED, SEEN, SERIAL = "started_at", "seen_at", "session_serial"
PREVIOUS_LOGIN = "previous_login"


def start_clock(sender, request, user, **others):
    """After every login, whichever way it came: the time, and the account as it stands now."""
    user.refresh_from_db(fields=["session_serial"])
    request.session[STARTED] = request.session[SEEN] = int(time.time())
    request.session[SERIAL] = user.session_serial
    request.session.clear_expired()


def note_login(sender, request, user, **others):
    """After every login: the time, and in the session the one before, which the account forgets."""
    if user.last_login:
        request.session[PREVIOUS_LOGIN] = user.last_login.isoformat()
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])


def previous_login(session) -> datetime | None:
    """When the person had logged in before this session began; None at the first login."""
    noted = session.get(PREVIOUS_LOGIN)
    return datetime.fromisoformat(noted) if noted else None


def is_current(request) -> bool:
    """Whether account and roles are still those with which the person logged in."""
    return request.session.get(SERIAL) == request.user.session_serial


def note_activity(session) -> None:
    """Counts the idle time from now on."""
    if time.time() - session[SEEN] >= NOTED_EVERY.total_seconds():
        session[SEEN] = int(time.time())


def seconds_left(session) -> int:
    idle_end = session[SEEN] + settings.SESSION_COOKIE_AGE
    return int(min(idle_end, session[STARTED] + LONGEST.total_seconds()) - time.time())


def session_ends_in(request):
    """Context processor: the seconds after which the session ends, for the notice on the page."""
    return {"session_ends_in": getattr(request, "session_ends_in", None)}
