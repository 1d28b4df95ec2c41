"""A department's workbook as it came back: which rows and cells were filled in, nothing judged.

What makes the whole file useless is raised as WrongFile. Everything else is left to the import,
which tells it cell by cell.
"""

from dataclasses import dataclass

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.spreadsheets.sheets import CellKind, Sheet, SheetCell, column_letters
from kpis.result_columns import COLUMNS, HEADERS, INPUTS, KEYS, REMARKS, TEMPLATE

NAMES = {header: name for name, header in HEADERS.items()}
HEADER_WITHIN = 30  # rows from the top

NO_SHEET = "実績入力の様式のシートが見つかりません。この画面で受け取った様式に入力してください。"
SEVERAL_SHEETS = "様式のシートが{count}枚あります（{names}）。1枚だけ残してください。"
MISSING_COLUMNS = "列「{names}」がありません。様式を受け取り直してください。"
DOUBLED_COLUMNS = "列「{names}」が2つ以上あります。1つだけ残してください。"
NO_ROWS = "様式に指標の行がありません。"
OTHER_TEMPLATE = "様式の版が異なります。新しい様式を受け取り、入力内容を写してください。"
OTHER_PLAN = "この計画の様式ではありません。この画面で受け取った様式を選んでください。"
OTHER_YEAR = "{year}の様式です。{wanted}の様式を選ぶか、年度を切り替えてください。"
UNKNOWN_YEAR = "年度の欄が読み取れません。様式を受け取り直してください。"
EXTRA_COLUMNS = "列「{names}」は様式にないため、読み取りません。"
REORDERED = "列の順序が様式と異なりますが、見出しで読み取りました。"
OTHER_SHEETS = "ほかのシート（{names}）は読み取りません。"
GUIDE_SHEET = "記入の仕方"


class WrongFile(Exception):
    """The file as a whole is not what is wanted; the text says what to do."""


@dataclass(frozen=True)
class TypedCell:
    """One cell as it was filled in."""

    address: str
    text: str
    kind: CellKind = CellKind.TEXT
    is_formula: bool = False


@dataclass(frozen=True)
class TypedRow:
    """One line of the file; `version` is blank or odd where somebody changed the hidden cells."""

    row: int
    number: str
    version: str
    cells: dict[str, TypedCell]


@dataclass(frozen=True)
class ResultFile:
    """All lines of a file, and what is to be said of it though it can be read."""

    rows: tuple[TypedRow, ...]
    remarks: tuple[str, ...] = ()

    def packed(self) -> dict:
        """As JSON, to keep it until it is confirmed."""
        return {"rows": [_packed(row) for row in self.rows], "remarks": list(self.remarks)}


def _packed(row):
    """Not `asdict`, which copies every value and takes longer than reading them."""
    cells = {
        name: (cell.address, cell.text, cell.kind, cell.is_formula)
        for name, cell in row.cells.items()
    }
    return row.row, row.number, row.version, cells


def unpacked(content: dict) -> ResultFile:
    """What was packed."""
    rows = (TypedRow(*keys, _cells(cells)) for *keys, cells in content["rows"])
    return ResultFile(tuple(rows), tuple(content["remarks"]))


def _cells(packed):
    return {
        name: TypedCell(address, text, CellKind(kind), is_formula)
        for name, (address, text, kind, is_formula) in packed.items()
    }


def result_file(sheets: list[Sheet], plan, fiscal_year: FiscalYear) -> ResultFile:
    """The lines of the one sheet that has our columns. Raises WrongFile."""
    sheet, header, columns = _our_sheet(sheets)
    lines = [
        _line(number, cells, columns) for number, cells in sheet.rows().items() if number > header
    ]
    lines = [(keys, row) for keys, row in lines if any(keys.values()) or row.cells]
    if not lines:
        raise WrongFile(NO_ROWS)
    for keys, _ in lines:
        if any(keys.values()):  # a line that somebody added has none, and is told as such
            _check_keys(keys, plan, fiscal_year)
    remarks = _remarks(sheets, sheet, header, columns)
    return ResultFile(tuple(row for _, row in lines), tuple(remarks))


def _our_sheet(sheets):
    """(sheet, row of its headers, column by name)."""
    found = [(sheet, *place) for sheet in sheets if (place := _header_of(sheet))]
    if not found:
        raise WrongFile(NO_SHEET)
    if len(found) > 1:
        names = "、".join(sheet.name for sheet, *_ in found)
        raise WrongFile(SEVERAL_SHEETS.format(count=len(found), names=names))
    sheet, header, headers = found[0]
    _refuse(DOUBLED_COLUMNS, [name for name in HEADERS.values() if headers.count(name) > 1])
    _refuse(MISSING_COLUMNS, [HEADERS[name] for name in (*KEYS, *INPUTS)
                              if HEADERS[name] not in headers])  # fmt: skip
    cells = sheet.rows()[header]
    columns = {NAMES[text]: column for column, cell in cells.items()
               if (text := cell.text.strip()) in NAMES}  # fmt: skip
    return sheet, header, columns


def _refuse(message, names):
    if names:
        raise WrongFile(message.format(names="、".join(names)))


def _header_of(sheet):
    """(row, its texts) of the first row that has most of our headers."""
    for number, cells in sheet.rows().items():
        if number > HEADER_WITHIN:
            return None
        texts = [cell.text.strip() for cell in cells.values()]
        if len(NAMES.keys() & set(texts)) > len(NAMES) // 2:
            return number, texts
    return None


def _line(number, cells: dict[int, SheetCell], columns):
    keys = {name: cells[columns[name]].text.strip() if columns[name] in cells else ""
            for name in KEYS}  # fmt: skip
    typed = {
        name: _typed(cells[columns[name]])
        for name in INPUTS
        if columns[name] in cells and _is_filled(cells[columns[name]])
    }
    return keys, TypedRow(number, keys["number"], keys["version"], typed)


def _is_filled(cell):
    return bool(cell.text.strip()) or cell.kind == CellKind.UNCALCULATED


def _typed(cell):
    return TypedCell(cell.address, cell.text, cell.kind, cell.is_formula)


def _check_keys(keys, plan, fiscal_year):
    """Whether a line is of this layout, plan and year; whose it is otherwise is not told."""
    if keys["template"] != TEMPLATE:
        raise WrongFile(OTHER_TEMPLATE)
    if (keys["town"], keys["plan"]) != (plan.municipality.code, plan.code):
        raise WrongFile(OTHER_PLAN)
    if keys["fiscal_year"] == str(int(fiscal_year)):
        return
    try:
        year = FiscalYear.parse(keys["fiscal_year"])
    except ValueError as error:
        raise WrongFile(UNKNOWN_YEAR) from error
    raise WrongFile(OTHER_YEAR.format(year=year.era_label, wanted=fiscal_year.era_label))


def _remarks(sheets, sheet, header, columns):
    """What was left unread, and that the order was another."""
    cells = sheet.rows()[header]
    known = {*NAMES, REMARKS}
    extra = [cell.text.strip() or column_letters(column) for column, cell in cells.items()
             if cell.text.strip() not in known]  # fmt: skip
    if extra:
        yield EXTRA_COLUMNS.format(names="、".join(extra))
    order = [column.name for column in COLUMNS if column.name in columns]
    if sorted(columns, key=columns.get) != order:
        yield REORDERED
    others = [other.name for other in sheets if other is not sheet and other.name != GUIDE_SHEET]
    if others:
        yield OTHER_SHEETS.format(names="、".join(others))
