"""The process that reads one stranger's workbook: from standard input, to JSON on its output.

Run by `reading`, under limits of its own, so that whatever happens to it happens to nobody else.
"""

import contextlib
import json
import os
import sys
import warnings

import openpyxl

from dxplan.lib.spreadsheets import limits
from dxplan.lib.spreadsheets.archive import check_archive
from dxplan.lib.spreadsheets.cells import sheets_of
from dxplan.lib.spreadsheets.limits import Reason, UnreadableWorkbook

try:
    import resource
except ImportError:  # Windows: there the process that waits for this one looks at its memory
    resource = None

LESS_URGENT = 10  # than the pages that people wait for


def limit_oneself():
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (limits.MOST_MEMORY, limits.MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.MOST_SECONDS, limits.MOST_SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        os.nice(max(LESS_URGENT - os.nice(0), 0))  # who starts this one may be less urgent already


def answer(content: bytes) -> dict:
    """The sheets, or the reason for which there are none."""
    try:
        check_archive(content)
        return {"sheets": [_packed(sheet) for sheet in sheets_of(content)]}
    except UnreadableWorkbook as refusal:
        return {"reason": refusal.reason, "detail": refusal.detail}
    except MemoryError:
        return {"reason": Reason.SLOW}
    except Exception:  # a reader of hostile files can fail in any way, and each means the same
        return {"reason": Reason.BROKEN}


def _packed(sheet):
    return [sheet.name, sheet.is_hidden, [_values(cell) for cell in sheet.cells]]


def _values(cell):
    """Not `astuple`, which copies every value and takes longer than all the reading."""
    return cell.row, cell.column, cell.kind, cell.text, cell.number_format, cell.is_formula


def main():
    warnings.simplefilter("ignore")
    limit_oneself()
    if not openpyxl.DEFUSEDXML:
        sys.exit("defusedxml is missing")
    with contextlib.suppress(BrokenPipeError):
        json.dump(answer(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()
