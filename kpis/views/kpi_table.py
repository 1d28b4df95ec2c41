"""A KPI table as it lies around: pasted or uploaded, its columns told, looked at, taken over."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.portable_text import visible
from kpis.forms.kpi_table import ColumnForms, HeadingRowsForm, TableForm
from kpis.kpi_table.keeping import keep_text, kept_table, set_layout
from kpis.kpi_table.layout import TableLayout, guess_columns
from kpis.kpi_table.page import TablePage
from kpis.kpi_table.plan_side import plan_side
from kpis.kpi_table.taking_over import ChangedMeanwhile, add_table
from kpis.kpi_table.text import NoTable, grid_text
from kpis.kpi_table.view import SheetView
from kpis.kpi_table.work import read_table
from plans.editing import PlanEnded, ReasonNeeded
from plans.gates import open_plan
from plans.models import Upload, UploadKind
from plans.reasoned import keep_reason, kept_reason
from plans.structure import Refused
from plans.work import WorkRefused
from plans.work_pages import done_in_time, lead_to

ENDED = "この計画は終了しているため、変更できません。"
WANTING = "直すところ・確かめるところが残っています。まだ何も登録していません。"
CHANGED = "表の読み取り方か計画の内容が変わりました。もう一度確かめてください。"
NOTHING = "取り込む行がありません。"
SAVED = "表「{name}」から指標{count}件を取り込みました。"
LOOKED_AT = "選び直した内容で読み取りました。まだ何も登録していません。"


@require_http_methods(["GET", "POST"])
def kpi_table(request, plan_id):
    """Where a table is pasted or a file handed in; one kept already can be mended as text."""
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    if request.method == "GET":
        return _paste_page(request, plan, TableForm(initial={"text": _kept_text(request, plan)}))
    form = TableForm(request.POST, request.FILES)
    if plan.is_ended:
        form.add_error(None, ENDED)
        return _paste_page(request, plan, form, status=409)
    return _read(request, plan, form) or _paste_page(request, plan, form, status=422)


def _own_uploads(request, plan):
    return Upload.objects.kept_by(request.user, UploadKind.KPI_TABLE).filter(plan=plan)


def _kept_text(request, plan) -> str:
    """The table of an earlier step, to be mended; blank where the address names none."""
    number = request.GET.get("from", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return ""
    upload = get_object_or_404(_own_uploads(request, plan), pk=int(number))
    return grid_text(kept_table(upload).grid)


def _read(request, plan, form):
    """The way to the table that was read, or None with the reason in the form."""
    if not form.is_valid():
        return None
    file, asked = form.cleaned_data["file"], {"plan": plan, "user": request.user}
    try:
        if file:
            name = visible(file.name)
            return lead_to(request, done_in_time(read_table, given=file.read(), name=name, **asked))
        upload = keep_text(plan=plan, owner=request.user, text=form.cleaned_data["text"])
    except (WorkRefused, NoTable) as refusal:
        form.add_error("file" if file else "text", str(refusal))
        return None
    return redirect("kpi_table_columns", plan.pk, upload.pk)


def _paste_page(request, plan, form, *, status=200):
    context = {"plan": plan, "form": form}
    return render(request, "kpis/kpi_table.html", context, status=status)


def _open_upload(request, plan_id, upload_id):
    """(plan, upload), where it is this person's own and still kept; else nothing is told of it."""
    kept = Upload.objects.kept_by(request.user, UploadKind.KPI_TABLE)
    upload = get_object_or_404(kept, plan_id=plan_id, pk=upload_id)
    return open_plan(request, plan_id, Action.EDIT_PLAN), upload


