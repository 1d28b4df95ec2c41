"""From the database to rows: every KPI of a plan with targets, results and judgements by year.

Table, dashboard, chart and workbook read these rows, so that no two of them can disagree.
"""

import datetime
from decimal import Decimal

from dxplan.lib.fiscal_years import FiscalYear, show_month_end
from dxplan.lib.numbers import round_half_up
from kpis.achievement import (
    Achievement,
    Rate,
    Verdict,
    judge_milestone,
    judge_number,
    plain,
)
from kpis.grading import grade_of
from kpis.measurement import (
    Direction,
    MeasurementType,
    Milestone,
    RateFormula,
    TargetKind,
    ValueState,
)
from kpis.models import Kpi, Result, Target
from kpis.rows import KpiProgress, ResultRow, Scale, TargetRow, YearStanding
from plans.models import PlanYear, YearState
from plans.tree import policy_tree

BEFORE_TARGET_YEAR = "この年度の目標はありません（最終目標に向けた途中の年度です）。"
NO_TARGET = "この年度の目標はありません。"
NO_REFERENCE = "参照値が未入力のため、判定できません。"


def kpi_progress(plan) -> list[KpiProgress]:
    """All KPIs of a plan in the plan's order. Six queries, however many KPIs and years."""
    nodes = policy_tree(plan)
    order = {node.id: (place, node) for place, node in enumerate(nodes)}
    kpis = list(Kpi.objects.filter(plan=plan).with_departments())
    kpis.sort(key=lambda kpi: (order[kpi.policy_id][0], kpi.position, kpi.pk))
    targets = _by_kpi(Target.objects.filter(kpi__plan=plan))
    results = _by_kpi(Result.objects.filter(kpi__plan=plan))
    planned = PlanYear.objects.filter(plan=plan, state=YearState.PLANNED)
    unasked = set(planned.values_list("fiscal_year", flat=True))
    return [
        _progress_of(
            kpi,
            order[kpi.policy_id][1],
            targets.get(kpi.pk, ()),
            results.get(kpi.pk, ()),
            unasked,
        )
        for kpi in kpis
    ]


def _by_kpi(rows):
    grouped = {}
    for row in rows.order_by("fiscal_year"):
        grouped.setdefault(row.kpi_id, []).append(row)
    return grouped


def _progress_of(kpi, node, targets, results, unasked) -> KpiProgress:
    scale = scale_of(kpi, targets[-1] if targets else None)
    target_rows = {row.fiscal_year: target_row(row, scale) for row in targets}
    result_rows = {row.fiscal_year: result_row(row, scale) for row in results}
    years = range(kpi.first_fiscal_year, kpi.last_fiscal_year + 1)
    last_target_year = max(target_rows, default=0)
    responsibilities = sorted(
        kpi.responsibilities.all(),
        key=lambda item: (item.department.position, item.department.name),
    )
    return KpiProgress(
        id=kpi.pk,
        number=kpi.number,
        name=kpi.name,
        definition=kpi.definition,
        target_wording=kpi.target_wording,
        source=kpi.source,
        scale=scale,
        policy=node,
        department_ids=frozenset(item.department_id for item in responsibilities),
        department_names=tuple(item.department.name for item in responsibilities),
        has_sample_departments=any(item.is_sample for item in responsibilities),
        baseline_fiscal_year=FiscalYear(kpi.baseline_fiscal_year)
        if kpi.baseline_fiscal_year
        else None,
        baseline_reference=kpi.baseline_reference,
        baseline_taken=taken_text(kpi.taken_fiscal_year, kpi.taken_on),
        last_target_year=last_target_year,
        years={
            year: standing(
                scale,
                target_rows.get(year),
                result_rows.get(year) or ResultRow(year, text=missing_text(year in unasked)),
                has_later_target=year < last_target_year,
                is_asked=year not in unasked,
            )
            for year in years
        },
    )


def missing_text(is_unasked: bool) -> str:
    """What stands for a value that is missing: nothing in a year not asked for yet."""
    return "" if is_unasked else ValueState.MISSING.label


def scale_of(kpi, final_target) -> Scale:
    """`final_target` is the Target of the last fiscal year, or None."""
    return Scale(
        measurement_type=MeasurementType(kpi.measurement_type),
        direction=Direction(kpi.direction),
        rate_formula=RateFormula(kpi.rate_formula),
        unit=kpi.unit,
        decimals=kpi.decimals,
        reference_name=kpi.reference_name,
        baseline=kpi.baseline_value,
        final_target=final_target.value if final_target else None,
    )


