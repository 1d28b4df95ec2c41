"""Writes a workbook to fill in, and the same with marks when it comes back wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from openpyxl.comments import Comment
from openpyxl.styles import PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from dxplan.lib import workbooks as wb
from dxplan.lib.entry_sheets.layout import REMARKS, Layout, Origin

FIRST_ROW = 4
HOW_TO = (
    "黄色の欄に入力し、このまま「{screen}」の画面から取り込んでください。空欄は「変更なし」です。"
)
MARKED = "色の付いた欄を直し、もう一度取り込んでください。"
INPUT_FILL = PatternFill("solid", fgColor="FFFBE6")
LOCKED_FILL = PatternFill("solid", fgColor="F2F2F2")
FILLS = {
    "error": PatternFill("solid", fgColor="FFD0D0"),
    "conflict": PatternFill("solid", fgColor="F0DAFF"),
    "question": PatternFill("solid", fgColor="FFDFA8"),
}
UNLOCKED = Protection(locked=False)
REMARKS_WIDTH = 44
TWO_LINES = ("二行\n二行", 20)  # a line is at least as high as this
COMMENT_SIZE = {"width": 320, "height": 120}


@dataclass(frozen=True)
class Mark:
    """What is said of one cell: an error, a conflict or a question."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line to write: what its cells hold, by column, and what is said of them.

    `inputs` are the cells to fill in, `choices` the words that some of them offer.
    """

    texts: dict[str, object]
    inputs: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)

    @property
    def remarks(self) -> str:
        return "\n".join(dict.fromkeys(mark.text for mark in self.marks.values()))


def entry_workbook(layout: Layout, origin: Origin, lines: Iterable[Line], *, notice="") -> bytes:
    """The workbook of these lines; with a column of remarks where any line has marks."""
    lines = list(lines)
    is_marked = any(line.marks for line in lines)
    year = origin.fiscal_year
    book = wb.new_workbook(f"{origin.title} {layout.sheet_name} {year.era_label}")
    sheet = book.create_sheet(layout.sheet_name)
    title = f"{origin.title}　{layout.sheet_name}（{year.label}）"
    how_to = MARKED if is_marked else HOW_TO.format(screen=layout.sheet_name)
    wb.put_head(sheet, title, f"{how_to}{notice}", columns=len(layout.shown))
    headers = [*layout.headers.values(), *([REMARKS] if is_marked else [])]
    wb.put_header(sheet, FIRST_ROW - 1, headers)
    wb.fit_height(sheet, FIRST_ROW - 1, [TWO_LINES])
    for number, line in enumerate(lines, FIRST_ROW):
        _put_line(sheet, number, layout, line, is_marked=is_marked)
    _add_choices(sheet, layout, lines)
    _arrange(sheet, layout, is_marked=is_marked)
    _put_guide(book, layout)
    return wb.to_bytes(book)


def _put_line(sheet, number, layout, line, *, is_marked):
    for place, column in enumerate(layout.columns, 1):
        is_input = column.name in line.inputs
        value = line.texts.get(column.name)
        cell = wb.put(
            sheet,
            number,
            place,
            value,
            alignment=None if isinstance(value, wb.Number) or column.is_text else wb.CENTER,
            fill=INPUT_FILL if is_input else LOCKED_FILL,
            border=wb.BOX,
        )
        if is_input:
            cell.protection = UNLOCKED
        _mark(cell, line.marks.get(column.name))
    if is_marked:
        wb.put(sheet, number, len(layout.columns) + 1, line.remarks, border=wb.BOX)
    _fit(sheet, number, layout, line, is_marked)


def _mark(cell, mark):
    if mark:
        cell.fill = FILLS[mark.kind]
        cell.protection = UNLOCKED
        cell.comment = Comment(wb.writable_text(mark.text), "", **COMMENT_SIZE)


def _fit(sheet, number, layout, line, is_marked):
    texts = [(line.texts.get(column.name), column.width) for column in layout.columns]
    texts.append((line.remarks if is_marked else "", REMARKS_WIDTH))
    shown = [(text, width) for text, width in texts if isinstance(text, str)]
    wb.fit_height(sheet, number, [*shown, TWO_LINES])


def _add_choices(sheet, layout, lines):
    """Drop-down lists in the cells that offer words."""
    places = {column.name: place for place, column in enumerate(layout.columns, 1)}
    addresses = {}
    for number, line in enumerate(lines, FIRST_ROW):
        for name, words in line.choices.items():
            cell = sheet.cell(number, places[name])
            addresses.setdefault((layout.headers[name], words), []).append(cell.coordinate)
    for (header, words), cells in addresses.items():
        _add_choice(sheet, header, words, cells)


def _add_choice(sheet, header, words, cells):
    choice = DataValidation(
        type="list",
        formula1=f'"{",".join(words)}"',
        sqref=" ".join(cells),
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=header,
        error="一覧から選んでください。",
    )
    sheet.add_data_validation(choice)


def _arrange(sheet, layout, *, is_marked):
    widths = [column.width for column in layout.columns]
    wb.set_widths(sheet, [*widths, *([REMARKS_WIDTH] if is_marked else [])])
    for place, column in enumerate(layout.columns, 1):
        letter = sheet.cell(1, place).column_letter
        sheet.column_dimensions[letter].hidden = column.is_hidden
    sheet.freeze_panes = f"C{FIRST_ROW}"
    protection = sheet.protection
    protection.sheet = True  # no password: it guards against slips, not against people
    protection.formatColumns = protection.formatRows = protection.formatCells = False
    protection.sort = protection.autoFilter = False
    wb.set_up_page(sheet, title_rows=f"{FIRST_ROW - 1}:{FIRST_ROW - 1}")


def _put_guide(book, layout):
    sheet = book.create_sheet("記入の仕方")
    wb.put_head(sheet, "記入の仕方", "", columns=2)
    wb.put_header(sheet, 3, ("欄", "入力の仕方"))
    for number, (name, text) in enumerate(layout.guide, 4):
        wb.put_line(sheet, number, (name, text))
        wb.fit_height(sheet, number, [(text, 80)])
    wb.set_widths(sheet, (16, 80))
    wb.set_up_page(sheet)
