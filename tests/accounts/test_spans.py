from datetime import date

import pytest

from dxplan.accounts.spans import Span, first_day_without, leaves_alone

MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 1)
LATER, LAST = date(2027, 3, 31), date(2027, 4, 1)
TODAY = date(2025, 11, 20)


@pytest.mark.parametrize(
    ("spans", "day"),
    [
        ([], TODAY),
        ([Span(None, None)], None),
        ([Span(date(2020, 4, 1), None)], None),
        ([Span(date(2020, 4, 1), MARCH)], APRIL),
        ([Span(date(2020, 4, 1), MARCH), Span(APRIL, None)], None),
        ([Span(APRIL, None), Span(date(2020, 4, 1), MARCH)], None),
        ([Span(date(2020, 4, 1), MARCH), Span(date(2026, 4, 2), None)], APRIL),
        ([Span(date(2020, 4, 1), LATER), Span(date(2021, 4, 1), MARCH)], LAST),
        ([Span(date(2020, 4, 1), date(2021, 3, 31))], TODAY),
        ([Span(APRIL, None)], TODAY),
        ([Span(TODAY, TODAY)], date(2025, 11, 21)),
    ],
)
def test_first_day_that_no_span_covers(spans, day):
    assert first_day_without(spans, TODAY) == day


@pytest.mark.parametrize(
    ("before", "after", "day"),
    [
        ([Span(None, None)], [], TODAY),
        ([Span(None, None)], [Span(None, MARCH)], APRIL),
        ([Span(None, MARCH)], [Span(None, MARCH)], None),
        ([Span(None, LATER)], [Span(None, MARCH)], APRIL),
        ([Span(None, MARCH)], [Span(None, LATER)], None),
        ([], [], None),
        ([], [Span(None, None)], None),
        ([Span(None, None), Span(None, None)], [Span(None, None)], None),
    ],
)
def test_change_is_told_the_day_it_leaves_alone(before, after, day):
    assert leaves_alone(before, after, TODAY) == day


def test_span_has_its_first_and_last_day():
    span = Span(APRIL, LATER)

    assert [span.has(day) for day in (MARCH, APRIL, LATER, LAST)] == [False, True, True, False]