def target_row(target, scale) -> TargetRow:
    kind = TargetKind(target.kind)
    milestone = Milestone(target.milestone) if target.milestone else None
    comparison = "以上" if scale.direction.is_upward else "以下"
    texts = {
        TargetKind.NUMBER: scale.show(target.value),
        TargetKind.REFERENCE: f"{scale.reference_name}{comparison}",
        TargetKind.MILESTONE: milestone.label if milestone else "",
    }
    return TargetRow(
        fiscal_year=target.fiscal_year,
        kind=kind,
        value=target.value,
        milestone=milestone,
        taken=taken_text(target.taken_fiscal_year, target.taken_on),
        text=texts[kind],
    )


def result_text(scale, result) -> str:
    """A result in words, from anything with state, value, milestone and reference."""
    state = ValueState(result.state)
    if not state.has_value:
        return state.label
    text = Milestone(result.milestone).label if result.milestone else scale.show(result.value)
    if result.reference is None:
        return text
    return f"{text}（{scale.reference_name} {scale.show(result.reference)}）"


def result_row(result, scale) -> ResultRow:
    return ResultRow(
        fiscal_year=result.fiscal_year,
        state=ValueState(result.state),
        value=result.value,
        milestone=Milestone(result.milestone) if result.milestone else None,
        reference=result.reference,
        taken=taken_text(result.taken_fiscal_year, result.taken_on),
        note=result.note,
        is_sample=result.is_sample,
        version=result.version,
        text=result_text(scale, result),
    )


def taken_text(fiscal_year: int | None, day: datetime.date | None) -> str:
    """A 時点 in words: 「令和6年度」 or 「令和7年3月末」; blank where none is given."""
    if day:
        return show_month_end(day)
    return FiscalYear(fiscal_year).era_label if fiscal_year else ""


def standing(scale, target, result, *, has_later_target, is_asked=True) -> YearStanding:
    """Judges one result against one target; the only caller of the engine."""
    achievement = _achievement(scale, target, result, has_later_target)
    grade = grade_of(
        state=result.state,
        achievement=achievement,
        has_later_target=has_later_target,
        is_asked=is_asked,
    )
    return YearStanding(
        fiscal_year=FiscalYear(result.fiscal_year),
        target=target,
        result=result,
        achievement=achievement,
        grade=grade,
        rounding_note=_rounding_note(scale, target, result, achievement),
    )


def _achievement(scale, target, result, has_later_target) -> Achievement | None:
    """None where there is no value, or its target cannot be told."""
    if not result.state.has_value:
        return None
    if result.milestone:
        return judge_milestone(target=target.milestone if target else None, value=result.milestone)
    target_value = _target_value(target, result)
    if target and target_value is None:
        return None
    return judge_number(
        direction=scale.direction,
        formula=scale.rate_formula,
        value=result.value,
        target=target_value,
        baseline=scale.baseline,
        final_target=scale.final_target,
        no_target_reason=BEFORE_TARGET_YEAR if has_later_target else NO_TARGET,
    )


def _target_value(target, result) -> Decimal | None:
    if target and target.kind == TargetKind.REFERENCE:
        return result.reference
    return target.value if target else None


def _rounding_note(scale, target, result, achievement) -> str:
    """Says so where the value reads like its target although it is not reached."""
    target_value = _target_value(target, result)
    if not achievement or achievement.verdict != Verdict.NOT_ACHIEVED or target_value is None:
        return ""
    if result.value is None:
        return ""
    shown = round_half_up(result.value, scale.decimals)
    reads_equal = shown == round_half_up(target_value, scale.decimals)
    return f"四捨五入前の値（{plain(result.value)}）で判定しています。" if reads_equal else ""


def reasons(standing: YearStanding) -> list[str]:
    """Why a figure of this year is missing or needs a word, as Japanese sentences."""
    if standing.result.state.has_value and standing.achievement is None:
        return [NO_REFERENCE]
    if standing.achievement is None:
        return []
    found = [standing.rounding_note, *_rate_reasons(standing.achievement)]
    return [text for text in found if text]


def _rate_reasons(achievement) -> list[str]:
    def reason(name: str, rate: Rate) -> str:
        return f"{name}: {rate.reason}" if rate.reason else ""

    return [reason("達成率", achievement.rate), reason("進捗率", achievement.progress)]
