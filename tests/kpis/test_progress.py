"""Rows from the database: order, years, texts, and what the domain rules say of them."""

import pytest

from kpis.models import Target
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from kpis.standings import reasons
from kpis.summary import behind, measured_in, summarize
from tests.factories import make_kpi, make_policy, make_result, make_scale


@pytest.mark.parametrize("count", [1, 3])
def test_kpi_progress_takes_seven_queries(plan, department, django_assert_num_queries, count):
    for _ in range(count):
        kpi = make_kpi(plan, departments=[department], targets={2024: "10", 2025: "20"})
        make_result(kpi, 2024, "12")

    with django_assert_num_queries(7):
        assert len(kpi_progress(plan, EVERYTHING)) == count


def test_kpi_progress_follows_the_plan(plan):
    second, first = make_policy(plan, position=2), make_policy(plan, position=1)
    make_kpi(plan, policy=second, number="b")
    make_kpi(plan, policy=first, number="a")

    assert [row.number for row in kpi_progress(plan, EVERYTHING)] == ["a", "b"]


def test_value_that_reads_like_its_target_is_judged_unrounded(plan):
    kpi = make_kpi(plan, unit="%", decimals=1, direction="maintain_at_least", targets={2025: "90"})
    make_result(kpi, 2025, "89.96")
    standing = kpi_progress(plan, EVERYTHING)[0].at(2025)

    assert standing.result.text == "90.0%"
    assert standing.verdict_text == "未達成"
    assert standing.rounding_note == "四捨五入前の値（89.96）で判定しています。"


STRICT = {"unit": "件", "direction": "decrease", "is_strict": True}


def test_figure_that_a_strict_target_leaves_out_is_missed_though_its_rate_is_whole(plan):
    kpi = make_kpi(plan, targets={2024: "50", 2025: "50"}, **STRICT)
    make_result(kpi, 2024, "50")
    make_result(kpi, 2025, "49")
    row = kpi_progress(plan, EVERYTHING)[0]
    missed, reached = row.at(2024), row.at(2025)

    assert (missed.target.text, missed.verdict_text, missed.rate_text, missed.grade.label) == (
        "50 件未満",
        "未達成",
        "100.0%",
        "B 概ね達成",
    )
    assert (missed.rounding_note, missed.verdict_note) == (
        "",
        "目標「50 件未満」はその値ちょうどを含まないため、達成率が100.0%でも未達成です。",
    )
    assert (reached.verdict_text, reached.grade.label, reached.verdict_note) == (
        "達成",
        "A 達成",
        "",
    )
    assert behind([row], 2024) == [row]
    assert reasons(missed)[0] == missed.verdict_note


@pytest.mark.parametrize(
    ("value", "verdict", "note"),
    [
        ("49.96", "達成", "四捨五入前の値（49.96）で判定しています。"),  # reads 50.0
        ("49.94", "達成", ""),
        ("50.04", "未達成", ""),  # reads 50.0, a miss either way
        ("50.05", "未達成", ""),
    ],
)
def test_strict_target_is_judged_unrounded(plan, value, verdict, note):
    kpi = make_kpi(plan, targets={2025: "50"}, decimals=1, **STRICT)
    make_result(kpi, 2025, value)
    standing = kpi_progress(plan, EVERYTHING)[0].at(2025)

    assert (standing.verdict_text, standing.verdict_note) == (verdict, note)


def test_strict_comparison_needs_more_than_the_reference(plan):
    kpi = make_kpi(plan, unit="%", decimals=1, reference_name="全国平均")
    for fiscal_year, value in ((2024, "78.2"), (2025, "78.3")):
        kpi.targets.create(fiscal_year=fiscal_year, kind="reference", is_strict=True)
        make_result(kpi, fiscal_year, value, reference="78.2")
    row = kpi_progress(plan, EVERYTHING)[0]

    assert [row.at(year).verdict_text for year in (2024, 2025)] == ["未達成", "達成"]
    assert row.at(2024).verdict_note == (
        "目標「全国平均超」はその値ちょうどを含まないため、達成率が100.0%でも未達成です。"
    )


