"""Who changed what: in the town, of one thing, by oneself; as a page and as a file."""

from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dxplan.accounts.models import User
from dxplan.accounts.permissions import Action
from dxplan.accounts.trail.changes import Reader, saves
from dxplan.accounts.trail.queries import Found
from dxplan.accounts.trail.scope import Asked
from dxplan.lib.csv_files import MIME_TYPE, as_written, csv_lines
from dxplan.lib.downloads import download_stream
from dxplan.pages.history_export import HEADERS, export_lines
from dxplan.pages.history_filter import HistoryFilter
from dxplan.pages.history_scope import (
    SHARED,
    done_by,
    open_history,
    readable,
    reads_contents,
    reads_every_town,
)
from dxplan.pages.history_subjects import SUBJECTS

PAGE_LENGTH = 50
MOST_RECENT = 5


@dataclass(frozen=True)
class History:
    """What somebody reads of the trail; has what Django's Paginator asks for."""

    found: Found
    reader: Reader

    def count(self):
        return self.found.count()

    def __getitem__(self, part):
        return self.reader.changes(self.found.keys(part.start, part.stop))

    def asking(self, asked):
        return replace(self, found=replace(self.found, asked=asked))


@require_GET
def history(request):
    return _page(
        request,
        _of_town(request),
        "pages/history.html",
        people=_people(request.access),
        csv_url=reverse("history_csv"),
        has_links=True,
    )


@require_GET
def history_csv(request):
    name = request.user.municipality or "全市区町村"
    return _file(request, _of_town(request), people=_people(request.access), name=name)


@require_GET
def my_history(request):
    return _page(
        request,
        _of_oneself(request),
        "pages/history_mine.html",
        csv_url=reverse("my_history_csv"),
        has_links=reads_contents(request.access),
    )


@require_GET
def my_history_csv(request):
    return _file(request, _of_oneself(request), name=request.user.name)


@require_GET
def object_history(request, slug, row_id):
    subject, found = _of_one(request, slug, row_id)
    thing = found.reader.as_it_was(subject.model, row_id, timezone.now())
    return _page(
        request,
        found,
        "pages/history_object.html",
        people=_people(request.access),
        csv_url=reverse("object_history_csv", args=[slug, row_id]),
        has_links=True,
        subject=subject,
        name=found.reader.name(thing),
        place=Reader(SUBJECTS).place(thing),
        here=(slug, row_id),
        url_today=_url_today(subject, thing),
    )


@require_GET
def object_history_csv(request, slug, row_id):
    subject, found = _of_one(request, slug, row_id)
    thing = found.reader.as_it_was(subject.model, row_id, timezone.now())
    name = found.reader.name(thing)
    return _file(request, found, people=_people(request.access), name=name)


@require_GET
def recent_history(request, slug, row_id):
    """The last few changes, to stand on the thing's own page."""
    _, found = _of_one(request, slug, row_id)
    context = {"saves": saves(found[0:MOST_RECENT]), "here": (slug, row_id)}
    return render(request, "pages/_history_recent.html", context)


def _of_town(request):
    access = request.access
    if not access.may(Action.READ_TRAIL):
        raise PermissionDenied
    return History(Found(readable(access)), _reader(access))


def _of_oneself(request):
    if not request.access.may(Action.READ_TRAIL):
        raise PermissionDenied
    asked = Asked(by=request.user.pk)
    return History(Found(done_by(request.access), asked), _reader(request.access))


def _of_one(request, slug, row_id):
    """The kind of a thing and its history."""
    subject, found = open_history(request.access, slug, row_id)
    names_only = request.access.municipality_id if subject in SHARED else None
    reader = Reader(SUBJECTS, within=(subject.model, row_id), names_only=names_only)
    return subject, History(found, reader)


def _reader(access):
    return Reader(SUBJECTS, names_towns=reads_every_town(access))


def _people(access):
    people = User.objects.order_by("name", "pk")
    return (
        people if reads_every_town(access) else people.filter(municipality=access.municipality_id)
    )


def _url_today(subject, thing):
    """Where a thing is shown as it is; none for what is gone."""
    is_there = subject.url and subject.model.objects.filter(pk=thing.pk).exists()
    return subject.url(thing) if is_there else ""


def _filtered(request, found, people):
    """The conditions of the address, and what meets them; without people it is settled who."""
    conditions = HistoryFilter(request.GET, people=people, subjects=found.found.subjects)
    settled = {"by": found.found.asked.by} if people is None else {}
    return conditions, found.asking(replace(conditions.asked, **settled))


def _page(request, found, template, *, people=None, csv_url, **context):
    conditions, found = _filtered(request, found, people)
    page = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    context |= {
        "filter": conditions,
        "page": page,
        "saves": saves(page.object_list),
        "csv_url": f"{csv_url}?{conditions.query}" if conditions.query else csv_url,
    }
    return render(request, template, context)


def _file(request, found, *, people=None, name):
    _, found = _filtered(request, found, people)
    lines = csv_lines(HEADERS, export_lines(found.found, found.reader), cell=as_written)
    return download_stream(lines, mime_type=MIME_TYPE, name=f"変更履歴_{name}.csv")
