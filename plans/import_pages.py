"""The pages on which a department fetches a workbook, hands it in, looks at it and confirms it.

Results and evaluations have the same four: each kind says what its rows, lines and writes are.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.downloads import download
from dxplan.lib.entry_sheets.findings import posted_choices
from dxplan.lib.entry_sheets.layout import Layout, Origin
from dxplan.lib.entry_sheets.preview import ImportPreview
from dxplan.lib.entry_sheets.returned import WrongFile, returned_sheet, unpacked
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.portable_text import visible
from dxplan.lib.spreadsheets.limits import UnreadableWorkbook
from dxplan.lib.spreadsheets.reading import read_workbook
from dxplan.lib.workbooks import MIME_TYPE
from plans.forms.imports import DepartmentForm, EntryUploadForm
from plans.gates import open_plan
from plans.models import Upload, UploadKind
from plans.on_behalf import given_reason, is_on_behalf, reason_error
from plans.uploads import SavedMeanwhile, keep
from plans.work import Outcome, WorkRefused, kind_of_work
from plans.work_pages import done_in_time, lead_to
from plans.years import YearNotOpen, chosen_year, plan_years, year_links

NOT_OPEN = "この年度は受付中ではないため、取り込めません。"
CLOSED_MEANWHILE = "この年度は入力を締め切りました。内容は保存されていません。"
CHANGED_MEANWHILE = "他の人が先に保存した項目があります。どちらの内容にするか選んでください。"
WANTING = "確認が必要な項目が残っています。まだ何も保存していません。"
NOTHING_HERE = "この年度に担当する{thing}はありません"
SAVED = "Excelファイルから{count}件を保存しました。"
READING_OF = "{sheet}のファイルの読み取り"
READING = f"{READING_OF} {{year}}"
FILE_NAME = "{town}_{sheet}_{year}{whose}{mark}.xlsx"


@dataclass
class ImportPages:
    """The four pages of one kind of workbook.

    `name` begins the names of their addresses; `listed_at` is the address of the list. `told` is in
    the workbook beside what is stored, `what` is asked a reason for where it is another
    department's. The functions say what this kind fills in and how it is written:
    `rows(plan, fiscal_year)` gives rows that know their `department_ids`,
    `workbook(origin, rows)` the file to fill in, `lines(upload, rows, choices)` what a kept one
    would change now, `marked(origin, lines)` the same with marks, and
    `save(upload=, plan_year=, lines=, user=, on_behalf=)` saves all or nothing, and raises
    SavedMeanwhile or YearNotOpen.
    """

    kind: UploadKind
    layout: Layout
    name: str
    listed_at: str
    heading: str
    told: str
    what: str
    rows: Callable[..., list]
    workbook: Callable[..., bytes]
    lines: Callable[..., list]
    marked: Callable[..., bytes]
    save: Callable[..., int]
    action: Action = Action.IMPORT_RESULTS

    def __post_init__(self):
        label = READING_OF.format(sheet=self.layout.sheet_name)
        self.reading = kind_of_work(f"read_{self.name}", label, self.action)(self._keep_read)

    @method_decorator(require_GET)
    def fetch(self, request, plan_id):
        """The workbook of a year to fill in: of all that is one's own, or of one department."""
        plan = open_plan(request, plan_id, self.action)
        _, year = _chosen_year(request, plan)
        if year is None:
            raise Http404
        rows = self._own_rows(request, plan, year.fiscal_year)
        form = DepartmentForm(request.GET, department_ids=_department_ids(rows))
        if not form.is_valid():
            raise Http404
        department = form.cleaned_data["department"]
        if department:
            rows = [row for row in rows if department.pk in row.department_ids]
        origin = Origin.of(plan, year.fiscal_year)
        whose = f"_{department.name}" if department else ""
        return self._file(self.workbook(origin, rows), plan, origin, whose=whose)

    @method_decorator(require_http_methods(["GET", "POST"]))
    def upload(self, request, plan_id):
        """Where the workbook is fetched and handed in."""
        plan = open_plan(request, plan_id, self.action)
        years, year = _chosen_year(request, plan)
        form, status = EntryUploadForm(), 200
        if request.method == "POST" and year:
            form = EntryUploadForm(request.POST, request.FILES)
            work = self._read(request, plan, year, form)
            if work:
                return lead_to(request, work)
            status = 422 if year.is_open else 409
        return self._upload_page(request, plan, years, year, form, status)

    @method_decorator(require_http_methods(["GET", "POST"]))
    def confirm(self, request, plan_id, upload_id):
        """What the workbook would change; saved when confirmed."""
        plan, upload = self._open(request, plan_id, upload_id)
        year = get_object_or_404(plan.years, fiscal_year=upload.fiscal_year)
        if upload.saved_count is not None:
            return self._saved(request, plan, upload)
        preview = self._preview(request, plan, upload)
        if not year.is_open:
            return self._page(request, plan, upload, preview, alert=CLOSED_MEANWHILE, status=409)
        if request.method == "GET":
            return self._page(request, plan, upload, preview)
        if preview.is_wanting or preview.reason_error:
            alert = WANTING if preview.is_wanting else preview.reason_error
            return self._page(request, plan, upload, preview, alert=alert, status=422)
        return self._save(request, plan, year, upload, preview)

    @method_decorator(require_GET)
    def fetch_marked(self, request, plan_id, upload_id):
        """The same workbook with its cells marked, to be mended and handed in again."""
        plan, upload = self._open(request, plan_id, upload_id)
        origin = Origin.of(plan, upload.fiscal_year)
        content = self.marked(origin, self._lines(request, plan, upload))
        return self._file(content, plan, origin, mark="_要確認")

    def _own_rows(self, request, plan, fiscal_year):
        rows = self.rows(plan, fiscal_year)
        return [row for row in rows if request.access.may_for(self.action, row.department_ids)]

    def _file(self, content, plan, origin, *, whose="", mark=""):
        name = FILE_NAME.format(
            town=plan.municipality.name,
            sheet=self.layout.sheet_name,
            year=origin.fiscal_year.era_label,
            whose=whose,
            mark=mark,
        )
        return download(content, mime_type=MIME_TYPE, name=name)

    def _read(self, request, plan, year, form):
        """The work that reads the file, beside the pages; None with the reason in the form."""
        if not year.is_open:
            form.add_error(None, NOT_OPEN)
        if not form.is_valid():
            return None
        file, fiscal_year = form.cleaned_data["file"], FiscalYear(year.fiscal_year)
        try:
            return done_in_time(
                self.reading,
                user=request.user,
                plan=plan,
                title=READING.format(sheet=self.layout.sheet_name, year=fiscal_year.era_label),
                given=file.read(),
                name=visible(file.name),
                fiscal_year=fiscal_year,
            )
        except WorkRefused as refusal:
            form.add_error("file", str(refusal))
            return None

    def _keep_read(self, job, *, name, fiscal_year) -> Outcome:
        """What the work that reads a file does."""
        job.tell("ファイルを読み取っています")
        try:
            upload = self.keep(job.plan, fiscal_year, name, job.given, job.user)
        except (UnreadableWorkbook, WrongFile) as refusal:
            again = (
                f"{reverse(f'{self.name}_upload', args=[job.plan.pk])}?fiscal_year={fiscal_year}"
            )
            raise WorkRefused(str(refusal), again) from refusal
        return Outcome(address=reverse(f"{self.name}_import", args=[job.plan.pk, upload.pk]))

    def keep(self, plan, fiscal_year: int, name: str, content: bytes, owner) -> Upload:
        """Reads a workbook and keeps what it says. Raises UnreadableWorkbook or WrongFile."""
        origin = Origin.of(plan, fiscal_year)
        return keep(
            kind=self.kind,
            owner=owner,
            plan=plan,
            fiscal_year=fiscal_year,
            name=name,
            content=returned_sheet(read_workbook(content), self.layout, origin).packed(),
        )

    def _upload_page(self, request, plan, years, year, form, status):
        rows = self._own_rows(request, plan, year.fiscal_year) if year else []
        url = reverse(f"{self.name}_upload", args=[plan.pk])
        context = self._context(plan, year.fiscal_year if year else None) | {
            "year": year,
            "years": year_links(years, year, url),
            "form": form,
            "departments": DepartmentForm(department_ids=_department_ids(rows)),
            "count": len(rows),
            "none_title": NOTHING_HERE.format(thing=self.layout.thing),
            "workbook_url": reverse(f"{self.name}_workbook", args=[plan.pk]),
        }
        return render(request, "plans/entry_upload.html", context, status=status)

    def _context(self, plan, fiscal_year):
        query = f"?fiscal_year={fiscal_year}" if fiscal_year else ""
        return {
            "plan": plan,
            "pages": self,
            "fiscal_year": FiscalYear(fiscal_year) if fiscal_year else None,
            "listed_url": f"{reverse(self.listed_at, args=[plan.pk])}{query}",
            "upload_url": f"{reverse(f'{self.name}_upload', args=[plan.pk])}{query}",
        }

    def _open(self, request, plan_id, upload_id):
        """(plan, upload), where it is this person's own and still kept; else nothing is told."""
        kept = Upload.objects.kept_by(request.user, self.kind)
        upload = get_object_or_404(kept, plan_id=plan_id, pk=upload_id)
        return open_plan(request, plan_id, self.action), upload

    def _lines(self, request, plan, upload):
        """The file's lines; those of other departments carry why one enters them."""
        rows, reason = self._own_rows(request, plan, upload.fiscal_year), given_reason(request.POST)
        return [
            replace(line, on_behalf=reason) if _is_on_behalf(request, line) else line
            for line in self.lines(upload, rows, posted_choices(request.POST))
        ]

    def _preview(self, request, plan, upload):
        lines, reason = self._lines(request, plan, upload), given_reason(request.POST)
        is_needed = any(line.is_change and _is_on_behalf(request, line) for line in lines)
        error = reason_error(reason, is_needed=is_needed, what=f"{self.what}を変える")
        return ImportPreview(
            file_name=upload.file_name,
            remarks=unpacked(upload.content).remarks,
            lines=lines,
            is_on_behalf=is_needed,
            on_behalf=reason,
            reason_error=error if request.method == "POST" else "",
        )

    def _save(self, request, plan, year, upload, preview):
        try:
            self.save(
                upload=upload,
                plan_year=year,
                lines=preview.changed,
                user=request.user,
                on_behalf=preview.on_behalf if preview.is_on_behalf else "",
            )
        except YearNotOpen:
            return self._page(request, plan, upload, preview, alert=CLOSED_MEANWHILE, status=409)
        except SavedMeanwhile:
            fresh = self._preview(request, plan, upload)
            return self._page(request, plan, upload, fresh, alert=CHANGED_MEANWHILE, status=409)
        upload.refresh_from_db()
        return self._saved(request, plan, upload)

    def _saved(self, request, plan, upload):
        messages.success(request, SAVED.format(count=upload.saved_count))
        url = reverse(self.listed_at, args=[plan.pk])
        return redirect(f"{url}?fiscal_year={upload.fiscal_year}")

    def _page(self, request, plan, upload, preview, *, alert="", status=200):
        marked = reverse(f"{self.name}_marked", args=[plan.pk, upload.pk])
        context = self._context(plan, upload.fiscal_year)
        context |= {"page": preview, "alert": alert, "marked_url": marked}
        return render(request, "plans/entry_import.html", context, status=status)


def _chosen_year(request, plan):
    years = plan_years(plan)
    return years, chosen_year(years, request.GET.get("fiscal_year"))


def _department_ids(rows):
    return {department_id for row in rows for department_id in row.department_ids}


def _is_on_behalf(request, line):
    return line.subject is not None and is_on_behalf(request, line.subject.department_ids)
