"""A line of a returned workbook beside what it stands for: what is saved of it, what is asked.

Results and evaluations say each for itself what their cells hold; how a line is judged is here.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from dxplan.lib.entry_sheets.findings import MARKED, UNANSWERED, Choice, Finding, ImportCell
from dxplan.lib.entry_sheets.returned import TypedRow
from dxplan.lib.entry_sheets.writing import Mark

CONFLICT = "様式を受け取った後に、{who}が別の内容を保存しています。"
SOMEBODY = "他の人"
UNCALCULATED_TEXT = "（計算されていない数式）"
BESIDE = "保存済み: {standing}"
LOCKED = "「{state}」のため変更できません。直すときは、取下げか差戻しの後に取り込んでください。"


@dataclass(frozen=True)
class Subject:
    """What a line stands for: a KPI's or an action plan's year, as stored in this `version`."""

    id: int
    number: str
    name: str
    department_ids: frozenset[int]
    version: int
    entered_by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Reading:
    """What reading a line's cells came to: errors by cell, or a question and its answer.

    `answer` is what a confirmation has to repeat, so that it holds for this content alone.
    """

    errors: dict[str, str] = field(default_factory=dict)
    question: str = ""
    is_confirmed: bool = False
    answer: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it can be saved."""
        return not self.errors and (not self.question or self.is_confirmed)


NOTHING_READ = Reading()


@dataclass(frozen=True)
class ImportLine(ABC):
    """One line of the file; `filled` names the cells that say another thing than what stood.

    Without a `subject` there is only what is wrong with it. `is_stale` says that somebody saved
    something else since the file was made; `on_behalf` is why one enters it who is not of a
    department in charge.
    """

    typed: TypedRow
    subject: Subject | None = None
    error: str = ""
    filled: tuple[str, ...] = ()
    is_stale: bool = False
    reading: Reading = NOTHING_READ
    choice: Choice = UNANSWERED
    on_behalf: str = ""

    @property
    @abstractmethod
    def found(self) -> list[ImportCell]:
        """Every cell that was filled in."""

    @abstractmethod
    def header(self, name: str) -> str:
        """What a column is called in this line."""

    @property
    def asks_side(self) -> bool:
        """Whether somebody else saved another content, and no side was chosen since then."""
        is_chosen = self.choice.side and self.choice.standing_version == self.subject.version
        return self.is_stale and not is_chosen

    @property
    def is_left(self) -> bool:
        """Whether what stands is kept, by choice."""
        return self.is_stale and not self.asks_side and self.choice.side == "theirs"

    @property
    def finding(self) -> Finding:
        if self.is_left:
            return Finding.UNCHANGED
        if self.error or self.reading.errors:
            return Finding.ERROR
        if self.is_stale:
            return Finding.CONFLICT
        if not self.filled:
            return Finding.UNCHANGED
        if self.reading.question:
            return Finding.QUESTION
        return Finding.CHANGED if self.subject.version else Finding.NEW

    @property
    def is_noticed(self) -> bool:
        """Whether there is anything to look at or to choose."""
        return self.finding != Finding.UNCHANGED or self.is_left

    @property
    def is_wanting(self) -> bool:
        """Whether a person has to do something before the file can be saved."""
        if self.is_left:
            return False
        if self.error or self.reading.errors:
            return True
        return bool(self.filled) and (self.asks_side or not self.reading.is_complete)

    @property
    def is_change(self) -> bool:
        """Whether anything of it is to be saved."""
        return bool(self.filled) and not self.error and not self.is_left

    @property
    def conflict_text(self) -> str:
        return CONFLICT.format(who=self.subject.entered_by or SOMEBODY)

    @property
    def noticed(self) -> list[ImportCell]:
        """The cells to look at: all but those that say what stands."""
        return [cell for cell in self.found if cell.finding != Finding.UNCHANGED]

    @property
    def other_errors(self) -> list[str]:
        """What is wrong about cells that were left empty: a reason that lacks."""
        return [
            f"{self.header(name)}: {text}"
            for name, text in self.reading.errors.items()
            if name not in self.typed.cells
        ]

    def finding_of(self, name: str, *, has_stood: bool, asked_about: str) -> tuple[Finding, str]:
        """What one cell comes to, and what is said of it."""
        if name in self.reading.errors:
            return Finding.ERROR, self.reading.errors[name]
        if name not in self.filled and name in self.typed.cells:
            return Finding.UNCHANGED, ""
        if self.is_stale:
            return Finding.CONFLICT, self.conflict_text
        if self.reading.question and name == asked_about:
            return Finding.QUESTION, self.reading.question
        return (Finding.CHANGED if has_stood else Finding.NEW), ""

    @property
    def marks(self) -> dict[str, Mark]:
        """What stands beside the cells of a workbook that comes back marked."""
        marks = {"number": Mark(Finding.ERROR, self.error)} if self.error else {}
        for name, text in self.reading.errors.items():
            marks[name] = Mark(Finding.ERROR, text)
        for cell in self.found if not self.error else ():
            if cell.finding in MARKED:
                marks[cell.name] = Mark(cell.finding, _said(cell))
        return marks


def _said(cell: ImportCell) -> str:
    """What is said of a cell; where others saved too, what they saved."""
    if cell.finding != Finding.CONFLICT:
        return cell.message
    return f"{cell.message}{BESIDE.format(standing=cell.standing or '空欄')}"
