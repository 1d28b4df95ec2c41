"""計算の根拠: how every figure of a KPI's year came about, in words. No queries, no request."""

from dataclasses import dataclass

from django.utils import timezone

from dxplan.lib.fiscal_years import show_date
from dxplan.lib.numbers import round_half_up, show_rate
from kpis.achievement import MILESTONE_HAS_NO_RATE, RANGE_HAS_NO_RATE, Verdict, plain
from kpis.grade_scales import REACHED, ScaleBasis
from kpis.measurement import (
    Direction,
    JudgementLayer,
    MeasurementType,
    RateFormula,
    TargetKind,
    ValueState,
)
from kpis.rows import NO_PACE, KpiProgress, YearStanding
from kpis.standings import BEFORE_TARGET_YEAR, NO_REFERENCE, NO_TARGET
from kpis.yearly_values import NOTHING_TO_DIVIDE_BY

RULES = {
    Direction.INCREASE: "増加: 実績 ≧ 目標",
    Direction.MAINTAIN_AT_LEAST: "維持（以上）: 実績 ≧ 目標",
    Direction.DECREASE: "減少: 実績 ≦ 目標",
    Direction.MAINTAIN_AT_MOST: "維持（以下）: 実績 ≦ 目標",
    Direction.RANGE: "範囲: 下限 ≦ 実績 ≦ 上限",
}
STRICT_SIGNS = str.maketrans("≧≦", "＞＜")
TARGET_IS_TEXT = "目標が文章のため、自動では判定しません。"
SAID_ONCE = (MILESTONE_HAS_NO_RATE, RANGE_HAS_NO_RATE)
GENERAL = {
    MeasurementType.MILESTONE: (
        "到達段階（未着手・準備中・実施中・完了）の順序で目標と比べて判定します。率は計算しません。"
    ),
    MeasurementType.QUALITATIVE: ("言葉で記録し、担当課の自己評価で判定します。率は計算しません。"),
}


@dataclass(frozen=True)
class Line:
    """One step of an explanation: what it explains, and how."""

    label: str
    text: str


def explain(row: KpiProgress, fiscal_year: int) -> tuple[Line, ...]:
    """All that made up a year's figures, from the entry to the grade; blank steps left out."""
    standing = row.years[fiscal_year]
    lines = (
        Line("実績", _result(standing)),
        Line("入力", _entered(standing.result)),
        Line("目標", _target(standing)),
        Line("判定", _verdict(standing)),
        Line("達成率", _rate(standing)),
        Line("進捗率", _progress(standing)),
        Line("期待値", _expected(row, standing)),
        Line("評語", _grade(standing)),
        Line("評語の変更", _override(standing)),
        Line("四捨五入", standing.rounding_note),
    )
    return tuple(line for line in lines if line.text)


def general_rule(row: KpiProgress) -> str:
    """How this KPI is judged, where no formula says it; the same for all its years."""
    if row.scale.direction == Direction.RANGE:
        return "実績が下限から上限までの間にあれば達成です。率は計算しません。"
    return GENERAL.get(row.scale.measurement_type, "")


def remarks(standing: YearStanding) -> list[str]:
    """What a reader of a year's figures must know at once: why there is none, or the rounding."""
    has_verdict = bool(standing.verdict_text)
    found = [_obstacle(standing), standing.verdict_note]
    if has_verdict and standing.achievement.rate.reason not in SAID_ONCE:
        found.append(standing.achievement.rate.reason)
    return [text for text in found if text]


def _obstacle(standing) -> str:
    """Why the year has no value, or why its value cannot be judged."""
    result, target = standing.result, standing.target
    if result.state == ValueState.NOT_COMPUTABLE and result.denominator == 0:
        return NOTHING_TO_DIVIDE_BY
    if result.reason or result.words or not result.state.has_value or standing.achievement:
        return result.reason
    return TARGET_IS_TEXT if target and target.kind == TargetKind.TEXT else NO_REFERENCE


def _result(standing) -> str:
    result, scale = standing.result, standing.scale
    if not result.state.has_value:
        return "".join((result.text, _parts(result), result.reason))
    parts = [_value(standing), result.state.label]
    if result.reference is not None:
        parts.append(f"{scale.reference_name} {scale.show(result.reference)}")
    parts.append(f"時点 {result.taken}" if result.taken else "")
    return "、".join(part for part in parts if part)


def _parts(result) -> str:
    if result.numerator is None:
        return ""
    return f"（分子 {plain(result.numerator)}、分母 {plain(result.denominator)}）"


def _value(standing) -> str:
    """The value with its working, and in full where it is shown rounded."""
    result, scale = standing.result, standing.scale
    if result.words:
        return "言葉で記録"
    if result.value is None:
        return result.reason or result.text
    shown = scale.show(result.value)
    if round_half_up(result.value, scale.decimals) != result.value:
        shown = f"{plain(result.value)} → 四捨五入して {shown}"
    return f"{result.working} = {shown}" if result.working else f"入力した値 {shown}"


def _entered(result) -> str:
    if not result.entered_at or not result.version:
        return ""
    who = result.entered_by or ("見本データ" if result.is_sample else "初期データ")
    return f"{who}（{_moment(result.entered_at)}）"


def _moment(moment) -> str:
    """「令和7年5月20日 09:05」 in Japanese time."""
    local = timezone.localtime(moment)
    return f"{show_date(local.date())} {local:%H:%M}"


def _target(standing) -> str:
    target = standing.target or standing.withdrawal
    if target is None:
        return BEFORE_TARGET_YEAR if standing.has_later_target else NO_TARGET
    parts = [_told_as(target)]
    if target.revision:
        decided = target.revision
        parts.append(f"{decided.decided_text} {decided.decided_by}決定")
        parts.append(f"{decided.category}: {decided.reason.rstrip('。')}")
    if standing.earlier_target:
        parts.append(f"見直し前は{standing.earlier_target.text}")
    return "、".join(parts)


