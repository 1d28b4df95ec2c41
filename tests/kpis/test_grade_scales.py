from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.achievement import Achievement, Rate, Verdict
from kpis.grade_scales import PRESETS, STANDARD, Step, problems_of


def judged(percent, verdict=None):
    """Reached from 100% on, unless the verdict says otherwise: that of a strict target may."""
    is_reached = percent is not None and percent >= 100
    verdict = verdict or (Verdict.ACHIEVED if is_reached else Verdict.NOT_ACHIEVED)
    value = None if percent is None else Decimal(str(percent)) / 100
    return Achievement(verdict, Rate(value), Rate(None))


@pytest.mark.parametrize(
    ("preset", "percent", "symbol"),
    [
        ("a-d", 144, "A"),
        ("a-d", 100, "A"),
        ("a-d", 99.99, "B"),
        ("a-d", 80, "B"),
        ("a-d", 50, "C"),
        ("a-d", 49.99, "D"),
        ("a-d", -20, "D"),
        ("s-c", 110, "S"),
        ("s-c", 109.99, "A"),
        ("s-c", 79, "C"),
        ("marks", 50, "△"),
        ("marks", 10, "×"),
        ("110-95", 95, "○"),
        ("110-95", 94.9, "△"),
        ("expected", 80, "B＋"),
    ],
)
def test_grade_by_its_lower_bound(preset, percent, symbol):
    assert PRESETS[preset].step_of(judged(percent)).symbol == symbol


@pytest.mark.parametrize(("preset", "symbol"), [("a-d", "A"), ("s-c", "A"), ("110-95", "○")])
def test_reached_target_without_a_rate_counts_as_all_of_it(preset, symbol):
    assert PRESETS[preset].step_of(judged(None, Verdict.ACHIEVED)).symbol == symbol


@given(st.sampled_from(sorted(PRESETS)), st.integers(-300, 300), st.integers(-300, 300))
def test_grades_follow_rate_and_verdict(preset, one, other):
    scale = PRESETS[preset]
    lower, higher = sorted((one, other))

    def place(percent, verdict=None):
        return scale.steps.index(scale.step_of(judged(percent, verdict)))

    assert place(higher) <= place(lower)
    missed = scale.step_of(judged(one, Verdict.NOT_ACHIEVED))
    assert missed.lower is None or missed.lower < 1
    assert place(one, Verdict.ACHIEVED) <= place(one, Verdict.NOT_ACHIEVED)


@pytest.mark.parametrize("preset", PRESETS)
def test_missed_target_without_a_rate_gets_the_last_grade(preset):
    scale = PRESETS[preset]

    assert scale.step_of(judged(None)) == scale.steps[-1]


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_scales(preset):
    assert problems_of(list(PRESETS[preset].steps)) == []


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([("A", 100)], "評語は2段階から8段階までにしてください。"),
        ([("A", 100), ("A", None)], "同じ記号が2つ以上あります。"),
        ([("A", None), ("B", None)], "最後の段階のほかは、下限の率が必要です。"),
        ([("A", 80), ("B", 100), ("C", None)], "下限の率は、上の段階から順に小さくしてください。"),
        ([("A", 80), ("B", 80), ("C", None)], "下限の率は、上の段階から順に小さくしてください。"),
        ([("A", 100), ("B", 80)], "最後の段階には下限の率を付けません。"),
    ],
)
def test_steps_that_make_no_scale_are_told(steps, problem):
    made = [Step(symbol, "名称", lower and Decimal(lower) / 100) for symbol, lower in steps]

    assert problem in problems_of(made)


@pytest.mark.parametrize(
    ("count", "tones"), [(2, "ad"), (3, "abd"), (4, "abcd"), (5, "abccd"), (8, "abbcccc" + "d")]
)
def test_tones_run_from_best_to_worst(count, tones):
    steps = tuple(Step(str(place), "", None) for place in range(count))
    scale = type(STANDARD)("", STANDARD.basis, steps)

    assert "".join(scale.tone_of(step) for step in steps) == tones
