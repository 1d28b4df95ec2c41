"""The tidy files: the rules of machine readability, what the columns say, who may have them."""

import csv
import re
import unicodedata
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dxplan.lib.csv_files import FORMULA_STARTS
from dxplan.lib.workbooks import MIME_TYPE
from kpis.measurement import MeasurementType, TargetKind, ValueState
from kpis.models import Judgement, Target
from kpis.tidy import HEADERS
from plans.models import Plan
from tests.factories import (
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_result,
    make_revision,
)

FIXTURES = sorted((Path(__file__).resolve().parents[2] / "fixtures").glob("*.json"))
COMPLETE = (
    *("municipality_code", "municipality_name", "plan_code", "plan_title", "kpi_number"),
    *("kpi_name", "fiscal_year", "fiscal_year_era", "measurement_type", "direction"),
    *("value_state", "value_state_label", "rate_unit", "grade", "grade_label", "is_sample"),
)
CODES = {
    "measurement_type": MeasurementType.values(),
    "target_kind": ["", *TargetKind.values()],
    "target_comparator": ["", "at_least", "at_most", "between"],
    "value_state": ["not_yet_asked", *ValueState.values()],
    "verdict": ["", "achieved", "maintained", "not_achieved"],
    "is_sample": ["true", "false"],
    "is_overridden": ["true", "false"],
}
NUMBERS = [name for name in HEADERS if name.endswith(("value", "rate", "fiscal_year", "_count"))]


def csv_lines(content):
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def sheet_of(content):
    return openpyxl.load_workbook(BytesIO(content))["data"]


def observed(visit, person, plan):
    """The lines of the CSV as {column: text}."""
    headers, *lines = csv_lines(visit(person, reverse("data_csv", args=[plan.pk])).content)
    return [dict(zip(headers, line, strict=True)) for line in lines]


@pytest.fixture(scope="module")
def files(django_db_setup, django_db_blocker):
    """(town, CSV, xlsx) of all five towns, as their committees download them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *FIXTURES, verbosity=0)
        found = [downloaded(plan) for plan in Plan.objects.select_related("municipality")]
        transaction.set_rollback(True)
    return found


def downloaded(plan):
    client = Client()
    client.force_login(make_person(f"reader-{plan.pk}", plan.municipality, role="committee"))
    urls = [reverse(name, args=[plan.pk]) for name in ("data_csv", "data_xlsx")]
    return plan.municipality.name, *(client.get(url).content for url in urls)


def test_files_of_all_towns_have_one_layout_and_one_line_per_kpi_and_year(files):
    found = {town: csv_lines(content) for town, content, _ in files}

    assert {town: len(lines) - 1 for town, lines in found.items()} == {
        "神石高原町": 6 * 4,
        "香美町": 18 * 4 - 16,
        "真室川町": 0,
        "鏡石町": 0,
        "九重町": 0,
    }
    assert {tuple(lines[0]) for lines in found.values()} == {HEADERS}
    for lines in found.values():
        keys = [(line[0], line[2], *_named(line, "kpi_number", "fiscal_year")) for line in lines]
        assert len(set(keys)) == len(keys)


def _named(line, *names):
    return [line[HEADERS.index(name)] for name in names]


def test_columns_have_unique_names_in_ascii():
    assert len(set(HEADERS)) == len(HEADERS)
    assert [name for name in HEADERS if not re.fullmatch("[a-z][a-z0-9_]*", name)] == []


def test_records_stand_on_one_line_in_characters_of_every_machine(files):
    for _, content, _ in files:
        text = content.decode("utf-8-sig")
        records = text.split("\r\n")
        assert (content[:3], records[-1]) == (b"\xef\xbb\xbf", "")
        assert len(records) - 1 == len(csv_lines(content))
        assert [line for line in records if re.search("[\r\n\t]", line)] == []
        assert {c for c in text if unicodedata.category(c) in ("No", "Cc", "Cs")} <= {"\r", "\n"}
        assert re.findall("[\u3200-\u33ff\uff61-\uff9f]", text) == []


def test_every_line_is_complete_and_spells_choices_one_way(files):
    for _, content, _ in files:
        headers, *lines = csv_lines(content)
        for line in (dict(zip(headers, cells, strict=True)) for cells in lines):
            assert [name for name in COMPLETE if not line[name]] == []
            assert [name for name, codes in CODES.items() if line[name] not in codes] == []
            assert [
                name for name in NUMBERS if not re.fullmatch(r"-?\d*(\.\d+)?", line[name])
            ] == []


def test_sheet_is_a_bare_table(files):
    for _, _, content in files:
        sheet = sheet_of(content)
        assert (sheet.dimensions.split(":")[0], sheet.max_column) == ("A1", len(HEADERS))
        assert (list(sheet.merged_cells.ranges), sheet._images, sheet._charts) == ([], [], [])
        assert not any(d.hidden or d.outlineLevel for d in sheet.row_dimensions.values())
        assert not any(d.hidden or d.outlineLevel for d in sheet.column_dimensions.values())
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        assert {cell.number_format for row in sheet.iter_rows() for cell in row} == {"General"}


def test_sheet_and_csv_say_the_same(files):
    for _, content, xlsx in files:
        sheet = sheet_of(xlsx)
        for cells, line in zip(sheet.iter_rows(), csv_lines(content), strict=True):
            for cell, text in zip(cells, line, strict=True):
                assert same(cell, text), (cell.coordinate, cell.value, text)


def same(cell, text):
    """A workbook's number has the 16 digits that a cell can hold."""
    if cell.value is None:
        return text == ""
    if cell.data_type == "n":
        return float(text) == pytest.approx(float(cell.value), rel=1e-15, abs=0)
    return cell.value == text


