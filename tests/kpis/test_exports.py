"""The committee's workbook: the page's figures, readable by other programs, printable."""

import re
import shutil
import subprocess
from copy import copy
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.workbooks import TEXT_LIMIT, writable_text
from dxplan.pages.report import YEARS_ON_PAPER
from kpis.exports import committee_workbook
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from kpis.summary import behind, summarize
from plans.models import Plan
from tests.factories import make_kpi, make_person, make_plan, make_policy, make_result
from tests.spreadsheets import displayed_sheets, printed_files

pytestmark = pytest.mark.django_db

READ_CLOSELY = ("指標一覧", "遅れている指標", "意見と対応", "目標の見直し")
NOTED = ["表紙", "概要", "指標一覧", "遅れている指標", "計算の根拠"]
SCALES = {
    "概要": 90,
    "意見と対応": 90,
    "目標の見直し": 90,
    "工程表": 90,
    "指標一覧": 90,
    "遅れている指標": 90,
    "計算の根拠": 100,
}
TOWNS = ("jinsekikogen", "kami")
SAMPLE_NOTICE = "見本データ（架空の実績値）"
needs_poppler = pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler is not installed")
A4_LANDSCAPE = (842, 595)  # points


@dataclass(frozen=True)
class Report:
    """A workbook as downloaded for a year, what LibreOffice shows of it, and the page's rows."""

    plan: Plan
    fiscal_year: FiscalYear
    years: tuple[int, ...]
    rows: list
    content: bytes
    sheets: dict | None = None
    pdf: Path | None = None


@pytest.fixture(scope="module")
def reports(django_db_setup, django_db_blocker, tmp_path_factory):
    """The workbooks of both towns and all years of their plans, downloaded by the DX office."""
    folder = tmp_path_factory.mktemp("reports")
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *TOWNS, *(f"{town}_sample" for town in TOWNS), verbosity=0)
        plans = Plan.objects.order_by("municipality__code")
        downloaded = [report for plan in plans for report in downloads(plan)]
        transaction.set_rollback(True)
    paths = [written(report, folder) for report in downloaded]
    sheets, pdfs = displayed_sheets(paths, folder), printed_files(paths, folder)
    return [
        replace(report, sheets=sheets[path.stem], pdf=pdf)
        for report, path, pdf in zip(downloaded, paths, pdfs, strict=True)
    ]


def downloads(plan):
    client = Client()
    client.force_login(make_person(f"office-{plan.pk}", plan.municipality, role="dx_office"))
    years = tuple(plan.years.order_by("fiscal_year").values_list("fiscal_year", flat=True))
    for year in years:
        content = client.get(f"/plans/{plan.pk}/report.xlsx?fiscal_year={year}").content
        yield Report(plan, FiscalYear(year), years, kpi_progress(plan, EVERYTHING), content)


def written(report, folder):
    path = folder / f"{report.plan.pk}-{report.fiscal_year}.xlsx"
    path.write_bytes(report.content)
    return path


def result_text(standing):
    mark = "（速報）" if standing.result.is_preliminary else ""
    return f"{standing.result.text}{mark}" or "―"


def page_texts(standing):
    """What the pages show of one KPI in one year."""
    if standing is None:
        return {"目標": "―", "実績": "―", "達成率": "―", "評語": "―"}
    return {
        "目標": standing.target.text if standing.target else "―",
        "実績": result_text(standing),
        "達成率": standing.rate_text or "―",
        "評語": standing.grade.symbol or standing.grade.name,
    }


def years_on(report):
    return [year for year in report.years if year > report.fiscal_year - YEARS_ON_PAPER]


def expected_lines(report):
    """{(number, year): texts}; of coming years only the targets."""
    expected = {}
    for row in report.rows:
        for year in years_on(report):
            texts = page_texts(row.at(year))
            is_coming = year > report.fiscal_year
            expected[row.number, year] = {"目標": texts["目標"]} if is_coming else texts
    return expected


def displayed_lines(report):
    """The same read from the sheet, whose rows 3 and 4 head every year's block."""
    return by_year(report.sheets["指標一覧"], report.years)


def by_year(lines, years):
    columns = list(headed_columns(lines[2], lines[3], years))
    found = {}
    for cells in lines[4:]:
        for place, year, header in columns:
            if cells[1]:
                found.setdefault((cells[0], year), {})[header] = cells[place]
    return found


def headed_columns(labels, headers, years):
    by_label = {FiscalYear(year).era_label: year for year in years}
    year = None
    for place, (label, header) in enumerate(zip(labels, headers, strict=True)):
        year = by_label.get((label or "").split(" ")[0], year)
        if header:
            yield place, year, header


