"""計算の根拠: how every figure of a KPI's year came about, in words. No queries, no request."""

from dataclasses import dataclass

from django.utils import timezone

from dxplan.lib.fiscal_years import show_date
from dxplan.lib.numbers import show_rate
from kpis.achievement import plain
from kpis.grade_scales import REACHED, ScaleBasis
from kpis.measurement import Direction, JudgementLayer, RateFormula, TargetKind
from kpis.progress import reasons
from kpis.rows import KpiProgress, YearStanding

RULES = {
    Direction.INCREASE: ("増加", "≧"),
    Direction.MAINTAIN_AT_LEAST: ("維持（以上）", "≧"),
    Direction.DECREASE: ("減少", "≦"),
    Direction.MAINTAIN_AT_MOST: ("維持（以下）", "≦"),
}
FORMULAS = {
    RateFormula.FROM_BASELINE: "基準値比（基準値から目標までのうち、進んだ割合）",
    RateFormula.TO_TARGET: "対目標比（目標に対する実績の割合。減少を目指す指標は目標÷実績）",
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
        Line("達成率", _rate(standing, FORMULAS[row.scale.rate_formula])),
        Line("進捗率", _progress(standing)),
        Line("期待値", _expected(standing)),
        Line("評語", _grade(standing)),
        Line("判定の変更", _override(standing)),
        Line("注", "".join(reasons(standing))),
    )
    return tuple(line for line in lines if line.text)


def _result(standing: YearStanding) -> str:
    result = standing.result
    shown = result.text
    if result.working:
        shown = f"{result.working} = {shown}"
    parts = [shown, result.state.label if result.state.has_value else ""]
    parts.append(f"時点 {result.taken}" if result.taken else "")
    return "、".join(part for part in parts if part)


def _entered(result) -> str:
    if not result.entered_at or not result.version:
        return ""
    moment = timezone.localtime(result.entered_at)
    return f"{result.entered_by or '見本・初期データ'}（{show_date(moment.date())} {moment:%H:%M}）"


def _target(standing) -> str:
    target = standing.target
    if target is None:
        return ""
    text = f"{target.text}、{target.version_text}"
    if target.revision:
        text += f"、{target.revision.decided_text} {target.revision.decided_by}決定"
    if standing.earlier_target:
        text += f"、見直し前は{standing.earlier_target.text}"
    return text


def _verdict(standing) -> str:
    """「増加: 実績 41 ≧ 目標 45 か → 未達成（四捨五入前の値で判定）」."""
    target, result = standing.target, standing.result
    if not standing.verdict_text or target is None:
        return ""
    if target.kind == TargetKind.MILESTONE:
        return f"到達段階を順序で比較: {result.text}／{target.text} → {standing.verdict_text}"
    if target.kind == TargetKind.RANGE:
        bounds = f"{plain(target.value)} ≦ 実績 {plain(result.value)} ≦ {plain(target.upper_value)}"
        return f"範囲: {bounds} か → {standing.verdict_text}（四捨五入前の値で判定）"
    name, sign = RULES[standing.scale.direction]
    compared = result.reference if target.kind == TargetKind.REFERENCE else target.value
    question = f"実績 {plain(result.value)} {sign} 目標 {plain(compared)} か"
    return f"{name}: {question} → {standing.verdict_text}（四捨五入前の値で判定）"


def _rate(standing, formula) -> str:
    rate = standing.achievement.rate if standing.achievement else None
    if rate is None or rate.value is None:
        return ""
    return f"{rate.working} = {standing.rate_text}、{formula}"


def _progress(standing) -> str:
    progress = standing.achievement.progress if standing.achievement else None
    if progress is None or progress.value is None:
        return ""
    return f"{progress.working} = {standing.progress_text}、目標はこの年度に有効な最終目標"


def _expected(standing) -> str:
    if standing.expected.value is None:
        return ""
    shown = f"{standing.expected.working} = {standing.scale.show(standing.expected.value)}"
    return f"{shown}、期待値に対する達成率 {standing.pace_text}" if standing.pace_text else shown


def _grade(standing) -> str:
    scale, grade = standing.grade_scale, standing.automatic_grade
    if not grade.is_rated:
        return f"{grade.name}（{grade.meaning}）"
    step = next(item for item in scale.steps if item.symbol == grade.symbol)
    by_pace = scale.basis == ScaleBasis.PACE and standing.pace.value is not None
    ratio = standing.pace.value if by_pace else standing.achievement.rate.value
    known = f"{scale.basis.label}{show_rate(ratio)}は" if ratio is not None else ""
    if ratio is None and standing.achievement.is_achieved:
        known = f"率のない達成は{show_rate(REACHED)}とみなし、"
    version = f"第{scale.version}版" if scale.fiscal_year else "標準"
    return f"{known}{step.meaning} → {grade.label}（{scale.name}、{version}）"


def _override(standing) -> str:
    office = standing.judgement(JudgementLayer.OFFICE)
    if not office or not standing.is_overridden:
        return ""
    return f"DX推進担当が{standing.grade.label}に変更。理由: {office.comment}"
