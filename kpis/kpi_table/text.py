"""A table as pasted text, and its grid: what a spreadsheet puts into the clipboard, or commas.

A grid is a list of rows, all of one width, of texts without blanks around them.
"""

import csv
from io import StringIO

from dxplan.lib.spreadsheets.sheets import Sheet

MOST_ROWS = 200
MOST_COLUMNS = 60
ROWS_TOO_MANY = "表が長すぎます（{count:,}行）。{limit:,}行までです。分けて取り込んでください。"
COLUMNS_TOO_MANY = "表の列が多すぎます（{count:,}列）。{limit:,}列までです。"
NO_TABLE = "表がありません。見出しの行と指標の行を入れてください。"

Grid = list[list[str]]


class NoTable(Exception):
    """The text or the sheet is no table that we take; the message says why, in Japanese."""


def read_grid(text: str) -> Grid:
    """The cells of a pasted table. Raises NoTable where it is empty or too large."""
    separator = "\t" if "\t" in text else ","
    is_quoted = text.count('"') % 2 == 0
    quoting = csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE
    lines = StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline="")
    try:
        return squared(csv.reader(lines, delimiter=separator, quoting=quoting))
    except csv.Error as error:
        raise NoTable(NO_TABLE) from error


def sheet_grid(sheet: Sheet) -> Grid:
    """The cells of a sheet; a merged one holds its text at the left top. Raises NoTable."""
    rows = sheet.rows()
    if not rows:
        raise NoTable(NO_TABLE)
    _check_size(max(rows), max(column for cells in rows.values() for column in cells))
    width = max(column for cells in rows.values() for column in cells)
    return squared(
        [rows[row][column].text if column in rows.get(row, {}) else "" for column in _upto(width)]
        for row in _upto(max(rows))
    )


def squared(rows) -> Grid:
    """Rows of one width, each text without blanks around it. Raises NoTable."""
    grid = [[text.strip() for text in row] for row in rows]
    while grid and not any(grid[-1]):
        grid.pop()
    width = max((column + 1 for row in grid for column, text in enumerate(row) if text), default=0)
    if not width:
        raise NoTable(NO_TABLE)
    _check_size(len(grid), width)
    return [[*row[:width], *[""] * (width - len(row))] for row in grid]


def grid_text(grid: Grid) -> str:
    """A grid as text that `read_grid` reads as the same grid."""
    out = StringIO()
    quoting = csv.QUOTE_ALL if len(grid[0]) == 1 else csv.QUOTE_MINIMAL  # no tab tells it apart
    csv.writer(out, delimiter="\t", lineterminator="\n", quoting=quoting).writerows(grid)
    return out.getvalue()


def _check_size(rows, columns):
    if rows > MOST_ROWS:
        raise NoTable(ROWS_TOO_MANY.format(count=rows, limit=MOST_ROWS))
    if columns > MOST_COLUMNS:
        raise NoTable(COLUMNS_TOO_MANY.format(count=columns, limit=MOST_COLUMNS))


def _upto(last):
    return range(1, last + 1)
