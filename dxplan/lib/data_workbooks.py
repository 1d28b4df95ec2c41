"""Workbooks for other programs, of any length: names in row 1, a datum in every cell below.

The library makes the workbook; the rows are written as XML into its sheets' parts, seven times as
fast as cell by cell and without keeping them. Every text is an inline text, so that none can become
a formula. See docs/decisions/0012-tidy-files.md.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import escape

from openpyxl import Workbook

from dxplan.lib.portable_text import portable
from dxplan.lib.spreadsheets.sheets import column_letters
from dxplan.lib.workbooks import new_workbook, to_bytes, writable_text

ROWS_AT_ONCE = 500
PACKING = 3  # of 9: half the time of the usual 6, some percent larger
CHUNK = 64 * 1024
NO_ROWS = re.compile(b"<sheetData ?/>|<sheetData></sheetData>")
Value = str | int | Decimal | None


@dataclass(frozen=True)
class Table:
    """A sheet: its name, the names of its columns, its lines, which are gone through once."""

    name: str
    headers: Sequence[str]
    lines: Iterable[Iterable[Value]]


def data_workbook(title: str, tables: Sequence[Table]) -> Iterator[bytes]:
    """The file in parts, one sheet for each table; on disk, not in memory, until it is sent."""
    with TemporaryFile() as file:
        with zipfile.ZipFile(BytesIO(_skeleton(title, tables))) as skeleton:
            _write(skeleton, file, tables)
        file.seek(0)
        while part := file.read(CHUNK):
            yield part


def _skeleton(title, tables) -> bytes:
    book: Workbook = new_workbook(title)
    for table in tables:
        book.create_sheet(table.name)
    return to_bytes(book)


def _write(skeleton, file, tables):
    parts = {f"xl/worksheets/sheet{place}.xml": table for place, table in enumerate(tables, 1)}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=PACKING) as target:
        for name in skeleton.namelist():
            content = skeleton.read(name)
            if name not in parts:
                target.writestr(name, content)
                continue
            head, tail = NO_ROWS.split(content)
            with target.open(name, "w", force_zip64=True) as part:
                part.write(head + b"<sheetData>")
                _write_rows(part, parts[name])
                part.write(b"</sheetData>" + tail)


def _write_rows(part: IO[bytes], table: Table):
    letters = [column_letters(place) for place in range(1, len(table.headers) + 1)]
    waiting = [_row(1, letters, table.headers)]
    for number, line in enumerate(table.lines, 2):
        waiting.append(_row(number, letters, line))
        if len(waiting) == ROWS_AT_ONCE:
            part.write("".join(waiting).encode())
            waiting.clear()
    part.write("".join(waiting).encode())


def _row(number, letters, line) -> str:
    cells = [
        f'<c r="{letter}{number}" t="inlineStr"><is><t>{_text(value)}</t></is></c>'
        if isinstance(value, str)
        else f'<c r="{letter}{number}"><v>{value}</v></c>'
        for letter, value in zip(letters, line, strict=True)
        if value is not None and value != ""
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    """A text as XML; most texts of a table come again and again."""
    return escape(writable_text(portable(value)))