def test_strict_final_target_makes_the_whole_way_strict(plan):
    make_scale(plan, 2025, [("A", 100), ("B", 80), ("C", None)], basis="pace")
    fields = {"baseline_value": 100, "baseline_fiscal_year": 2024}
    kpi = make_kpi(plan, targets={2026: "50"}, **STRICT, **fields)
    make_result(kpi, 2025, "75")
    row = kpi_progress(plan, EVERYTHING)[0]
    standing = row.at(2025)

    assert (standing.expected_text, standing.pace_text, standing.grade.symbol) == (
        "75 件未満",
        "100.0%",
        "B",
    )
    assert standing.scale.final_target_text == "50 件未満"


def test_trend_toward_the_figure_of_a_strict_target_falls_short(plan):
    kpi = make_kpi(plan, targets={2026: "10"}, **STRICT)
    for fiscal_year, value in ((2024, "30"), (2025, "20"), (2026, "10")):
        make_result(kpi, fiscal_year, value)

    assert not kpi_progress(plan, EVERYTHING)[0].trend.will_reach


def test_kpi_that_starts_later_is_not_counted_before(plan):
    make_kpi(plan, first_fiscal_year=2024)
    make_kpi(plan, first_fiscal_year=2026)
    rows = kpi_progress(plan, EVERYTHING)

    assert [summarize(rows, year, has_previous=False).total for year in (2024, 2025, 2026)] == [
        1,
        1,
        2,
    ]


def test_missing_values_count_once_asked_for(plan):
    make_kpi(plan, targets={2024: "1", 2025: "2", 2026: "3"})
    row = kpi_progress(plan, EVERYTHING)[0]

    assert [row.at(year).grade.name for year in (2024, 2025, 2026)] == [
        "未報告",
        "未報告",
        "受付前",
    ]


def test_zero_is_a_value_and_blank_is_not_zero(plan):
    kpi = make_kpi(plan, direction="decrease", targets={2024: "0", 2025: "0"})
    make_result(kpi, 2024, "0")
    row = kpi_progress(plan, EVERYTHING)[0]

    assert (row.at(2024).result.text, row.at(2024).grade.key) == ("0 件", "a")
    assert (row.at(2025).result.text, row.at(2025).grade.key) == ("未入力", "unreported")


def test_final_target_only_leaves_earlier_years_before_it(plan):
    kpi = make_kpi(plan, targets={2026: "100"}, baseline_value=0)
    make_result(kpi, 2025, "25")
    standing = kpi_progress(plan, EVERYTHING)[0].at(2025)

    assert standing.grade.key == "before-target"
    assert (standing.rate_text, standing.progress_text) == ("", "25.0%")
    assert reasons(standing) == [
        "達成率: この年度の目標はありません（最終目標に向けた途中の年度です）。"
    ]


def test_milestone_that_is_missed_is_behind_without_a_rate(plan):
    kpi = make_kpi(plan, measurement_type="milestone", unit="")
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="milestone", milestone="done")
    make_result(kpi, 2025, milestone="in_progress")
    rows = kpi_progress(plan, EVERYTHING)

    assert rows[0].at(2025).grade.key == "d"
    assert behind(rows, 2025) == rows


def test_behind_puts_the_furthest_first(plan):
    for value in ("9", "2", "30", "5"):
        make_result(make_kpi(plan, name=value, targets={2025: "10"}), 2025, value)

    assert [row.name for row in behind(kpi_progress(plan, EVERYTHING), 2025)] == ["2", "5", "9"]


def test_summary_counts_every_kpi_once_and_compares_with_last_year(plan):
    for before, now in (("10", "20"), ("1", "20"), ("10", None)):
        kpi = make_kpi(plan, targets={2024: "10", 2025: "20"})
        make_result(kpi, 2024, before)
        if now:
            make_result(kpi, 2025, now)
    summary = summarize(kpi_progress(plan, EVERYTHING), 2025, has_previous=True)

    found = {item.grade.key: (item.count, item.change_text) for item in summary.counts}
    assert found["a"] == (2, "前年度と同数")
    assert found["d"] == (0, "前年度比 -1")
    assert found["unreported"] == (1, "前年度比 +1")
    assert summary.denominator_text == "評価可能 2 / 全3指標"


def test_summary_without_a_year_before_claims_no_change(plan):
    make_kpi(plan)
    summary = summarize(kpi_progress(plan, EVERYTHING), 2024, has_previous=False)

    assert {item.change_text for item in summary.counts} == {""}


def test_measured_in_leaves_out_other_years(plan):
    make_kpi(plan, first_fiscal_year=2026)

    assert measured_in(kpi_progress(plan, EVERYTHING), 2025) == []
