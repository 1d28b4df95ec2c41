import datetime

import pytest

from actionplans.schedule import (
    HalfYear,
    Span,
    StageState,
    span_of,
    standing_of,
    state_of_all,
    years_span,
)

H1, H2 = HalfYear.first_of, HalfYear.last_of
PLANNED = Span(H2(2024), H1(2025))  # October 2024 to September 2025


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (datetime.date(2024, 4, 1), "令和6年度上期"),
        (datetime.date(2024, 9, 30), "令和6年度上期"),
        (datetime.date(2024, 10, 1), "令和6年度下期"),
        (datetime.date(2025, 3, 31), "令和6年度下期"),
        (datetime.date(2019, 4, 1), "令和元年度上期"),
    ],
)
def test_half_of_a_day(day, label):
    assert HalfYear.of(day).label == label


def test_half_knows_its_days():
    assert (H1(2024).first_day, H1(2024).last_day) == (
        datetime.date(2024, 4, 1),
        datetime.date(2024, 9, 30),
    )
    assert (H2(2024).first_day, H2(2024).last_day) == (
        datetime.date(2024, 10, 1),
        datetime.date(2025, 3, 31),
    )


@pytest.mark.parametrize("index", [2 * 1950 - 1, 2 * 2101, -1, 0])
def test_half_outside_the_years_we_know_is_refused(index):
    with pytest.raises(ValueError, match="年度は1950年度から2100年度までです。"):
        HalfYear(index)


@pytest.mark.parametrize(
    ("start", "end", "label", "halves"),
    [
        (H1(2021), H2(2021), "令和3年度", 2),
        (H1(2023), H2(2025), "令和5年度から令和7年度まで", 6),
        (H2(2023), H2(2023), "令和5年度下期", 1),
        (H2(2023), H1(2025), "令和5年度下期から令和7年度上期まで", 4),
    ],
)
def test_span_in_words_and_its_length(start, end, label, halves):
    span = Span(start, end)

    assert (span.label, span.halves) == (label, halves)


def test_span_lies_within_the_years_of_another():
    years = years_span(2023, 2025)

    assert span_of(H1(2023), H2(2025)).is_within(years)
    assert not span_of(H2(2022), H1(2023)).is_within(years)
    assert not span_of(H2(2025), H1(2026)).is_within(years)
    assert span_of(None, None) is None


@pytest.mark.parametrize(
    ("entered", "today", "state", "rule"),
    [
        ({}, H1(2024), "未着手", "着手の入力がなく、予定の始まりを過ぎていません。"),
        ({}, H2(2024), "未着手", "着手の入力がなく、予定の始まりを過ぎていません。"),
        (
            {},
            H1(2025),
            "遅れ",
            "予定の始まり（令和6年度下期）を過ぎましたが、着手の入力がありません。",
        ),
        ({"begun": H2(2024)}, H1(2025), "順調", "着手していて、予定の終わりはまだです。"),
        (
            {"begun": H2(2024)},
            H2(2025),
            "遅れ",
            "予定の終わり（令和7年度上期）を過ぎましたが、完了の入力がありません。",
        ),
        ({"begun": H2(2024), "ended": H1(2025)}, H2(2026), "完了", "完了しています。"),
        (
            {"begun": H2(2024), "ended": H2(2025)},
            H2(2025),
            "完了",
            "完了しています（予定の令和7年度上期より後）。",
        ),
        ({"is_stopped": True, "begun": H2(2024)}, H2(2026), "中止", "中止の入力があります。"),
    ],
)
def test_state_of_a_stage_comes_with_its_rule(entered, today, state, rule):
    fields = {"begun": None, "ended": None, "is_stopped": False} | entered

    standing = standing_of(PLANNED, today=today, **fields)

    assert (standing.state.label, standing.rule) == (state, rule)


NOT_STARTED, ON_TIME, LATE, DONE, STOPPED = StageState


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([], None),
        ([DONE, DONE], DONE),
        ([DONE, STOPPED], DONE),
        ([STOPPED], STOPPED),
        ([NOT_STARTED], NOT_STARTED),
        ([DONE, NOT_STARTED], ON_TIME),
        ([DONE, LATE, ON_TIME], LATE),
    ],
)
def test_state_of_an_action_is_that_of_its_stages(states, whole):
    assert state_of_all(states) == whole


@pytest.mark.parametrize(
    ("text", "half"),
    [("令和8年度上期", 4052), ("R8下期", 4053), ("２０２６年度 上期", 4052), ("R8 下期", 4053)],
)
def test_half_year_is_read_as_people_write_it(text, half):
    assert HalfYear.parse(text) == half


@pytest.mark.parametrize("text", ["令和8年度", "2026年上期", "上期", "R8中期", ""])
def test_half_year_that_names_none_is_refused(text):
    with pytest.raises(ValueError, match=r"読み取れません|暦年"):
        HalfYear.parse(text)
