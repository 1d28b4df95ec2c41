"""Reads an uploaded workbook safely: `read_workbook(content)` is all that others need.

What the first bytes tell is answered here. Everything else happens in a process of its own with
512 MB and 15 seconds, so that no file can harm the web process. See
docs/decisions/0022-excel-both-ways.md.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from dxplan.lib.spreadsheets import limits
from dxplan.lib.spreadsheets.limits import Reason, UnreadableWorkbook
from dxplan.lib.spreadsheets.sheets import CellKind, Sheet, SheetCell

ROOT = Path(__file__).resolve().parents[3]
CHILD = (sys.executable, "-s", "-m", "dxplan.lib.spreadsheets.child")
NEEDED_BY_WINDOWS = ("SYSTEMROOT", "PATH", "TEMP", "TMP")
LOOKS_A_SECOND = 10

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HTML = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"mime-version")
UNTEXTUAL = frozenset(range(9)) | frozenset(range(14, 27))


def read_workbook(content: bytes) -> list[Sheet]:
    """All sheets of an .xlsx file. Raises UnreadableWorkbook, whose text says why and what to do.

    Takes at most 16 seconds and, in a process of its own, 512 MB.
    """
    _check_beginning(content)
    return _sheets(_ask_child(content))


def _check_beginning(content):
    if not content:
        raise UnreadableWorkbook(Reason.EMPTY)
    if len(content) > limits.MOST_BYTES:
        raise UnreadableWorkbook(Reason.LARGE)
    if content.startswith(OLE):
        is_encrypted = ENCRYPTED in content
        raise UnreadableWorkbook(Reason.PASSWORD if is_encrypted else Reason.OLD_OR_OTHER_OFFICE)
    if not content.startswith((ZIP, EMPTY_ZIP)):
        raise UnreadableWorkbook(_kind_of(content))


def _kind_of(content) -> Reason:
    """What a file that is no zip file is, by how it begins."""
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"%pdf"):
        return Reason.PDF
    if start.startswith(HTML) or b"<html" in start:
        return Reason.HTML
    if start.startswith(b"<?xml"):
        return Reason.XML
    is_text = start.startswith((b"\xff\xfe", b"\xfe\xff")) or not UNTEXTUAL.intersection(start)
    return Reason.CSV if is_text else Reason.OTHER


def _ask_child(content) -> dict:
    """The child's answer; it is ended where it takes too long or too much."""
    with TemporaryFile() as file:  # a pipe would have to be fed while the child is watched
        file.write(content)
        file.seek(0)
        with subprocess.Popen(
            CHILD,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=_environment(),
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        ) as child:
            try:
                output = _output(child)
            finally:
                child.kill()
    if child.returncode:
        raise UnreadableWorkbook(Reason.SLOW)
    return json.loads(output)


def _environment():
    """Nothing of ours, above all no secret key."""
    kept = {name: os.environ[name] for name in NEEDED_BY_WINDOWS if name in os.environ}
    return kept | {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _output(child) -> bytes:
    end = time.monotonic() + limits.MOST_SECONDS
    while time.monotonic() < end and _memory(child) <= limits.MOST_MEMORY:
        with suppress(subprocess.TimeoutExpired):
            return child.communicate(timeout=1 / LOOKS_A_SECOND)[0]
    raise UnreadableWorkbook(Reason.SLOW)


def _memory(child) -> int:
    """Bytes in use. The only limit on systems that do not limit a process themselves."""
    try:
        return psutil.Process(child.pid).memory_info().rss
    except psutil.Error:
        return 0


def _sheets(answer) -> list[Sheet]:
    if "reason" in answer:
        raise UnreadableWorkbook(Reason(answer["reason"]), answer.get("detail", ""))
    return [
        Sheet(name, is_hidden, tuple(_cell(*values) for values in cells))
        for name, is_hidden, cells in answer["sheets"]
    ]


def _cell(row, column, kind, text, number_format, is_formula) -> SheetCell:
    return SheetCell(row, column, CellKind(kind), text, number_format, is_formula)
