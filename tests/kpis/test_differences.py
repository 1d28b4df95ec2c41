"""What differs between a KPI's rows of two moments."""

from dataclasses import replace

import pytest

from kpis.differences import DifferenceKind, differences
from kpis.models import Judgement
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from tests.factories import make_kpi, make_result, make_scale


@pytest.fixture
def kpi(plan):
    return make_kpi(plan, targets={2025: "50", 2026: "60"})


def row_of(plan):
    [row] = kpi_progress(plan, EVERYTHING)
    return row


def told(before, now):
    return [(item.kind, item.fiscal_year, item.old, item.new) for item in differences(before, now)]


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("30", "50", "上がりました（実績の変更による）"),
        ("50", "30", "下がりました（実績の変更による）"),
    ],
)
def test_grade_goes_up_or_down_with_its_value(plan, kpi, old, new, note):
    result = make_result(kpi, 2025, old)
    before = row_of(plan)
    type(result).objects.update(value=new)

    [value, grade] = differences(before, row_of(plan))

    assert (value.kind, grade.kind) == (DifferenceKind.RESULT, DifferenceKind.GRADE)
    assert (value.old, value.new) == (f"{old} 件", f"{new} 件")
    assert grade.note == note


def test_first_value_gives_a_grade_that_is_neither_better_nor_worse(plan, kpi):
    before = row_of(plan)
    make_result(kpi, 2025, "50")

    [_, grade] = differences(before, row_of(plan))

    assert (grade.old, grade.new, grade.note) == ("未報告", "A 達成", "実績の変更による")


def test_grades_of_two_scales_are_not_compared(plan, kpi):
    make_result(kpi, 2025, "30")
    before = row_of(plan)
    make_scale(plan, 2025, (("良", 60), ("可", None)))

    [grade] = differences(before, row_of(plan))

    assert (grade.old, grade.new) == ("C 遅れ", "良 良の評語")
    assert grade.note == "判定のしかたの変更による"


def test_what_people_say_is_told_layer_by_layer(plan, kpi):
    make_result(kpi, 2025, "30")
    said = Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="self", cause="人手不足")
    before = row_of(plan)
    Judgement.objects.filter(pk=said.pk).update(cause="人手と時間の不足", next_step="委託する")

    found = differences(before, row_of(plan))

    assert [(item.kind.value, item.label, item.old, item.new) for item in found] == [
        ("text", "担当課の自己評価の未達成の原因", "人手不足", "人手と時間の不足"),
        ("text", "担当課の自己評価の今後の取組", "", "委託する"),
    ]


def test_same_rows_have_no_differences(plan, kpi):
    make_result(kpi, 2025, "30")

    assert told(row_of(plan), row_of(plan)) == []


def test_years_that_only_one_side_has_are_left_to_the_definition(plan, kpi):
    now = row_of(plan)
    before = replace(now, years={year: now.years[year] for year in (2024, 2025)})

    assert told(before, now) == []
