"""Does the works of the queue, one after another, in a process beside the pages.

Who is at a work holds a lock of the database's that ends with the process, however it ends: a work
that says it is running while nobody holds its lock was interrupted, and is taken up again.
See docs/decisions/0027-work-that-takes-long.md.
"""

import logging
import math
import os
import time
from contextlib import suppress
from threading import Thread

import pghistory
from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.models import F
from django.utils import timezone

from dxplan.accounts.permissions import access_of
from dxplan.lib.postgresql.advisory_lock import only_here
from dxplan.lib.startup import StartupProblem
from plans.models import Plan, Work, WorkState
from plans.work import CHANNEL, WORK_KINDS, File, Job, Outcome, WorkRefused, rights_of

WORKERS_LOCK = 5_285_856  # any number that nothing else in this database locks
LOCKS_FROM = WORKERS_LOCK << 32  # each work's own number is added
MOST_TRIES = 3
LONGEST_SILENCE = 180  # seconds
SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_BETWEEN_TRIES = 1
SECONDS_BETWEEN_ROUNDS = 5  # to find what was interrupted; what is new calls by itself
QUICK, LOOKS_A_SECOND = 2, 20

NOT_ALLOWED = "権限が変わったため、実行できませんでした。"
INTERRUPTED = (
    "処理が繰り返し中断されたため、取りやめました。時間をおいて、もう一度依頼してください。"
)
HUNG = "時間内に終わらなかったため、取りやめました。時間をおいて、もう一度依頼してください。"
BROKEN = (
    "処理の途中で不具合が起きました。"
    "繰り返すときは、お問い合わせ番号を添えてDX推進担当に連絡してください。"
)

IS_SOMEBODY_WORKING = """
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = 0 AND objid = %s
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""
logger = logging.getLogger(__name__)


class Hung(Exception):
    """The function of a work does not come back: only the end of the process ends it."""


def work_for_ever() -> None:
    """For a process of its own; nothing ends it but a work that hangs."""
    lost_at = -math.inf
    while True:
        try:
            _work_while_connected()
        except (DatabaseError, InterfaceError, StartupProblem) as error:
            # One that was only restarted is back at the next try.
            if time.monotonic() - lost_at < 2 * SECONDS_BETWEEN_ROUNDS:
                logger.warning("the database is away: %s", error)
            lost_at = time.monotonic()
        except Hung:
            os._exit(1)  # whoever supervises this process starts another
        except Exception:
            logger.exception("works could not be done")
        connections.close_all()
        time.sleep(SECONDS_BETWEEN_TRIES)


def _work_while_connected():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [WORKERS_LOCK])
        cursor.execute(f"LISTEN {CHANNEL}")
    while True:
        if not run_next():
            calls = connection.connection.notifies(timeout=SECONDS_BETWEEN_ROUNDS, stop_after=1)
            list(calls)


def run_next() -> bool:
    """Does the oldest work that nobody is at; whether there was one."""
    unfinished = Work.objects.unfinished().order_by("pk")
    return any(_take_up(pk, _watched) for pk in unfinished.values_list("pk", flat=True))


def wait_for(work: Work, seconds: float = QUICK) -> Work:
    """The work as it is at its end, or after so many seconds. Does it here where nobody else would.

    That is where the site is served without a process for works, and in tests.
    """
    if not is_somebody_working():
        _take_up(work.pk, _run)
    until = time.monotonic() + seconds
    while (found := _looked_at(work)).is_unfinished and time.monotonic() < until:
        time.sleep(1 / LOOKS_A_SECOND)
    return found


def is_somebody_working() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_SOMEBODY_WORKING, [WORKERS_LOCK])
        return cursor.fetchone()[0]


def _looked_at(work):
    return Work.objects.of(work.person).filter(pk=work.pk).first() or work  # taken away meanwhile


def _take_up(pk, do) -> bool:
    """Whether nobody else was at the work, which is done now."""
    with only_here(LOCKS_FROM + pk) as is_ours:
        work = _claimed(pk) if is_ours else None
        if work is None:
            return False
        if work.tries > MOST_TRIES:
            _fail(work, INTERRUPTED)
        else:
            _do(work, do)
        return True


def _claimed(pk) -> Work | None:
    """The work, now running; None where somebody has ended or taken it away meanwhile."""
    claimed = Work.objects.unfinished().filter(pk=pk).update(
        state=WorkState.RUNNING,
        tries=F("tries") + 1,
        started_at=timezone.now(),
        doing="",
        steps_done=0,
        steps=0,
    )  # fmt: skip
    works = Work.objects.select_related("person", "plan__municipality").defer("file")
    return works.get(pk=pk) if claimed else None


def _do(work, do):
    access = access_of(work.person, timezone.localdate())
    job = Job(work.person, access, work.plan, work.given and bytes(work.given))
    try:
        _check_rights(work, access)
        outcome = do(work, job)
    except WorkRefused as refusal:
        _fail(work, str(refusal), refusal.address)
    except Hung:
        _fail(work, HUNG)
        raise
    except (KeyboardInterrupt, SystemExit):
        _give_back(work)
        raise
    except Exception:
        logger.exception("work %s (%s) failed, number %s", work.pk, work.kind, work.reference)
        _fail(work, BROKEN)
    else:
        _finish(work, outcome, rights_of(access))


def _check_rights(work, access):
    is_seen = work.plan is None or Plan.objects.visible_to(access).filter(pk=work.plan_id).exists()
    if not (work.person.is_active and is_seen and access.may(WORK_KINDS[work.kind].action)):
        raise WorkRefused(NOT_ALLOWED)


def _run(work, job) -> Outcome:
    """What the function comes to; what it changes is on record as the person's."""
    who = {
        "request": f"WORK {work.kind}",
        "reference": work.reference,
        "user": job.user.pk,
        "name": job.user.name,
        "roles": "・".join(job.access.role_names),
        "town": job.access.municipality_id,
    }
    with pghistory.context(**who):
        return WORK_KINDS[work.kind].function(job, **work.arguments)


