"""Revised targets and scales: what the database keeps, and which target a year is judged by."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection

from kpis.models import GradeScale, GradeStep, Judgement, Target, TargetRevision
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from plans.models import Checklist
from tests.database import constraint_names, refusal_of
from tests.factories import make_kpi, make_plan, make_result, make_revision, make_scale


@pytest.fixture
def kpi(plan):
    """Measured 2024–2026 (closed, open, planned) with a target of 10, 20, 30."""
    kpi = make_kpi(plan, targets={2024: "10", 2025: "20", 2026: "30"})
    connection.check_constraints()
    return kpi


def row_of(kpi):
    return next(row for row in kpi_progress(kpi.plan, EVERYTHING) if row.id == kpi.pk)


def test_years_before_a_revision_keep_their_verdicts(plan, kpi):
    for fiscal_year in (2024, 2025):
        make_result(kpi, fiscal_year, "15")
    before = row_of(kpi)

    make_revision(kpi, 2025, {2025: "15", 2026: "16"})

    after = row_of(kpi)
    assert after.at(2024) == before.at(2024)
    assert [row.at(2025).verdict_text for row in (before, after)] == ["未達成", "達成"]
    assert (after.at(2025).target.text, after.at(2025).earlier_target.text) == ("15 件", "20 件")
    assert after.at(2025).target.version_text == "第1回見直し（令和7年度から適用）"
    assert after.at(2024).target.version_text == "当初目標"


def test_progress_is_toward_the_final_target_then_in_force(kpi):
    type(kpi).objects.filter(pk=kpi.pk).update(baseline_value=0, baseline_fiscal_year=2023)
    for fiscal_year in (2024, 2025):
        make_result(kpi, fiscal_year, "15")

    make_revision(kpi, 2025, {2026: "60"})

    row = row_of(kpi)
    assert (row.at(2024).progress_text, row.at(2025).progress_text) == ("50.0%", "25.0%")
    assert (row.at(2024).expected.value, row.at(2025).expected.value) == (10, 40)


def test_target_taken_away_leaves_its_year_without_one_and_earlier_years_as_they_were(kpi):
    type(kpi).objects.filter(pk=kpi.pk).update(baseline_value=0, baseline_fiscal_year=2023)
    for fiscal_year in (2024, 2025, 2026):
        make_result(kpi, fiscal_year, "15")
    before = row_of(kpi)

    make_revision(kpi, 2025, {2025: None, 2026: None})

    row = row_of(kpi)
    taken = row.at(2025)
    assert row.at(2024) == before.at(2024)
    assert (taken.target, taken.target_text, taken.earlier_target.text) == (
        None,
        "目標なし",
        "20 件",
    )
    assert (taken.verdict_text, taken.rate_text, taken.grade.name) == ("", "", "評価対象外")
    assert taken.expected.value is None
    assert (row.scale.final_target, row.last_target_year) == (10, 2024)
    assert [item.number for item in row.revisions] == [1]


def test_final_target_taken_away_leaves_the_one_before_as_the_last(kpi):
    for fiscal_year in (2024, 2025):
        make_result(kpi, fiscal_year, "15")

    make_revision(kpi, 2026, {2026: None})

    row = row_of(kpi)
    assert [row.at(year).scale.final_target for year in (2024, 2025, 2026)] == [30, 30, 20]
    assert [row.at(year).has_later_target for year in (2024, 2025, 2026)] == [True, True, False]
    assert row.at(2026).grade.name == "受付前"


def test_target_comes_back_by_another_revision(kpi):
    make_revision(kpi, 2025, {2026: None})
    make_revision(kpi, 2026, {2026: "40"})

    row = row_of(kpi)
    assert [row.at(year).scale.final_target for year in (2024, 2025, 2026)] == [30, 20, 40]
    assert (row.at(2026).target.text, row.at(2026).earlier_target.text) == ("40 件", "目標なし")


def test_time_of_a_target_that_is_taken_away_is_refused(kpi):
    revision = make_revision(kpi, 2026, {2026: None})

    assert refusal_of(lambda: revision.targets.update(taken_fiscal_year=2026)) == (
        "target_taken_away_by_a_revision"
    )


def test_second_revision_counts_from_its_own_year(kpi):
    make_revision(kpi, 2025, {2025: "15", 2026: "16"})
    make_revision(kpi, 2026, {2026: "99"})

    row = row_of(kpi)
    assert [row.at(year).target.text for year in (2024, 2025, 2026)] == ["10 件", "15 件", "99 件"]
    assert [item.number for item in row.revisions] == [1, 2]


@pytest.mark.parametrize("reason", ["", " ", "　\n"])
def test_reason_of_blanks_is_refused(kpi, reason):
    assert refusal_of(lambda: make_revision(kpi, 2025, {}, reason=reason)) == (
        "target_revision_has_a_reason"
    )


def test_closed_year_keeps_its_targets(kpi):
    assert refusal_of(lambda: make_revision(kpi, 2024, {})) == "target_revision_after_closed_years"
    closed = Target.objects.filter(kpi=kpi, fiscal_year=2024)
    assert refusal_of(lambda: closed.update(value=1)) == "closed_year_keeps_its_targets"
    assert refusal_of(lambda: closed.update(is_strict=True)) == "closed_year_keeps_its_targets"
    assert refusal_of(closed.delete) == "closed_year_keeps_its_targets"
    assert closed.update(value=10) == 1


def test_target_before_its_revision_takes_effect_is_refused(kpi):
    assert refusal_of(lambda: make_revision(kpi, 2026, {2025: "1"})) == "target_of_its_revision"


def test_target_of_another_kpis_revision_is_refused(plan, kpi):
    revision = make_revision(make_kpi(plan), 2025, {})

    open_years = Target.objects.filter(fiscal_year=2026)

    assert refusal_of(lambda: open_years.update(revision=revision)) == "target_of_its_revision"


def test_scale_counts_from_its_year_on(plan, kpi):
    for fiscal_year in (2024, 2025):
        make_result(kpi, fiscal_year, "18")

    make_scale(plan, 2025, [("◎", 110), ("○", 90), ("△", None)])

    row = row_of(kpi)
    assert [row.at(year).grade.label for year in (2024, 2025)] == ["A 達成", "○ ○の評語"]


def test_scale_of_pace_compares_with_the_expected_value(plan, kpi):
    type(kpi).objects.filter(pk=kpi.pk).update(baseline_value=0, baseline_fiscal_year=2023)
    make_result(kpi, 2025, "19")

    make_scale(plan, 2025, [("A", 100), ("B", 80), ("C", None)], basis="pace")

    standing = row_of(kpi).at(2025)
    assert (standing.expected.value, standing.pace_text, standing.grade.symbol) == (
        20,
        "95.0%",
        "B",
    )


def test_closed_year_keeps_its_scale(plan):
    assert refusal_of(lambda: make_scale(plan, 2024, [("A", 100), ("B", None)])) == (
        "grade_scale_after_closed_years"
    )


def test_override_counts_and_the_automatic_grade_stays(kpi):
    make_result(kpi, 2025, "5")
    Judgement.objects.create(
        kpi=kpi, fiscal_year=2025, layer="office", symbol="B", comment="災害対応のため"
    )

    standing = row_of(kpi).at(2025)
    assert (standing.grade.symbol, standing.automatic_grade.symbol) == ("B", "D")
    assert standing.is_overridden


def test_self_evaluation_alone_changes_no_grade(kpi):
    make_result(kpi, 2025, "5")
    Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="self", symbol="A")

    assert row_of(kpi).at(2025).grade.symbol == "D"


def test_words_are_judged_by_the_self_evaluation(plan):
    kpi = make_kpi(plan, measurement_type="qualitative")
    make_result(kpi, 2025, text="研修を実施した")
    before = row_of(kpi).at(2025)
    Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="self", symbol="B")

    assert (before.grade.name, before.result.text) == ("評価対象外", "研修を実施した")
    assert row_of(kpi).at(2025).grade.label == "B 概ね達成"


def test_range_is_reached_within_its_bounds(plan):
    kpi = make_kpi(plan, direction="range")
    for fiscal_year, value in ((2024, "40"), (2025, "60"), (2026, "61")):
        Target.objects.create(
            kpi=kpi, fiscal_year=fiscal_year, kind="range", value=40, upper_value=60
        )
        make_result(kpi, fiscal_year, value)

    row = row_of(kpi)
    assert [row.at(year).verdict_text for year in (2024, 2025, 2026)] == ["達成", "達成", "未達成"]
    assert row.at(2024).target.text == "40 件〜60 件"


def test_parts_of_a_share_are_kept_and_divided(plan):
    kpi = make_kpi(plan, measurement_type="ratio", unit="%", decimals=1, targets={2025: "60"})
    make_result(kpi, 2025, numerator=33, denominator=48)

    result = row_of(kpi).at(2025).result
    assert (result.value, result.text, str(result.working)) == (
        Decimal("68.75"),
        "68.8%",
        "33 ÷ 48 × 100",
    )


def test_share_of_nothing_keeps_its_parts(plan):
    kpi = make_kpi(plan, measurement_type="ratio", unit="%")
    make_result(kpi, 2025, state="not_computable", numerator=0, denominator=0, note="申請なし")

    standing = row_of(kpi).at(2025)
    assert (standing.grade.name, standing.result.denominator) == ("算定不能", 0)


def test_total_of_increments_breaks_at_a_missing_year(plan):
    kpi = make_kpi(plan, measurement_type="cumulative_increment", targets={2024: "5", 2026: "9"})
    make_result(kpi, 2024, "6")
    make_result(kpi, 2026, "4")

    row = row_of(kpi)
    assert (row.at(2024).result.text, row.at(2024).grade.symbol) == ("6 件", "A")
    assert row.at(2026).grade.name == "算定不能"


def test_checklist_of_another_plan_is_refused(town, kpi):
    other = Checklist.objects.create(plan=make_plan(town, code="x"), code="c", name="一覧")

    def feed():
        type(kpi).objects.filter(pk=kpi.pk).update(
            checklist=other, checklist_measure="items", measurement_type="ratio"
        )

    assert refusal_of(feed) == "kpi_checklist_of_own_plan"


FAULTS = [
    ("target_revision_number_unique", TargetRevision, {"number": 1}),
    ("target_revision_year_known", TargetRevision, {"effective_fiscal_year": 2101}),
    ("target_revision_category_from_list", TargetRevision, {"category": "whim"}),
    ("target_revision_has_a_reason", TargetRevision, {"reason": "　"}),
    ("grade_scale_version_unique", GradeScale, {"version": 1}),
    ("grade_scale_basis_from_list", GradeScale, {"basis": "mood"}),
    ("grade_scale_year_known", GradeScale, {"effective_fiscal_year": 2101}),
    ("grade_step_position_unique", GradeStep, {"position": 1}),
    ("grade_step_symbol_unique", GradeStep, {"symbol": "A"}),
    ("judgement_unique_in_layer", Judgement, {"layer": "self"}),
    ("judgement_layer_from_list", Judgement, {"layer": "mayor"}),
    ("judgement_year_known", Judgement, {"fiscal_year": 1949}),
    ("judgement_override_has_a_reason", Judgement, {"layer": "office", "comment": ""}),
]


@pytest.fixture
def two_of_each(plan, kpi):
    for _ in range(2):
        make_revision(kpi, 2026, {})
        make_scale(plan, 2026, [("A", 100), ("B", None)])
    for layer in ("self", "committee"):
        Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer=layer)


def test_every_constraint_is_violated_here():
    tried = {name for name, _, _ in FAULTS}

    assert constraint_names(TargetRevision, GradeScale, GradeStep, Judgement) == tried


@pytest.mark.parametrize(("constraint", "model", "fault"), FAULTS)
def test_row_that_cannot_be_is_refused(two_of_each, constraint, model, fault):
    rows = model.objects.all()
    if constraint == "judgement_override_has_a_reason":
        rows = rows.filter(layer="self")

    assert refusal_of(lambda: rows.update(**fault)) == constraint


def test_revisions_are_dated(kpi):
    revision = make_revision(kpi, 2026, {}, decided_on=datetime.date(2026, 5, 20))

    assert row_of(kpi).revisions == ()
    Target.objects.create(kpi=kpi, revision=revision, fiscal_year=2026, kind="number", value=5)
    assert row_of(kpi).revisions[0].decided_text == "令和8年5月20日"
