"""From the database to rows: every KPI of a plan with targets, results and judgements by year.

Table, dashboard, chart and workbook read these rows, so that no two of them can disagree.
"""

from dataclasses import dataclass, replace

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone

from dxplan.lib.fiscal_years import FiscalYear, show_date
from dxplan.lib.numbers import round_half_up
from kpis.achievement import (
    NO_WORKING,
    TEXT_IS_NOT_JUDGED,
    Achievement,
    Rate,
    judge_milestone,
    judge_number,
    judge_range,
    plain,
    reaches,
)
from kpis.grade_scales import STANDARD, ScaleBasis
from kpis.grade_scales import Scale as GradeScale
from kpis.grading import Grade, grade_by_symbol, grade_of
from kpis.measurement import (
    Direction,
    JudgementLayer,
    MeasurementType,
    Milestone,
    RateFormula,
    ValueState,
)
from kpis.models import Judgement, Kpi, Result, Target
from kpis.pace import expected_value, trend
from kpis.rows import (
    NO_PACE,
    NOTHING_EXPECTED,
    JudgementRow,
    KpiProgress,
    ResultRow,
    Scale,
    YearStanding,
)
from kpis.scales import scale_in, scale_rows, scales_of
from kpis.sight import Sight, settled_only
from kpis.taken_at import taken_at
from kpis.target_rows import (
    TargetRow,
    earlier_version,
    goal_of,
    revised_last,
    revisions_of,
    standing_targets,
    target_row,
    versions_in,
)
from kpis.yearly_values import Entered, yearly_values
from plans.models import Plan, PlanYear, YearState
from plans.review import review_row
from plans.tree import PolicyNode, policy_tree

BEFORE_TARGET_YEAR = "この年度の目標はありません（最終目標に向けた途中の年度です）。"
NO_TARGET = "この年度の目標はありません。"
NO_REFERENCE = "参照値が未入力のため、判定できません。"


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
    return standing(
        own,
        seen.get(year),
        result,
        has_later_target=year < last,
        is_asked=is_asked,
        grade_scale=frame.scale_in(year),
        expected=expected_value(
            baseline=scale.baseline,
            baseline_year=kpi.baseline_fiscal_year,
            final_target=own.final_target,
            final_year=last or None,
            fiscal_year=year,
            is_strict=own.is_final_strict,
        ),
        judgements=[item for item in judgements if item.fiscal_year == year],
        earlier_target=earlier_version(targets, versions.get(year)),
        withdrawal=versions[year] if year in versions.keys() - seen.keys() else None,
    )


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


def result_rows(kpi, scale, results) -> dict[int, ResultRow]:
    """The results with the values that are judged, computed over all years."""
    entered = {
        row.fiscal_year: Entered(row.value, row.numerator, row.denominator)
        for row in results
        if ValueState(row.state).has_value
    }
    values = yearly_values(
        scale.measurement_type,
        entered,
        first_year=kpi.first_fiscal_year,
        baseline=kpi.baseline_value,
    )
    return {row.fiscal_year: result_row(row, scale, values.get(row.fiscal_year)) for row in results}


def missing_text(is_unasked: bool) -> str:
    """What stands for a value that is missing: nothing in a year not asked for yet."""
    return "" if is_unasked else ValueState.MISSING.label


def scale_of(kpi) -> Scale:
    """How a KPI is measured, its targets left aside."""
    return Scale(
        measurement_type=MeasurementType(kpi.measurement_type),
        direction=Direction(kpi.direction),
        rate_formula=RateFormula(kpi.rate_formula),
        unit=kpi.unit,
        decimals=kpi.decimals,
        reference_name=kpi.reference_name,
        baseline=kpi.baseline_value,
        final_target=None,
    )


def with_final_target(scale: Scale, targets: dict[int, TargetRow]) -> Scale:
    """The scale with the last of the targets, by fiscal year; with none where there is none."""
    if not targets:
        return scale
    last = targets[max(targets)]
    return replace(scale, final_target=last.value, is_final_strict=last.is_strict)


