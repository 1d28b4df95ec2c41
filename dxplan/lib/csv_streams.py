"""A CSV of any length, written as it is read: in constant memory, for Excel and for programs.

UTF-8 with a byte order mark, a record on one line. Programs calculate what begins with = + - @;
such a text, unless it is a plain number, gets an apostrophe before it.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from django.http import StreamingHttpResponse

MIME_TYPE = "text/csv; charset=utf-8"
FORMULA = re.compile(r"[=@＝＋－＠\t\r\n]|[+-](?![0-9]+(?:\.[0-9]+)?\Z)")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LINE_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


class Echo:
    """Gives the writer's line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """The file line by line."""
    writer = csv.writer(Echo(), lineterminator="\r\n")
    yield ("\ufeff" + writer.writerow(headers)).encode()
    for row in rows:
        yield writer.writerow(written(cell) for cell in row).encode()


def written(text: str) -> str:
    """One cell as the file has it; 「↵」 where a line ended."""
    shown = UNWRITABLE.sub("\ufffd", LINE_BREAK.sub("↵", text)).replace("\t", " ")
    return f"'{shown}" if FORMULA.match(text) else shown


def csv_stream(headers, rows, *, name: str) -> StreamingHttpResponse:
    """The answer to a browser that saves the file under a Japanese name."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return StreamingHttpResponse(
        csv_lines(headers, rows),
        content_type=MIME_TYPE,
        headers={"Content-Disposition": disposition},
    )
