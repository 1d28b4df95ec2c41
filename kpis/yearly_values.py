"""From what was entered to the value that is judged: totals of increments, shares of parts.

Pure arithmetic in Decimal. A year's entry is kept as it was entered; what is computed from it says
how, or why it cannot be.
"""

from dataclasses import dataclass
from decimal import Decimal

from kpis.achievement import NO_WORKING, Working
from kpis.measurement import MeasurementType

HUNDRED = Decimal(100)
BROKEN_TOTAL = "{year}年度の増分がないため、累計を計算できません。"
SHARE = "{} ÷ {} × 100"
NOTHING_TO_DIVIDE_BY = "分母が0のため、率を計算できません。"


@dataclass(frozen=True)
class Entered:
    """What was entered for a year: a value, or the two parts of a share."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def has_parts(self) -> bool:
        return self.numerator is not None and self.denominator is not None


@dataclass(frozen=True)
class YearlyValue:
    """The value of a year to be judged, with its working, or none with the reason."""

    value: Decimal | None
    working: Working = NO_WORKING
    reason: str = ""


def yearly_values(
    measurement_type: MeasurementType,
    entered: dict[int, Entered],
    *,
    first_year: int,
    baseline: Decimal | None = None,
) -> dict[int, YearlyValue]:
    """The value of every year in which something was entered; `entered` maps fiscal years.

    累計（増分）: the baseline (0 without one) and all increments from `first_year` on; a missing
    year breaks the total from there. 率: numerator ÷ denominator × 100 where the parts were
    entered, else the share as entered. All other types: as entered.
    """
    if measurement_type == MeasurementType.CUMULATIVE_INCREMENT:
        return _totals(entered, first_year, baseline)
    return {year: _single(measurement_type, item) for year, item in entered.items()}


def _single(measurement_type, item) -> YearlyValue:
    if measurement_type == MeasurementType.RATIO and item.has_parts:
        return share_of(item.numerator, item.denominator)
    return YearlyValue(item.value)


def share_of(numerator: Decimal, denominator: Decimal) -> YearlyValue:
    """A share in percent; no value of nothing."""
    if denominator == 0:
        return YearlyValue(None, reason=NOTHING_TO_DIVIDE_BY)
    working = Working(SHARE, (numerator, denominator))
    return YearlyValue(numerator / denominator * HUNDRED, working)


def _totals(entered, first_year, baseline) -> dict[int, YearlyValue]:
    totals, parts = {}, [baseline] if baseline is not None else []
    gap = None
    for year in range(first_year, max(entered, default=first_year) + 1):
        item = entered.get(year)
        if item is None or item.value is None:
            gap = gap or year
        if gap is None:
            parts.append(item.value)
        if item is not None:
            totals[year] = _total(parts, gap, baseline)
    return totals


def _total(parts, gap, baseline) -> YearlyValue:
    if gap is not None:
        return YearlyValue(None, reason=BROKEN_TOTAL.format(year=gap))
    start = "基準値 " if baseline is not None else ""
    words = start + " ＋ ".join(["{}"] * len(parts))
    return YearlyValue(sum(parts, Decimal(0)), Working(words, tuple(parts)))