def test_every_figure_reads_as_on_the_page(reports):
    assert [(r.plan.municipality.name, int(r.fiscal_year)) for r in reports] == [
        *(("香美町", year) for year in (2022, 2023, 2024, 2025)),
        *(("神石高原町", year) for year in (2026, 2027, 2028, 2029)),
    ]
    for report in reports:
        assert displayed_lines(report) == expected_lines(report)


def test_every_kpi_is_named_with_departments_and_baseline(reports):
    for report in reports:
        headers = report.sheets["指標一覧"][2]
        has_baseline = "基準値" in headers
        named = [cells[: 3 + has_baseline] for cells in report.sheets["指標一覧"][4:] if cells[1]]
        assert named == [
            [row.number, row.name, row.departments_text, row.baseline_text or "―"][
                : 3 + has_baseline
            ]
            for row in report.rows
        ]
        assert has_baseline == any(row.baseline_text for row in report.rows)


def test_kpis_behind_read_as_on_the_page(reports):
    for report in reports:
        year = report.fiscal_year
        lines = [cells for cells in report.sheets["遅れている指標"][4:] if cells[1]]
        assert [[*cells[:2], *cells[4:9]] for cells in lines] == [
            [row.number, row.name, *behind_texts(row, year)] for row in behind(report.rows, year)
        ]


def behind_texts(row, year):
    texts, before = page_texts(row.at(year)), page_texts(row.at(year - 1))
    return [texts["目標"], texts["実績"], texts["達成率"], before["達成率"], texts["評語"]]


def test_counts_are_those_of_the_page(reports):
    for report in reports:
        lines = report.sheets["概要"]
        summary = summarize(report.rows, report.fiscal_year, has_previous=False)
        counts = {cells[0]: cells[2] for cells in lines[8 : 8 + len(summary.shown_counts)]}
        assert lines[4][1] == summary.denominator_text
        assert counts == {item.grade.label: str(item.count) for item in summary.shown_counts}


def test_results_are_stored_as_numbers_except_where_text_says_more(reports):
    for report in reports:
        sheet = openpyxl.load_workbook(BytesIO(report.content))["指標一覧"]
        stored = by_year(list(sheet.iter_rows(values_only=True)), report.years)
        assert {key: cells["実績"] for key, cells in stored.items() if "実績" in cells} == {
            (row.number, year): stored_result(row.at(year))
            for row in report.rows
            for year in years_on(report)
            if year <= report.fiscal_year
        }


def stored_result(standing):
    result = standing.result if standing else None
    if result is None or result.value is None or result.reference is not None:
        return page_texts(standing)["実績"]
    return float(result.value)


def is_noted(text=None):
    """Whether a sheet's second line says so; how much is not approved yet may follow."""
    return str(text or "").startswith(SAMPLE_NOTICE)


def test_sample_notice_stands_on_every_sheet_with_results(reports):
    for report in reports:
        noted = [name for name, lines in report.sheets.items() if is_noted(*lines[1][:1])]
        assert sorted(noted) == sorted(NOTED)


def test_every_sheet_prints_on_a4_landscape_one_page_wide(reports):
    for report in reports:
        for sheet in openpyxl.load_workbook(BytesIO(report.content)):
            setup = sheet.page_setup
            assert (setup.paperSize, setup.orientation) == (9, "landscape")
            if sheet.title in SCALES:
                assert sheet.sheet_properties.pageSetUpPr.fitToPage is None
                assert setup.scale == SCALES[sheet.title]
                continue
            assert (setup.fitToWidth, setup.fitToHeight) == (1, 0)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage is True


def test_long_sheets_repeat_their_titles(reports):
    for report in reports:
        book = openpyxl.load_workbook(BytesIO(report.content))
        assert {sheet.title: sheet.print_title_rows for sheet in book} == {
            "表紙": None,
            "概要": "$1:$2",
            "指標一覧": "$1:$4",
            "遅れている指標": "$1:$4",
            "意見と対応": "$1:$3",
            "目標の見直し": "$1:$3",
            "計算の根拠": "$1:$3",
            "注記": None,
        }


@needs_poppler
def test_paper_is_a4_landscape(reports):
    for report in reports:
        found = poppler("pdfinfo", "-f", "1", "-l", "99", report.pdf)
        sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+) pts", found)
        assert {(round(float(w)), round(float(h))) for w, h in sizes} == {A4_LANDSCAPE}


