"""A year of a KPI judged: its result against its target, graded, with what people said of it.

Pages, previews, charts and files all judge here, so that no two of them can disagree.
"""

from dataclasses import dataclass, fields, replace

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.numbers import round_half_up
from kpis.achievement import (
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
from kpis.measurement import Direction, JudgementLayer, MeasurementType
from kpis.pace import Expected
from kpis.rows import (
    NO_PACE,
    NOTHING_EXPECTED,
    JudgementRow,
    KpiProgress,
    ResultRow,
    Scale,
    YearStanding,
)
from kpis.target_rows import TargetRow, goal_of

BEFORE_TARGET_YEAR = "この年度の目標はありません（最終目標に向けた途中の年度です）。"
NO_TARGET = "この年度の目標はありません。"
NO_REFERENCE = "参照値が未入力のため、判定できません。"


@dataclass(frozen=True)
class Case:
    """All that one year of a KPI is judged by.

    `earlier_target` is the version that the target replaced, `withdrawal` one that took it away.
    """

    scale: Scale
    target: TargetRow | None
    result: ResultRow
    has_later_target: bool
    is_asked: bool = True
    grade_scale: GradeScale = STANDARD
    expected: Expected = NOTHING_EXPECTED
    judgements: tuple[JudgementRow, ...] = ()
    earlier_target: TargetRow | None = None
    withdrawal: TargetRow | None = None


CASE = tuple(field.name for field in fields(Case))


def judged(case: Case) -> YearStanding:
    """The only caller of the engine."""
    scale, target, result = case.scale, case.target, case.result
    achievement = _achievement(scale, target, result, case.has_later_target)
    on_pace = _against_expected(scale, case.expected, result)
    by_pace = case.grade_scale.basis == ScaleBasis.PACE and on_pace is not None
    automatic = grade_of(
        state=result.state,
        achievement=on_pace if by_pace else achievement,
        has_later_target=case.has_later_target,
        is_asked=case.is_asked,
        is_told_in_words=scale.measurement_type == MeasurementType.QUALITATIVE,
        scale=case.grade_scale,
    )
    return YearStanding(
        **{name: getattr(case, name) for name in CASE},
        fiscal_year=FiscalYear(result.fiscal_year),
        achievement=achievement,
        grade=_settled(scale, automatic, case.judgements),
        automatic_grade=automatic,
        pace=on_pace.rate if on_pace else NO_PACE,
        rounding_note=_rounding_note(scale, target, result, achievement),
    )


def case_of(standing: YearStanding) -> Case:
    """What a year was judged by, to be judged again."""
    return Case(**{name: getattr(standing, name) for name in CASE})


def rejudged(row: KpiProgress, fiscal_year: int, result: ResultRow) -> YearStanding:
    """A year's standing with another result, all else as it is."""
    return judged(replace(case_of(row.years[fiscal_year]), result=result, is_asked=True))


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
    judgements = tuple(
        replace(item, grade=grade_by_symbol(grade_scale, item.symbol)) for item in before.judgements
    )
    return judged(replace(case_of(before), grade_scale=grade_scale, judgements=judgements))


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
