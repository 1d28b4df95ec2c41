"""A workbook of several sheets as it came back: which cells were filled in, nothing judged.

Every sheet has its columns' names in one row, found by most of them standing there; what stands
above is for people. What makes the whole file useless is raised as WrongWorkbook.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dxplan.lib.spreadsheets.filled_in import (
    HEADER_WITHIN,
    TypedCell,
    packed_cells,
    typed_cells,
    unpacked_cells,
)
from dxplan.lib.spreadsheets.sheets import Sheet, column_letters

LINE, MARK = "行", "目印"
TOLD_LINES = ("説明", "見本")  # lines of a sheet's head and examples: not read
REQUIRED = "※必須"
MARKS_OF_SHEET = "目印一覧:"

NO_SHEETS = "この様式のシートがありません。様式を受け取り直してください。"
MISSING_SHEETS = "シート「{names}」がありません。シートの名前は変えずに、そろえてください。"
DOUBLED_SHEETS = "シート「{names}」が2枚以上あります。1枚だけ残してください。"
NO_HEADER = "シート「{sheet}」の見出しの行が見つかりません。様式を受け取り直してください。"
MISSING_COLUMNS = "シート「{sheet}」に列「{names}」がありません。様式を受け取り直してください。"
DOUBLED_COLUMNS = "シート「{sheet}」に列「{names}」が2つ以上あります。1つだけ残してください。"
MOST_LINES = 5_000  # of a sheet: far more than any plan has
TOO_MANY_LINES = "シート「{sheet}」の行が多すぎます。{most:,}行までにしてください。"
EXTRA_COLUMNS = "シート「{sheet}」の列「{names}」は様式にないため、読み取りません。"
REORDERED = "シート「{sheet}」は列の順序が様式と異なりますが、見出しで読み取りました。"
OTHER_SHEETS = "シート「{names}」は読み取りません。"
TOLD_ROWS = "シート「{sheet}」の「見本」の行（{rows}行目）は読み取りません。"


class WrongWorkbook(Exception):
    """The file as a whole is not what is wanted; `reasons` say what to do, all at once."""

    def __init__(self, *reasons: str):
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Wanted:
    """A sheet to find: its name and its columns; those of `told` may lack."""

    name: str
    headers: tuple[str, ...]
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class TypedRow:
    """A line of a sheet by its columns' names; `mark` says from what it was made."""

    number: int
    cells: dict[str, TypedCell]
    mark: str = ""

    def text(self, header: str) -> str:
        return self.cells[header].text if header in self.cells else ""


@dataclass(frozen=True)
class TypedTable:
    """The lines of a sheet; `marks` are those of all lines that it once had."""

    name: str
    rows: tuple[TypedRow, ...]
    letters: dict[str, str]
    marks: frozenset[str] | None = None

    def address(self, row: TypedRow, header: str) -> str:
        letter = self.letters.get(header, "")
        return f"{letter}{row.number}"


@dataclass(frozen=True)
class TypedBook:
    """All sheets that were wanted, and what is to be said of the file though it can be read."""

    tables: dict[str, TypedTable]
    remarks: tuple[str, ...] = ()

    def packed(self) -> dict:
        """As JSON, to keep it until it is confirmed."""
        tables = [
            [
                table.name,
                [[row.number, row.mark, packed_cells(row.cells)] for row in table.rows],
                table.letters,
                None if table.marks is None else sorted(table.marks),
            ]
            for table in self.tables.values()
        ]
        return {"tables": tables, "remarks": list(self.remarks)}


def unpacked(content: dict) -> TypedBook:
    tables = {
        name: TypedTable(
            name,
            tuple(TypedRow(number, unpacked_cells(cells), mark) for number, mark, cells in rows),
            letters,
            None if marks is None else frozenset(marks),
        )
        for name, rows, letters, marks in content["tables"]
    }
    return TypedBook(tables, tuple(content["remarks"]))


def typed_book(sheets: list[Sheet], wanted: Iterable[Wanted], *, others=()) -> TypedBook:
    """The wanted sheets of a workbook. Raises WrongWorkbook with all that is wrong.

    `others` are names of sheets that are left out without a word.
    """
    wanted = list(wanted)
    by_name = {sheet.name.strip(): sheet for sheet in sheets}
    _check_sheets(sheets, by_name, wanted)
    finder = _Finder()
    tables = {item.name: finder.table(by_name[item.name], item) for item in wanted}
    if finder.problems:
        raise WrongWorkbook(*finder.problems)
    known = {item.name for item in wanted} | set(others)
    extra = [sheet.name for sheet in sheets if sheet.name.strip() not in known]
    if extra:
        finder.remarks.append(OTHER_SHEETS.format(names="、".join(extra)))
    return TypedBook(tables, tuple(finder.remarks))


