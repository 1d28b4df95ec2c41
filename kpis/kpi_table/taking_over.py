"""A previewed KPI table becomes KPIs and targets of its plan: all of it or nothing, once."""

from collections.abc import Iterator
from functools import partial

from kpis.definition_changes import make_kpis
from kpis.first_targets import make_first_targets, replace_first_targets
from kpis.kpi_table.keeping import kept_table
from kpis.kpi_table.page import TablePage
from kpis.kpi_table.plan_side import plan_side
from plans.editing import Changed, plan_edit
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
    edit.record_all(list(_written(edit.plan, now)))
    return len(now.taken)


def _written(plan, page) -> Iterator[Changed]:
    """Writes all lines at once, and says what is to go on record line by line."""
    new = [line for line in page.taken if line.standing is None]
    added = make_kpis(plan, [line.typed for line in new], page.side.offers)
    targets = {kpi: line.typed_targets for kpi, line in zip(added, new, strict=True)}
    given = make_first_targets(targets)
    completed = replace_first_targets(plan, _typed_for_standing(page))
    rows = iter(added)
    for line in page.taken:
        if line.standing:
            yield from _those_of(line.standing.pk, completed)
        else:
            kpi = next(rows)
            yield from _those_of(kpi, added, given)


def _typed_for_standing(page):
    return {
        line.standing.pk: (line.standing.version, line.typed_targets)
        for line in page.taken
        if line.standing
    }


def _those_of(kpi, *changes):
    return (found[kpi] for found in changes if kpi in found)
