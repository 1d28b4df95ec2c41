"""A previewed KPI table becomes KPIs and targets of its plan: all of it or nothing, once."""

from functools import partial

from kpis.definition_changes import add_kpi
from kpis.kpi_table.keeping import kept_table
from kpis.kpi_table.page import TablePage
from kpis.kpi_table.plan_side import plan_side
from kpis.target_changes import add_first_targets, set_first_targets
from plans.editing import plan_edit
from plans.models import Upload
from plans.uploads import take_over

TOLD = "成果指標の表「{name}」の取込み"  # pasted ones are no file


class ChangedMeanwhile(Exception):
    """The plan holds something else than what was looked at: nothing was saved."""


def add_table(*, upload: Upload, page: TablePage, user, reason: str) -> int:
    """Writes the page's lines and returns how many; sent again, it gives the same answer.

    Raises ChangedMeanwhile, ReasonNeeded, PlanEnded, ValidationError, Refused.
    """
    with plan_edit(plan=page.side.plan, user=user, reason=reason) as edit:
        write = partial(_write_lines, edit, upload, page)
        return take_over(upload, write, reason=edit.reason, told=TOLD)


def _write_lines(edit, upload, page) -> int:
    """The lines made again under the plan's lock, where they are what was looked at."""
    table = kept_table(Upload.objects.get(pk=upload.pk))
    now = TablePage(table, plan_side(edit.plan), page.data)
    if now.mark != page.mark or now.fates != page.fates or now.is_wanting:
        raise ChangedMeanwhile
    for line in now.taken:
        _write(edit, line, now.side.offers)
    return len(now.taken)


def _write(edit, line, offers):
    targets = line.typed_targets
    if line.standing is not None:
        set_first_targets(edit, targets, kpi_id=line.standing.pk, version=line.standing.version)
        return
    kpi = add_kpi(edit, line.typed, offers=offers)
    if targets:
        add_first_targets(edit, kpi, targets)
