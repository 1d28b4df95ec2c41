"""The achievement engine: verdict, 達成率 and 進捗率 of one value against one target.

Pure arithmetic in Decimal. Nothing is rounded here: a verdict compares the values as they are, and
a rate is rounded only where it is shown. The rules are those of the product's domain description;
`tests/kpis/test_achievement.py` holds its table.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from dxplan.lib.choices import LabelledEnum
from kpis.measurement import Direction, Milestone, RateFormula

WHOLE = Decimal(1)
STORED_DECIMALS = 6

NO_BASELINE = "基準値がないため、計算できません。"
NO_FINAL_TARGET = "数値の最終目標がないため、対象外です。"
ALREADY_THERE = "基準値と最終目標が同じため、対象外です。"
BEHIND_BASELINE = "目標が基準値より後退した値のため、計算できません。"
ZERO_VALUE = "実績が0のため、目標÷実績の割り算ができません。"
ZERO_TARGET = "目標が0のため、実績÷目標の割り算ができません。"
NEGATIVE_TARGET = "目標が負の値のため、比率では表せません。"
NEGATIVE_VALUE = "実績が負の値のため、比率では表せません。"
RANGE_HAS_NO_RATE = "範囲で判定する指標のため、率はありません。"
TEXT_IS_NOT_JUDGED = "文章で測る指標のため、自動では判定しません。"
MILESTONE_HAS_NO_RATE = "到達段階で判定する指標のため、率はありません。"


class Verdict(LabelledEnum):
    """判定: independent of any rate."""

    ACHIEVED = "achieved", "達成"
    MAINTAINED = "maintained", "達成（維持）"
    NOT_ACHIEVED = "not_achieved", "未達成"


@dataclass(frozen=True)
class Working:
    """How a figure came about: words with places for numbers, put together only when shown."""

    words: str
    numbers: tuple[Decimal, ...] = ()

    def __str__(self) -> str:
        return self.words.format(*map(plain, self.numbers))

    def __bool__(self) -> bool:
        return bool(self.words)


NO_WORKING = Working("")
AS_TARGETED = "実績 {} = 目標 {}"
VALUE_OVER_TARGET = "実績 {} ÷ 目標 {}"
TARGET_OVER_VALUE = "目標 {} ÷ 実績 {}"
SHARE_OF_WAY = "（実績 {0} − 基準値 {1}）÷（目標 {2} − 基準値 {1}）"


@dataclass(frozen=True)
class Rate:
    """A ratio (1 is 100%) with its working, or no value with the reason why there is none."""

    value: Decimal | None
    working: Working = NO_WORKING
    reason: str = ""


@dataclass(frozen=True)
class Achievement:
    """What one value means: 判定, 達成率, 進捗率, and whether it is worse than the baseline."""

    verdict: Verdict | None
    rate: Rate
    progress: Rate
    is_worse: bool = False

    @property
    def is_achieved(self) -> bool:
        return self.verdict in (Verdict.ACHIEVED, Verdict.MAINTAINED)


def plain(number: Decimal) -> str:
    """A number in full, without the zeros with which it is stored: 「27」 for 27.000000.

    A share without an end is cut and says so: 「33.333333…」.
    """
    short = number.normalize()
    if short.as_tuple().exponent >= -STORED_DECIMALS:
        return f"{short:f}"
    return f"{number.quantize(Decimal(1).scaleb(-STORED_DECIMALS), ROUND_DOWN):f}…"


def no_rate(reason: str) -> Rate:
    return Rate(value=None, reason=reason)


def reaches(
    *, direction: Direction, target: Decimal, value: Decimal, is_strict: bool = False
) -> bool:
    """Whether the unrounded value is at least as good as the target; better, where it is strict."""
    if value == target:
        return not is_strict
    return value > target if direction.is_upward else value < target


def verdict_of(
    *,
    direction: Direction,
    target: Decimal,
    value: Decimal,
    baseline: Decimal | None = None,
    is_strict: bool = False,
) -> Verdict:
    """達成 or 未達成; 達成（維持） where baseline, target and value are one and the same.

    A strict target (超, 未満) leaves out its own figure: the value must be better than it.
    """
    if not reaches(direction=direction, target=target, value=value, is_strict=is_strict):
        return Verdict.NOT_ACHIEVED
    return Verdict.MAINTAINED if baseline == target == value else Verdict.ACHIEVED


def achievement_rate(
    *,
    direction: Direction,
    formula: RateFormula,
    target: Decimal,
    value: Decimal,
    baseline: Decimal | None = None,
) -> Rate:
    """達成率 as a ratio: 対目標比 (a/t, for decreasing KPIs t/a) or 基準値比 ((a-b)/(t-b)).

    A value equal to its target is 1 whatever both are, also where a strict target leaves it out:
    the rate knows nothing of the verdict. Where the formula has no meaning the rate has no value
    and says why; it never raises.
    """
    if value == target:
        return Rate(WHOLE, Working(AS_TARGETED, (value, target)))
    if formula == RateFormula.FROM_BASELINE:
        return share_of_way(direction=direction, baseline=baseline, target=target, value=value)
    if direction.is_upward:
        return _value_over_target(target=target, value=value)
    return _target_over_value(target=target, value=value)


def _value_over_target(*, target: Decimal, value: Decimal) -> Rate:
    if target == 0:
        return no_rate(ZERO_TARGET)
    if target < 0:
        return no_rate(NEGATIVE_TARGET)
    return Rate(value / target, Working(VALUE_OVER_TARGET, (value, target)))


def _target_over_value(*, target: Decimal, value: Decimal) -> Rate:
    if target < 0:
        return no_rate(NEGATIVE_TARGET)
    if value == 0:
        return no_rate(ZERO_VALUE)
    if value < 0:
        return no_rate(NEGATIVE_VALUE)
    return Rate(target / value, Working(TARGET_OVER_VALUE, (target, value)))


def share_of_way(
    *, direction: Direction, baseline: Decimal | None, target: Decimal, value: Decimal
) -> Rate:
    """(a-b)/(t-b): how much of the way from baseline to target is done; negative is worse."""
    if baseline is None:
        return no_rate(NO_BASELINE)
    if baseline == target:
        return no_rate(ALREADY_THERE)
    if reaches(direction=direction, target=target, value=baseline):
        return no_rate(ALREADY_THERE if direction.is_maintaining else BEHIND_BASELINE)
    working = Working(SHARE_OF_WAY, (value, baseline, target))
    return Rate((value - baseline) / (target - baseline), working)


def progress_rate(
    *,
    direction: Direction,
    baseline: Decimal | None,
    final_target: Decimal | None,
    value: Decimal,
) -> Rate:
    """進捗率 toward the final target as a ratio; below 0 where worse than the baseline."""
    if final_target is None:
        return no_rate(NO_FINAL_TARGET)
    return share_of_way(direction=direction, baseline=baseline, target=final_target, value=value)


def is_worse(*, direction: Direction, baseline: Decimal | None, value: Decimal) -> bool:
    """悪化: whether the value lies on the wrong side of the baseline."""
    return baseline is not None and not reaches(direction=direction, target=baseline, value=value)


def judge_number(
    *,
    direction: Direction,
    formula: RateFormula,
    value: Decimal,
    target: Decimal | None = None,
    baseline: Decimal | None = None,
    final_target: Decimal | None = None,
    is_strict: bool = False,
    no_target_reason: str = "",
) -> Achievement:
    """Judges a number; without a target of the year there is progress but no verdict.

    `is_strict` is the year's target's: 超 or 未満 rather than 以上 or 以下.
    """
    progress = progress_rate(
        direction=direction, baseline=baseline, final_target=final_target, value=value
    )
    worse = is_worse(direction=direction, baseline=baseline, value=value)
    if target is None:
        return Achievement(None, no_rate(no_target_reason), progress, worse)
    verdict = verdict_of(
        direction=direction, target=target, value=value, baseline=baseline, is_strict=is_strict
    )
    rate = achievement_rate(
        direction=direction, formula=formula, target=target, value=value, baseline=baseline
    )
    return Achievement(verdict, rate, progress, worse)


def judge_range(*, lower: Decimal | None, upper: Decimal | None, value: Decimal) -> Achievement:
    """Judges a number against a range, bounds included; None for both where the year has none."""
    none = no_rate(RANGE_HAS_NO_RATE)
    if lower is None or upper is None:
        return Achievement(None, none, none)
    is_within = lower <= value <= upper
    return Achievement(Verdict.ACHIEVED if is_within else Verdict.NOT_ACHIEVED, none, none)


def judge_milestone(*, target: Milestone | None, value: Milestone) -> Achievement:
    """Judges a stage reached against the stage to reach; stages have an order but no rate."""
    none = no_rate(MILESTONE_HAS_NO_RATE)
    if target is None:
        return Achievement(None, none, none)
    reached = value.rank >= target.rank
    return Achievement(Verdict.ACHIEVED if reached else Verdict.NOT_ACHIEVED, none, none)