def _check_sheets(sheets, by_name, wanted):
    missing = [item.name for item in wanted if item.name not in by_name]
    if len(missing) == len(wanted):
        raise WrongWorkbook(NO_SHEETS)
    names = {item.name for item in wanted}
    copies = [sheet for sheet in sheets if sheet.name.strip() not in names]
    doubled = [item.name for item in wanted if any(_looks_like(copy, item) for copy in copies)]
    reasons = [
        MISSING_SHEETS.format(names="、".join(missing)) if missing else "",
        DOUBLED_SHEETS.format(names="、".join(doubled)) if doubled and not missing else "",
    ]
    if any(reasons):
        raise WrongWorkbook(*filter(None, reasons))


def _looks_like(sheet, item) -> bool:
    """Whether a sheet of another name is a copy of one that is wanted."""
    return sheet.name.startswith(item.name) and _header_row(sheet, item) is not None


def _header_row(sheet, item) -> int | None:
    """The first row that has most of the columns' names."""
    known = set(item.headers)
    for number, cells in sheet.rows().items():
        if number > HEADER_WITHIN:
            return None
        if len(known & {plain_header(cell.text) for cell in cells.values()}) > len(known) // 2:
            return number
    return None


def plain_header(text: str) -> str:
    """A column's name without the remark that it is required."""
    return text.replace(REQUIRED, "").replace("\n", "").strip()


@dataclass
class _Finder:
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def table(self, sheet, item) -> TypedTable | None:
        header = _header_row(sheet, item)
        if header is None:
            self.problems.append(NO_HEADER.format(sheet=item.name))
            return None
        rows = sheet.rows()
        columns = self._columns(rows[header], item)
        marks = _marks_of(cell.text for cells in rows.values() for cell in cells.values()
                          if cell.row < header)  # fmt: skip
        lines, examples = [], []
        for number, cells in rows.items():
            if number > header:
                kind = cells[columns[LINE]].text.strip() if columns.get(LINE) in cells else ""
                (examples if kind in TOLD_LINES else lines).append((number, cells, kind))
        if len(lines) > MOST_LINES:
            self.problems.append(TOO_MANY_LINES.format(sheet=item.name, most=MOST_LINES))
            return None
        samples = [str(number) for number, _, kind in examples if kind != TOLD_LINES[0]]
        if samples:
            self.remarks.append(TOLD_ROWS.format(sheet=item.name, rows="・".join(samples)))
        found = (_row(number, cells, columns, item) for number, cells, _ in lines)
        letters = {name: column_letters(column) for name, column in columns.items()}
        return TypedTable(
            item.name, tuple(row for row in found if _says(row, item)), letters, marks
        )

    def _columns(self, cells, item) -> dict[str, int]:
        names = [(plain_header(cell.text), column) for column, cell in cells.items()]
        known = [*item.headers, *item.told, LINE, MARK]
        found = [name for name, _ in names]
        self._say(DOUBLED_COLUMNS, item, [name for name in known if found.count(name) > 1])
        self._say(MISSING_COLUMNS, item, [name for name in item.headers if name not in found])
        extra = [name for name in found if name and name not in known]
        if extra:
            self.remarks.append(EXTRA_COLUMNS.format(sheet=item.name, names="、".join(extra)))
        columns = {name: column for name, column in names if name in known}
        order = sorted((name for name in item.headers if name in columns), key=columns.get)
        if order != [name for name in item.headers if name in columns]:
            self.remarks.append(REORDERED.format(sheet=item.name))
        return columns

    def _say(self, problem, item, names):
        if names:
            self.problems.append(problem.format(sheet=item.name, names="、".join(names)))


def _marks_of(texts) -> frozenset[str] | None:
    found = next((text for text in texts if text.startswith(MARKS_OF_SHEET)), None)
    return None if found is None else frozenset(found.removeprefix(MARKS_OF_SHEET).split())


def _says(row, item) -> bool:
    return any(name in row.cells for name in item.headers)


def _row(number, cells, columns, item) -> TypedRow:
    typed = typed_cells(cells, columns, (*item.headers, *item.told))
    mark = cells[columns[MARK]].text.strip() if columns.get(MARK) in cells else ""
    return TypedRow(number, typed, mark)
