"""CSV that Excel on Windows opens well and no program reads as a formula.

UTF-8 with a byte order mark, a record on one line ended by CR LF, quotes where they are needed.
Programs calculate what begins with = + - @; such a text gets an apostrophe before it, which is how
spreadsheets mark text. Numbers are written in full, without the zeros with which they are stored.
"""

import csv
from decimal import Decimal
from io import StringIO

from dxplan.lib.portable_text import portable

MIME_TYPE = "text/csv; charset=utf-8"
FORMULA_STARTS = tuple("=+-@＝＋－＠")


def csv_file(headers, lines) -> bytes:
    """A whole file; cells are text, whole numbers, Decimals, or None for nothing."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([written(value) for value in line] for line in lines)
    return buffer.getvalue().encode("utf-8-sig")


def written(value: str | int | Decimal | None) -> str:
    """One cell as the file has it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, int):
        return str(value)
    text = portable(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