def test_result_stands_unrounded_beside_what_was_entered(visit, auditor, plan, department):
    kpi = make_kpi(
        plan, departments=[department], measurement_type="ratio", unit="%", decimals=1,
        baseline_value=50, baseline_fiscal_year=2023, targets={2025: "70", 2026: "80"},
    )  # fmt: skip
    make_revision(kpi, 2025, {2025: "66"})
    make_result(
        kpi, 2025, state="preliminary", numerator=2, denominator=3, taken_on="2026-03-31",
        note="一行目\n二行目", is_sample=True,
    )  # fmt: skip

    line = observed(visit, auditor, plan)[1]

    assert {name: line[name] for name in line if line[name]} == {
        "municipality_code": "285854",
        "municipality_name": "香美町",
        "plan_code": "dx",
        "plan_title": "DX推進計画",
        "basic_policy": "(1) 施策1",
        "policy_level": "施策",
        "policy": "(1) 施策1",
        "kpi_number": "1",
        "kpi_name": "指標1",
        "department_1": "企画課",
        "department_count": "1",
        "is_sample_department": "false",
        "fiscal_year": "2025",
        "fiscal_year_era": "令和7年度",
        "measurement_type": "ratio",
        "measurement_type_label": "率",
        "direction": "increase",
        "direction_label": "増加",
        "rate_formula": "to_target",
        "rate_formula_label": "対目標比",
        "unit": "%",
        "shown_decimals": "1",
        "baseline_value": "50",
        "baseline_fiscal_year": "2023",
        "baseline_fiscal_year_era": "令和5年度",
        "target_kind": "number",
        "target_kind_label": "数値",
        "target_comparator": "at_least",
        "target_comparator_label": "以上",
        "target_value": "66",
        "target_version": "1",
        "target_effective_fiscal_year": "2025",
        "final_target_value": "80",
        "final_target_fiscal_year": "2026",
        "expected_value": "70",
        "value_state": "preliminary",
        "value_state_label": "速報",
        "value": "66.66666666666666666666666667",
        "numerator": "2",
        "denominator": "3",
        "taken_on": "2026-03-31",
        "verdict": "achieved",
        "verdict_label": "達成",
        "is_worse_than_baseline": "false",
        "rate_unit": "%",
        "achievement_rate": "101.010101010101010101010101",
        "progress_rate": "55.55555555555555555555555557",
        "expected_value_rate": "95.23809523809523809523809524",
        "grade": "a",
        "grade_symbol": "A",
        "grade_label": "達成",
        "automatic_grade": "a",
        "automatic_grade_symbol": "A",
        "automatic_grade_label": "達成",
        "is_overridden": "false",
        "grade_scale": "A〜D（100・80・50）",
        "grade_scale_version": "1",
        "note": "一行目 二行目",
        "is_sample": "true",
    }


def test_blank_is_not_zero(visit, auditor, plan):
    kpi = make_kpi(plan, direction="decrease", targets={2024: "0", 2025: "5"})
    make_result(kpi, 2024, "0")

    lines = observed(visit, auditor, plan)

    names = ("target_value", "value", "achievement_rate", "value_state")
    assert [[line[name] for name in names] for line in lines] == [
        ["0", "0", "100", "final"],
        ["5", "", "", "missing"],
        ["", "", "", "not_yet_asked"],
    ]