def result_text(scale, result) -> str:
    """A result in words, from a ResultRow with the value that is judged."""
    state = ValueState(result.state)
    if not state.has_value:
        return state.label
    if result.milestone:
        return Milestone(result.milestone).label
    if result.words:
        return result.words
    text = scale.show(result.value)
    if result.reference is None:
        return text
    return f"{text}（{scale.reference_name} {scale.show(result.reference)}）"


def result_row(result, scale, computed=None) -> ResultRow:
    """`computed` is the YearlyValue of the year, None where there is no value."""
    row = ResultRow(
        fiscal_year=result.fiscal_year,
        state=ValueState(result.state),
        value=computed.value if computed else None,
        own_value=result.value,
        numerator=result.numerator,
        denominator=result.denominator,
        words=result.text,
        working=computed.working if computed else NO_WORKING,
        reason=computed.reason if computed else "",
        milestone=Milestone(result.milestone) if result.milestone else None,
        reference=result.reference,
        taken_at=taken_at(result),
        note=result.note,
        is_sample=result.is_sample,
        version=result.version,
        entered_by=result.entered_by_name,
        entered_at=result.entered_at,
        review=review_row(result),
    )
    return replace(row, text=result_text(scale, row))


def standing(
    scale,
    target,
    result,
    *,
    has_later_target,
    is_asked=True,
    grade_scale=STANDARD,
    expected=NOTHING_EXPECTED,
    judgements=(),
    earlier_target=None,
    withdrawal=None,
) -> YearStanding:
    """Judges one result against one target; `judgements` are rows of the database."""
    return _judged(
        scale,
        target,
        result,
        has_later_target=has_later_target,
        is_asked=is_asked,
        grade_scale=grade_scale,
        expected=expected,
        judgements=tuple(judgement_row(item, grade_scale) for item in judgements),
        earlier_target=earlier_target,
        withdrawal=withdrawal,
    )


def _judged(
    scale,
    target,
    result,
    *,
    has_later_target,
    is_asked,
    grade_scale,
    expected,
    judgements,
    earlier_target,
    withdrawal,
) -> YearStanding:
    """The only caller of the engine."""
    achievement = _achievement(scale, target, result, has_later_target)
    on_pace = _against_expected(scale, expected, result)
    by_pace = grade_scale.basis == ScaleBasis.PACE and on_pace is not None
    automatic = grade_of(
        state=result.state,
        achievement=on_pace if by_pace else achievement,
        has_later_target=has_later_target,
        is_asked=is_asked,
        is_told_in_words=scale.measurement_type == MeasurementType.QUALITATIVE,
        scale=grade_scale,
    )
    return YearStanding(
        fiscal_year=FiscalYear(result.fiscal_year),
        scale=scale,
        target=target,
        result=result,
        achievement=achievement,
        grade=_settled(scale, automatic, judgements),
        automatic_grade=automatic,
        grade_scale=grade_scale,
        expected=expected,
        pace=on_pace.rate if on_pace else NO_PACE,
        judgements=judgements,
        earlier_target=earlier_target,
        withdrawal=withdrawal,
        rounding_note=_rounding_note(scale, target, result, achievement),
        has_later_target=has_later_target,
        is_asked=is_asked,
    )


def rejudged(row: KpiProgress, fiscal_year: int, result: ResultRow) -> YearStanding:
    """A year's standing with another result, all else as it is."""
    before = row.years[fiscal_year]
    return _judged(
        before.scale,
        before.target,
        result,
        has_later_target=before.has_later_target,
        is_asked=True,
        grade_scale=before.grade_scale,
        expected=before.expected,
        judgements=before.judgements,
        earlier_target=before.earlier_target,
        withdrawal=before.withdrawal,
    )


def regraded(rows, fiscal_year, grade_scale) -> list[KpiProgress]:
    """The rows as they would be if another scale of grades held in a year; no query."""
    return [
        replace(
            row, years=row.years | {fiscal_year: _by_scale(row.years[fiscal_year], grade_scale)}
        )
        if row.at(fiscal_year)
        else row
        for row in rows
    ]


