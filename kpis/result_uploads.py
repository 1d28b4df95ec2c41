"""From an uploaded workbook to saved results: kept, looked at, saved all or nothing."""

from django.db import transaction

from dxplan.lib.audit import because, event_models
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.portable_text import visible
from dxplan.lib.spreadsheets.reading import read_workbook
from kpis.actions import Change, save_results
from kpis.cells import Cells, cells_of
from kpis.import_lines import Choice, ImportLine
from kpis.models import Result, ResultUpload
from kpis.progress import result_row
from kpis.result_file import ResultFile, result_file, unpacked
from kpis.result_import import import_lines, stale_versions
from kpis.rows import KpiProgress
from plans.models import PlanYear

NAME_LENGTH = 200
REASON = "Excelファイル「{name}」の取込み"


class SavedMeanwhile(Exception):
    """Somebody saved one of the results after they were looked at: nothing was saved."""


def keep_upload(*, plan, fiscal_year: int, name: str, content: bytes, owner) -> ResultUpload:
    """Reads a workbook and keeps what it says. Raises UnreadableWorkbook or WrongFile."""
    file = result_file(read_workbook(content), plan, FiscalYear(fiscal_year))
    ResultUpload.objects.forget_old()
    return ResultUpload.objects.create(
        owner=owner,
        plan=plan,
        fiscal_year=fiscal_year,
        file_name=visible(name)[:NAME_LENGTH],
        content=_storable(file.packed()),
    )


def _storable(content):
    """Without what PostgreSQL cannot keep in JSON; the reader then says what stands there."""
    if isinstance(content, str):
        return visible(content)
    if isinstance(content, dict):
        return {name: _storable(value) for name, value in content.items()}
    return [_storable(item) for item in content] if isinstance(content, (list, tuple)) else content


def upload_lines(
    upload: ResultUpload, rows: list[KpiProgress], choices: dict[int, Choice]
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
    *, upload: ResultUpload, plan_year: PlanYear, changes: list[Change], user, on_behalf: str = ""
) -> int:
    """Saves all changes or none, once: sent again, it gives the same answer.

    `on_behalf` is why somebody enters results of other departments; it goes on record with them.
    Returns how many results were saved. Raises SavedMeanwhile, or YearNotOpen.
    """
    upload = ResultUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.saved_count is not None:
        return upload.saved_count
    because("\n".join(filter(None, (REASON.format(name=upload.file_name), on_behalf))))
    if save_results(plan_year=plan_year, changes=changes, user=user):
        raise SavedMeanwhile
    upload.saved_count = len(changes)
    upload.save(update_fields=["saved_count"])
    return upload.saved_count