def _told_as(target) -> str:
    """「45 件、当初目標」, 「第1回見直しで目標をなくした」."""
    if not target.takes_away:
        return f"{target.text}、{target.version_text}"
    since = target.revision.effective_fiscal_year.era_label
    return f"第{target.revision.number}回見直しで目標をなくした（{since}から適用）"


def _verdict(standing) -> str:
    """「増加: 実績 ≧ 目標 なら達成。41 ＜ 45 → 未達成（四捨五入前の値で比較）」.

    A strict target says 実績 ＞ 目標, and why its very figure is 未達成.
    """
    if not standing.verdict_text:
        return _obstacle(standing) if standing.result.state.has_value else ""
    if standing.target.kind == TargetKind.MILESTONE:
        return _stages(standing)
    rule = RULES[standing.scale.direction]
    if standing.target.is_strict:
        rule = rule.translate(STRICT_SIGNS)
    compared = f"{_compared(standing)} → {standing.verdict_text}（四捨五入前の値で比較）"
    return "。".join(text for text in (f"{rule} なら達成", compared, standing.bound_note) if text)


def _stages(standing) -> str:
    result, target = standing.result, standing.target
    order = "以上" if standing.achievement.is_achieved else "より前"
    return f"実績「{result.text}」は目標「{target.text}」{order}の段階 → {standing.verdict_text}"


def _compared(standing) -> str:
    target, value = standing.target, standing.result.value
    if target.kind == TargetKind.RANGE:
        lower, upper = plain(target.value), plain(target.upper_value)
        return f"下限 {lower}、実績 {plain(value)}、上限 {upper}"
    goal = standing.goal
    sign = "＝" if value == goal else "＞" if value > goal else "＜"
    same = "＝ 基準値" if standing.achievement.verdict == Verdict.MAINTAINED else ""
    return f"{plain(value)} {sign} {plain(goal)}{same}"


def _rate(standing) -> str:
    """Blank in a year without a target of its own, and where the KPI has no rate at all."""
    if not standing.verdict_text:
        return ""
    rate = standing.achievement.rate
    if rate.value is None:
        return "" if rate.reason in SAID_ONCE else rate.reason
    return f"{_formula(standing.scale)}: {rate.working} → {standing.rate_text}"


def _formula(scale) -> str:
    if scale.rate_formula == RateFormula.FROM_BASELINE:
        return f"{scale.rate_formula.label}（実績−基準値）÷（目標−基準値）"
    upward = scale.direction.is_upward
    return f"{scale.rate_formula.label} {'実績÷目標' if upward else '目標÷実績'}"


def _progress(standing) -> str:
    progress = standing.achievement.progress if standing.achievement else None
    if progress is None or progress.reason in SAID_ONCE:
        return ""
    if progress.value is None:
        return progress.reason
    worse = "（悪化: 基準値より後退）" if standing.achievement.is_worse else ""
    final = f"最終目標（{standing.scale.final_target_text}）に向けて"
    return f"{final}: {progress.working} → {standing.progress_text}{worse}"


def _expected(row, standing) -> str:
    """Only where it says something: without yearly targets, or where grades go by it."""
    by_pace = standing.grade_scale.basis == ScaleBasis.PACE
    if standing.expected.value is None or not (row.has_only_a_final_target or by_pace):
        return ""
    shown = f"{standing.expected.working} = {standing.expected_text}"
    return f"{shown}、期待値に対する達成率 {standing.pace_text}" if standing.pace_text else shown


def _grade(standing) -> str:
    grade, scale = standing.automatic_grade, standing.grade_scale
    if not grade.is_rated:
        return f"{grade.name}（{grade.meaning}）"
    step = next(item for item in scale.steps if item.symbol == grade.symbol)
    version = f"第{scale.version}版" if scale.fiscal_year else "標準"
    return f"{_earned(standing, step)} → {grade.label}。基準「{scale.name}」{version}"


def _earned(standing, step) -> str:
    """「達成率 91.1% は 80.0%以上」, or what stands for a ratio where there is none."""
    scale = standing.grade_scale
    by_pace = scale.basis == ScaleBasis.PACE and standing.pace != NO_PACE
    rate = standing.pace if by_pace else standing.achievement.rate
    if rate.value is not None and scale.step_by(rate.value) != step:
        ratio = f"{_basis(by_pace)} {show_rate(rate.value)}"
        missed = "期待値ちょうどのため" if by_pace else "未達成のため"
        return f"{ratio} だが、{missed}、下限が{show_rate(REACHED)}以上の段階にはしない"
    is_last = step == scale.steps[-1]
    if rate.value is None and is_last:
        return "率のない未達成は最後の段階"
    bound = f"{show_rate(scale.steps[-2].lower)}未満" if is_last else step.meaning
    if rate.value is None:
        return f"率のない達成は{show_rate(REACHED)}とみなし {bound}"
    return f"{_basis(by_pace)} {show_rate(rate.value)} は {bound}"


def _basis(by_pace) -> str:
    return (ScaleBasis.PACE if by_pace else ScaleBasis.RATE).label


def _override(standing) -> str:
    """Who gave another grade than the rules, and why; blank where nobody did."""
    if standing.grade == standing.automatic_grade:
        return ""
    if not standing.is_overridden:
        return f"担当課の自己評価により {standing.grade.label}"
    office = standing.judgement(JudgementLayer.OFFICE)
    when = f"（{office.entered_by or '―'}、{_moment(office.entered_at)}）"
    return f"DX推進担当が{standing.grade.label}に変更。理由: {office.comment}{when}"
