from decimal import Decimal

import pytest

from kpis.achievement import Achievement, Rate, Verdict
from kpis.grade_scales import PRESETS
from kpis.grading import grade_of
from kpis.measurement import ValueState

NONE = Rate(None)


def achievement(verdict, rate=None):
    return Achievement(verdict, Rate(None if rate is None else Decimal(rate)), NONE)


@pytest.mark.parametrize(
    ("verdict", "rate", "key"),
    [
        (Verdict.ACHIEVED, "1.2", "a"),
        (Verdict.ACHIEVED, None, "a"),
        (Verdict.MAINTAINED, "1", "a"),
        (Verdict.NOT_ACHIEVED, "0.9996", "b"),
        (Verdict.NOT_ACHIEVED, "0.8", "b"),
        (Verdict.NOT_ACHIEVED, "0.7999999", "c"),
        (Verdict.NOT_ACHIEVED, "0.5", "c"),
        (Verdict.NOT_ACHIEVED, "0.4999999", "d"),
        (Verdict.NOT_ACHIEVED, "-0.4", "d"),
        (Verdict.NOT_ACHIEVED, None, "d"),
    ],
)
def test_grade_of_value_with_target(verdict, rate, key):
    found = grade_of(
        state=ValueState.FINAL, achievement=achievement(verdict, rate), has_later_target=False
    )

    assert found.key == key


@pytest.mark.parametrize(
    ("preset", "achieved", "missed"),
    [
        ("a-d", "A", "B"),
        ("s-c", "A", "B"),
        ("marks", "◎", "○"),
        ("110-95", "○", "○"),  # from 95% on: no grade for targets that are reached
        ("expected", "A", "B＋"),
    ],
)
def test_missed_target_with_a_rate_of_all_gets_no_grade_of_a_reached_one(preset, achieved, missed):
    grades = [
        grade_of(
            state=ValueState.FINAL,
            achievement=achievement(verdict, "1"),
            has_later_target=False,
            scale=PRESETS[preset],
        ).symbol
        for verdict in (Verdict.ACHIEVED, Verdict.NOT_ACHIEVED)
    ]

    assert grades == [achieved, missed]


@pytest.mark.parametrize(
    ("state", "judged", "has_later_target", "is_asked", "key"),
    [
        (ValueState.MISSING, None, True, True, "unreported"),
        (ValueState.MISSING, None, True, False, "not-yet-asked"),
        (ValueState.NOT_SURVEYED, None, False, True, "excluded"),
        (ValueState.NOT_APPLICABLE, None, False, True, "excluded"),
        (ValueState.NOT_COMPUTABLE, None, False, True, "uncomputable"),
        (ValueState.FINAL, None, False, True, "uncomputable"),
        (ValueState.FINAL, achievement(None), True, True, "before-target"),
        (ValueState.FINAL, achievement(None), False, True, "excluded"),
    ],
)
def test_class_outside_the_scale(state, judged, has_later_target, is_asked, key):
    found = grade_of(
        state=state, achievement=judged, has_later_target=has_later_target, is_asked=is_asked
    )

    assert (found.key, found.is_rated) == (key, False)