@needs_poppler
def test_every_printed_page_has_its_sheets_title_and_its_number(reports):
    for report in reports:
        pages = poppler("pdftotext", "-layout", report.pdf, "-").split("\f")[:-1]
        lines = [re.findall(r"\S.*\S", page) for page in pages]
        cover, *others = dict.fromkeys(page[0] for page in lines)
        assert cover.startswith(SAMPLE_NOTICE)
        assert others == [
            f"{report.plan.municipality.name} DX推進計画 進捗状況報告書",
            "指標一覧（年度別）",
            f"遅れている指標（{report.fiscal_year.label}）",
            "意見と対応",
            "目標の見直し",
            f"計算の根拠（{report.fiscal_year.label}）",
            "注記",
        ]
        assert [page[-1].split("  ")[-1].strip() for page in lines] == [
            f"{number} / {len(pages)} ページ" for number in range(1, len(pages) + 1)
        ]


@needs_poppler
def test_tables_are_printed_readably(reports):
    for report in reports:
        pages = poppler("pdftotext", "-layout", report.pdf, "-").split("\f")
        tables = [n for n, page in enumerate(pages, 1) if page.lstrip().startswith(READ_CLOSELY)]
        assert min(size for page in tables for size in font_sizes(report.pdf, page)) >= 9


@needs_poppler
def test_explanations_are_printed_readably_with_every_kpi_in_one_piece(reports):
    for report in reports:
        pages = poppler("pdftotext", "-layout", report.pdf, "-").split("\f")
        lines = {number: re.findall(r"\S.*\S", page) for number, page in enumerate(pages, 1)}
        explained = [n for n, found in lines.items() if found and "計算の根拠（" in found[0]]
        firsts = [
            lines[number][3].split(" ")[0] for number in explained
        ]  # after title, notice, head
        numbers = [row.number for row in report.rows if row.at(report.fiscal_year)]

        assert (firsts[0], firsts) == (numbers[0], [n for n in numbers if n in firsts])
        assert min(size for page in explained for size in font_sizes(report.pdf, page)) >= 9


def font_sizes(pdf, page):
    """In points, of all text of a page."""
    options = ("-xml", "-i", "-stdout", "-zoom", "1", "-f", str(page), "-l", str(page))
    found = poppler("pdftohtml", *options, pdf)
    return [int(size) for size in re.findall(r'<fontspec [^>]*size="(\d+)"', found)]


