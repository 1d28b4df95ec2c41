"""Sheets that go both ways, as a workbook to look at and fill in.

Title and meaning, the columns' names, what is to be said of each, then a line a row. The last
column is hidden: it says from what a line was made. See `typed` for how it is read again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from dxplan.lib import workbooks as wb
from dxplan.lib.exchange.columns import Column, Reference
from dxplan.lib.exchange.typed import LINE, MARK, MARKS_OF_SHEET, REQUIRED, TOLD_LINES

HEADER_ROW, HELP_ROW = 3, 4
FIRST_ROW = 5
SPARE_LINES = 10  # boxed and empty, to show where more may stand
CHOICE_LINES = 500  # how far down drop-down lists reach
LONGEST_LIST = 250  # characters of a drop-down list that spreadsheets keep
ONE_PAGE = 200  # characters of half width that stay readable on one A4 page
MOST_MARKS = 2900  # that one cell can hold
PLAIN = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,6})?")
EXACT_DIGITS = 15
TOLD_FILL = PatternFill("solid", fgColor="F2F2F2")
EXAMPLE_FILL = PatternFill("solid", fgColor="FFF4CC")


@dataclass(frozen=True)
class Page:
    """One sheet to write: its columns, its lines as texts by header, and their marks."""

    name: str
    title: str
    meaning: str
    columns: Sequence[Column]
    lines: Sequence[dict[str, str]] = ()
    marks: Sequence[str] = ()
    examples: Sequence[dict[str, str]] = ()
    spare_lines: int = SPARE_LINES


def add_page(book: Workbook, page: Page, key_columns: dict[str, str]):
    """Writes one sheet; `key_columns` tells where the keys of each sheet stand, for its lists."""
    sheet = book.create_sheet(page.name)
    headers = [LINE, *(column.header for column in page.columns), MARK]
    wb.put_head(sheet, page.title, page.meaning, columns=len(headers) - 1)
    wb.put_header(sheet, HEADER_ROW, [LINE, *map(_titled, page.columns), MARK])
    wb.fit_height(sheet, HEADER_ROW, [("二行\n二行", 20)])
    _put_told(sheet, HELP_ROW, TOLD_LINES[0], page.columns, [item.help for item in page.columns])
    first = FIRST_ROW
    for example in page.examples:
        texts = [example.get(column.header, "") for column in page.columns]
        _put_told(sheet, first, TOLD_LINES[1], page.columns, texts, fill=EXAMPLE_FILL)
        first += 1
    for number, (line, mark) in enumerate(zip(page.lines, page.marks, strict=True), first):
        _put_line(sheet, number, page.columns, line, mark)
    last = first + len(page.lines)
    for number in range(last, last + page.spare_lines):
        _put_line(sheet, number, page.columns, {}, "")
    if page.marks and len(page.marks) <= MOST_MARKS:
        wb.put(sheet, 1, len(headers), f"{MARKS_OF_SHEET}{' '.join(page.marks)}",
               alignment=wb.FLAT)  # fmt: skip
    _add_choices(sheet, page, key_columns)
    _arrange(sheet, page, len(headers))


def _titled(column):
    return f"{column.header}\n{REQUIRED}" if column.is_required else column.header


def _put_told(sheet, row, kind, columns, texts, fill=TOLD_FILL):
    widths = [6, *(column.width for column in columns)]
    wb.put_line(sheet, row, [kind, *texts, ""], fill=fill)
    wb.fit_line(sheet, row, [kind, *texts], widths)


def _put_line(sheet, row, columns, line, mark):
    texts = [line.get(column.header, "") for column in columns]
    wb.put(sheet, row, 1, "", border=wb.BOX)
    for place, (column, text) in enumerate(zip(columns, texts, strict=True), 2):
        value = cell_value(column, text)
        fill = None if column.is_read else TOLD_FILL
        cell = wb.put(sheet, row, place, value, fill=fill, border=wb.BOX)
        if not isinstance(value, wb.Number):
            cell.number_format = "@" if not column.is_number else "General"
    wb.put(sheet, row, len(columns) + 2, mark)
    wb.fit_line(sheet, row, texts, [column.width for column in columns])


def cell_value(column: Column, text: str):
    """A text as a number where it is one that a spreadsheet keeps exactly."""
    if not column.is_number or not PLAIN.fullmatch(text):
        return text
    value = Decimal(text.replace(",", ""))
    if len(value.normalize().as_tuple().digits) > EXACT_DIGITS:
        return text
    return wb.Number(value, "General" if "," not in text else "#,##0.######")


def _add_choices(sheet, page, key_columns):
    for place, column in enumerate(page.columns, 2):
        formula = _list_of(column, key_columns)
        if not formula:
            continue
        letter = get_column_letter(place)
        choice = DataValidation(
            type="list",
            formula1=formula,
            sqref=f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + len(page.lines) + CHOICE_LINES}",
            allow_blank=True,
            showErrorMessage=False,  # what cannot be read is told with all else, in the preview
        )
        sheet.add_data_validation(choice)


def _list_of(column, key_columns) -> str:
    if isinstance(column, Reference):
        if column.sheet not in key_columns:
            return ""
        name, letter = column.sheet, key_columns[column.sheet]
        return f"'{name}'!${letter}${FIRST_ROW}:${letter}${FIRST_ROW + CHOICE_LINES}"
    labels = ",".join(column.labels)
    return f'"{labels}"' if labels and len(labels) <= LONGEST_LIST else ""


def _arrange(sheet, page, count):
    widths = [column.width for column in page.columns]
    wb.set_widths(sheet, [6, *widths, 12])
    sheet.column_dimensions[get_column_letter(count)].hidden = True
    for place, column in enumerate(page.columns, 2):
        if not column.is_number:  # so that 1-1 typed further down does not become a date
            sheet.column_dimensions[get_column_letter(place)].number_format = "@"
    sheet.freeze_panes = f"C{FIRST_ROW}"
    wb.set_up_page(sheet, title_rows=f"1:{HELP_ROW}", footer=page.title)
    last = sheet.max_row
    sheet.print_area = f"A1:{get_column_letter(count - 1)}{last}"
    if sum(widths) > ONE_PAGE:
        sheet.page_setup.fitToWidth = 2
        sheet.print_title_cols = "A:B"


def add_guide(book: Workbook, title: str, paragraphs, pages):
    """The first sheet: how to fill in the others, and what they are for."""
    sheet = book.create_sheet("説明")
    wb.put_head(sheet, title, "", columns=2)
    row = 3
    wb.put_header(sheet, row, ("項目", "説明"))
    for name, text in paragraphs:
        row += 1
        wb.put_line(sheet, row, (name, text))
        wb.fit_height(sheet, row, [(text, 90)])
    row += 2
    wb.put_header(sheet, row, ("シート", "入力するもの"))
    for name, text in pages:
        row += 1
        wb.put_line(sheet, row, (name, text))
        wb.fit_height(sheet, row, [(text, 90)])
    wb.set_widths(sheet, (24, 90))
    wb.set_up_page(sheet)