def _watched(work, job) -> Outcome:
    """The same in a thread with a connection of its own, while this one writes down how it goes."""
    ended = []
    thread = Thread(target=_run_apart, args=(work, job, ended), daemon=True)
    thread.start()
    shown = None
    while thread.is_alive():
        thread.join(SECONDS_BETWEEN_LOOKS)
        if time.monotonic() - job.told_at > LONGEST_SILENCE:
            raise Hung
        if shown != (shown := (job.doing, job.done, job.total)):
            _show(work, *shown)
    [outcome] = ended
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _run_apart(work, job, ended):
    try:
        ended.append(_run(work, job))
    except BaseException as error:  # told to the thread that watches
        ended.append(error)
    finally:
        connections.close_all()


def _show(work, doing, done, total):
    Work.objects.filter(pk=work.pk).update(doing=doing[:100], steps_done=done, steps=total)


def _finish(work, outcome: Outcome, rights):
    file = outcome.file or File(content=None, name="", mime_type="")
    _end(
        work,
        state=WorkState.DONE,
        said=outcome.said,
        address=outcome.address,
        rights=rights,
        file=file.content,
        file_name=file.name,
        mime_type=file.mime_type,
    )


def _fail(work, said, address=""):
    _end(work, state=WorkState.FAILED, said=said, address=address)


def _end(work, **fields):
    Work.objects.filter(pk=work.pk).update(ended_at=timezone.now(), given=None, **fields)


def _give_back(work):
    """This process is told to end in good order: that is no fault of the work's."""
    with suppress(Exception):  # the next one finds it by its lock
        running = Work.objects.filter(pk=work.pk, state=WorkState.RUNNING)
        running.update(state=WorkState.WAITING, tries=F("tries") - 1)
