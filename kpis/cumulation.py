"""累計: increments of years as totals, totals as increments. Pure arithmetic in Decimal.

A total holds the baseline (0 without one) and all increments from the first year on, as
`kpis.yearly_values` computes it; so both ways lead to the same judgement, and there and back is
the same.
"""

from decimal import Decimal
from itertools import accumulate, pairwise

from kpis.measurement import MeasurementType

INCREMENT, TOTAL = MeasurementType.CUMULATIVE_INCREMENT, MeasurementType.CUMULATIVE_TOTAL


class Gap(Exception):
    """A year without a value, so that what follows cannot be converted."""

    def __init__(self, fiscal_year: int):
        super().__init__()
        self.fiscal_year = fiscal_year


def is_convertible(before: MeasurementType, after: MeasurementType) -> bool:
    """Whether stored values of one type can be made those of the other."""
    return {before, after} == {INCREMENT, TOTAL}


def converted(
    values: dict[int, Decimal],
    *,
    to: MeasurementType,
    first_year: int,
    baseline: Decimal | None = None,
) -> dict[int, Decimal]:
    """The values by fiscal year as those of the type `to`, one of the two of 累計.

    Raises Gap with the first year that lacks a value, from `first_year` to the last value.
    """
    years = range(first_year, max(values, default=first_year - 1) + 1)
    for year in sorted(values.keys() ^ set(years)):
        raise Gap(year)
    start = baseline or Decimal(0)
    row = [values[year] for year in years]
    if to == TOTAL:
        return dict(zip(years, list(accumulate(row, initial=start))[1:], strict=True))
    steps = [later - earlier for earlier, later in pairwise([start, *row])]
    return dict(zip(years, steps, strict=True))
