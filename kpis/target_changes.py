"""Targets as people revise them, within a `plan_edit`; each change leaves a record.

The first ones are set in `first_targets`; from then on targets change by revisions only. What
another person did meanwhile shows as `Stale` with the KPI as it stands, what cannot be as
`Refused`.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django.db import IntegrityError
from django.db.models import Max

from dxplan.lib.fiscal_years import FiscalYear
from kpis.definition_changes import locked_kpi, subject_of
from kpis.definition_rules import closed_years
from kpis.measurement import Milestone, RevisionCategory, TargetKind
from kpis.models import Kpi, Target, TargetRevision
from kpis.result_rows import scale_of
from kpis.taken_at import UNKNOWN_TIME, TakenTime, taken_text
from kpis.target_reading import TAKEN_AWAY, TargetValue, cell_text
from plans.editing import PlanEdit, Stale, what_changed
from plans.models import ChangeKind
from plans.structure import Refused

YEAR_CLOSED = "締めた年度の目標は変えられません。"
NOT_IN_DRAFT = "策定中の計画の目標は、見直しではなく、目標の入力で直してください。"
TOO_EARLY = "適用する年度より前の年度の目標は変えられません。"
NEVER_THERE = "目標のない年度は、空のままにしてください。「なし」は見直しでだけ使えます。"
GUARDS = {  # what the database refuses, in words
    "target_revision_after_closed_years": YEAR_CLOSED,
    "closed_year_keeps_its_targets": YEAR_CLOSED,
    "target_of_its_revision": TOO_EARLY,
    "target_taken_away_by_a_revision": NEVER_THERE,
}


@dataclass(frozen=True)
class StandingTarget:
    """A target with its 時点, as it stands in a fiscal year."""

    value: TargetValue
    taken: TakenTime = UNKNOWN_TIME

    @property
    def columns(self) -> dict:
        return self.value.columns | self.taken._asdict()


@dataclass(frozen=True)
class Decision:
    """Who decided new targets, when, from which fiscal year on, and why."""

    effective_fiscal_year: int
    decided_on: datetime.date
    decided_by: str
    category: str
    reason: str


Targets = dict[int, StandingTarget]


def targets_in_force(kpi: Kpi, *, before_revision: int | None = None) -> Targets:
    """A KPI's targets by fiscal year, the latest revision's first. One query.

    With `before_revision` as they stood before that one was decided.
    """
    rows = Target.objects.filter(kpi=kpi).select_related("revision")
    found = {}
    for row in sorted(rows, key=_revision_number):
        if before_revision is None or _revision_number(row) < before_revision:
            found[row.fiscal_year] = standing_target(row)
    return found


def standing_target(row: Target) -> StandingTarget:
    value = TargetValue(
        kind=TargetKind(row.kind),
        value=row.value,
        upper_value=row.upper_value,
        milestone=Milestone(row.milestone) if row.milestone else None,
        text=row.text,
        is_strict=row.is_strict,
    )
    return StandingTarget(value, TakenTime(row.taken_fiscal_year, row.taken_on))


def next_revision(kpi: Kpi) -> int:
    """The number that the next revision gets. One query."""
    return (kpi.revisions.aggregate(last=Max("number"))["last"] or 0) + 1


def revise(
    edit: PlanEdit, decision: Decision, typed: dict[int, TargetValue | None], *, kpi_id, number
) -> TargetRevision | None:
    """Revision `number` of a KPI with those of the targets that differ; None where none does.

    `typed` has None for years to leave as they are, and TAKEN_AWAY for those whose target goes. The
    same sent twice makes one. Raises Stale where another revision has this number, Refused,
    ReasonNeeded.
    """
    kpi = locked_kpi(kpi_id)
    if edit.plan.is_draft:
        raise Refused(NOT_IN_DRAFT)
    standing = targets_in_force(kpi, before_revision=number)
    changed = changed_targets(standing, typed)
    if not changed:
        return None
    following = next_revision(kpi)
    if number != following:
        return _same_or_stale(kpi, number, decision, changed)
    _check(edit.plan, decision, changed)
    revision = _create(edit, kpi, number, decision, changed)
    subject = f"{subject_of(kpi)}（第{number}回の目標の見直し）"
    detail = change_text(kpi, standing, standing | changed)
    edit.record(ChangeKind.EDITED, subject, f"{_decision_text(decision)}\n{detail}")
    return revision


def changed_targets(standing: Targets, typed: dict[int, TargetValue | None]) -> Targets:
    """Those of the typed targets that differ; each keeps the 時点 of the one before.

    None leaves a year as it is, and a target that is not there cannot be taken away.
    """
    changed = {}
    for year, value in typed.items():
        before = standing.get(year)
        if value not in (None, before.value if before else TAKEN_AWAY):
            taken = before.taken if before and value != TAKEN_AWAY else UNKNOWN_TIME
            changed[year] = StandingTarget(value, taken)
    return changed


@contextmanager
def guards_in_words() -> Iterator[None]:
    """What the database refuses becomes a `Refused` in Japanese."""
    try:
        yield
    except IntegrityError as error:
        name = error.__cause__.diag.constraint_name
        if name not in GUARDS:
            raise
        raise Refused(GUARDS[name]) from error


def change_text(kpi: Kpi, before: Targets, after: Targets) -> str:
    """「令和8年度の目標: 30 → 25」 line by line, for the record."""
    texts = [
        {
            f"{FiscalYear(year).era_label}の目標": _text(kpi, side.get(year))
            for year in sorted(after)
        }
        for side in (before, after)
    ]
    return what_changed(*texts)


def _text(kpi, target):
    if target is None:
        return ""
    taken = taken_text(*target.taken)
    return f"{cell_text(target.value, scale_of(kpi))}{f'（{taken}）' if taken else ''}"


def _check(plan, decision, changed):
    closed = closed_years(plan.pk)
    if any(year >= decision.effective_fiscal_year for year in closed):
        raise Refused(YEAR_CLOSED)
    if min(changed) < decision.effective_fiscal_year:
        raise Refused(TOO_EARLY)


def _same_or_stale(kpi, number, decision, changed):
    """The revision of this number where it says just this; so the same sent twice is harmless."""
    revision = kpi.revisions.filter(number=number).first()
    if revision is None:
        raise Stale(kpi)
    stored = {row.fiscal_year: standing_target(row) for row in revision.targets.all()}
    said = {name: getattr(revision, name) for name in asdict(decision)}
    if said != asdict(decision) or stored != changed:
        raise Stale(kpi)
    return revision


def _create(edit, kpi, number, decision, changed):
    with guards_in_words():
        revision = TargetRevision.objects.create(
            kpi=kpi,
            number=number,
            recorded_by=edit.user,
            recorded_by_name=edit.user.name,
            **asdict(decision),
        )
        Target.objects.bulk_create(
            Target(kpi=kpi, revision=revision, fiscal_year=year, **target.columns)
            for year, target in changed.items()
        )
    return revision


def _decision_text(decision):
    year = FiscalYear(decision.effective_fiscal_year).era_label
    return f"{year}から適用（{RevisionCategory(decision.category).label}、{decision.decided_by}）"


def _revision_number(row):
    return row.revision.number if row.revision else 0
