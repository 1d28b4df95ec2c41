"""The cells of a workbook, read row by row and counted while they are read."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import (
    DATA_TAG,
    FORMULA_TAG,
    ROW_TAG,
    VALUE_TAG,
    WorkSheetParser,
)
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from dxplan.lib.spreadsheets import limits
from dxplan.lib.spreadsheets.limits import Reason, UnreadableWorkbook
from dxplan.lib.spreadsheets.sheets import CellKind, Sheet, SheetCell, column_letters, is_percent

MERGE_TAG = f"{{{SHEET_MAIN_NS}}}mergeCell"
CARRIAGE_RETURN = "_x000D_"  # how spreadsheets write one inside a text
EXACT_DIGITS = 15  # of a number in a spreadsheet; the rest is noise of binary fractions


class RowParser(WorkSheetParser):
    """openpyxl's reader of one sheet, with limits and with word of formulas.

    It goes through the rows itself: the library's own loop reads all merged ranges and formats
    into memory, and takes the sheet's word for its size.
    """

    def __init__(self, *arguments, counter, **options):
        super().__init__(*arguments, data_only=True, **options)
        self.counter = counter

    def cells(self) -> Iterator[tuple[dict, bool]]:
        """What the library makes of each cell that holds something; whether it is a formula."""
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                yield from self._row(element)
            elif element.tag == MERGE_TAG:
                self.counter.count_merge(element.get("ref", ""))
            if element.tag in (ROW_TAG, MERGE_TAG, DATA_TAG):
                element.clear()

    def _row(self, element):
        self.row_counter = int(element.get("r") or self.row_counter + 1)
        self.col_counter = 0
        self.counter.count_row()
        for child in element:
            is_formula = child.find(FORMULA_TAG) is not None
            found = self.parse_cell(child)
            if found["value"] not in (None, "") or (is_formula and not _is_blank_text(child)):
                self.counter.count_cell(found)
                yield found, is_formula


def _is_blank_text(element) -> bool:
    """Whether a formula was worked out and gave a text without characters."""
    return element.get("t") == "str" and element.find(VALUE_TAG) is not None


class Counter:
    """Counts what was read of a workbook and stops at the limits."""

    def __init__(self):
        self.rows = self.cells = self.characters = self.merges = 0

    def count_row(self):
        self.rows += 1
        if self.rows > limits.MOST_ROW_TAGS:
            raise UnreadableWorkbook(Reason.CELLS)

    def count_cell(self, found):
        row, column = found["row"], found["column"]
        if row > limits.MOST_ROWS or column > limits.MOST_COLUMNS:
            raise UnreadableWorkbook(Reason.FAR, f"{column_letters(column)}{row}")
        self.cells += 1
        self.characters += len(found["value"]) if isinstance(found["value"], str) else 0
        if self.cells > limits.MOST_CELLS or self.characters > limits.MOST_CHARACTERS:
            raise UnreadableWorkbook(Reason.CELLS)

    def count_merge(self, reference):
        self.merges += 1
        _, _, last_column, last_row = range_boundaries(reference)
        is_wide = last_row > limits.MOST_ROWS or last_column > limits.MOST_COLUMNS
        if is_wide or self.merges > limits.MOST_MERGES:
            raise UnreadableWorkbook(Reason.MERGES, reference[:30])


def sheets_of(content: bytes) -> list[Sheet]:
    """All sheets with cells; raises UnreadableWorkbook at a limit, anything where it is broken."""
    ReadOnlyWorksheet._get_size = lambda sheet: None  # it reads whole sheets for what they claim
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    if len(book.worksheets) > limits.MOST_SHEETS:
        raise UnreadableWorkbook(Reason.SHEETS)
    counter = Counter()
    return [
        Sheet(sheet.title, sheet.sheet_state != "visible", tuple(_cells(book, sheet, counter)))
        for sheet in book.worksheets
    ]


def _cells(book, sheet, counter):
    with sheet._get_source() as source:
        parser = RowParser(
            source,
            sheet._shared_strings,
            counter=counter,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for found, is_formula in parser.cells():
            yield _cell(found, is_formula, _number_format(book, found["style_id"]))


def _number_format(book, style_id) -> str:
    styles = book._cell_styles
    number = styles[style_id].numFmtId if style_id < len(styles) else 0
    own = number - 164  # formats of the file itself are numbered from there
    return (
        book._number_formats[own]
        if 0 <= own < len(book._number_formats)
        else BUILTIN_FORMATS.get(number, "General")
    )


def _cell(found, is_formula, number_format) -> SheetCell:
    kind, text = _read(found["value"], found["data_type"], number_format)
    return SheetCell(found["row"], found["column"], kind, text, number_format, is_formula)


def _read(value, data_type, number_format) -> tuple[CellKind, str]:
    if value is None:
        return CellKind.UNCALCULATED, ""
    if data_type == "e":
        return CellKind.ERROR, str(value)
    if isinstance(value, bool):
        return CellKind.BOOLEAN, str(value).upper()
    if isinstance(value, (int, float)):
        return CellKind.NUMBER, _number_text(value, number_format)
    if isinstance(value, str):
        return CellKind.TEXT, value.replace(CARRIAGE_RETURN, "").replace("\r\n", "\n")
    return CellKind.DATE, _date_text(value)


def _number_text(value, number_format) -> str:
    """A number as one would type it, 0.12 that is shown as 12% as 「12%」."""
    is_long = abs(value) >= 10**EXACT_DIGITS
    exact = Decimal(value) if is_long else Decimal(f"{value:.{EXACT_DIGITS}g}")
    if not exact.is_finite():
        return str(value)
    shown, sign = (exact * 100, "%") if is_percent(number_format) else (exact, "")
    return f"{shown.normalize() if shown else Decimal(0):f}{sign}"


def _date_text(value) -> str:
    """「2025年3月31日」, with the time where there is one; times and spans as they are."""
    if not isinstance(value, datetime.date):
        return str(value)
    day = f"{value.year}年{value.month}月{value.day}日"
    is_midnight = not isinstance(value, datetime.datetime) or value.time() == datetime.time()
    return day if is_midnight else f"{day} {value:%H:%M}"
