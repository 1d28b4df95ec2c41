"""A whole plan as a workbook: fetched, handed in, looked at, taken over into a draft."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.downloads import download
from dxplan.lib.exchange.typed import WrongWorkbook, unpacked
from dxplan.lib.workbooks import MIME_TYPE
from dxplan.pages.plan_workbook import PlanSheets
from dxplan.pages.plan_workbook_file import blank_workbook, plan_workbook
from dxplan.pages.plan_workbook_forms import WorkbookForm, posted_marks, posted_options
from dxplan.pages.plan_workbook_page import PreviewPage, changed_since
from dxplan.pages.plan_workbook_reading import (
    check_origin,
    compare,
    is_own,
)
from dxplan.pages.plan_workbook_saving import (
    ChangedMeanwhile,
    NotADraft,
    NotPossible,
    Waiting,
    take_over_plan,
)
from dxplan.pages.workbook_works import asked_to_read, read_plan
from plans.gates import open_plan
from plans.models import Upload, UploadKind
from plans.work_pages import lead_to

FILE_NAME = "{town}_{title}_計画一式.xlsx"
BLANK_NAME = "{town}_新しい計画_計画一式.xlsx"
SAVED = "Excelから取り込みました（{count}行）。"
NOTHING = "登録済みの内容から変わるところはありませんでした。"
WANTING = "誤りや、答えの要るところがあるため、まだ保存していません。"
MEANWHILE = (
    "確認の画面を開いた後に、他の人が次の行を変えました: {names}。"
    "内容を確かめて、もう一度保存してください。"
)


@require_GET
def plan_workbook_file(request, plan_id):
    plan = open_plan(request, plan_id, Action.EXPORT)
    name = FILE_NAME.format(town=plan.municipality.name, title=plan.title)
    return download(plan_workbook(plan), mime_type=MIME_TYPE, name=name)


@require_GET
def plan_workbook_blank(request):
    town = _own_town(request)
    name = BLANK_NAME.format(town=town.name)
    return download(blank_workbook(town), mime_type=MIME_TYPE, name=name)


def _own_town(request):
    if not request.access.may(Action.IMPORT_PLAN) or request.user.municipality is None:
        raise PermissionDenied
    return request.user.municipality


@require_http_methods(["GET", "POST"])
def plan_upload(request, plan_id):
    """Where a draft's workbook is handed in; a plan that is no draft says how to get one."""
    plan = open_plan(request, plan_id, Action.IMPORT_PLAN)
    if not plan.is_draft:
        status = 409 if request.method == "POST" else 200
        return _refused(request, plan, status=status)
    return _upload_page(request, plan)


@require_http_methods(["GET", "POST"])
def plan_upload_new(request):
    """Where a workbook begins a new draft."""
    _own_town(request)
    return _upload_page(request, None)


def _refused(request, plan, *, status):
    return render(request, "pages/plan_upload_refused.html", {"plan": plan}, status=status)


def _upload_page(request, plan):
    form = WorkbookForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        form = WorkbookForm(request.POST, request.FILES)
        work = asked_to_read(request, read_plan, form, plan=plan)
        if work:
            return lead_to(request, work)
        status = 422
    return render(request, "pages/plan_upload.html", {"plan": plan, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
def plan_import(request, plan_id, upload_id):
    """What a workbook would change in a draft; saved when confirmed."""
    upload = get_object_or_404(_kept_by(request), plan_id=plan_id, pk=upload_id)
    plan = open_plan(request, plan_id, Action.IMPORT_PLAN)
    if upload.saved_count is not None:
        return _saved(request, plan, upload.saved_count)
    if not plan.is_draft:
        return _refused(request, plan, status=409)
    return _import(request, upload, plan)


@require_http_methods(["GET", "POST"])
def plan_import_new(request, upload_id):
    """What a workbook makes a new draft of."""
    upload = get_object_or_404(_kept_by(request), pk=upload_id)
    town = _own_town(request)
    if upload.saved_count is not None:
        return _saved(request, upload.plan, upload.saved_count)
    if not upload.content.get("is_new"):
        return redirect("plan_import", upload.plan_id, upload.pk)
    try:  # its person may have moved to another town meanwhile
        check_origin(unpacked(upload.content), town)
    except WrongWorkbook as refusal:
        raise Http404 from refusal
    return _import(request, upload, PlanSheets.new_plan(town))


def _kept_by(request):
    return Upload.objects.kept_by(request.user, UploadKind.PLAN).select_related("plan")


def _import(request, upload, plan):
    book = unpacked(upload.content)
    sheets = [
        (item.sheet, [column.header for column in item.read_columns])
        for item in PlanSheets(plan).all
    ]
    options = posted_options(request.POST, sheets, is_own=is_own(book, plan))
    if request.method == "GET":
        return _import_page(request, upload, plan, compare(plan, book, options))
    seen = posted_marks(request.POST)
    try:
        taken = take_over_plan(upload=upload, user=request.user, options=options, seen=seen)
    except NotADraft:
        return _refused(request, plan, status=409)
    except ChangedMeanwhile as refusal:
        names = "、".join(changed_since(refusal.preview, seen))
        alert = MEANWHILE.format(names=names)
        return _import_page(request, upload, plan, refusal.preview, alert=alert, status=409)
    except Waiting as refusal:
        return _import_page(request, upload, plan, refusal.preview, alert=WANTING, status=422)
    except NotPossible as refusal:
        preview = compare(plan, book, options)
        return _import_page(request, upload, plan, preview, alert=str(refusal), status=409)
    return _saved(request, taken.plan, taken.count)


def _saved(request, plan, count):
    if count:
        messages.success(request, SAVED.format(count=count))
    else:
        messages.info(request, NOTHING)
    return redirect(plan)


def _import_page(request, upload, plan, preview, *, alert="", status=200):
    page = PreviewPage(preview, upload.file_name)
    known = plan if plan.pk else None
    url = reverse("plan_upload", args=[plan.pk]) if known else reverse("plan_upload_new")
    context = {"plan": known, "page": page, "alert": alert, "upload_url": url}
    return render(request, "pages/plan_import.html", context, status=status)
