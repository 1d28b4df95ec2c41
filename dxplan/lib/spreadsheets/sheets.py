"""What a workbook says, cell by cell, as plain values: what reading an upload gives."""

import re
from dataclasses import dataclass
from enum import StrEnum

QUOTED_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class CellKind(StrEnum):
    """What a cell holds; `uncalculated` is a formula whose value no program has worked out."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    ERROR = "error"
    UNCALCULATED = "uncalculated"


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell with its value as one would type it: 「12.5」, 「12%」, 「2025年3月31日」, 「#N/A」.

    `is_formula` says that the value is what a program worked out when it last did.
    """

    row: int
    column: int
    kind: CellKind
    text: str
    number_format: str = "General"
    is_formula: bool = False

    @property
    def address(self) -> str:
        """「K7」."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True)
class Sheet:
    """A sheet with the cells that hold something, in the order of its rows."""

    name: str
    is_hidden: bool
    cells: tuple[SheetCell, ...]

    def rows(self) -> dict[int, dict[int, SheetCell]]:
        """Cells by row and column; rows that hold nothing are left out."""
        found: dict[int, dict[int, SheetCell]] = {}
        for cell in self.cells:
            found.setdefault(cell.row, {})[cell.column] = cell
        return found


def column_letters(column: int) -> str:
    """「A」 for 1, 「AA」 for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_percent(number_format: str) -> bool:
    """Whether a format shows 0.12 as 12%; a sign in quotes is only text."""
    return "%" in QUOTED_IN_FORMAT.sub("", number_format)
