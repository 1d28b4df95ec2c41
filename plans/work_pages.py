"""How a view answers when it has asked for a work."""

from threading import BoundedSemaphore

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from plans.models import Work
from plans.work import WorkKind, WorkRefused, ask_for
from plans.work_running import wait_for

# Of the threads that answer, one a process may wait: the others go on answering.
_seat = BoundedSemaphore(1)


def done_in_time(kind: WorkKind, **asked) -> Work:
    """Asks for a work (see `ask_for`) and waits for it; for a view that tells refusals in a form.

    Raises WorkRefused where it has failed by then.
    """
    work = _waited_for(ask_for(kind, **asked))
    if work.has_failed:
        note_seen(work)
        raise WorkRefused(work.said)
    return work


def _waited_for(work: Work) -> Work:
    """The work at its end, or after two seconds, or at once where this process waits already."""
    if not _seat.acquire(blocking=False):
        return work
    try:
        return wait_for(work)
    finally:
        _seat.release()


def answer_with(request, kind: WorkKind, **asked) -> HttpResponse:
    """Asks for a work (see `ask_for`); answers with what it comes to, or where to find it later."""
    try:
        work = ask_for(kind, user=request.user, **asked)
    except WorkRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("work_list")
    return lead_to(request, _waited_for(work))


def lead_to(request, work: Work) -> HttpResponse:
    """To what the work came to, as if there had been no waiting; else to the work's own page."""
    if not work.is_done:
        return redirect("work", work.pk)
    note_seen(work)
    if work.file_name:
        return redirect("work_file", work.pk)
    if work.said:
        messages.success(request, work.said)
    return redirect(work.address)


def note_seen(work: Work) -> None:
    """Its person knows how the work ended."""
    if work.is_unseen:
        work.seen_at = timezone.now()
        work.save(update_fields=["seen_at"])
