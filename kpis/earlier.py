"""What the database held of a plan's KPIs at a moment, from what it holds and what has turned."""

from dataclasses import replace

from django.db.models import Model

from dxplan.accounts.trail.turned import Turned
from kpis.models import GradeScale, Judgement, Kpi, Result, Target, TargetRevision
from kpis.progress import Frame, Stored
from plans.models import PlanYear, YearState


def held_before(held: Stored, turned: list[Turned]) -> Stored:
    """`held` as it was before all that turned, as far as today's KPIs go. No queries.

    KPIs stand under the policies and with the departments that they have today.
    """
    kpis = _kpis_before(held.kpis, turned)
    ids = {kpi.pk for kpi in kpis}
    return replace(
        held,
        kpis=kpis,
        targets=_targets_before(held.targets, turned, ids),
        results=_rows_before(Result, held.results, turned, ids),
        judgements=_rows_before(Judgement, held.judgements, turned, ids),
        frame=_frame_before(held.frame, turned),
    )


def _of(model: type[Model], turned) -> dict[int, Turned]:
    return {item.id: item for item in turned if item.model is model}


def _kpis_before(kpis, turned):
    changed = _of(Kpi, turned)
    return [
        _as_today(changed[kpi.pk].before, kpi) if kpi.pk in changed else kpi
        for kpi in kpis
        if kpi.pk not in changed or changed[kpi.pk].before
    ]


def _as_today(before, kpi):
    """The KPI as it was, in the place that it has today."""
    before.policy_id = kpi.policy_id
    before._prefetched_objects_cache = kpi._prefetched_objects_cache
    return before


def _rows_before(model, rows, turned, kpi_ids):
    changed = _of(model, turned)
    unchanged = [row for row in rows if row.pk not in changed]
    before = [item.before for item in changed.values() if item.before]
    return [row for row in unchanged + before if row.kpi_id in kpi_ids]


def _targets_before(targets, turned, kpi_ids):
    """With their revisions; one whose revision is gone without a trace is left out."""
    revisions = {None: None} | {row.revision_id: row.revision for row in targets}
    revisions |= {item.id: item.before for item in _of(TargetRevision, turned).values()}
    before = _rows_before(Target, targets, turned, kpi_ids)
    known = [target for target in before if target.revision_id in revisions]
    for target in known:
        target.revision = revisions[target.revision_id]
    return known


def _frame_before(frame: Frame, turned):
    """A year that was not there yet was not asked for; a scale that was made since did not hold."""
    unasked = set(frame.unasked)
    for year in _of(PlanYear, turned).values():
        was_planned = year.before is None or year.before.state == YearState.PLANNED
        changed = (year.before or year.after).fiscal_year
        unasked = unasked | {changed} if was_planned else unasked - {changed}
    new = {item.after.version for item in _of(GradeScale, turned).values() if not item.before}
    scales = tuple(scale for scale in frame.scales if scale.version not in new)
    return Frame(frozenset(unasked), scales)
