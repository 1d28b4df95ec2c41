"""Evaluations by workbook: the form to fill in, its way back, the preview, the confirmation."""

from actionplans.evaluation_columns import EVALUATIONS
from actionplans.evaluation_import import save_upload, upload_lines
from actionplans.evaluation_rows import plan_evaluations
from actionplans.evaluation_workbook import evaluation_workbook, marked_workbook
from kpis.sight import EVERYTHING
from plans.import_pages import ImportPages
from plans.models import UploadKind


def _rows(plan, fiscal_year):
    return plan_evaluations(plan, fiscal_year, EVERYTHING)


PAGES = ImportPages(
    kind=UploadKind.EVALUATIONS,
    layout=EVALUATIONS,
    name="evaluation",
    listed_at="evaluation_list",
    heading="Excelで評価",
    told="指標と工程の集計・前年度の達成度",
    what="評価",
    rows=_rows,
    workbook=evaluation_workbook,
    lines=upload_lines,
    marked=marked_workbook,
    save=save_upload,
)
