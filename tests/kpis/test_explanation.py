"""計算の根拠: page and workbook say the same of every KPI, and every figure is told."""

from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from dxplan.lib.fiscal_years import FiscalYear
from kpis.explanation import explain
from kpis.models import Judgement, Target
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from kpis.summary import measured_in
from plans.models import Plan
from tests.factories import make_kpi, make_person, make_result, make_revision


def explained(kpi, fiscal_year=2025):
    row = next(row for row in kpi_progress(kpi.plan, EVERYTHING) if row.id == kpi.pk)
    return {line.label: line.text for line in explain(row, fiscal_year)}


def test_revised_target_names_its_version(plan):
    kpi = make_kpi(plan, targets={2025: "20"})
    make_revision(kpi, 2025, {2025: "15"})

    assert explained(kpi)["目標"] == (
        "15 件、第1回見直し（令和7年度から適用）、令和7年5月20日 推進本部決定、"
        "中間見直し: 実績を踏まえて見直した、見直し前は20 件"
    )


def test_target_taken_away_names_its_version(plan):
    kpi = make_kpi(plan, targets={2025: "20"})
    make_revision(kpi, 2025, {2025: None})
    make_result(kpi, 2025, "18")

    found = explained(kpi)
    assert found["目標"] == (
        "第1回見直しで目標をなくした（令和7年度から適用）、令和7年5月20日 推進本部決定、"
        "中間見直し: 実績を踏まえて見直した、見直し前は20 件"
    )
    assert {"判定", "達成率"} & set(found) == set()
    assert found["評語"].startswith("評価対象外")


def test_share_tells_its_parts(plan):
    kpi = make_kpi(plan, measurement_type="ratio", unit="%", decimals=1, targets={2025: "60"})
    make_result(kpi, 2025, numerator=33, denominator=48)

    assert explained(kpi)["実績"] == "33 ÷ 48 × 100 = 68.75 → 四捨五入して 68.8%、確定"


def test_zero_target_reached_tells_why_it_counts_as_all(plan):
    kpi = make_kpi(plan, direction="decrease", targets={2025: "50"})
    make_result(kpi, 2025, "0")

    found = explained(kpi)
    assert found["判定"] == "減少: 実績 ≦ 目標 なら達成。0 ＜ 50 → 達成（四捨五入前の値で比較）"
    assert found["評語"].startswith("率のない達成は100.0%とみなし 100.0%以上 → A 達成")
    assert found["達成率"] == "実績が0のため、目標÷実績の割り算ができません。"


def test_figure_that_a_strict_target_leaves_out_is_explained(plan):
    fields = {"direction": "decrease", "baseline_value": 80, "is_strict": True}
    kpi = make_kpi(plan, targets={2025: "50"}, **fields)
    make_result(kpi, 2025, "50")

    found = explained(kpi)
    assert found["目標"] == "50 件未満、当初目標"
    assert found["判定"] == (
        "減少: 実績 ＜ 目標 なら達成。50 ＝ 50 → 未達成（四捨五入前の値で比較）。"
        "目標「50 件未満」はその値ちょうどを含まないため、達成率が100.0%でも未達成です。"
    )
    assert found["達成率"] == "対目標比 目標÷実績: 実績 50 = 目標 50 → 100.0%"
    assert found["進捗率"].startswith("最終目標（50 件未満）に向けて: ")
    assert found["評語"] == (
        "達成率 100.0% だが、未達成のため、下限が100.0%以上の段階にはしない → B 概ね達成。"
        "基準「A〜D（100・80・50）」標準"
    )


@pytest.mark.parametrize(
    ("value", "words"), [("51", "51 ＞ 50 → 達成"), ("49", "49 ＜ 50 → 未達成")]
)
def test_strict_target_beside_its_figure_says_no_more_than_others(plan, value, words):
    kpi = make_kpi(plan, targets={2025: "50"}, is_strict=True)
    make_result(kpi, 2025, value)

    assert explained(kpi)["判定"] == (
        f"増加: 実績 ＞ 目標 なら達成。{words}（四捨五入前の値で比較）"
    )


def test_stage_has_no_formula(plan):
    kpi = make_kpi(plan, measurement_type="milestone", unit="")
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="milestone", milestone="done")
    make_result(kpi, 2025, milestone="in_progress")

    found = explained(kpi)
    assert found["判定"] == "実績「実施中」は目標「完了」より前の段階 → 未達成"
    assert "達成率" not in found


def test_range_tells_both_bounds(plan):
    kpi = make_kpi(plan, direction="range")
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="range", value=40, upper_value=60)
    make_result(kpi, 2025, "61")

    assert explained(kpi)["判定"] == (
        "範囲: 下限 ≦ 実績 ≦ 上限 なら達成。"
        "下限 40、実績 61、上限 60 → 未達成（四捨五入前の値で比較）"
    )


def test_override_is_told_with_its_reason(plan):
    kpi = make_kpi(plan, targets={2025: "10"})
    make_result(kpi, 2025, "5")
    Judgement.objects.create(
        kpi=kpi, fiscal_year=2025, layer="office", symbol="B", comment="災害対応のため",
        entered_by_name="企画 花子",
    )  # fmt: skip
    Judgement.objects.update(entered_at=datetime(2026, 5, 20, 0, 5, tzinfo=UTC))

    assert explained(kpi)["評語の変更"] == (
        "DX推進担当がB 概ね達成に変更。理由: 災害対応のため（企画 花子、令和8年5月20日 09:05）"
    )


def blocks_of(sheet):
    """{KPI: [(label, text)]}: headings have no text beside them."""
    blocks = {}
    for label, text in sheet.iter_rows(min_row=4, max_col=2, values_only=True):
        if text is None:
            lines = blocks.setdefault(label, [])
        else:
            lines.append((label, text))
    return blocks


@pytest.mark.parametrize("town", ["kami", "jinsekikogen"])
def test_workbook_and_page_explain_alike(db, visit, town):
    call_command("loaddata", town, f"{town}_sample", verbosity=0)
    plan = Plan.objects.get()
    reader = make_person("reader", plan.municipality, role="committee")
    years = [year.fiscal_year for year in plan.years.exclude(state="planned")]
    fiscal_year = max(years)
    report = visit(reader, f"{reverse('report', args=[plan.pk])}?fiscal_year={fiscal_year}")
    sheet = openpyxl.load_workbook(BytesIO(report.content))["計算の根拠"]
    written = blocks_of(sheet)
    measured = measured_in(kpi_progress(plan, EVERYTHING), FiscalYear(fiscal_year))

    assert list(written) == [f"{row.number} {row.name}" for row in measured]
    for row in measured:
        page = visit(reader, reverse("kpi_detail", args=[row.id])).context["years"]
        lines = next(item[1] for item in page if item[0].fiscal_year == fiscal_year)

        assert [(item.label, item.text) for item in lines] == written[f"{row.number} {row.name}"]
