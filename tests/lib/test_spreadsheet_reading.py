"""Uploaded workbooks: what is read of them, and that no file does harm."""

import datetime
import json
import time

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from dxplan.lib.spreadsheets.limits import MESSAGES, MOST_MEMORY, Reason, UnreadableWorkbook
from dxplan.lib.spreadsheets.reading import read_workbook
from dxplan.lib.spreadsheets.sheets import CellKind, column_letters, is_percent
from tests.hostile_workbooks import (
    HEAVY,
    HOSTILE,
    OTHER_FILES,
    plain_workbook,
    saved,
    sheet_of,
    with_strings,
)
from tests.processes import run
from tests.spreadsheets import saved_by_libreoffice

MOST_SECONDS_IN_ALL = 20


def book_with(*values, **formats):
    book = Workbook()
    book.active.append(values)
    for address, number_format in formats.items():
        book.active[address].number_format = number_format
    return book


def cells_of(content):
    [sheet] = read_workbook(content)
    return [(cell.kind.value, cell.text, cell.is_formula) for cell in sheet.cells]


def reason_for(content):
    with pytest.raises(UnreadableWorkbook) as refusal:
        read_workbook(content)
    assert str(refusal.value)
    return refusal.value.reason


@pytest.mark.parametrize("name", OTHER_FILES)
def test_file_that_is_no_workbook_is_refused_by_its_kind(name):
    content, reason = OTHER_FILES[name]

    assert reason_for(content) == reason


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbook_is_refused_in_time(name):
    build, reason = HOSTILE[name]
    content = build()

    begun = time.monotonic()

    assert reason_for(content) == reason
    assert time.monotonic() - begun < MOST_SECONDS_IN_ALL


READ_HEAVY = """
import json, resource, sys, time
from tests import hostile_workbooks
from dxplan.lib.spreadsheets.limits import UnreadableWorkbook
from dxplan.lib.spreadsheets.reading import read_workbook
content = getattr(hostile_workbooks, sys.argv[1])()
begun = time.monotonic()
try:
    read_workbook(content)
except UnreadableWorkbook as refusal:
    kibibytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps([refusal.reason, time.monotonic() - begun, kibibytes * 1024]))
"""


@pytest.mark.parametrize("build", HEAVY, ids=[build.__name__ for build in HEAVY])
def test_heavy_workbook_is_given_up_in_time_and_memory(build, tmp_path):
    code, output, errors = run("-c", READ_HEAVY, build.__name__, folder=tmp_path)

    assert (code, errors) == (0, "")
    reason, seconds, memory = json.loads(output)
    assert reason == Reason.SLOW
    assert seconds < MOST_SECONDS_IN_ALL
    assert memory <= MOST_MEMORY


def test_every_reason_has_its_words():
    assert set(MESSAGES) == set(Reason)


def test_far_cell_is_named():
    with pytest.raises(UnreadableWorkbook, match=r"離れたセル（XFD1048576）に入力があります"):
        read_workbook(HOSTILE["far cell"][0]())


def test_values_are_read_as_one_would_type_them():
    content = saved(
        book_with(
            *("テキスト", " １２３ ", 12, 12.5, 0.1 + 0.2, -3, 0, 1e20, True),
            *(datetime.date(2025, 3, 31), datetime.datetime(2025, 3, 31, 9, 5), datetime.time(9)),
        )
    )

    assert cells_of(content) == [
        ("text", "テキスト", False),
        ("text", " １２３ ", False),
        ("number", "12", False),
        ("number", "12.5", False),
        ("number", "0.3", False),
        ("number", "-3", False),
        ("number", "0", False),
        ("number", "100000000000000000000", False),
        ("boolean", "TRUE", False),
        ("date", "2025年3月31日", False),
        ("date", "2025年3月31日 09:05", False),
        ("date", "09:00:00", False),
    ]


