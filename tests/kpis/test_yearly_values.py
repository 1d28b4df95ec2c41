from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.measurement import MeasurementType
from kpis.yearly_values import (
    NOTHING_TO_DIVIDE_BY,
    Entered,
    YearlyValue,
    share_of,
    yearly_values,
)

INCREMENT = MeasurementType.CUMULATIVE_INCREMENT


def increments(values, **options):
    entered = {year: Entered(Decimal(value)) for year, value in values.items()}
    return yearly_values(INCREMENT, entered, first_year=2024, **options)


def test_increments_add_up_from_the_first_year():
    found = increments({2024: 8, 2025: 9, 2026: 0})

    assert [found[year].value for year in (2024, 2025, 2026)] == [8, 17, 17]
    assert str(found[2025].working) == "8 ＋ 9"


def test_increments_add_to_the_baseline():
    found = increments({2024: 8, 2025: 9}, baseline=Decimal(10))

    assert (found[2025].value, str(found[2025].working)) == (27, "基準値 10 ＋ 8 ＋ 9")


def test_missing_increment_breaks_the_total_from_its_year_on():
    found = increments({2024: 8, 2026: 4, 2027: 1})

    assert found[2024].value == 8
    assert {found[year].value for year in (2026, 2027)} == {None}
    assert {found[year].reason for year in (2026, 2027)} == {
        "2025年度の増分がないため、累計を計算できません。"
    }


def test_missing_first_increment_leaves_no_total():
    assert increments({2025: 3})[2025].value is None


def test_share_is_computed_of_its_parts():
    found = share_of(Decimal(33), Decimal(48))

    assert (found.value, str(found.working)) == (Decimal("68.75"), "33 ÷ 48 × 100")
    assert share_of(Decimal(1), Decimal(0)) == YearlyValue(None, reason=NOTHING_TO_DIVIDE_BY)


def test_ratio_takes_its_parts_before_a_typed_share():
    entered = {
        2024: Entered(numerator=Decimal(1), denominator=Decimal(4)),
        2025: Entered(Decimal("30.5")),
    }

    found = yearly_values(MeasurementType.RATIO, entered, first_year=2024)

    assert [found[year].value for year in (2024, 2025)] == [25, Decimal("30.5")]


@pytest.mark.parametrize(
    "measurement_type",
    [MeasurementType.YEARLY_FLOW, MeasurementType.CUMULATIVE_TOTAL, MeasurementType.POINT_IN_TIME],
)
def test_other_types_are_judged_as_entered(measurement_type):
    found = yearly_values(measurement_type, {2025: Entered(Decimal(5))}, first_year=2024)

    assert found == {2025: YearlyValue(Decimal(5))}


FIGURES = st.decimals(-(10**6), 10**6, places=6)


@given(st.lists(FIGURES, min_size=1, max_size=10), st.none() | FIGURES)
def test_total_is_the_sum_of_all_before(values, baseline):
    entered = {2024 + place: Entered(value) for place, value in enumerate(values)}

    found = yearly_values(INCREMENT, entered, first_year=2024, baseline=baseline)

    assert found[2023 + len(values)].value == sum(values, baseline or Decimal(0))


@given(FIGURES, FIGURES)
def test_share_never_raises(numerator, denominator):
    assert (share_of(numerator, denominator).value is None) == (denominator == 0)
