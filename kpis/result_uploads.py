"""From an uploaded workbook to saved results: kept, looked at, saved all or nothing."""

from django.db import transaction

from dxplan.lib.audit import because, event_models
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.spreadsheets.reading import read_workbook
from kpis.actions import Change, save_results
from kpis.cells import Cells, cells_of
from kpis.import_lines import Choice, ImportLine
from kpis.models import Result
from kpis.progress import result_row
from kpis.result_file import ResultFile, result_file, unpacked
from kpis.result_import import import_lines, stale_versions
from kpis.rows import KpiProgress
from plans.models import PlanYear, Upload, UploadKind
from plans.uploads import held, keep, tell_saved

REASON = "Excelファイル「{name}」の取込み"


class SavedMeanwhile(Exception):
    """Somebody saved one of the results after they were looked at: nothing was saved."""


def keep_upload(*, plan, fiscal_year: int, name: str, content: bytes, owner) -> Upload:
    """Reads a workbook and keeps what it says. Raises UnreadableWorkbook or WrongFile."""
    file = result_file(read_workbook(content), plan, FiscalYear(fiscal_year))
    return keep(
        kind=UploadKind.RESULTS,
        owner=owner,
        plan=plan,
        fiscal_year=fiscal_year,
        name=name,
        content=file.packed(),
    )


def upload_lines(
    upload: Upload, rows: list[KpiProgress], choices: dict[int, Choice]
) -> list[ImportLine]:
    """What the kept workbook would change now. One query where somebody saved meanwhile."""
    file = unpacked(upload.content)
    bases = _bases(file, rows, upload.fiscal_year)
    return import_lines(file, rows, upload.fiscal_year, bases, choices)


def _bases(file: ResultFile, rows, fiscal_year) -> dict[int, Cells]:
    """The cells from which a file was made, where another version stands now: from the trail."""
    wanted = {kpi_id: version for kpi_id, version in
              stale_versions(file, rows, fiscal_year).items() if version}  # fmt: skip
    if not wanted:
        return {}
    by_id = {row.id: row for row in rows}
    events = event_models()[Result].objects.filter(
        kpi_id__in=wanted, fiscal_year=fiscal_year, version__in=set(wanted.values())
    )
    return {
        event.kpi_id: cells_of(by_id[event.kpi_id], result_row(event, by_id[event.kpi_id].scale))
        for event in events.order_by("pgh_id")
        if event.version == wanted[event.kpi_id]
    }


@transaction.atomic
def save_upload(
    *, upload: Upload, plan_year: PlanYear, changes: list[Change], user, on_behalf: str = ""
) -> int:
    """Saves all changes or none, once: sent again, it gives the same answer.

    `on_behalf` is why somebody enters results of other departments; it goes on record with them.
    Returns how many results were saved. Raises SavedMeanwhile, or YearNotOpen.
    """
    upload = held(upload)
    if upload.saved_count is not None:
        return upload.saved_count
    because("\n".join(filter(None, (REASON.format(name=upload.file_name), on_behalf))))
    if save_results(plan_year=plan_year, changes=changes, user=user):
        raise SavedMeanwhile
    tell_saved(upload, len(changes))
    return upload.saved_count
