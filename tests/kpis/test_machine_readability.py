"""Every rule of the Digital Agency's 機械可読性 standard, on every tidy file of all five towns.

A file of ours is a table with a name: of the CSV files and of the sheets of the workbook. What the
rules say stands in the product's own words in `docs/decisions/0012-tidy-files.md`.
"""

import csv
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dxplan.accounts.municipality_codes import check_digit
from dxplan.lib.fiscal_years import FiscalYear
from plans.models import Plan
from tests.factories import make_person

FIXTURES = sorted((Path(__file__).resolve().parents[2] / "fixtures").glob("*.json"))
NAMES = ("data", "codes", "columns", "metadata")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
PLATFORM = re.compile(
    "[\u2116\u2121\u2150-\u218b\u2460-\u24ff\u2776-\u2793\u3200-\u33ff\uff61-\uff9f]"
)


@dataclass
class Town:
    """The files of a town: CSV as bytes by name, the workbook as bytes and as read."""

    csv: dict[str, bytes]
    xlsx: bytes

    def lines(self, name):
        headers, *lines = self.table(name)
        return [dict(zip(headers, line, strict=True)) for line in lines]

    def table(self, name):
        return list(csv.reader(StringIO(self.csv[name].decode("utf-8-sig"), newline="")))

    @property
    def sheets(self):
        return openpyxl.load_workbook(BytesIO(self.xlsx))


@pytest.fixture(scope="module")
def towns(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *FIXTURES, verbosity=0)
        found = [downloaded(plan) for plan in Plan.objects.select_related("municipality")]
        transaction.set_rollback(True)
    assert len(found) == 5
    return found


def downloaded(plan):
    client = Client()
    client.force_login(make_person(f"reader-{plan.pk}", plan.municipality, role="committee"))

    def get(name):
        return client.get(reverse(name, args=[plan.pk])).content

    return Town({name: get(f"{name}_csv") for name in NAMES}, get("data_xlsx"))


def tables(towns):
    """(name, its rows of texts) of all CSV files."""
    return [(name, town.table(name)) for town in towns for name in NAMES]


def sheets(towns):
    return [sheet for town in towns for sheet in town.sheets]


def cells(towns):
    return [cell for sheet in sheets(towns) for row in sheet.iter_rows() for cell in row]


def columns(town):
    """The words of every column of the data, by name."""
    return {line["column_name"]: line for line in town.lines("columns")}


def of_kind(town, *kinds):
    return [name for name, words in columns(town).items() if words["data_type"] in kinds]


def test_l1_01_files_are_xlsx_and_csv(towns):
    for town in towns:
        assert zipfile.ZipFile(BytesIO(town.xlsx)).testzip() is None
        assert all(town.csv[name].decode("utf-8-sig") for name in NAMES)


def test_l1_02_a_sheet_or_file_holds_one_table(towns):
    assert [sheet.title for sheet in sheets(towns)] == list(NAMES) * len(towns)
    for _, rows in tables(towns):
        assert {len(row) for row in rows} == {len(rows[0])}


def test_l1_03_no_row_or_column_is_empty(towns):
    for name, rows in tables(towns):
        assert [row for row in rows if not any(row)] == [], name
        assert all(rows[0])
    for sheet in sheets(towns):
        assert [row for row in sheet.iter_rows() if not any(cell.value for cell in row)] == []


def test_l1_04_nothing_stands_beside_the_table(towns):
    for town in towns:
        for name in NAMES:
            rows, sheet = town.table(name), town.sheets[name]
            assert (sheet.max_row, sheet.max_column) == (len(rows), len(rows[0]))
            assert sheet.oddHeader.center.text is sheet.oddFooter.center.text is None


def test_l1_05_every_column_has_a_name_and_words_for_it(towns):
    for town in towns:
        assert list(columns(town)) == town.table("data")[0]
        assert [line for line in columns(town).values() if not line["definition"]] == []
        labels = [line["label"] for line in columns(town).values()]
        assert len(set(labels)) == len(labels)


def test_l1_06_no_blanks_or_line_breaks_lay_out_a_text(towns):
    for _, rows in tables(towns):
        texts = [text for row in rows for text in row]
        assert [
            text for text in texts if text != text.strip() or re.search(r"[\n\r\t]|  |　　", text)
        ] == []


