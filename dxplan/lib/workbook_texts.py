"""Texts too long for one row of a sheet: rows have a greatest height, and cut what goes beyond."""

from itertools import zip_longest

from dxplan.lib.workbooks import lines_needed

LINES_IN_A_ROW = 26  # higher rows than that no spreadsheet has


def parts_of(text: str, width: float) -> list[str]:
    """A text in parts that fit into one row each, in a column of a width; at least one."""
    parts, used = [], LINES_IN_A_ROW
    for before, piece in _pieces(text, width):
        needed = lines_needed(piece, width)
        if used + needed > LINES_IN_A_ROW:
            parts.append("")
            before, used = "", 0
        parts[-1] += before + piece
        used += needed
    return parts


def _pieces(text, width):
    """The text's paragraphs, long ones cut: (what stands before it in the same row, piece)."""
    limit = max(1, (int(width) - 1) // 2) * LINES_IN_A_ROW
    for number, paragraph in enumerate(text.split("\n")):
        for start in range(0, max(1, len(paragraph)), limit):
            yield "" if start or not number else "\n", paragraph[start : start + limit]


def rows_of(cells, widths) -> list[tuple]:
    """Cells side by side as one row, and as many more as their longest text needs."""
    parts = [
        parts_of(cell, width) if isinstance(cell, str) else [cell]
        for cell, width in zip(cells, widths, strict=True)
    ]
    return list(zip_longest(*parts, fillvalue=""))
