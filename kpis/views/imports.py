"""Results by workbook: the form to fill in, its way back, the preview, the confirmation."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.downloads import download
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.spreadsheets.limits import UnreadableWorkbook
from dxplan.lib.workbooks import MIME_TYPE
from kpis import result_workbook as workbook
from kpis.forms.imports import DepartmentForm, ResultUploadForm
from kpis.import_page import ImportPage, posted_choices
from kpis.marked_workbook import marked_workbook
from kpis.progress import kpi_progress
from kpis.result_file import WrongFile
from kpis.result_uploads import SavedMeanwhile, keep_upload, save_upload, upload_lines
from kpis.sight import EVERYTHING
from kpis.summary import measured_in
from plans.editing import is_reason
from plans.gates import open_plan
from plans.models import Upload, UploadKind
from plans.years import YearNotOpen, chosen_year, plan_years, year_links

NOT_OPEN = "この年度は受付中ではないため、取り込めません。"
CLOSED_MEANWHILE = "この年度は入力を締め切りました。内容は保存されていません。"
CHANGED_MEANWHILE = "他の人が先に保存した項目があります。どちらの内容にするか選んでください。"
WANTING = "確認が必要な項目が残っています。まだ何も保存していません。"
BEHALF_NEEDED = "ほかの課の実績を変える理由を入力してください。まだ何も保存していません。"
BEHALF_TOO_LONG = "理由は{limit:,}字以内で入力してください（現在{length:,}字）。"
LONGEST_REASON = 1000
SAVED = "Excelファイルから{count}件を保存しました。"
FILE_NAME = "{town}_実績入力_{year}{whose}{mark}.xlsx"


def _chosen_year(request, plan):
    years = plan_years(plan)
    return years, chosen_year(years, request.GET.get("fiscal_year"))


def _own_rows(request, plan, fiscal_year):
    """The KPIs measured in the year that this person may hand in."""
    measured = measured_in(kpi_progress(plan, EVERYTHING), fiscal_year)
    return [
        row for row in measured if request.access.may_for(Action.IMPORT_RESULTS, row.department_ids)
    ]


def _department_ids(rows):
    return {department_id for row in rows for department_id in row.department_ids}


@require_GET
def result_workbook(request, plan_id):
    """The workbook of a year to fill in: of one's own KPIs, or of one department's."""
    plan = open_plan(request, plan_id, Action.IMPORT_RESULTS)
    _, year = _chosen_year(request, plan)
    if year is None:
        raise Http404
    rows = _own_rows(request, plan, year.fiscal_year)
    form = DepartmentForm(request.GET, department_ids=_department_ids(rows))
    if not form.is_valid():
        raise Http404
    department = form.cleaned_data["department"]
    if department:
        rows = [row for row in rows if department.pk in row.department_ids]
    fiscal_year = FiscalYear(year.fiscal_year)
    content = workbook.result_workbook(plan, rows, fiscal_year)
    return _file(content, plan, fiscal_year, whose=f"_{department.name}" if department else "")


def _file(content, plan, fiscal_year, *, whose="", mark=""):
    name = FILE_NAME.format(
        town=plan.municipality.name, year=fiscal_year.era_label, whose=whose, mark=mark
    )
    return download(content, mime_type=MIME_TYPE, name=name)


@require_http_methods(["GET", "POST"])
def result_upload(request, plan_id):
    """Where the workbook is fetched and handed in."""
    plan = open_plan(request, plan_id, Action.IMPORT_RESULTS)
    years, year = _chosen_year(request, plan)
    form = ResultUploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and year:
        form = ResultUploadForm(request.POST, request.FILES)
        upload = _kept(request, plan, year, form)
        if upload:
            return redirect("result_import", plan.pk, upload.pk)
        status = 422 if year.is_open else 409
    return _upload_page(request, plan, years, year, form, status)


def _kept(request, plan, year, form):
    """The upload, or None with the reason in the form."""
    if not year.is_open:
        form.add_error(None, NOT_OPEN)
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        return keep_upload(
            plan=plan,
            fiscal_year=year.fiscal_year,
            name=file.name,
            content=file.read(),
            owner=request.user,
        )
    except (UnreadableWorkbook, WrongFile) as refusal:
        form.add_error("file", str(refusal))
        return None


def _upload_page(request, plan, years, year, form, status):
    rows = _own_rows(request, plan, year.fiscal_year) if year else []
    context = {
        "plan": plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year) if year else None,
        "years": year_links(years, year, reverse("result_upload", args=[plan.pk])),
        "form": form,
        "departments": DepartmentForm(department_ids=_department_ids(rows)),
        "count": len(rows),
    }
    return render(request, "kpis/result_upload.html", context, status=status)


def _open_upload(request, plan_id, upload_id):
    """(plan, upload), where it is this person's own and still kept; else nothing is told of it."""
    kept = Upload.objects.kept_by(request.user, UploadKind.RESULTS)
    upload = get_object_or_404(kept, plan_id=plan_id, pk=upload_id)
    return open_plan(request, plan_id, Action.IMPORT_RESULTS), upload