def test_l1_07_a_cell_holds_one_datum(towns):
    for town in towns:
        for line in town.lines("data"):
            assert [
                name for name in line if name.startswith("department_") and "、" in line[name]
            ] == []
            assert [
                name for name in of_kind(town, "code", "flag") if re.search(r"[,、\s]", line[name])
            ] == []


def test_l1_08_no_character_is_bound_to_a_platform(towns):
    for _, rows in tables(towns):
        assert [text for row in rows for text in row if PLATFORM.search(text)] == []
        assert [
            c
            for row in rows
            for text in row
            for c in text
            if unicodedata.category(c) in ("Co", "Cs")
        ] == []


def test_l1_09_blank_is_not_zero(towns):
    for town in towns:
        for line in town.lines("data"):
            has_value = line["value_state"] in ("final", "preliminary")
            has_content = any(
                line[name] for name in ("value", "milestone", "text", "no_value_reason")
            )
            assert has_value == has_content
    zeros = [line for town in towns for line in town.lines("data") if line["value"] == "0"]
    assert {line["value_state"] for line in zeros} <= {"final", "preliminary"}


def test_l1_10_there_are_no_pictures_or_shapes(towns):
    for town in towns:
        names = zipfile.ZipFile(BytesIO(town.xlsx)).namelist()
        assert [name for name in names if re.search("drawing|media|comment|chart", name)] == []


def test_l1_11_looks_carry_no_meaning(towns):
    assert {cell.style_id for cell in cells(towns)} == {0}
    assert [sheet.title for sheet in sheets(towns) if sheet.conditional_formatting] == []


def test_l1_12_no_cells_are_merged(towns):
    assert [sheet.merged_cells.ranges for sheet in sheets(towns) if sheet.merged_cells.ranges] == []


def test_l1_13_nothing_is_hidden_or_folded(towns):
    for sheet in sheets(towns):
        places = [*sheet.row_dimensions.values(), *sheet.column_dimensions.values()]
        assert (sheet.sheet_state, [x for x in places if x.hidden or x.outlineLevel]) == (
            "visible",
            [],
        )
        assert sheet.auto_filter.ref is None


def test_l1_14_a_record_stands_on_one_line(towns):
    for town in towns:
        for name in NAMES:
            text = town.csv[name].decode("utf-8-sig")
            assert (
                text.count("\r\n") == text.count("\n") == text.count("\r") == len(town.table(name))
            )


def test_l1_15_values_with_a_comma_are_quoted(towns):
    for town in towns:
        for name in NAMES:
            lines = town.csv[name].decode("utf-8-sig").split("\r\n")[:-1]
            width = len(town.table(name)[0])
            unquoted = [re.sub('"(?:[^"]|"")*"', "", line) for line in lines]
            assert {line.count(",") for line in unquoted} == {width - 1}


def test_l2_01_numbers_are_numeric(towns):
    for town in towns:
        numeric = of_kind(town, "integer", "decimal")
        for line in town.lines("data"):
            assert [n for n in numeric if line[n] and not NUMBER.fullmatch(line[n])] == []
        headers, *rows = town.sheets["data"].iter_rows()
        places = [cell.column - 1 for cell in headers if cell.value in numeric]
        kinds = {row[place].data_type for row in rows for place in places}
        assert kinds <= {"n"}


def test_l2_02_nothing_that_repeats_is_left_out(towns):
    always = ("municipality_code", "plan_title", "basic_policy", "policy", "kpi_number", "kpi_name")
    for town in towns:
        assert [line for line in town.lines("data") if not all(line[n] for n in always)] == []
        assert [line for line in town.lines("codes") if not line["column_name"]] == []


def test_l2_03_column_names_are_unique_and_in_one_row(towns):
    for _, rows in tables(towns):
        assert len(set(rows[0])) == len(rows[0])


def test_l2_04_choices_are_spelled_by_the_code_table(towns):
    for town in towns:
        known = {(line["column_name"], line["code"]) for line in town.lines("codes")}
        coded = of_kind(town, "code", "flag")
        found = {(n, line[n]) for line in town.lines("data") for n in coded if line[n]}
        assert found - known == set()


