"""What a person asked for that takes long: how far it is, and what it came to. All is the own."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from dxplan.lib.downloads import download
from plans.gates import open_plan
from plans.models import Work, WorkState
from plans.work import WORK_KINDS, rights_of
from plans.work_pages import note_seen

PAGE_LENGTH = 20
WATCHED_FOR = timedelta(minutes=15)  # a page that asks for ever would keep its session for ever
CANCELLED = "作業「{title}」を取りやめました。"
BEGUN = "作業「{title}」はすでに始まっているため、取りやめられません。"


@require_GET
def work_list(request):
    pages = Paginator(Work.objects.of(request.user), PAGE_LENGTH)
    page = pages.get_page(request.GET.get("page"))
    context = {"page": page, "numbers": pages.get_elided_page_range(page.number)}
    return render(request, "plans/work_list.html", context)


@require_GET
def work(request, work_id):
    """How far a work is; asked again every second while it is not at its end."""
    found = Work.objects.of(request.user).filter(pk=work_id).first()
    if found is None and request.htmx:
        return render(request, "plans/_work_gone.html")
    if found is None:
        raise Http404
    note_seen(found)
    context = {
        "work": found,
        "is_watched": found.is_unfinished and found.asked_at > timezone.now() - WATCHED_FOR,
        "told": request.GET.get("told"),
        "may_fetch": _may_fetch(request, found),
    }
    if not request.htmx:
        return render(request, "plans/work.html", context)
    if found.is_done and found.address:
        return _gone_on(request, found)
    return render(request, "plans/_work.html", context)


def _own(request, work_id):
    return get_object_or_404(Work.objects.of(request.user), pk=work_id)


def _may_fetch(request, work):
    return bool(work.file_name) and work.rights == rights_of(request.access)


def _gone_on(request, work):
    """Whoever watches a work is led on to the page that it came to."""
    if work.said:
        messages.success(request, work.said)
    return HttpResponseClientRedirect(work.address)


@require_GET
def work_file(request, work_id):
    """The file that a work made, for a person who still may do what it was made by."""
    found = _own(request, work_id)
    if not found.file_name:
        raise Http404
    if found.plan_id:
        open_plan(request, found.plan_id, WORK_KINDS[found.kind].action)
    if not _may_fetch(request, found):
        raise PermissionDenied
    note_seen(found)
    return download(bytes(found.file), mime_type=found.mime_type, name=found.file_name)


@require_POST
def work_cancel(request, work_id):
    """Takes a work out of the queue, unless it has begun."""
    found = _own(request, work_id)
    waiting = Work.objects.filter(pk=found.pk, state=WorkState.WAITING)
    if waiting.delete()[0]:
        messages.success(request, CANCELLED.format(title=found.title))
        return redirect("work_list")
    messages.info(request, BEGUN.format(title=found.title))
    return redirect("work", found.pk)