def poppler(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def made(plan, fiscal_year=2025):
    """The workbook of a made-up plan of 2024 to 2026, and its rows."""
    rows = kpi_progress(plan, EVERYTHING)
    years = [FiscalYear(year) for year in (2024, 2025, 2026)]
    year = FiscalYear(fiscal_year)
    content = committee_workbook(plan, rows, years, year, has_previous=True)
    return Report(plan, year, (2024, 2025, 2026), rows, content)


def displayed(report, folder):
    path = written(report, folder)
    return replace(report, sheets=displayed_sheets([path], folder)[path.stem])


# Target, result and decimals where a rounded or a long figure could read in two ways.
EDGES = (
    ("2000", "1999", 0),  # 99.95%
    ("2000", "1821", 0),  # 91.05%, which no binary fraction hits
    ("800", "549", 0),  # 68.625%
    ("90", "89.96", 1),
    ("3", "2.5", 0),
    ("1", "0.5", 0),
    ("0.3", "0.25", 1),
    ("10", "0", 0),
    ("10", "-3.5", 1),
    ("1234567.8", "1234567.85", 1),
    ("99999999999999", "99999999999998", 0),
    ("12345678901234.5", "1234567890123.4", 1),
)


def test_figures_at_the_edge_of_rounding_read_as_on_the_page(plan, tmp_path):
    for target, value, decimals in EDGES:
        kpi = make_kpi(plan, targets={2025: target}, decimals=decimals)
        make_result(kpi, 2025, value)
    report = displayed(made(plan), tmp_path)

    assert displayed_lines(report) == expected_lines(report)


def test_strict_targets_are_numbers_that_read_as_on_the_page(plan, tmp_path):
    for direction, value in (("decrease", "1500"), ("increase", "1501")):
        kpi = make_kpi(plan, direction=direction, targets={2025: "1500"}, is_strict=True)
        make_result(kpi, 2025, value)
    report = displayed(made(plan), tmp_path)

    lines = displayed_lines(report)
    assert [lines[number, 2025]["目標"] for number in "12"] == ["1,500 件未満", "1,500 件超"]
    assert lines == expected_lines(report)


def test_figures_that_round_to_nothing_have_no_minus_sign(plan, tmp_path):
    fields = {"rate_formula": "from_baseline", "baseline_value": 100, "decimals": 1}
    make_result(make_kpi(plan, targets={2025: "5000"}, **fields), 2025, "99")
    make_result(make_kpi(plan, targets={2025: "5000"}, decimals=1), 2025, "-0.04")
    report = displayed(made(plan), tmp_path)

    assert displayed_lines(report) == expected_lines(report)


FORMULAS = {
    "number": "=1+1",
    "name": '=HYPERLINK("http://x","y")',
    "unit": "@SUM(A1)",
}


def members(content):
    """Every XML part of a workbook, parsed."""
    with ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        return {name: ElementTree.fromstring(archive.read(name)) for name in names}


def cell_texts(content):
    book = openpyxl.load_workbook(BytesIO(content))
    return [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]


def test_text_that_begins_like_a_formula_stays_text(town, department):
    plan = make_plan(town, title="+1+2")
    department.name = "-1"
    department.save()
    policy = make_policy(plan, number="", name="@NOW()")
    kpi = make_kpi(plan, departments=[department], policy=policy, targets={2025: 9}, **FORMULAS)
    make_result(kpi, 2025, 1, note="=2+5+cmd|' /C calc'!A0")

    content = made(plan).content
    sheets = {name: root for name, root in members(content).items() if "/worksheets/" in name}
    formulas = [name for name, root in sheets.items() if root.find(".//{*}f") is not None]
    assert formulas == []
    typed = {"+1+2", "-1", "@NOW()", "=1+1", FORMULAS["name"], "=2+5+cmd|' /C calc'!A0"}
    assert typed - set(cell_texts(content)) == set()


def test_unwritable_characters_do_not_break_the_file(plan, tmp_path):
    kpi = make_kpi(plan, name="指標\x01\x0b\uffff", unit="件\x02", targets={2025: 9})
    make_result(kpi, 2025, 1, note="理由\x1f")
    report = replace(made(plan), content=made(with_surrogates(plan)).content)

    texts = cell_texts(report.content)
    assert {"指標���", "理由�", "計画��"} - set(texts) == set()
    assert "xl/workbook.xml" in members(report.content)
    shown = displayed_lines(displayed(report, tmp_path))["1", 2025]
    assert shown == {"目標": "9 件�", "実績": "1 件�", "達成率": "11.1%", "評語": "D"}


def with_surrogates(plan):
    """Half of a character, which no database stores but a program may pass on."""
    plan = copy(plan)
    plan.title = "計画\ud800\udfff"
    return plan


@pytest.mark.parametrize("character", ["あ", "𠮷"])
def test_text_longer_than_a_cell_goes_on_in_further_rows(plan, character):
    text = character * (TEXT_LIMIT + 1)
    make_result(make_kpi(plan, targets={2025: 9}), 2025, 1, note=text)

    texts = [text for text in cell_texts(made(plan).content) if str(text).startswith(character)]

    assert "".join(texts) == text
    assert max(len(part.encode("utf-16-le")) // 2 for part in texts) <= TEXT_LIMIT


@pytest.mark.parametrize("character", ["あ", "𠮷"])
def test_text_longer_than_a_cell_is_cut_where_it_stands_alone_and_says_so(character):
    text = writable_text(character * (TEXT_LIMIT + 1))

    assert text.endswith("…（長いため以下略）")
    units = len(text.encode("utf-16-le")) // 2  # which is how spreadsheets count
    assert TEXT_LIMIT - 1 <= units <= TEXT_LIMIT


def noted_sheets(report):
    book = openpyxl.load_workbook(BytesIO(report.content))
    return [sheet.title for sheet in book if is_noted(sheet["A2"].value)]


def test_no_sample_notice_where_nothing_is_made_up(plan):
    make_result(make_kpi(plan, targets={2025: 9}), 2025, 1)

    assert noted_sheets(made(plan)) == []


def test_no_sample_notice_where_only_a_year_not_shown_is_made_up(plan):
    kpi = make_kpi(plan, targets={2024: 9, 2025: 9})
    make_result(kpi, 2024, 1)
    make_result(kpi, 2025, 1, is_sample=True)

    assert noted_sheets(made(plan, 2024)) == []
    assert noted_sheets(made(plan, 2025)) == NOTED


@pytest.mark.parametrize("kpis", [1, 3])
def test_report_takes_the_same_queries_for_any_number_of_kpis(
    plan, department, dx_office, count_queries, kpis
):
    for _ in range(kpis):
        kpi = make_kpi(plan, departments=[department], targets={2024: 5, 2025: 9})
        make_result(kpi, 2025, 1)

    response = count_queries(26, dx_office, f"/plans/{plan.pk}/report.xlsx")
    assert len(cell_texts(response.content)) > 100
