from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from dxplan.lib import csv_files, workbooks
from dxplan.lib.downloads import download
from kpis.gates import sight_in
from kpis.progress import kpi_progress
from kpis.summary import has_sample
from kpis.tidy import HEADERS, tidy_lines
from plans.gates import open_plan


@require_GET
def data_csv(request, plan_id):
    """All KPIs and years of a plan, a line each, as CSV."""
    plan = open_plan(request, plan_id, Action.EXPORT)
    rows = kpi_progress(plan, sight_in(request))
    content = csv_files.csv_file(HEADERS, tidy_lines(plan, rows))
    return download(content, mime_type=csv_files.MIME_TYPE, name=f"{_name(plan, rows)}.csv")


@require_GET
def data_xlsx(request, plan_id):
    """The same as a workbook with one sheet."""
    plan = open_plan(request, plan_id, Action.EXPORT)
    rows = kpi_progress(plan, sight_in(request))
    name = _name(plan, rows)
    book = workbooks.data_workbook(name, HEADERS, tidy_lines(plan, rows))
    content = workbooks.to_bytes(book)
    return download(content, mime_type=workbooks.MIME_TYPE, name=f"{name}.xlsx")


def _name(plan, rows):
    mark = "_見本" if has_sample(rows) else ""
    return f"{plan.municipality.name}_DX推進計画_指標データ{mark}"
