"""From a kept workbook to saved results: compared with what stands, saved all or nothing."""

from dxplan.lib.audit import event_models
from dxplan.lib.entry_sheets.findings import Choice
from dxplan.lib.entry_sheets.returned import ReturnedSheet, unpacked
from kpis.actions import save_results
from kpis.cells import Cells, cells_of
from kpis.models import Result
from kpis.result_import import result_lines, stale_versions
from kpis.result_lines import ResultLine
from kpis.result_rows import result_row
from kpis.rows import KpiProgress
from plans.models import PlanYear, Upload
from plans.uploads import SavedMeanwhile, take_over


def upload_lines(
    upload: Upload, rows: list[KpiProgress], choices: dict[int, Choice]
) -> list[ResultLine]:
    """What the kept workbook would change now. One query where somebody saved meanwhile."""
    file = unpacked(upload.content)
    bases = _bases(file, rows, upload.fiscal_year)
    return result_lines(file, rows, upload.fiscal_year, bases, choices)


def _bases(file: ReturnedSheet, rows, fiscal_year) -> dict[int, Cells]:
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


def save_upload(
    *, upload: Upload, plan_year: PlanYear, lines: list[ResultLine], user, on_behalf: str = ""
) -> int:
    """Saves all lines or none, once: sent again, it gives the same answer.

    `on_behalf` is why somebody enters results of other departments; it goes on record with them.
    Returns how many results were saved. Raises SavedMeanwhile, or YearNotOpen.
    """

    def write():
        changes = [line.change for line in lines]
        if save_results(plan_year=plan_year, changes=changes, user=user):
            raise SavedMeanwhile
        return len(changes)

    return take_over(upload, write, reason=on_behalf)
