"""From the database to rows: every KPI of a plan with targets, results and judgements by year.

Table, dashboard, chart and workbook read these rows, so that no two of them can disagree.
"""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone

from dxplan.lib.fiscal_years import FiscalYear, show_date
from kpis.grade_scales import Scale as GradeScale
from kpis.measurement import MeasurementType
from kpis.models import Judgement, Kpi, Result, Target
from kpis.pace import expected_value, trend
from kpis.result_rows import missing_text, result_rows, scale_of, with_final_target
from kpis.rows import KpiProgress, ResultRow, YearStanding
from kpis.scales import scale_in, scale_rows, scales_of
from kpis.sight import Sight, settled_only
from kpis.standings import Case, judged, judgement_row
from kpis.taken_at import taken_at
from kpis.target_rows import (
    earlier_version,
    revised_last,
    revisions_of,
    standing_targets,
    target_row,
    versions_in,
)
from plans.models import Plan, PlanYear, YearState
from plans.tree import PolicyNode, policy_tree


def kpi_progress(plan, sight: Sight) -> list[KpiProgress]:
    """All KPIs of a plan in the plan's order, with the results within `sight`.

    Seven queries, however many KPIs and years.
    """
    return progress_of(stored(plan), sight)


@dataclass(frozen=True)
class Stored:
    """What the database holds of a plan's KPIs, in the plan's order."""

    nodes: list[PolicyNode]
    kpis: list[Kpi]
    targets: list[Target]
    results: list[Result]
    judgements: list[Judgement]
    frame: "Frame"


def stored(plan) -> Stored:
    """Seven queries."""
    nodes = policy_tree(plan)
    place = {node.id: number for number, node in enumerate(nodes)}
    kpis = list(Kpi.objects.filter(plan=plan).with_departments(timezone.localdate()))
    kpis.sort(key=lambda kpi: (place[kpi.policy_id], kpi.position, kpi.pk))
    return Stored(
        nodes=nodes,
        kpis=kpis,
        targets=list(Target.objects.filter(kpi__plan=plan).select_related("revision")),
        results=list(Result.objects.filter(kpi__plan=plan)),
        judgements=list(Judgement.objects.filter(kpi__plan=plan)),
        frame=plan_frame(plan),
    )


def progress_of(held: Stored, sight: Sight) -> list[KpiProgress]:
    """The rows that these make, with the results within `sight`. No queries."""
    nodes = {node.id: node for node in held.nodes}
    targets, results, judgements = map(_by_kpi, (held.targets, held.results, held.judgements))
    return [
        _progress_of(
            kpi,
            nodes[kpi.policy_id],
            targets.get(kpi.pk, ()),
            results.get(kpi.pk, ()),
            judgements.get(kpi.pk, ()),
            held.frame,
            sight,
        )
        for kpi in held.kpis
    ]


@dataclass(frozen=True)
class Frame:
    """What holds for all KPIs of a plan: years not asked for yet, and the scales of grades."""

    unasked: frozenset[int]
    scales: tuple[GradeScale, ...]

    def scale_in(self, fiscal_year: int) -> GradeScale:
        """The scale in force in a year: the latest that begins in it or before."""
        return scale_in(self.scales, fiscal_year)


def plan_frame(plan) -> Frame:
    """One query: the plan's planned years and scales, handed over as lists."""
    planned = PlanYear.objects.filter(plan=OuterRef("pk"), state=YearState.PLANNED)
    found = Plan.objects.annotate(
        unasked=ArraySubquery(planned.values("fiscal_year")), scale_rows=scale_rows()
    ).get(pk=plan.pk)
    return Frame(frozenset(found.unasked), scales_of(found.scale_rows))


def _by_kpi(rows):
    grouped = {}
    for row in sorted(rows, key=lambda row: (row.fiscal_year, row.pk)):
        grouped.setdefault(row.kpi_id, []).append(row)
    return grouped


