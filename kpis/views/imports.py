"""Results by workbook: the form to fill in, its way back, the preview, the confirmation."""

from kpis.progress import kpi_progress
from kpis.result_columns import RESULTS
from kpis.result_uploads import save_upload, upload_lines
from kpis.result_workbook import marked_workbook, result_workbook
from kpis.sight import EVERYTHING
from kpis.summary import measured_in
from plans.import_pages import ImportPages
from plans.models import UploadKind


def _rows(plan, fiscal_year):
    return measured_in(kpi_progress(plan, EVERYTHING), fiscal_year)


PAGES = ImportPages(
    kind=UploadKind.RESULTS,
    layout=RESULTS,
    name="result",
    listed_at="result_grid",
    heading="Excelで入力",
    told="目標・前年度の実績",
    what="実績",
    rows=_rows,
    workbook=result_workbook,
    lines=upload_lines,
    marked=marked_workbook,
    save=save_upload,
)
