"""The forms around a plan's workbook: the file, and how it is to be taken."""

import re

from django import forms

from dxplan.lib.exchange.book import MINE, THEIRS, Options
from dxplan.lib.form_fields import WorkbookField

ANSWER = re.compile(r"(side|yes)-([0-9]{1,3})-([0-9]{1,7})(?:-([0-9]{1,3}))?")
MARK = re.compile("[0-9a-f]{1,16}")


class WorkbookForm(forms.Form):
    """A workbook to read."""

    file = WorkbookField(label="取り込むファイル")


def posted_options(data, sheets, *, is_own: bool) -> Options:
    """The answers that a form carries; `sheets` are (sheet, columns) in the workbook's order."""
    sides, confirmed = {}, set()
    for name, text in data.items():
        found = ANSWER.fullmatch(name)
        if not found or int(found[2]) >= len(sheets):
            continue
        sheet, headers = sheets[int(found[2])]
        if found[1] == "side" and text in (MINE, THEIRS):
            sides[sheet, int(found[3])] = text
        elif found[1] == "yes" and found[4] and int(found[4]) < len(headers):
            typed = text.replace("\r\n", "\n")
            confirmed.add((sheet, int(found[3]), headers[int(found[4])], typed))
    return Options(
        is_own=is_own,
        empties_cells="empties_cells" in data,
        removes_missing="removes_missing" in data,
        sides=sides,
        confirmed=frozenset(confirmed),
    )


def posted_marks(data) -> frozenset[str]:
    return frozenset(MARK.findall(data.get("seen", "")))