def test_l2_05_free_text_has_columns_of_its_own(towns):
    for town in towns:
        words = columns(town)
        for name in ("text", "target_text", "note", "override_reason", "no_value_reason"):
            assert (words[name]["data_type"], words[name]["has_codes"]) == ("text", "false")


def test_l2_06_cells_hold_values_not_formulas(towns):
    assert {cell.data_type for cell in cells(towns)} <= {"s", "n"}


def test_l3_01_the_header_stands_in_row_1(towns):
    for town in towns:
        for name in NAMES:
            first = [cell.value for cell in town.sheets[name][1]]
            assert first == town.table(name)[0]
            assert [text for text in first if not re.fullmatch("[a-z][a-z0-9_]*", text)] == []


def test_l3_02_every_coded_column_has_its_codes(towns):
    for town in towns:
        coded = {name for name, words in columns(town).items() if words["has_codes"] == "true"}
        lines = town.lines("codes")
        assert (
            coded == set(of_kind(town, "code", "flag")) == {line["column_name"] for line in lines}
        )
        keys = [
            (x["column_name"], x["code"], x["grade_scale"], x["grade_scale_version"]) for x in lines
        ]
        assert len(set(keys)) == len(keys)
        assert [line for line in lines if not line["label"]] == []


def test_l3_02_labels_beside_codes_are_those_of_the_table(towns):
    for town in towns:
        labels = {(x["column_name"], x["code"]): x["label"] for x in town.lines("codes")}
        for line in town.lines("data"):
            for name in (n for n in line if f"{n}_label" in line and f"{n}_symbol" not in line):
                assert line[f"{name}_label"] == (labels[name, line[name]] if line[name] else "")


def test_l3_03_numeric_columns_need_no_symbols_and_it_is_said(towns):
    for town in towns:
        [said] = [x["value"] for x in town.lines("metadata") if x["item"] == "symbols"]
        assert said == "使用しない。値のない理由は列value_stateなどによる"


def test_l3_04_every_number_has_its_unit(towns):
    for town in towns:
        words = columns(town)
        assert [n for n in of_kind(town, "integer", "decimal") if not words[n]["unit"]] == []
        assert {words[n]["unit"] for n in ("value", "target_value")} == {"列unitの単位"}
        assert {line["rate_unit"] for line in town.lines("data")} <= {"%"}


def test_l3_05_years_are_western_with_the_era_beside(towns):
    for town in towns:
        for line in town.lines("data"):
            for name in ("fiscal_year", "baseline_fiscal_year"):
                era = FiscalYear(int(line[name])).era_label if line[name] else ""
                assert line[f"{name}_era"] == era
            days = [line[name] for name in of_kind(town, "date") if line[name]]
            assert [day for day in days if not re.fullmatch(r"\d{4}-\d\d-\d\d", day)] == []


def test_l3_06_the_area_code_stands_in_every_line(towns):
    for town in towns:
        [code] = [x["value"] for x in town.lines("metadata") if x["item"] == "municipality_code"]
        assert check_digit(code[:5]) == code[5]
        assert {line["municipality_code"] for line in town.lines("data")} <= {code}


def test_l3_07_layout_is_one_over_towns_and_years(towns):
    for name in NAMES:
        assert len({tuple(town.table(name)[0]) for town in towns}) == 1


def test_l3_08_definitions_source_history_and_encoding_are_told(towns):
    for town in towns:
        facts = {line["item"]: line["value"] for line in town.lines("metadata")}
        assert [name for name, value in facts.items() if not value] == []
        assert {"source", "layout_history", "encoding", "created_on", "publisher"} <= set(facts)
        assert {town.csv[name][:3] for name in NAMES} == {b"\xef\xbb\xbf"}


def test_l3_09_the_table_is_long(towns):
    for town in towns:
        keys = [(x["kpi_number"], x["fiscal_year"]) for x in town.lines("data")]
        assert len(set(keys)) == len(keys)
        assert [name for name in town.table("data")[0] if re.search(r"\d{4}", name)] == []


def test_sheets_say_what_the_csv_files_do(towns):
    for town in towns:
        for name in ("codes", "columns", "metadata"):
            found = [
                ["" if x.value is None else str(x.value) for x in row] for row in town.sheets[name]
            ]
            assert found == town.table(name)
