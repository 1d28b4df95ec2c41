"""A town and its departments out of a workbook, for the system administrator."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from dxplan.accounts.gates import check_every_town
from dxplan.accounts.towns import url_of
from dxplan.lib.downloads import download
from dxplan.lib.exchange.typed import unpacked
from dxplan.lib.workbooks import MIME_TYPE
from dxplan.pages import town_workbook as workbook
from dxplan.pages.plan_workbook_forms import WorkbookForm
from dxplan.pages.plan_workbook_page import PreviewPage
from dxplan.pages.plan_workbook_saving import NotPossible, Waiting
from dxplan.pages.plan_workbook_views import WANTING
from dxplan.pages.workbook_works import asked_to_read, read_town
from plans.models import Upload, UploadKind
from plans.work_pages import lead_to

NAME = "新しい市区町村_計画一式.xlsx"
SAVED = (
    "{town}を登録しました（{count}行）。続けて、DX推進担当の利用者を登録してください。"
    "計画は、その人が同じファイルを「Excelから新しい計画をつくる」で取り込みます。"
)
NOTHING = "{town}と課室は、すべて登録済みでした。"


@require_GET
def town_workbook(request):
    check_every_town(request)
    return download(workbook.town_workbook(), mime_type=MIME_TYPE, name=NAME)


@require_http_methods(["GET", "POST"])
def town_upload(request):
    check_every_town(request)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        form = WorkbookForm(request.POST, request.FILES)
        work = asked_to_read(request, read_town, form)
        if work:
            return lead_to(request, work)
        status = 422
    return render(request, "pages/town_upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def town_import(request, upload_id):
    """What a workbook would add; saved when confirmed."""
    kept = Upload.objects.kept_by(request.user, UploadKind.TOWN)
    upload = get_object_or_404(kept, pk=upload_id)
    check_every_town(request)
    options = workbook.Options()
    if request.method == "GET" and upload.saved_count is None:
        preview = workbook.compare_town(unpacked(upload.content), options)
        return _page(request, upload, preview)
    try:
        town, count = workbook.take_over_town(upload=upload, options=options)
    except Waiting as refusal:
        return _page(request, upload, refusal.preview, alert=WANTING, status=422)
    except NotPossible as refusal:
        preview = workbook.compare_town(unpacked(upload.content), options)
        return _page(request, upload, preview, alert=str(refusal), status=409)
    said = SAVED if count else NOTHING
    messages.success(request, said.format(town=town.name, count=count))
    return redirect(url_of("people", town))


def _page(request, upload, preview, *, alert="", status=200):
    context = {
        "page": PreviewPage(preview, upload.file_name),
        "alert": alert,
        "upload_url": reverse("town_upload"),
    }
    return render(request, "pages/town_import.html", context, status=status)