@require_http_methods(["GET", "POST"])
def kpi_table_columns(request, plan_id, upload_id):
    """What the columns of the table hold: guessed, and changed by hand."""
    plan, upload = _open_upload(request, plan_id, upload_id)
    if upload.saved_count is not None:
        return _saved(request, plan, upload)
    view = SheetView(kept_table(upload), plan, request.GET.get("sheet"))
    if request.method == "GET":
        return _columns_page(request, plan, upload, view)
    rows = HeadingRowsForm(request.POST, rows=len(view.grid))
    if not rows.is_valid():
        columns = ColumnForms(view.layout, plan, request.POST)
        return _columns_page(request, plan, upload, view, rows, columns, status=422)
    guessed = guess_columns(view.grid, *rows.span, plan.last_fiscal_year)
    view.layout = TableLayout(*rows.span, guessed)
    if "guess" in request.POST:
        return _columns_page(request, plan, upload, view, rows)
    columns = ColumnForms(view.layout, plan, request.POST)
    if not columns.is_valid():
        return _columns_page(request, plan, upload, view, rows, columns, status=422)
    set_layout(upload, view.sheet, TableLayout(*rows.span, columns.columns))
    return redirect("kpi_table_preview", plan.pk, upload.pk)


def _columns_page(request, plan, upload, view, rows=None, columns=None, *, status=200):
    columns = columns or ColumnForms(view.layout, plan)
    context = {
        "plan": plan,
        "upload": upload,
        "view": view,
        "rows": rows or HeadingRowsForm(rows=len(view.grid), initial=view.heading_rows),
        "columns": view.columns(columns),
        "errors": columns.errors,
    }
    return render(request, "kpis/kpi_table_columns.html", context, status=status)


@require_http_methods(["GET", "POST"])
def kpi_table_preview(request, plan_id, upload_id):
    """What the table would add to the plan; added when confirmed."""
    plan, upload = _open_upload(request, plan_id, upload_id)
    if upload.saved_count is not None:
        return _saved(request, plan, upload)
    side, table = plan_side(plan), kept_table(upload)
    if request.method == "GET":
        page = TablePage(table, side, reason=kept_reason(request, plan))
        return _preview_page(request, upload, page)
    page = TablePage(table, side, request.POST)
    if request.POST.get("mark") != page.mark:
        fresh = TablePage(table, side)
        return _preview_page(request, upload, fresh, alert=CHANGED, status=409)
    if "check" in request.POST:
        return _preview_page(request, upload, page, note=LOOKED_AT)
    return _take_over(request, upload, page)


def _take_over(request, upload, page):
    if page.is_wanting or not page.taken:
        alert = WANTING if page.is_wanting else NOTHING
        return _preview_page(request, upload, page, alert=alert, status=422)
    keep_reason(request, page.form)
    try:
        add_table(upload=upload, page=page, user=request.user, reason=page.form.reason_text)
    except (ChangedMeanwhile, ReasonNeeded, PlanEnded, ValidationError, Refused) as refusal:
        return _not_taken(request, upload, page, refusal)
    upload.refresh_from_db()
    return _saved(request, page.side.plan, upload)


def _not_taken(request, upload, page, refusal):
    if isinstance(refusal, ReasonNeeded):
        page.form.ask_for_reason()
        return _preview_page(request, upload, page, alert=WANTING, status=422)
    if isinstance(refusal, PlanEnded):
        return _preview_page(request, upload, page, alert=ENDED, status=409)
    if isinstance(refusal, ChangedMeanwhile):
        now = TablePage(kept_table(upload), plan_side(page.side.plan), page.data)
        return _preview_page(request, upload, now, alert=CHANGED, status=409)
    said = " ".join(getattr(refusal, "messages", [])) or str(refusal)
    return _preview_page(request, upload, page, alert=said, status=422)


def _saved(request, plan, upload):
    text = SAVED.format(name=upload.file_name, count=upload.saved_count)
    messages.success(request, text)
    return redirect(plan)


def _preview_page(request, upload, page, *, alert="", note="", status=200):
    context = {
        "plan": page.side.plan,
        "upload": upload,
        "page": page,
        "alert": alert,
        "note": note,
    }
    return render(request, "kpis/kpi_table_preview.html", context, status=status)