def _lines(request, plan, upload):
    """The file's lines; those of other departments carry why one enters them."""
    rows, reason = _own_rows(request, plan, upload.fiscal_year), _reason(request)
    lines = upload_lines(upload, rows, posted_choices(request.POST))
    return [
        replace(line, on_behalf=reason) if _is_on_behalf(request, line) else line for line in lines
    ]


def _is_on_behalf(request, line):
    return line.row is not None and not request.access.is_of(line.row.department_ids)


def _reason(request):
    return request.POST.get("on_behalf", "").replace("\r\n", "\n").strip()


def _page(request, plan, upload):
    lines = _lines(request, plan, upload)
    is_on_behalf = any(line.change and _is_on_behalf(request, line) for line in lines)
    error = _reason_error(_reason(request)) if is_on_behalf and request.method == "POST" else ""
    return ImportPage(upload, lines, is_on_behalf, _reason(request), error)


def _reason_error(reason) -> str:
    if len(reason) > LONGEST_REASON:
        return BEHALF_TOO_LONG.format(limit=LONGEST_REASON, length=len(reason))
    return "" if is_reason(reason) else BEHALF_NEEDED


@require_http_methods(["GET", "POST"])
def result_import(request, plan_id, upload_id):
    """What the workbook would change; saved when confirmed."""
    plan, upload = _open_upload(request, plan_id, upload_id)
    year = get_object_or_404(plan.years, fiscal_year=upload.fiscal_year)
    if upload.saved_count is not None:
        return _saved(request, plan, upload)
    page = _page(request, plan, upload)
    if not year.is_open:
        return _import_page(request, plan, page, alert=CLOSED_MEANWHILE, status=409)
    if request.method == "GET":
        return _import_page(request, plan, page)
    if page.is_wanting or page.reason_error:
        alert = WANTING if page.is_wanting else page.reason_error
        return _import_page(request, plan, page, alert=alert, status=422)
    return _save(request, plan, year, page)


def _save(request, plan, year, page):
    try:
        save_upload(
            upload=page.upload,
            plan_year=year,
            changes=page.changes,
            user=request.user,
            on_behalf=page.on_behalf if page.is_on_behalf else "",
        )
    except YearNotOpen:
        return _import_page(request, plan, page, alert=CLOSED_MEANWHILE, status=409)
    except SavedMeanwhile:
        fresh = _page(request, plan, page.upload)
        return _import_page(request, plan, fresh, alert=CHANGED_MEANWHILE, status=409)
    page.upload.refresh_from_db()
    return _saved(request, plan, page.upload)


def _saved(request, plan, upload):
    messages.success(request, SAVED.format(count=upload.saved_count))
    return redirect(f"{reverse('result_grid', args=[plan.pk])}?fiscal_year={upload.fiscal_year}")


def _import_page(request, plan, page, *, alert="", status=200):
    context = {
        "plan": plan,
        "page": page,
        "fiscal_year": FiscalYear(page.upload.fiscal_year),
        "alert": alert,
    }
    return render(request, "kpis/result_import.html", context, status=status)


@require_GET
def result_marked(request, plan_id, upload_id):
    """The same workbook with its cells marked, to be mended and handed in again."""
    plan, upload = _open_upload(request, plan_id, upload_id)
    fiscal_year = FiscalYear(upload.fiscal_year)
    content = marked_workbook(plan, _lines(request, plan, upload), fiscal_year)
    return _file(content, plan, fiscal_year, mark="_要確認")
