"""Workbooks for the office: one place that knows openpyxl's traps.

Text never becomes a formula, characters that no workbook can hold are dropped visibly, and every
sheet prints on A4 landscape with repeated titles.
"""

import re
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from itertools import chain, pairwise
from itertools import count as range_from
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from dxplan.lib.portable_text import visible

FONT_NAME = "BIZ UDPゴシック"
TEXT_LIMIT = 32_767
NAME_LIMIT = 31
NOT_IN_NAMES = re.compile(r"[\\/?*\[\]:]")
MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

THIN = Side(style="thin", color="949494")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
BODY_FONT = Font(name=FONT_NAME, size=10)
BOLD_FONT = Font(name=FONT_NAME, size=10, bold=True)
TITLE_FONT = Font(name=FONT_NAME, size=16, bold=True)
HEADER_FILL = PatternFill("solid", fgColor="E8F1FE")
GROUP_FILL = PatternFill("solid", fgColor="F2F2F2")
BANNER_FILL = PatternFill("solid", fgColor="FFF4CC")
LEFT = Alignment(vertical="center", wrap_text=True)
FLAT = Alignment(vertical="center")
TOP = Alignment(vertical="top", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center", shrink_to_fit=True)  # never "###"
CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
NOTHING = "―"
STYLES = WeakKeyDictionary()  # of every workbook being written, by what they are made of
MARGIN_TOP, MARGIN_BOTTOM = 0.4, 0.65  # inches
PAGE_HEIGHT = 72 * (8.27 - MARGIN_TOP - MARGIN_BOTTOM) - 10  # points of A4 landscape, some spared
PAGE_WIDTH = 108  # characters of half width on A4 landscape at full size, in whatever font
SMALLER = 90  # percent, at which 10 points are printed as 9
SMALLER_WIDTH = PAGE_WIDTH * 100 // SMALLER
LINE_HEIGHT = 14


@dataclass(frozen=True)
class Number:
    """A number with the format in which it reads like on the page."""

    value: Decimal | int
    format: str = "#,##0"


def number_format(decimals: int, suffix: str = "") -> str:
    """Grouped thousands, a fixed count of decimals, and a literal suffix such as a unit."""
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    literal = writable_text(suffix).replace('"', "”")
    return f'{digits}"{literal}"' if literal else digits


def rate_format(decimals: int = 1) -> str:
    return "0." + "0" * decimals + "%" if decimals else "0%"


def writable_text(text: str) -> str:
    """Text as a cell can hold it: unwritable characters become 「�」, an excess is cut and said."""
    clean = visible(text)
    units = clean.encode("utf-16-le")  # spreadsheets count those: 𠮷 is two
    if len(units) <= 2 * TEXT_LIMIT:
        return clean
    remark = "…（長いため以下略）"
    return units[: 2 * (TEXT_LIMIT - len(remark))].decode("utf-16-le", "ignore") + remark


def put(sheet: Worksheet, row: int, column: int, value, *, font=BODY_FONT, alignment=None,
        fill=None, border=None):  # fmt: skip
    """Writes text, a Number or None into one cell and styles it; text is never a formula."""
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, Number):
        _dress(cell, font, alignment or RIGHT, fill, border, value.format)
        cell.value = value.value
        return cell
    _dress(cell, font, alignment or (CENTER if value == NOTHING else LEFT), fill, border)
    if value is not None and value != "":
        cell.value = writable_text(str(value))
        cell.data_type = "s"
    return cell


def _dress(cell, font, alignment, fill, border, number_format="General"):
    """Gives a cell its style. Looking styles up costs more than writing: each is kept once."""
    known = STYLES.setdefault(cell.parent.parent, {})
    parts = (font, alignment, fill, border)
    key = (*map(id, parts), number_format)
    if key not in known:
        cell.font, cell.alignment, cell.number_format = font, alignment, number_format
        if fill:
            cell.fill = fill
        if border:
            cell.border = border
        known[key] = (parts, copy(cell._style))  # the parts too, so that no other gets their ids
    cell._style = copy(known[key][1])


def put_line(sheet, row, values, *, first_column=1, font=BODY_FONT, text_alignment=None, fill=None):
    """Writes boxed cells side by side; `text_alignment` is for those that are not numbers."""
    for offset, value in enumerate(values):
        alignment = None if isinstance(value, Number) else text_alignment
        put(sheet, row, first_column + offset, value, font=font, alignment=alignment, fill=fill,
            border=BOX)  # fmt: skip


def put_header(sheet, row, headers, *, first_column=1):
    put_line(sheet, row, headers, first_column=first_column, font=BOLD_FONT, text_alignment=CENTER,
             fill=HEADER_FILL)  # fmt: skip


def put_head(sheet: Worksheet, title: str, notice: str, *, columns: int):
    """Title in row 1; in row 2 a notice over all columns, where there is one."""
    put(sheet, 1, 1, title, font=TITLE_FONT, alignment=FLAT)
    sheet.row_dimensions[1].height = 28
    if notice:
        for column in range(1, columns + 1):
            put(sheet, 2, column, None, fill=BANNER_FILL)
        put(sheet, 2, 1, notice, font=BOLD_FONT, fill=BANNER_FILL, alignment=FLAT)


def put_group(sheet: Worksheet, row: int, label: str, *, columns: int):
    """A heading over the lines that follow, across all columns."""
    put_line(sheet, row, [label, *("" for _ in range(columns - 1))], font=BOLD_FONT,
             text_alignment=FLAT, fill=GROUP_FILL)  # fmt: skip
    merge(sheet, row, 1, columns)


