"""The first targets of KPIs, set within a `plan_edit`; each change leaves a record.

They are set in the plan's draft, or for a KPI that came later, before it has any; from then on
they are revised (`target_changes`). What another person did meanwhile shows as `Stale` with the KPI
as it stands, what cannot be as `Refused`.
"""

from dataclasses import dataclass

from django.db.models import F

from kpis.definition_changes import locked_kpis, subject_of
from kpis.definition_rules import closed_years
from kpis.models import Kpi, Target
from kpis.target_changes import (
    YEAR_CLOSED,
    StandingTarget,
    Targets,
    change_text,
    guards_in_words,
    standing_target,
)
from kpis.target_reading import TAKEN_AWAY
from plans.editing import Changed, PlanEdit, Stale
from plans.models import ChangeKind
from plans.structure import Refused

ONLY_REVISED = "この指標の目標は、見直しとして登録してください。"
Typed = dict[int, StandingTarget | None]
COLUMNS = list(StandingTarget(TAKEN_AWAY).columns)


class OnlyRevised(Refused):
    """The KPI has its first targets already; from now on they are revised."""


def first_targets(kpi: Kpi) -> Targets:
    """The plan's first targets by fiscal year. One query."""
    rows = Target.objects.filter(kpi=kpi, revision=None)
    return {row.fiscal_year: standing_target(row) for row in rows}


def may_set_first(plan, kpi: Kpi) -> bool:
    """Whether first targets are set directly; else they are revised. At most one query."""
    return plan.is_draft or not Target.objects.filter(kpi=kpi).exists()


def set_first_targets(edit: PlanEdit, typed: Typed, *, kpi_id, version) -> bool:
    """Makes the first targets of the given years these; False where they are already.

    None empties a year. Raises Stale, Refused, ReasonNeeded.
    """
    changes = replace_first_targets(edit.plan, {kpi_id: (version, typed)})
    edit.record_all(changes.values())
    return bool(changes)


def replace_first_targets(plan, typed: dict[int, tuple[int, Typed]]) -> dict[int, Changed]:
    """The same for many: by KPI the version that was seen and the targets, of those that differ.

    Returns what is to go on record. Seven queries, however many. Raises Stale, Refused.
    """
    kpis, stored = locked_kpis(typed), _stored(typed)
    closed, changed, changes = closed_years(plan.pk), {}, {}
    for kpi_id, (version, targets) in typed.items():
        kpi, standing = kpis[kpi_id], stored.standing(kpi_id)
        own = {year: target for year, target in targets.items() if target != standing.get(year)}
        if not own:
            continue
        if not plan.is_draft and kpi_id in stored.having:
            raise OnlyRevised(ONLY_REVISED)
        if kpi.version != version:
            raise Stale(kpi)
        if closed.intersection(own):
            raise Refused(YEAR_CLOSED)
        changed[kpi_id] = own
        changes[kpi_id] = _edited(kpi, standing, standing | own)
    _store(changed, stored)
    Kpi.objects.filter(pk__in=changed).update(version=F("version") + 1)
    return changes


def make_first_targets(targets: dict[Kpi, Targets]) -> dict[Kpi, Changed]:
    """The first targets of KPIs that were added in this same edit, so that nobody saw them before.

    Returns what is to go on record. One query, however many. Raises Refused.
    """
    rows = [_first(kpi.pk, *pair) for kpi, own in targets.items() for pair in own.items()]
    with guards_in_words():
        Target.objects.bulk_create(rows)
    return {kpi: _edited(kpi, {}, own) for kpi, own in targets.items() if own}


def _edited(kpi, before, after):
    return Changed(ChangeKind.EDITED, subject_of(kpi), change_text(kpi, before, after))


def _first(kpi_id, year, target):
    return Target(kpi_id=kpi_id, fiscal_year=year, **target.columns)


@dataclass(frozen=True)
class _Stored:
    """The first targets of some KPIs by KPI and year, and the KPIs `having` any target at all."""

    first: dict[int, dict[int, Target]]
    having: set[int]

    def standing(self, kpi_id) -> Targets:
        return {year: standing_target(row) for year, row in self.first[kpi_id].items()}


def _stored(kpi_ids):
    first, rows = {pk: {} for pk in kpi_ids}, Target.objects.filter(kpi__in=kpi_ids)
    for row in rows:
        if row.revision_id is None:
            first[row.kpi_id][row.fiscal_year] = row
    return _Stored(first, {row.kpi_id for row in rows})


def _store(changed, stored):
    gone, kept, new = [], [], []
    for kpi_id, targets in changed.items():
        for year, target in targets.items():
            row = stored.first[kpi_id].get(year)
            if target is None:
                gone.append(row.pk)
            elif row:
                kept.append(row)
                vars(row).update(target.columns)
            else:
                new.append(_first(kpi_id, year, target))
    with guards_in_words():
        Target.objects.filter(pk__in=gone).delete()
        Target.objects.bulk_update(kept, COLUMNS)
        Target.objects.bulk_create(new)
