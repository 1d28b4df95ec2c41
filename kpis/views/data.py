from django.utils import timezone
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from dxplan.lib import csv_files, workbooks
from dxplan.lib.data_workbooks import Table, data_workbook
from dxplan.lib.downloads import download
from kpis.gates import sight_in
from kpis.progress import kpi_progress
from kpis.summary import has_sample
from kpis.tidy import HEADERS, tidy_lines
from kpis.tidy_codes import CODE_HEADERS, code_lines
from kpis.tidy_columns import COLUMN_HEADERS, FACT_HEADERS, column_lines, fact_lines
from plans.gates import open_plan

NAMES = {
    "data": "指標データ",
    "codes": "コード表",
    "columns": "列の説明",
    "metadata": "データの説明",
}


def _opened(request, plan_id):
    plan = open_plan(request, plan_id, Action.EXPORT)
    return plan, kpi_progress(plan, sight_in(request))


def _tables(plan, rows) -> dict[str, Table]:
    """The data and what explains them, each a file or a sheet of its own."""
    facts = fact_lines(plan, is_sample=has_sample(rows), today=timezone.localdate())
    tables = (
        Table("data", HEADERS, tidy_lines(plan, rows)),
        Table("codes", CODE_HEADERS, code_lines(rows)),
        Table("columns", COLUMN_HEADERS, column_lines()),
        Table("metadata", FACT_HEADERS, facts),
    )
    return {table.name: table for table in tables}


def _csv(request, plan_id, name):
    plan, rows = _opened(request, plan_id)
    table = _tables(plan, rows)[name]
    content = csv_files.csv_file(table.headers, table.lines)
    return download(content, mime_type=csv_files.MIME_TYPE, name=f"{_name(plan, rows, name)}.csv")


@require_GET
def data_csv(request, plan_id):
    """All KPIs and years of a plan, a line each, as CSV."""
    return _csv(request, plan_id, "data")


@require_GET
def codes_csv(request, plan_id):
    """Every code of the data with its meaning."""
    return _csv(request, plan_id, "codes")


@require_GET
def columns_csv(request, plan_id):
    """Every column of the data with its definition and unit."""
    return _csv(request, plan_id, "columns")


@require_GET
def metadata_csv(request, plan_id):
    """Of what the data are, from whom, in which form."""
    return _csv(request, plan_id, "metadata")


@require_GET
def data_xlsx(request, plan_id):
    """The same as a workbook, with a sheet for each of the four."""
    plan, rows = _opened(request, plan_id)
    name = _name(plan, rows, "data")
    content = b"".join(data_workbook(name, list(_tables(plan, rows).values())))
    return download(content, mime_type=workbooks.MIME_TYPE, name=f"{name}.xlsx")


def _name(plan, rows, name):
    mark = "_見本" if has_sample(rows) else ""
    return f"{plan.municipality.name}_DX推進計画_{NAMES[name]}{mark}"
