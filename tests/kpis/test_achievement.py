"""The table of the domain rules, row by row, and what must hold for any figures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.achievement import (
    ALREADY_THERE,
    BEHIND_BASELINE,
    NO_BASELINE,
    NO_FINAL_TARGET,
    NO_WORKING,
    ZERO_TARGET,
    ZERO_VALUE,
    Verdict,
    Working,
    achievement_rate,
    judge_milestone,
    judge_number,
    progress_rate,
    reaches,
)
from kpis.measurement import Direction, Milestone, RateFormula

UP, DOWN = Direction.INCREASE, Direction.DECREASE
KEEP, KEEP_BELOW = Direction.MAINTAIN_AT_LEAST, Direction.MAINTAIN_AT_MOST
TO_TARGET, FROM_BASELINE = RateFormula.TO_TARGET, RateFormula.FROM_BASELINE
ACHIEVED, MAINTAINED, MISSED = Verdict.ACHIEVED, Verdict.MAINTAINED, Verdict.NOT_ACHIEVED


def number(text):
    return None if text is None else Decimal(text)


def judge(
    direction, baseline, target, value, formula=TO_TARGET, final_target="same", is_strict=False
):
    return judge_number(
        direction=direction,
        formula=formula,
        baseline=number(baseline),
        target=number(target),
        final_target=number(target if final_target == "same" else final_target),
        value=Decimal(value),
        is_strict=is_strict,
    )


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "value", "verdict", "rate", "progress"),
    [
        # The rows of the table: decrease, zero, worse than the baseline, kept, unrounded.
        (DOWN, "100", "50", "40", ACHIEVED, Decimal("1.25"), Decimal("1.2")),
        (DOWN, "22585", "20000", "20563", MISSED, Decimal(20000) / Decimal(20563),
         Decimal(2022) / Decimal(2585)),
        (DOWN, None, "0", "0", ACHIEVED, Decimal(1), NO_BASELINE),
        (DOWN, "100", "50", "0", ACHIEVED, ZERO_VALUE, Decimal(2)),
        (DOWN, "100", "50", "120", MISSED, Decimal(50) / Decimal(120), Decimal("-0.4")),
        (UP, "10", "10", "10", MAINTAINED, Decimal(1), ALREADY_THERE),
        (KEEP, None, "90", "89.96", MISSED, Decimal("89.96") / 90, NO_BASELINE),
        (KEEP, "80.5", "78.2", "80.5", ACHIEVED, Decimal("80.5") / Decimal("78.2"), ALREADY_THERE),
        # Their mirror images and edges.
        (UP, "100", "150", "160", ACHIEVED, Decimal(160) / 150, Decimal("1.2")),
        (UP, "0", "0", "5", ACHIEVED, ZERO_TARGET, ALREADY_THERE),
        (UP, "10", "0", "5", ACHIEVED, ZERO_TARGET, BEHIND_BASELINE),
        (DOWN, "100", "0", "25", MISSED, Decimal(0), Decimal("0.75")),
        (KEEP_BELOW, "5", "5", "6", MISSED, Decimal(5) / 6, ALREADY_THERE),
        (UP, "100", "50", "60", ACHIEVED, Decimal("1.2"), BEHIND_BASELINE),
        # An increase by the plain numbers that a plain a/t would call done.
        (UP, "27", "45", "38", MISSED, Decimal(38) / 45, Decimal(11) / 18),
    ],
)  # fmt: skip
def test_judge_number_table(direction, baseline, target, value, verdict, rate, progress):
    found = judge(direction, baseline, target, value)

    assert found.verdict == verdict
    assert (found.rate.reason if isinstance(rate, str) else found.rate.value) == rate
    assert (found.progress.reason if isinstance(progress, str) else found.progress.value) == (
        progress
    )


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "value", "verdict", "rate", "progress"),
    [
        # 50未満, 50超: the figure itself is a miss, its rate and its progress are whole.
        (DOWN, "100", "50", "50", MISSED, 1, 1),
        (DOWN, "100", "50", "49.999999", ACHIEVED, 50 / Decimal("49.999999"),
         Decimal("50.000001") / 50),
        (DOWN, "100", "50", "51", MISSED, Decimal(50) / 51, Decimal("0.98")),
        (UP, "0", "50", "50", MISSED, 1, 1),
        (UP, "0", "50", "50.000001", ACHIEVED, Decimal("1.00000002"), Decimal("1.00000002")),
        (KEEP, "50", "50", "50", MISSED, 1, ALREADY_THERE),
        (KEEP_BELOW, "0", "0", "0", MISSED, 1, ALREADY_THERE),
        (DOWN, "5", "0", "0", MISSED, 1, 1),
        (UP, None, "0", "0", MISSED, 1, NO_BASELINE),
        (UP, None, "0", "1", ACHIEVED, ZERO_TARGET, NO_BASELINE),
    ],
)  # fmt: skip
def test_strict_target_leaves_out_its_own_figure(
    direction, baseline, target, value, verdict, rate, progress
):
    found = judge(direction, baseline, target, value, is_strict=True)

    assert found.verdict == verdict
    assert (found.rate.reason if isinstance(rate, str) else found.rate.value) == rate
    assert (found.progress.reason if isinstance(progress, str) else found.progress.value) == (
        progress
    )


@pytest.mark.parametrize(
    ("direction", "baseline", "value", "is_worse"),
    [
        (DOWN, "100", "120", True),
        (DOWN, "100", "100", False),
        (UP, "100", "99.9", True),
        (UP, None, "0", False),
    ],
)
def test_worse_than_baseline(direction, baseline, value, is_worse):
    assert judge(direction, baseline, "50", value).is_worse == is_worse


def test_rate_from_baseline():
    found = judge(DOWN, "27.5", "25.0", "26.0", formula=FROM_BASELINE)

    assert found.rate.value == Decimal("0.6")
    assert str(found.rate.working) == "（実績 26 − 基準値 27.5）÷（目標 25 − 基準値 27.5）"


def test_working_compares_by_its_numbers_and_tells_them_in_full():
    stored, typed = (
        Working("{} ÷ {}", (Decimal(a), Decimal(3))) for a in ("1234567.500000", "1234567.5")
    )

    assert (stored, hash(stored)) == (typed, hash(typed))
    assert (str(stored), bool(stored), bool(NO_WORKING)) == ("1234567.5 ÷ 3", True, False)


def test_rate_from_baseline_without_baseline_says_why():
    assert judge(UP, None, "50", "40", formula=FROM_BASELINE).rate.reason == NO_BASELINE


def test_progress_goes_to_the_final_target_not_the_years():
    found = judge(UP, "22.7", "23.5", "23.5", final_target="25.0")

    assert found.verdict == ACHIEVED
    assert found.progress.value == Decimal("0.8") / Decimal("2.3")


def test_year_without_target_has_progress_but_no_verdict():
    found = judge(UP, "0", None, "50", final_target="100")

    assert (found.verdict, found.rate.value) == (None, None)
    assert found.progress.value == Decimal("0.5")


def test_final_target_that_is_no_number_says_so():
    assert judge(KEEP, "80.5", "78.2", "80.5", final_target=None).progress.reason == (
        NO_FINAL_TARGET
    )


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        (Milestone.DONE, Milestone.DONE, ACHIEVED),
        (Milestone.DONE, Milestone.IN_PROGRESS, MISSED),
        (Milestone.PREPARING, Milestone.IN_PROGRESS, ACHIEVED),
        (None, Milestone.DONE, None),
    ],
)
def test_judge_milestone(target, value, verdict):
    found = judge_milestone(target=target, value=value)

    assert (found.verdict, found.rate.value) == (verdict, None)


figures = st.decimals(
    min_value=-(10**13), max_value=10**13, places=6, allow_nan=False, allow_infinity=False
)
directions = st.sampled_from(Direction)
formulas = st.sampled_from(RateFormula)


near = st.tuples(figures, st.sampled_from(["0", "0.000001", "-0.000001"])).map(
    lambda pair: (pair[0], pair[0] + Decimal(pair[1]))
)
pairs = near | st.tuples(figures, figures)  # a target with a value, often the same or close by


@given(directions, formulas, st.none() | figures, pairs, st.booleans())
def test_rate_of_one_means_achieved_but_for_the_figure_a_strict_target_leaves_out(
    direction, formula, baseline, pair, is_strict
):
    target, value = pair
    found = judge_number(
        direction=direction, formula=formula, baseline=baseline, target=target,
        final_target=target, value=value, is_strict=is_strict,
    )  # fmt: skip

    is_left_out = is_strict and value == target
    if found.rate.value is not None:
        assert (found.rate.value >= 1) == (found.is_achieved or is_left_out)
        assert not (found.is_achieved and is_left_out)
    else:
        assert found.rate.reason != ""


@given(directions, formulas, st.none() | figures, pairs)
def test_strictness_changes_nothing_but_the_verdict_at_the_figure(
    direction, formula, baseline, pair
):
    target, value = pair
    loose, strict = (
        judge_number(
            direction=direction, formula=formula, baseline=baseline, target=target,
            final_target=target, value=value, is_strict=is_strict,
        )
        for is_strict in (False, True)
    )  # fmt: skip

    assert (loose.rate, loose.progress, loose.is_worse) == (
        strict.rate,
        strict.progress,
        strict.is_worse,
    )
    assert strict.verdict == (MISSED if value == target else loose.verdict)


@given(directions, formulas, figures, pairs, figures, st.booleans())
def test_better_value_never_rates_lower(direction, formula, baseline, pair, other, is_strict):
    target, one = pair
    worse, better = sorted((one, other), reverse=not direction.is_upward)
    rates = [
        achievement_rate(
            direction=direction, formula=formula, baseline=baseline, target=target, value=value
        ).value
        for value in (worse, better)
    ]
    verdicts = [
        reaches(direction=direction, target=target, value=value, is_strict=is_strict)
        for value in (worse, better)
    ]

    assert verdicts != [True, False]
    assert None in rates or rates[0] <= rates[1]


@given(pairs, st.booleans())
def test_verdict_is_symmetric_between_increase_and_decrease(pair, is_strict):
    target, value = pair

    assert reaches(direction=UP, target=target, value=value, is_strict=is_strict) == reaches(
        direction=DOWN, target=-target, value=-value, is_strict=is_strict
    )


@given(figures, figures, figures)
def test_progress_is_symmetric_between_increase_and_decrease(baseline, target, value):
    up = progress_rate(direction=UP, baseline=baseline, final_target=target, value=value)
    down = progress_rate(direction=DOWN, baseline=-baseline, final_target=-target, value=-value)

    assert (up.value, up.reason) == (down.value, down.reason)


@given(directions, formulas, figures, st.booleans())
def test_value_equal_to_target_is_whole(direction, formula, value, is_strict):
    found = judge_number(
        direction=direction, formula=formula, target=value, final_target=value, value=value,
        is_strict=is_strict,
    )  # fmt: skip

    assert found.rate.value == 1
    assert found.is_achieved != is_strict