def _progress_of(kpi, node, targets, results, judgements, frame, sight) -> KpiProgress:
    scale = scale_of(kpi)
    rows = [target_row(row, scale) for row in targets]
    last_targets = revised_last(rows)
    scale = with_final_target(scale, last_targets)
    responsibilities = kpi.responsibilities.all()
    carriers = carriers_of(responsibilities)
    if not sight.sees_drafts_of(carriers):
        results, judgements = settled_only(results, judgements)
    shown_results = result_rows(kpi, scale, results)
    years = range(kpi.first_fiscal_year, kpi.last_fiscal_year + 1)
    last_target_year = max(last_targets, default=0)
    standings = {
        year: _standing_in(year, kpi, scale, rows, shown_results, judgements, frame)
        for year in years
    }
    return KpiProgress(
        id=kpi.pk,
        number=kpi.number,
        name=kpi.name,
        definition=kpi.definition,
        target_wording=kpi.target_wording,
        source=kpi.source,
        scale=scale,
        policy=node,
        department_ids=frozenset(carriers),
        department_names=tuple(carriers.values()),
        former_departments=_former(responsibilities),
        has_sample_departments=any(item.is_sample for item in responsibilities),
        baseline_fiscal_year=FiscalYear(kpi.baseline_fiscal_year)
        if kpi.baseline_fiscal_year
        else None,
        baseline_reference=kpi.baseline_reference,
        baseline_taken_at=taken_at(kpi),
        last_target_year=last_target_year,
        years=standings,
        targets=tuple(rows),
        revisions=revisions_of(rows),
        trend=_trend(scale, standings, last_target_year),
        checklist_id=kpi.checklist_id,
        checklist_measure=kpi.checklist_measure,
    )


def carriers_of(responsibilities) -> dict[int, str]:
    """Names by id of those in charge, each once, in the town's order; see `carried_on`."""
    carriers = [item.carrier for item in responsibilities]
    carriers.sort(key=lambda carrier: (carrier["position"], carrier["name"]))
    return {carrier["id"]: carrier["name"] for carrier in carriers}


def _former(responsibilities):
    """Departments that were in charge until their last day, under the name that they had."""
    return tuple(
        f"{item.department.name}（{show_date(item.department.valid_to)}まで）"
        for item in responsibilities
        if item.carrier["id"] != item.department_id
    )


def _standing_in(year, kpi, scale, targets, results, judgements, frame) -> YearStanding:
    """The standing of one year, by the targets and the scale then in force."""
    versions = versions_in(targets, year)
    seen = standing_targets(versions)
    own, last = with_final_target(scale, seen), max(seen, default=0)
    is_asked = year not in frame.unasked
    result = results.get(year) or ResultRow(year, text=missing_text(not is_asked))
    grade_scale = frame.scale_in(year)
    case = Case(
        scale=own,
        target=seen.get(year),
        result=result,
        has_later_target=year < last,
        is_asked=is_asked,
        grade_scale=grade_scale,
        expected=expected_value(
            baseline=scale.baseline,
            baseline_year=kpi.baseline_fiscal_year,
            final_target=own.final_target,
            final_year=last or None,
            fiscal_year=year,
            is_strict=own.is_final_strict,
        ),
        judgements=tuple(
            judgement_row(item, grade_scale) for item in judgements if item.fiscal_year == year
        ),
        earlier_target=earlier_version(targets, versions.get(year)),
        withdrawal=versions[year] if year in versions.keys() - seen.keys() else None,
    )
    return judged(case)


def _trend(scale, standings, last_target_year):
    if scale.measurement_type in (MeasurementType.MILESTONE, MeasurementType.QUALITATIVE):
        return None
    points = {
        year: item.result.value
        for year, item in standings.items()
        if item.result.state.has_value and item.result.value is not None
    }
    return trend(
        direction=scale.direction,
        points=points,
        final_target=scale.final_target,
        final_year=last_target_year or None,
        is_strict=scale.is_final_strict,
    )
