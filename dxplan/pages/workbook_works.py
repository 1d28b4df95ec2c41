"""Workbooks of plans and towns read as works: beside the pages, one at a time."""

from django.urls import reverse

from dxplan.accounts.permissions import Action
from dxplan.lib.exchange.typed import WrongWorkbook
from dxplan.lib.portable_text import visible
from dxplan.lib.spreadsheets.limits import UnreadableWorkbook
from dxplan.lib.spreadsheets.reading import read_workbook
from dxplan.pages.plan_workbook_reading import read_plan_book
from dxplan.pages.town_workbook import read_town_book
from plans.models import UploadKind
from plans.uploads import keep
from plans.work import Job, Outcome, WorkRefused, kind_of_work
from plans.work_pages import done_in_time

READING = "ファイルを読み取っています"


@kind_of_work("read_plan", "計画のファイルの読取り", Action.IMPORT_PLAN)
def read_plan(job: Job, *, name: str) -> Outcome:
    """Keeps what a plan's workbook says, for a draft or for one that it is to become."""
    town = job.user.municipality
    book = _read(job, lambda sheets: read_plan_book(sheets, town))
    upload = keep(
        kind=UploadKind.PLAN,
        owner=job.user,
        name=name,
        plan=job.plan,
        content=book.packed() | {"is_new": job.plan is None},
    )
    if job.plan:
        return Outcome(address=reverse("plan_import", args=[job.plan.pk, upload.pk]))
    return Outcome(address=reverse("plan_import_new", args=[upload.pk]))


@kind_of_work("read_town", "市区町村のファイルの読取り", Action.MANAGE_PEOPLE)
def read_town(job: Job, *, name: str) -> Outcome:
    """Keeps what a workbook says of a town and its departments."""
    if not job.access.manages_every_town:
        raise WorkRefused("市区町村の登録は、システム管理者が行います。")
    book = _read(job, read_town_book)
    upload = keep(kind=UploadKind.TOWN, owner=job.user, name=name, content=book.packed())
    return Outcome(address=reverse("town_import", args=[upload.pk]))


def _read(job, understand):
    """What a file says. Raises WorkRefused with all that is wrong with it as a whole."""
    job.tell(READING)
    try:
        return understand(read_workbook(job.given))
    except (UnreadableWorkbook, WrongWorkbook) as refusal:
        raise WorkRefused(str(refusal)) from refusal


def asked_to_read(request, kind, form, *, plan=None):
    """The work that reads the form's file; None, with the reasons in the form, where it cannot."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    given = {"given": file.read(), "name": visible(file.name)}
    try:
        return done_in_time(kind, user=request.user, plan=plan, **given)
    except WorkRefused as refusal:
        for reason in str(refusal).split("\n"):
            form.add_error("file", reason)
        return None