def _by_scale(before, grade_scale) -> YearStanding:
    return _judged(
        before.scale,
        before.target,
        before.result,
        has_later_target=before.has_later_target,
        is_asked=before.is_asked,
        grade_scale=grade_scale,
        expected=before.expected,
        judgements=tuple(
            replace(item, grade=grade_by_symbol(grade_scale, item.symbol))
            for item in before.judgements
        ),
        earlier_target=before.earlier_target,
        withdrawal=before.withdrawal,
    )


def judgement_row(judgement, grade_scale) -> JudgementRow:
    return JudgementRow(
        layer=JudgementLayer(judgement.layer),
        symbol=judgement.symbol,
        grade=grade_by_symbol(grade_scale, judgement.symbol),
        comment=judgement.comment,
        cause=judgement.cause,
        next_step=judgement.next_step,
        version=judgement.version,
        is_sample=judgement.is_sample,
        entered_by=judgement.entered_by_name,
        entered_at=judgement.entered_at,
    )


def _settled(scale, automatic, judgements) -> Grade:
    """The office's grade where it gave one; the self-evaluation's where words are measured."""
    given = {row.layer: row.grade for row in judgements if row.grade}
    if JudgementLayer.OFFICE in given:
        return given[JudgementLayer.OFFICE]
    if scale.measurement_type == MeasurementType.QUALITATIVE and JudgementLayer.SELF in given:
        return given[JudgementLayer.SELF]
    return automatic


def _against_expected(scale, expected, result) -> Achievement | None:
    """The value judged against the year's expected one; None where either lacks."""
    if expected.value is None or result.value is None or not result.state.has_value:
        return None
    if scale.direction == Direction.RANGE:
        return None
    return judge_number(
        direction=scale.direction,
        formula=scale.rate_formula,
        value=result.value,
        target=expected.value,
        baseline=scale.baseline,
        is_strict=expected.is_strict,
    )


def _achievement(scale, target, result, has_later_target) -> Achievement | None:
    """None where there is no value, or its target cannot be told."""
    if not result.state.has_value or result.words:
        return None
    if result.milestone:
        return judge_milestone(target=target.milestone if target else None, value=result.milestone)
    if result.value is None:
        return None
    if scale.direction == Direction.RANGE:
        return judge_range(
            lower=target.value if target else None,
            upper=target.upper_value if target else None,
            value=result.value,
        )
    goal = goal_of(target, result)
    if target and goal is None:
        return None
    return judge_number(
        direction=scale.direction,
        formula=scale.rate_formula,
        value=result.value,
        target=goal,
        baseline=scale.baseline,
        final_target=scale.final_target,
        is_strict=bool(target and target.is_strict),
        no_target_reason=BEFORE_TARGET_YEAR if has_later_target else NO_TARGET,
    )


def _rounding_note(scale, target, result, achievement) -> str:
    """Says so where the figures as shown would be judged otherwise."""
    goal = goal_of(target, result)
    if not achievement or achievement.verdict is None or None in (goal, result.value):
        return ""
    is_strict, is_achieved = target.is_strict, achievement.is_achieved
    if scale.direction == Direction.RANGE or (is_achieved and not is_strict):
        return ""
    value, goal = (round_half_up(figure, scale.decimals) for figure in (result.value, goal))
    reads_achieved = reaches(
        direction=scale.direction, target=goal, value=value, is_strict=is_strict
    )
    if reads_achieved == is_achieved:
        return ""
    return f"四捨五入前の値（{plain(result.value)}）で判定しています。"


def reasons(standing: YearStanding) -> list[str]:
    """Why a figure of this year is missing or needs a word, as Japanese sentences."""
    result = standing.result
    if result.reason:
        return [result.reason]
    if result.words:
        return [TEXT_IS_NOT_JUDGED]
    if result.state.has_value and standing.achievement is None:
        return [NO_REFERENCE]
    if standing.achievement is None:
        return []
    found = [standing.verdict_note, *_rate_reasons(standing.achievement)]
    return [text for text in found if text]


def _rate_reasons(achievement) -> list[str]:
    def reason(name: str, rate: Rate) -> str:
        return f"{name}: {rate.reason}" if rate.reason else ""

    return [reason("達成率", achievement.rate), reason("進捗率", achievement.progress)]
