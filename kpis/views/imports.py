"""Results by workbook: the form to fill in, its way back, the preview, the confirmation."""

from django.views.decorators.http import require_GET, require_http_methods

from kpis.progress import kpi_progress
from kpis.result_columns import RESULTS
from kpis.result_uploads import save_upload, upload_lines
from kpis.result_workbook import marked_workbook, result_workbook
from kpis.sight import EVERYTHING
from kpis.summary import measured_in
from plans.import_pages import ImportPages
from plans.models import UploadKind


class ResultPages(ImportPages):
    kind = UploadKind.RESULTS
    layout = RESULTS
    name = "result"
    listed_at = "result_grid"
    heading = "Excelで入力"
    told = "目標・前年度の実績"
    what = "実績"

    def rows(self, plan, fiscal_year):
        return measured_in(kpi_progress(plan, EVERYTHING), fiscal_year)

    def workbook(self, origin, rows):
        return result_workbook(origin, rows)

    def lines(self, upload, rows, choices):
        return upload_lines(upload, rows, choices)

    def marked(self, origin, lines):
        return marked_workbook(origin, lines)

    def save(self, **saving):
        save_upload(**saving)


PAGES = ResultPages()
workbook = require_GET(PAGES.fetch)
upload = require_http_methods(["GET", "POST"])(PAGES.upload)
confirm = require_http_methods(["GET", "POST"])(PAGES.confirm)
marked = require_GET(PAGES.fetch_marked)