def test_targets_that_are_no_number_have_columns_of_their_own(visit, auditor, plan):
    kinds = {
        "milestone": {"milestone": "done"},
        "range": {"value": 40, "upper_value": 60},
        "reference": {},
        "text": {"text": "前年度より増加"},
    }
    for kind, fields in kinds.items():
        kpi = make_kpi(
            plan, last_fiscal_year=2024, reference_name="全国平均",
            measurement_type="milestone" if kind == "milestone" else "point_in_time",
            direction="range" if kind == "range" else "decrease",
        )  # fmt: skip
        Target.objects.create(kpi=kpi, fiscal_year=2024, kind=kind, **fields)

    lines = observed(visit, auditor, plan)

    names = (
        *("target_kind", "target_comparator_label", "target_value", "target_upper_value"),
        *("target_milestone_label", "target_text"),
    )
    assert [[line[name] for name in names] for line in lines] == [
        ["milestone", "以上", "", "", "完了", ""],
        ["range", "範囲内", "40", "60", "", ""],
        ["reference", "以下", "", "", "", ""],
        ["text", "", "", "", "", "前年度より増加"],
    ]


def test_override_stands_beside_the_rules_own_grade(visit, auditor, plan):
    kpi = make_kpi(plan, targets={2025: "10"})
    make_result(kpi, 2025, "5")
    Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="office", symbol="B", comment="災害")

    line = observed(visit, auditor, plan)[1]

    names = ("grade_symbol", "automatic_grade_symbol", "is_overridden", "override_reason")
    assert [line[name] for name in names] == ["B", "C", "true", "災害"]


def test_more_departments_than_columns_are_counted(visit, auditor, plan, town):
    names = [f"{place}課" for place in range(1, 5)]
    make_kpi(plan, departments=[make_department(town, name=name) for name in names])

    line = observed(visit, auditor, plan)[0]

    found = [line[f"department_{place}"] for place in (1, 2, 3)]
    assert (found, line["department_count"]) == (["1課", "2課", "3課"], "4")


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_text_that_begins_like_a_formula_stays_text(visit, auditor, plan, start):
    name = f'{start}HYPERLINK("http://x","y")'
    make_result(make_kpi(plan, name=name, unit=start, targets={2024: "-1"}), 2024, "-1", note=name)

    line = observed(visit, auditor, plan)[0]
    sheet = sheet_of(visit(auditor, reverse("data_xlsx", args=[plan.pk])).content)
    cells = dict(zip(HEADERS, sheet[2], strict=True))

    assert (line["kpi_name"], line["note"], line["value"]) == (f"'{name}", f"'{name}", "-1")
    for header, expected in (("kpi_name", name), ("note", name), ("unit", start)):
        assert (cells[header].value, cells[header].data_type) == (expected, "s")


@pytest.mark.parametrize("name", ["data_csv", "data_xlsx"])
@pytest.mark.parametrize("count", [1, 3])
def test_files_take_eleven_queries(auditor, plan, department, count_queries, name, count):
    for _ in range(count):
        kpi = make_kpi(plan, departments=[department], targets={2024: "1", 2025: "2"})
        make_result(kpi, 2024, "1")

    response = count_queries(11, auditor, reverse(name, args=[plan.pk]))

    assert response.status_code == 200


def test_files_are_downloads_that_say_whether_they_are_made_up(visit, auditor, plan):
    kpi = make_kpi(plan)
    make_result(kpi, 2025, "1")
    urls = [reverse(name, args=[plan.pk]) for name in ("data_csv", "data_xlsx")]
    real = [visit(auditor, url) for url in urls]
    kpi.results.update(is_sample=True)
    made_up = [visit(auditor, url) for url in urls]

    assert urls == [f"/plans/{plan.pk}/data.csv", f"/plans/{plan.pk}/data.xlsx"]
    assert [response["Content-Type"] for response in real] == ["text/csv; charset=utf-8", MIME_TYPE]
    mark = "_%E8%A6%8B%E6%9C%AC."
    assert [mark in response["Content-Disposition"] for response in (*real, *made_up)] == [
        *(False, False),
        *(True, True),
    ]


@pytest.mark.parametrize("name", ["data_csv", "data_xlsx"])
def test_files_are_for_the_own_town_only(visit, outsider, town, plan, name):
    administrator = make_person("administrator", town, role="system_administrator")
    url = reverse(name, args=[plan.pk])

    assert visit(outsider, url).status_code == 404
    assert visit(administrator, url).status_code == 403


@pytest.mark.parametrize("name", ["kpi_list", "dashboard"])
def test_pages_lead_to_the_files(visit, auditor, plan, name):
    text = visit(auditor, reverse(name, args=[plan.pk])).content.decode()

    assert [f'href="/plans/{plan.pk}/data.{ending}"' in text for ending in ("xlsx", "csv")] == [
        *(True, True)
    ]


def test_files_of_a_plan_without_kpis_have_their_columns(visit, dx_office, town):
    plan = make_plan(town, state="draft")

    assert observed(visit, dx_office, plan) == []
    sheet = sheet_of(visit(dx_office, reverse("data_xlsx", args=[plan.pk])).content)
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [list(HEADERS)]
