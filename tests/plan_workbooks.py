"""Plans' workbooks as people edit them: opened, cells changed by their headers, saved again."""

from io import BytesIO

from openpyxl import Workbook, load_workbook

from dxplan.lib.exchange.typed import plain_header
from dxplan.lib.exchange.workbooks import FIRST_ROW, HEADER_ROW
from dxplan.pages.plan_workbook_file import plan_workbook


def opened(plan) -> Workbook:
    return load_workbook(BytesIO(plan_workbook(plan)))


def saved(book) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def column_of(sheet, header) -> int:
    return next(
        cell.column for cell in sheet[HEADER_ROW] if plain_header(cell.value or "") == header
    )


def put(book, name, row, **cells):
    """Types into a sheet's line; `row` counts its lines from 1."""
    sheet = book[name]
    for header, value in cells.items():
        cell = sheet.cell(FIRST_ROW - 1 + row, column_of(sheet, header))
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


def drop(book, name, row):
    book[name].delete_rows(FIRST_ROW - 1 + row)