def test_share_shown_as_percent_is_read_as_shown_with_its_format():
    [sheet] = read_workbook(saved(book_with(0.12, 0.125, 12, A1="0%", B1="0.0%", C1='0"%"')))

    assert [(cell.text, cell.number_format) for cell in sheet.cells] == [
        ("12%", "0%"),
        ("12.5%", "0.0%"),
        ("12", '0"%"'),
    ]


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [("0%", True), ("[Red]0.0%;-0.0%", True), ('0"%"', False), (r"0\%", False), ("0", False)],
)
def test_percent_format_is_told_from_a_written_sign(number_format, expected):
    assert is_percent(number_format) is expected


def test_formula_never_calculated_is_said():
    assert cells_of(saved(book_with("=1+1"))) == [("uncalculated", "", True)]


def test_formula_calculated_is_read_with_its_value(tmp_path):
    book = book_with("=1+1", "=1/0", '=""', '="a"&"b"')

    assert cells_of(saved_by_libreoffice(saved(book), tmp_path)) == [
        ("number", "2", True),
        ("error", "#DIV/0!", True),
        ("text", "ab", True),
    ]


def test_error_value_is_read_as_error():
    content = sheet_of('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>')

    assert cells_of(content) == [("error", "#N/A", False)]


def test_dates_of_the_1904_calendar_are_the_days_shown():
    book = book_with(datetime.date(2025, 3, 31))
    book.epoch = CALENDAR_MAC_1904

    assert cells_of(saved(book)) == [("date", "2025年3月31日", False)]


def test_file_saved_by_libreoffice_reads_the_same(tmp_path):
    book = book_with("髙﨑𠮷", 12.5, datetime.date(2025, 3, 31), 0.12, "二行\nの文", D1="0%")
    content = saved(book)

    assert cells_of(saved_by_libreoffice(content, tmp_path)) == cells_of(content)


def test_furigana_is_no_part_of_a_text():
    strings = '<si><t>香美町</t><rPh sb="0" eb="3"><t>カミチョウ</t></rPh></si>'
    sheet = sheet_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')

    assert cells_of(with_strings(sheet, strings)) == [("text", "香美町", False)]


def test_sheets_say_whether_they_are_hidden():
    book = book_with("a")
    book.create_sheet("隠れた").sheet_state = "hidden"
    book.create_sheet("もっと隠れた").sheet_state = "veryHidden"

    assert [(sheet.name, sheet.is_hidden) for sheet in read_workbook(saved(book))] == [
        ("Sheet", False),
        ("隠れた", True),
        ("もっと隠れた", True),
    ]


def test_size_that_a_sheet_claims_is_not_believed():
    content = sheet_of(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="5"><c r="C5"><v>2</v></c></row>',
        head='<dimension ref="A1"/>',
    )

    [sheet] = read_workbook(content)

    assert [(cell.address, cell.text) for cell in sheet.cells] == [("A1", "1"), ("C5", "2")]
    assert {row: list(cells) for row, cells in sheet.rows().items()} == {1: [1], 5: [3]}


def test_rich_text_is_read_as_plain_text():
    strings = "<si><r><t>一部</t></r><r><rPr><b/></rPr><t>太字</t></r></si>"
    sheet = sheet_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')

    assert cells_of(with_strings(sheet, strings)) == [("text", "一部太字", False)]


def test_five_thousand_results_are_read_within_the_limits():
    book = Workbook()
    for row in range(5_000):
        book.active.append([f"KPI-{row}", "2025", 1, row, "課", "件", row / 7, None, None, "確定"])

    [sheet] = read_workbook(saved(book))

    assert len(sheet.cells) == 40_000
    assert {cell.kind for cell in sheet.cells} == {CellKind.TEXT, CellKind.NUMBER}


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_column_has_its_letters(column, letters):
    assert column_letters(column) == letters == openpyxl.utils.get_column_letter(column)


def test_plain_workbook_is_read():
    assert cells_of(plain_workbook()) == [
        ("text", "番号", False),
        ("text", "実績", False),
        ("text", "1", False),
        ("number", "12", False),
    ]


def test_file_cut_anywhere_is_refused():
    content = plain_workbook()
    cut = [content[:length] for length in range(4, len(content), len(content) // 7)]

    assert {reason_for(part) for part in cut} == {Reason.BROKEN}
