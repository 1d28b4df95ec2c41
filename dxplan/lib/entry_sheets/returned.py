"""A workbook as it came back: which lines and cells were filled in, nothing judged.

What makes the whole file useless is raised as WrongFile. Everything else is left to the import,
which tells it cell by cell.
"""

from dataclasses import dataclass

from dxplan.lib.entry_sheets.layout import KEYS, REMARKS, Layout, Origin
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.spreadsheets.filled_in import (
    HEADER_WITHIN,
    TypedCell,
    packed_cells,
    typed_cells,
    unpacked_cells,
)
from dxplan.lib.spreadsheets.sheets import Sheet, SheetCell, column_letters

GUIDE_SHEET = "記入の仕方"

NO_SHEET = "{sheet}の様式のシートが見つかりません。この画面で受け取った様式に入力してください。"
SEVERAL_SHEETS = "様式のシートが{count}枚あります（{names}）。1枚だけ残してください。"
MISSING_COLUMNS = "列「{names}」がありません。様式を受け取り直してください。"
DOUBLED_COLUMNS = "列「{names}」が2つ以上あります。1つだけ残してください。"
NO_ROWS = "様式に{thing}の行がありません。"
OTHER_TEMPLATE = "様式の版が異なります。新しい様式を受け取り、入力内容を写してください。"
OTHER_PLAN = "この計画の様式ではありません。この画面で受け取った様式を選んでください。"
OTHER_YEAR = "{year}の様式です。{wanted}の様式を選ぶか、年度を切り替えてください。"
UNKNOWN_YEAR = "年度の欄が読み取れません。様式を受け取り直してください。"
EXTRA_COLUMNS = "列「{names}」は様式にないため、読み取りません。"
REORDERED = "列の順序が様式と異なりますが、見出しで読み取りました。"
OTHER_SHEETS = "ほかのシート（{names}）は読み取りません。"

UNKNOWN_NUMBER = "番号「{number}」は、担当する{thing}にありません。"
NO_NUMBER = "番号がありません。様式の行をそのまま使ってください。"
DOUBLE_ROW = "番号「{number}」の行が2つ以上あります（{rows}行目）。1つだけ残してください。"
ODD_VERSION = "この行の隠れた欄が変わっています。様式を受け取り直してください。"


class WrongFile(Exception):
    """The file as a whole is not what is wanted; the text says what to do."""


@dataclass(frozen=True)
class TypedRow:
    """One line of the file; `version` is blank or odd where somebody changed the hidden cells."""

    row: int
    number: str
    version: str
    cells: dict[str, TypedCell]

    @property
    def made_from(self) -> int | None:
        """The version of what stood when the file was made, 0 for nothing; None for odd text."""
        text = self.version
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True)
class ReturnedSheet:
    """All lines of a file, and what is to be said of it though it can be read."""

    rows: tuple[TypedRow, ...]
    remarks: tuple[str, ...] = ()

    def packed(self) -> dict:
        """As JSON, to keep it until it is confirmed."""
        rows = [(row.row, row.number, row.version, packed_cells(row.cells)) for row in self.rows]
        return {"rows": rows, "remarks": list(self.remarks)}


def unpacked(content: dict) -> ReturnedSheet:
    """What was packed."""
    rows = (TypedRow(*keys, unpacked_cells(cells)) for *keys, cells in content["rows"])
    return ReturnedSheet(tuple(rows), tuple(content["remarks"]))


def returned_sheet(sheets: list[Sheet], layout: Layout, origin: Origin) -> ReturnedSheet:
    """The lines of the one sheet that has our columns. Raises WrongFile."""
    sheet, header, columns = _our_sheet(sheets, layout)
    lines = [
        _line(number, cells, columns, layout)
        for number, cells in sheet.rows().items()
        if number > header
    ]
    lines = [(keys, row) for keys, row in lines if any(keys.values()) or row.cells]
    if not lines:
        raise WrongFile(NO_ROWS.format(thing=layout.thing))
    for keys, _ in lines:
        if any(keys.values()):  # a line that somebody added has none, and is told as such
            _check_keys(keys, layout, origin)
    remarks = _remarks(sheets, sheet, header, columns, layout)
    return ReturnedSheet(tuple(row for _, row in lines), tuple(remarks))