def put_across(sheet: Worksheet, row: int, first_column: int, last_column: int, value, **style):
    """One boxed value over several columns of a row."""
    for column in range(first_column, last_column + 1):
        put(sheet, row, column, value if column == first_column else None, border=BOX, **style)
    if last_column > first_column:
        merge(sheet, row, first_column, last_column)


def set_widths(sheet: Worksheet, widths):
    """Column widths in characters of half width, from the first column on."""
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width


def merge(sheet: Worksheet, row: int, first_column: int, last_column: int):
    """Joins cells of one row; what they hold stands in the first."""
    merge_block(sheet, row, row, first_column, last_column)


def merge_block(sheet: Worksheet, first_row, last_row, first_column, last_column):
    """Joins cells that are styled already: openpyxl's own `merge_cells` styles all of them anew."""
    first, last = get_column_letter(first_column), get_column_letter(last_column)
    sheet.merged_cells.add(f"{first}{first_row}:{last}{last_row}")


def lines_needed(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column; full-width characters count two."""

    def length(line):
        return sum(1 if ord(character) < 0x2000 else 2 for character in line)

    return sum(max(1, -(-length(line) // max(1, int(width) - 1))) for line in text.split("\n"))


def set_heights(sheet: Worksheet, rows):
    """The height of one line for rows without wrapped text."""
    for row in rows:
        sheet.row_dimensions[row].height = LINE_HEIGHT + 4


def fit_height(sheet: Worksheet, row: int, texts_and_widths):
    """Sets a row's height for its longest wrapped text: spreadsheets do not do it by themselves."""
    lines = max((lines_needed(text, width) for text, width in texts_and_widths if text), default=1)
    sheet.row_dimensions[row].height = min(400, 4 + LINE_HEIGHT * lines)


def fit_line(sheet: Worksheet, row: int, cells, widths):
    """Sets a row's height for the longest of its wrapped texts; numbers take one line."""
    pairs = zip(cells, widths, strict=True)
    fit_height(sheet, row, [(cell, width) for cell, width in pairs if isinstance(cell, str)])


def break_pages(sheet: Worksheet, starts: list[int], *, title_rows: int, scale: int = 100):
    """Breaks pages before some of the rows `starts`, so that what begins there stays in one piece.

    For sheets printed at a fixed scale, with the height of every row set and the first `title_rows`
    repeated. What no page can hold goes on over several.
    """
    room = PAGE_HEIGHT * 100 / scale - _height(sheet, range(1, title_rows + 1))
    used = 0
    for start, end in pairwise([*starts, sheet.max_row + 1]):
        height = _height(sheet, range(start, end))
        if used and used + height > room:
            sheet.row_breaks.append(Break(id=start - 1))
            used = 0
        used = (used + height) % room


def break_columns(sheet: Worksheet, blocks: list[int], *, title_columns: int, scale: int = 100):
    """Breaks pages between blocks of columns that do not fit beside each other.

    `blocks` are their first columns; the first `title_columns` are repeated on every page. Pages
    are numbered from left to right, then down.
    """
    width_before = _width(sheet, range(1, blocks[0])) if blocks else 0
    titles, used = _width(sheet, range(1, title_columns + 1)), width_before
    for start, end in pairwise([*blocks, sheet.max_column + 1]):
        width = _width(sheet, range(start, end))
        if used + width > PAGE_WIDTH * 100 / scale:
            sheet.col_breaks.append(Break(id=start - 1))
            used = titles
        used += width
    sheet.print_title_cols = f"A:{get_column_letter(title_columns)}"
    sheet.page_setup.pageOrder = "overThenDown"


def _height(sheet, rows) -> float:
    return sum(sheet.row_dimensions[row].height for row in rows)


def _width(sheet, columns) -> float:
    return sum(sheet.column_dimensions[get_column_letter(column)].width for column in columns)


def set_up_page(
    sheet: Worksheet, *, title_rows: str | None = None, scale: int | None = None, footer: str = ""
):
    """A4 landscape, titles repeated, page numbers below; what is written is what is printed.

    Without `scale`, in percent, it is made one page wide; Excel then takes no notice of page
    breaks. With it, the columns have to fit.
    """
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    if scale is None:
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    else:
        sheet.page_setup.scale = scale
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = MARGIN_TOP, MARGIN_BOTTOM, 0.3
    sheet.oddFooter.left.text = writable_text(footer.replace("&", "&&"))
    sheet.oddFooter.right.text = "&P / &N ページ"
    sheet.print_area = sheet.calculate_dimension()
    if title_rows:
        sheet.print_title_rows = title_rows
    sheet.sheet_view.showGridLines = False


def sheet_name(book: Workbook, wanted: str) -> str:
    """A sheet's name that no other has, without what names must not hold, in 31 characters."""
    clean = NOT_IN_NAMES.sub("", visible(wanted)).strip("' ") or "シート"
    known = {name.casefold() for name in book.sheetnames}
    endings = chain([""], (f"（{count}）" for count in range_from(2)))
    names = (_shortened(clean, NAME_LIMIT - len(ending)) + ending for ending in endings)
    return next(name for name in names if name.casefold() not in known)


def _shortened(text: str, limit: int) -> str:
    """As much of a text as fits, counted as spreadsheets do: 𠮷 is two."""
    return text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore").strip("' ")


def new_workbook(title: str) -> Workbook:
    """An empty workbook without sheets."""
    book = Workbook()
    book.remove(book.active)
    book.properties.title = writable_text(title)
    book.properties.creator = "DX推進計画 進行管理"
    return book


def to_bytes(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
