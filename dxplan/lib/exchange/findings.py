"""What the lines of an uploaded sheet come to, beside what stands: for a preview's page."""

from dataclasses import dataclass

from dxplan.lib.choices import LabelledEnum


class LineFinding(LabelledEnum):
    """取込みの行の結果, in the order in which to look at them."""

    ERROR = "error", "誤り"
    CONFLICT = "conflict", "競合"
    QUESTION = "question", "要確認"
    NEW = "new", "追加"
    CHANGED = "changed", "変更"
    MISSING = "missing", "ファイルにない行"
    UNCHANGED = "unchanged", "変更なし"


@dataclass(frozen=True)
class CellChange:
    """One cell: what stands, and what the file says; `is_emptied` where the file says nothing.

    In a conflict `base` is what stood when the file was made; None where that is not known.
    """

    header: str
    before: str
    after: str
    is_emptied: bool = False
    base: str | None = None


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, or asked about it: where it stands, what it says, and why."""

    address: str
    header: str
    typed: str
    message: str
    is_confirmed: bool = False  # what is asked, and was answered with yes


@dataclass(frozen=True)
class Line:
    """A line of a sheet, or a row that no line is about."""

    sheet: str
    number: int | None
    label: str
    finding: LineFinding
    changes: tuple[CellChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[Problem, ...] = ()
    note: str = ""
    choice: str = ""

    @property
    def place(self) -> str:
        return f"{self.number}行目" if self.number else ""

    @property
    def is_blocking(self) -> bool:
        return self.finding in (LineFinding.ERROR, LineFinding.CONFLICT, LineFinding.QUESTION)