def _our_sheet(sheets, layout):
    """(sheet, row of its headers, column by name)."""
    names = {header: name for name, header in layout.headers.items()}
    found = [(sheet, *place) for sheet in sheets if (place := _header_of(sheet, names))]
    if not found:
        raise WrongFile(NO_SHEET.format(sheet=layout.sheet_name))
    if len(found) > 1:
        titles = "、".join(sheet.name for sheet, *_ in found)
        raise WrongFile(SEVERAL_SHEETS.format(count=len(found), names=titles))
    sheet, header, texts = found[0]
    wanted = [layout.headers[name] for name in (*KEYS, *layout.inputs)]
    _refuse(DOUBLED_COLUMNS, [name for name in names if texts.count(name) > 1])
    _refuse(MISSING_COLUMNS, [name for name in wanted if name not in texts])
    cells = sheet.rows()[header]
    columns = {names[text]: column for column, cell in cells.items()
               if (text := cell.text.strip()) in names}  # fmt: skip
    return sheet, header, columns


def _refuse(message, names):
    if names:
        raise WrongFile(message.format(names="、".join(names)))


def _header_of(sheet, names):
    """(row, its texts) of the first row that has most of our headers."""
    for number, cells in sheet.rows().items():
        if number > HEADER_WITHIN:
            return None
        texts = [cell.text.strip() for cell in cells.values()]
        if len(names.keys() & set(texts)) > len(names) // 2:
            return number, texts
    return None


def _line(number, cells: dict[int, SheetCell], columns, layout):
    keys = {name: cells[columns[name]].text.strip() if columns[name] in cells else ""
            for name in KEYS}  # fmt: skip
    typed = typed_cells(cells, columns, layout.inputs)
    return keys, TypedRow(number, keys["number"], keys["version"], typed)


def _check_keys(keys, layout, origin):
    """Whether a line is of this layout, plan and year; whose it is otherwise is not told."""
    if keys["template"] != layout.template:
        raise WrongFile(OTHER_TEMPLATE)
    if (keys["town"], keys["plan"]) != (origin.town, origin.plan):
        raise WrongFile(OTHER_PLAN)
    if keys["fiscal_year"] == str(int(origin.fiscal_year)):
        return
    try:
        year = FiscalYear.parse(keys["fiscal_year"])
    except ValueError as error:
        raise WrongFile(UNKNOWN_YEAR) from error
    if year != origin.fiscal_year:
        wanted = origin.fiscal_year.era_label
        raise WrongFile(OTHER_YEAR.format(year=year.era_label, wanted=wanted))


def _remarks(sheets, sheet, header, columns, layout):
    """What was left unread, and that the order was another."""
    cells = sheet.rows()[header]
    known = {*layout.headers.values(), REMARKS}
    extra = [cell.text.strip() or column_letters(column) for column, cell in cells.items()
             if cell.text.strip() not in known]  # fmt: skip
    if extra:
        yield EXTRA_COLUMNS.format(names="、".join(extra))
    order = [column.name for column in layout.columns if column.name in columns]
    if sorted(columns, key=columns.get) != order:
        yield REORDERED
    others = [other.name for other in sheets if other is not sheet and other.name != GUIDE_SHEET]
    if others:
        yield OTHER_SHEETS.format(names="、".join(others))


def paired(file: ReturnedSheet, layout: Layout, known: dict) -> list[tuple[TypedRow, object, str]]:
    """Each line with what it stands for (`known` by number, or None) and what is wrong with it."""
    rows_of = {}
    for typed in file.rows:
        rows_of.setdefault(typed.number, []).append(typed.row)
    return [
        (typed, known.get(typed.number), _row_error(typed, layout, known, rows_of[typed.number]))
        for typed in file.rows
    ]


def _row_error(typed, layout, known, rows) -> str:
    if not typed.number:
        return NO_NUMBER
    if len(rows) > 1:
        return DOUBLE_ROW.format(number=typed.number, rows="・".join(map(str, rows)))
    if typed.number not in known:
        return UNKNOWN_NUMBER.format(number=typed.number, thing=layout.thing)
    return ODD_VERSION if typed.made_from is None else ""
