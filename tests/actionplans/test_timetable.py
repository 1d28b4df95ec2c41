import datetime

import pytest

from actionplans.models import SchedulePeriod
from actionplans.schedule import HalfYear, Span
from actionplans.sheets import action_rows, period_of
from actionplans.timetable import Place, Today, place_in, timetable, today_in
from tests.factories import make_action, make_kpi, make_policy, make_stage

H1, H2 = HalfYear.first_of, HalfYear.last_of
FRAME = Span(H1(2024), H2(2026))


@pytest.mark.parametrize(
    ("span", "place"),
    [
        (Span(H1(2024), H2(2024)), Place(1, 2)),
        (Span(H2(2025), H2(2026)), Place(4, 3)),
        (Span(H1(2023), H1(2024)), Place(1, 1)),
        (Span(H2(2026), H2(2030)), Place(6, 1)),
        (Span(H1(2022), H2(2023)), None),
        (Span(H1(2027), H2(2027)), None),
        (None, None),
    ],
)
def test_span_takes_its_columns_within_the_printed_years(span, place):
    assert place_in(span, FRAME) == place


@pytest.mark.parametrize(
    ("day", "today"),
    [
        (datetime.date(2024, 4, 1), Today(1, 0)),
        (datetime.date(2025, 3, 31), Today(2, 5)),
        (datetime.date(2025, 1, 10), Today(2, 3)),
        (datetime.date(2026, 9, 1), Today(5, 5)),
        (datetime.date(2024, 3, 31), None),
        (datetime.date(2027, 4, 1), None),
    ],
)
def test_line_of_today_stands_in_its_half_and_month(plan, day, today):
    assert today_in(period_of(plan), day) == today


def blocks_of(plan):
    return timetable(action_rows(plan), period_of(plan), may_edit=lambda row: False)


def test_stages_of_a_line_follow_each_other_and_headings_are_told_once(plan):
    top = make_policy(plan, name="方針", number="1")
    kpi = make_kpi(plan, policy=make_policy(plan, name="施策", number="2"))
    whole = make_action(plan, title="推進体制")
    own = make_action(plan, policy=kpi.policy, title="施策")
    make_stage(own, "導入", 2025, 2026, line=1)
    make_stage(own, "検討", 2024, 2024, line=1)
    make_stage(own, "個票だけ", 2024, 2024, placement="sheet")

    blocks = blocks_of(plan)

    assert [(block.action.id, block.headings) for block in blocks] == [
        (whole.pk, ((1, "計画全体"),)),
        (own.pk, ()),
    ]
    assert blocks[1].action.name == "2 施策"
    assert [[(bar.stage.label, bar.place) for bar in line.bars] for line in blocks[1].lines] == [
        [("検討", Place(1, 2)), ("導入", Place(3, 4))]
    ]
    assert top.action_plans.count() == 0


def test_bar_covers_plan_first_plan_and_what_came_of_it(plan, action):
    make_stage(
        action,
        "導入",
        2024,
        2024,
        revised_start=H1(2025),
        revised_end=H2(2025),
        revision_reason="国の仕様の遅れ",
        actual_start=H2(2024),
    )

    [[bar]] = [line.bars for line in blocks_of(plan)[0].lines]

    assert bar.place == Place(1, 4)
    assert (bar.first, bar.planned, bar.actual) == (Place(1, 2), Place(3, 2), Place(2, 3))


def test_stage_outside_the_printed_years_is_told_apart(plan, action):
    make_stage(action, "準備", 2022, 2023)

    [line] = blocks_of(plan)[0].lines

    assert (line.bars, [stage.label for stage in line.outside]) == ((), ["準備"])


def test_schedule_may_print_other_years_than_the_plan(plan, action):
    SchedulePeriod.objects.create(plan=plan, first_fiscal_year=2022, last_fiscal_year=2026)
    make_stage(action, "準備", 2022, 2023)

    [line] = blocks_of(plan)[0].lines

    assert [bar.place for bar in line.bars] == [Place(1, 4)]
