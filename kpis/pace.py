"""Pace: what a KPI should have reached by now, and where its results are heading.

Pure arithmetic in Decimal; nothing is rounded. The expected value of a year is the straight line
from the baseline to the final target (期待値); the trend is the least-squares line through the
results so far, drawn from three points at the least.
"""

from dataclasses import dataclass
from decimal import Decimal

from kpis.achievement import NO_WORKING, Working, reaches
from kpis.measurement import Direction

FEWEST_POINTS = 3
ON_THE_LINE = "基準値 {0} ＋（最終目標 {1} − 基準値 {0}）× {2}年 ÷ {3}年"
TOO_FEW = "実績が3年分に満たないため、傾向は示しません。"
FINAL_IS_KNOWN = "最終目標の年度の実績があるため、傾向からの見込みは示しません。"
NO_FINAL_NUMBER = "数値の最終目標がないため、傾向から到達の見込みは示しません。"


@dataclass(frozen=True)
class Expected:
    """期待値 of a year with its working, or no value where the line cannot be drawn.

    On the way to a strict target the line itself is not good enough, since it ends in a miss.
    """

    value: Decimal | None
    working: Working = NO_WORKING
    is_strict: bool = False


@dataclass(frozen=True)
class Trend:
    """Where the results head: the value in the final year, from how many points, and the words."""

    final_value: Decimal | None
    points: int
    statement: str
    will_reach: bool | None = None


def expected_value(
    *,
    baseline: Decimal | None,
    baseline_year: int | None,
    final_target: Decimal | None,
    final_year: int | None,
    fiscal_year: int,
    is_strict: bool = False,
) -> Expected:
    """期待値 of `fiscal_year` on the straight line from baseline to final target.

    `is_strict` is the final target's. No value without a baseline with its year or a numeric final
    target, outside the line, or where both ends lie in one year.
    """
    if None in (baseline, baseline_year, final_target, final_year):
        return Expected(None)
    if not baseline_year < fiscal_year <= final_year:
        return Expected(None)
    years, span = Decimal(fiscal_year - baseline_year), Decimal(final_year - baseline_year)
    value = baseline + (final_target - baseline) * years / span
    working = Working(ON_THE_LINE, (baseline, final_target, years, span))
    return Expected(value, working, is_strict)


def trend(
    *,
    direction: Direction,
    points: dict[int, Decimal],
    final_target: Decimal | None,
    final_year: int | None,
    is_strict: bool = False,
) -> Trend:
    """Whether the results so far (fiscal year to value) head for the final target.

    `is_strict` is the final target's: heading for its very figure falls short.
    """
    count = len(points)
    if count < FEWEST_POINTS:
        return Trend(None, count, TOO_FEW)
    if final_target is None or final_year is None:
        return Trend(None, count, NO_FINAL_NUMBER)
    if max(points) >= final_year:
        return Trend(None, count, FINAL_IS_KNOWN)
    value = _line_at(points, final_year)
    will_reach = reaches(direction=direction, target=final_target, value=value, is_strict=is_strict)
    outlook = "達する見込みです" if will_reach else "届かない見込みです"
    return Trend(
        value,
        count,
        f"これまでの実績{count}年分の傾向（直線）が続くと、最終目標に{outlook}。",
        will_reach,
    )


def _line_at(points: dict[int, Decimal], year: int) -> Decimal:
    """The least-squares line through the points, at `year`."""
    count = len(points)
    mean_year = Decimal(sum(points)) / count
    mean_value = sum(points.values(), Decimal(0)) / count
    spread = sum((x - mean_year) ** 2 for x in points)
    lean = sum((x - mean_year) * (y - mean_value) for x, y in points.items())
    return mean_value + lean / spread * (year - mean_year)
