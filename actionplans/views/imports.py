"""Evaluations by workbook: the form to fill in, its way back, the preview, the confirmation."""

from django.views.decorators.http import require_GET, require_http_methods

from actionplans.evaluation_columns import EVALUATIONS
from actionplans.evaluation_import import save_upload, upload_lines
from actionplans.evaluation_rows import plan_evaluations
from actionplans.evaluation_workbook import evaluation_workbook, marked_workbook
from kpis.sight import EVERYTHING
from plans.import_pages import ImportPages
from plans.models import UploadKind


class EvaluationPages(ImportPages):
    kind = UploadKind.EVALUATIONS
    layout = EVALUATIONS
    name = "evaluation"
    listed_at = "evaluation_list"
    heading = "Excelで評価"
    told = "指標と工程の集計・前年度の達成度"
    what = "評価"

    def rows(self, plan, fiscal_year):
        return plan_evaluations(plan, fiscal_year, EVERYTHING)

    def workbook(self, origin, rows):
        return evaluation_workbook(origin, rows)

    def lines(self, upload, rows, choices):
        return upload_lines(upload, rows, choices)

    def marked(self, origin, lines):
        return marked_workbook(origin, lines)

    def save(self, **saving):
        save_upload(**saving)


PAGES = EvaluationPages()
workbook = require_GET(PAGES.fetch)
upload = require_http_methods(["GET", "POST"])(PAGES.upload)
confirm = require_http_methods(["GET", "POST"])(PAGES.confirm)
marked = require_GET(PAGES.fetch_marked)
