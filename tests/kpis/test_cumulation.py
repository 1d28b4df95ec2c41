"""Increments as totals and back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.cumulation import Gap, converted, is_convertible
from kpis.measurement import MeasurementType
from kpis.yearly_values import Entered, yearly_values

INCREMENT, TOTAL = MeasurementType.CUMULATIVE_INCREMENT, MeasurementType.CUMULATIVE_TOTAL


def numbers(*values, first_year=2024):
    return {year: Decimal(value) for year, value in enumerate(values, first_year)}


def test_increments_are_summed():
    assert converted(numbers("5", "0.5", "-1"), to=TOTAL, first_year=2024) == numbers(
        "5", "5.5", "4.5"
    )


def test_totals_are_differenced():
    assert converted(numbers("5", "5.5"), to=INCREMENT, first_year=2024) == numbers("5", "0.5")


def test_baseline_is_in_the_total():
    totals = converted(numbers("5"), to=TOTAL, first_year=2024, baseline=Decimal(10))

    assert totals == numbers("15")
    assert converted(totals, to=INCREMENT, first_year=2024, baseline=Decimal(10)) == numbers("5")


@pytest.mark.parametrize("to", [INCREMENT, TOTAL])
@pytest.mark.parametrize(
    ("years", "gap"), [((2024, 2026), 2025), ((2025, 2026), 2024), ((2023, 2024), 2023)]
)
def test_missing_year_is_named(to, years, gap):
    with pytest.raises(Gap) as refused:
        converted(dict.fromkeys(years, Decimal(1)), to=to, first_year=2024)

    assert refused.value.fiscal_year == gap


def test_nothing_is_converted_to_nothing():
    assert converted({}, to=TOTAL, first_year=2024) == {}


figures = st.decimals(-(10**9), 10**9, places=6)


@given(
    st.lists(figures, max_size=8),
    st.one_of(st.none(), figures),
    st.sampled_from([(INCREMENT, TOTAL), (TOTAL, INCREMENT)]),
)
def test_there_and_back_is_the_same(values, baseline, kinds):
    stored = numbers(*values)
    options = {"first_year": 2024, "baseline": baseline}

    there = converted(stored, to=kinds[1], **options)

    assert converted(there, to=kinds[0], **options) == stored


@given(st.lists(figures, min_size=1, max_size=8), st.one_of(st.none(), figures))
def test_totals_are_what_the_engine_judges(values, baseline):
    stored = numbers(*values)
    judged = yearly_values(
        INCREMENT,
        {year: Entered(value) for year, value in stored.items()},
        first_year=2024,
        baseline=baseline,
    )

    totals = converted(stored, to=TOTAL, first_year=2024, baseline=baseline)

    assert totals == {year: item.value for year, item in judged.items()}


def test_only_the_two_kinds_of_cumulation_are_converted():
    pairs = {(a, b) for a in MeasurementType for b in MeasurementType if is_convertible(a, b)}

    assert pairs == {(INCREMENT, TOTAL), (TOTAL, INCREMENT)}
