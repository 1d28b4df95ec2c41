"""CSV that Excel on Windows opens well and no program reads as a formula.

UTF-8 with a byte order mark, a record on one line ended by CR LF, quotes where they are needed.
Programs calculate what begins with = + - @; such a text gets an apostrophe before it, which is how
spreadsheets mark text. Numbers are written in full, without the zeros with which they are stored.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from io import StringIO

from dxplan.lib.portable_text import portable

MIME_TYPE = "text/csv; charset=utf-8"
FORMULA_STARTS = tuple("=+-@＝＋－＠")
FORMULA = re.compile(r"[=@＝＋－＠\t\r\n]|[+-](?![0-9]+(?:\.[0-9]+)?\Z)")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LINE_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


class Echo:
    """Gives the writer's line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_file(headers: Iterable[str], lines: Iterable[Iterable]) -> bytes:
    """A whole file of data; cells are text, whole numbers, Decimals, or None for nothing."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows(map(_cells, lines))
    return ("\ufeff" + file.getvalue()).encode()


def _cells(line) -> list[str]:
    return [WRITERS.get(type(value), written)(value) for value in line]


def csv_lines(headers: Iterable[str], rows: Iterable[Iterable], *, cell: Callable) -> Iterator:
    """A file of any length, line by line as bytes; `cell` gives the text of one value."""
    writer = csv.writer(Echo(), lineterminator="\r\n")
    yield ("\ufeff" + writer.writerow(headers)).encode()
    for row in rows:
        yield writer.writerow(cell(value) for value in row).encode()


def as_written(text: str) -> str:
    """A cell that leaves a text as it was written, as evidence should; 「↵」 where a line ended."""
    shown = UNWRITABLE.sub("\ufffd", LINE_BREAK.sub("↵", text)).replace("\t", " ")
    return f"'{shown}" if FORMULA.match(text) else shown


def written(value: str | int | Decimal | None) -> str:
    """A cell of data, with characters that every machine has."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return _figure(value)
    if isinstance(value, int):
        return str(value)
    text = portable(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _figure(value: Decimal) -> str:
    """In full, without the zeros with which it is stored."""
    if not value:
        return "0"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _nothing(value: None) -> str:
    return ""


# The same by type, for files of many lines: most texts of a column come again and again.
WRITERS = {
    str: lru_cache(maxsize=4096)(written),
    int: str,
    Decimal: _figure,
    type(None): _nothing,
}
