from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.measurement import Direction
from kpis.pace import FINAL_IS_KNOWN, NO_FINAL_NUMBER, TOO_FEW, Trend, expected_value, trend

INCREASE, DECREASE = Direction.INCREASE, Direction.DECREASE


def expected(year, **overrides):
    line = {
        "baseline": Decimal(27),
        "baseline_year": 2022,
        "final_target": Decimal(45),
        "final_year": 2025,
    }
    return expected_value(**line | overrides, fiscal_year=year)


def test_expected_value_lies_on_the_straight_line():
    assert [expected(year).value for year in (2023, 2024, 2025)] == [33, 39, 45]
    assert str(expected(2023).working) == "基準値 27 ＋（最終目標 45 − 基準値 27）× 1年 ÷ 3年"


def test_expected_value_of_a_decreasing_kpi_falls():
    assert expected(2024, baseline=Decimal(100), final_target=Decimal(40)).value == 60


@pytest.mark.parametrize("year", [2021, 2022, 2026])
def test_nothing_is_expected_outside_the_line(year):
    assert expected(year).value is None


@pytest.mark.parametrize("missing", ["baseline", "baseline_year", "final_target", "final_year"])
def test_nothing_is_expected_without_both_ends(missing):
    assert expected(2024, **{missing: None}).value is None


def test_nothing_is_expected_where_both_ends_lie_in_one_year():
    assert expected(2025, baseline_year=2025).value is None


def test_way_to_a_strict_target_is_strict_itself():
    assert [expected(year, is_strict=True).is_strict for year in (2023, 2025)] == [True, True]
    assert not expected(2023).is_strict


def heading(points, *, direction=INCREASE, final_target=45, final_year=2026, is_strict=False):
    return trend(
        direction=direction,
        points={year: Decimal(value) for year, value in points.items()},
        final_target=None if final_target is None else Decimal(final_target),
        final_year=final_year,
        is_strict=is_strict,
    )


def test_trend_reaches_the_final_target():
    assert heading({2023: 30, 2024: 35, 2025: 40}) == Trend(
        Decimal(45),
        3,
        "これまでの実績3年分の傾向（直線）が続くと、最終目標に達する見込みです。",
        True,
    )


def test_trend_falls_short_of_the_final_target():
    found = heading({2022: 30, 2023: 30, 2024: 31, 2025: 31})

    assert (found.points, found.will_reach) == (4, False)
    assert found.statement.endswith("届かない見込みです。")


def test_trend_of_a_decreasing_kpi_reaches_downward():
    assert heading({2023: 60, 2024: 50, 2025: 40}, direction=DECREASE, final_target=30).will_reach


def test_trend_that_heads_for_the_very_figure_of_a_strict_target_falls_short():
    points = {2023: 30, 2024: 35, 2025: 40}

    assert not heading(points, is_strict=True).will_reach
    assert heading(points, is_strict=True, final_target=44).will_reach


@pytest.mark.parametrize("points", [{}, {2025: 1}, {2024: 1, 2025: 2}])
def test_no_trend_is_drawn_from_fewer_than_three_points(points):
    assert heading(points) == Trend(None, len(points), TOO_FEW)


def test_trend_without_a_numeric_final_target_says_so():
    assert heading({2023: 1, 2024: 2, 2025: 3}, final_target=None) == Trend(
        None, 3, NO_FINAL_NUMBER
    )


def test_no_outlook_is_given_once_the_final_year_is_known():
    assert heading({2024: 30, 2025: 35, 2026: 40}) == Trend(None, 3, FINAL_IS_KNOWN)


FIGURES = st.decimals(-(10**6), 10**6, places=3)


@given(st.dictionaries(st.integers(1950, 2100), FIGURES, min_size=3, max_size=12), FIGURES)
def test_trend_never_raises_and_mirrors(points, final_target):
    up = trend(direction=INCREASE, points=points, final_target=final_target, final_year=2101)
    down = trend(
        direction=DECREASE,
        points={year: -value for year, value in points.items()},
        final_target=-final_target,
        final_year=2101,
    )

    assert (up.will_reach, up.points) == (down.will_reach, len(points))
