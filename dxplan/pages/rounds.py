"""What the site does by itself: due dates once an hour, waiting mails every few seconds.

A small server has no scheduler, so `start` does it in the processes that serve pages; where the
site is served otherwise, `python manage.py remind` is for the scheduler. All of it can be repeated.
"""

import logging
import time

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from dxplan.lib.postgresql.advisory_lock import only_here
from dxplan.lib.startup import StartupProblem
from dxplan.pages.deadlines import tell_deadlines
from plans.mail_sending import send_mails
from plans.models import Work
from plans.notice_retention import forget_old

ROUNDS_LOCK = 5_285_855  # any number that nothing else in this database locks
SECONDS_OF_AN_HOUR, SECONDS_BETWEEN_MAILS = 3600, 20
logger = logging.getLogger(__name__)


def hourly_round() -> tuple[int, int]:
    """How many people were told of due dates, and how many mails went out. Nothing where another
    process is at it.
    """
    with only_here(ROUNDS_LOCK) as is_ours:
        if not is_ours:
            return 0, 0
        told = tell_deadlines(timezone.localdate())
        forget_old(timezone.now())
        Work.objects.forget_old()
        return told, send_mails()


def mail_round() -> int:
    """How many mails went out."""
    with only_here(ROUNDS_LOCK) as is_ours:
        return send_mails() if is_ours else 0


def go_round_for_ever() -> None:
    """For a thread of its own; nothing that goes wrong ends it."""
    next_hour = time.monotonic()
    while True:
        if time.monotonic() >= next_hour:
            next_hour = time.monotonic() + SECONDS_OF_AN_HOUR
            _try(hourly_round)
        elif settings.MAIL_SERVER:
            _try(mail_round)
        time.sleep(SECONDS_BETWEEN_MAILS)


def _try(go_round):
    try:
        go_round()
    except (DatabaseError, InterfaceError, StartupProblem) as error:
        logger.warning("the database is away: %s", error)
    except Exception:
        logger.exception("notices or mails could not be made")
    finally:
        connections.close_all()
