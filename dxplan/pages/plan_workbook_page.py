"""The preview of a plan's workbook as its page shows it."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from dxplan.lib.exchange.findings import Line, LineFinding, Problem
from dxplan.pages.plan_workbook_reading import PlanPreview, SheetPreview

MOST_NAMED = 10
IN_TABLE = (
    *(LineFinding.ERROR, LineFinding.CONFLICT, LineFinding.QUESTION),
    *(LineFinding.CHANGED, LineFinding.MISSING),
)


@dataclass(frozen=True)
class Asked:
    """A question about a cell, and the name of its answer."""

    problem: Problem
    name: str


@dataclass(frozen=True)
class PreviewLine:
    """A line with the names of the answers that it asks for."""

    line: Line
    place: int
    columns: tuple[str, ...]

    @property
    def side_name(self) -> str:
        return f"side-{self.place}-{self.line.number}"

    @property
    def is_conflict(self) -> bool:
        return self.line.finding == LineFinding.CONFLICT or bool(self.line.choice)

    @property
    def questions(self) -> list[Asked]:
        """What is asked, also where it was answered: the answers travel with the form."""
        return [self._asked(problem) for problem in self.line.questions]

    def _asked(self, problem):
        number = self.columns.index(problem.header)
        return Asked(problem, f"yes-{self.place}-{self.line.number}-{number}")


@dataclass(frozen=True)
class PreviewSheet:
    """One sheet: what to look at in a table, the rest to unfold."""

    name: str
    counts: list[tuple[LineFinding, int]]
    lines: list[PreviewLine]
    new: list[Line]
    notes: list[Line]

    @property
    def is_shown(self) -> bool:
        return bool(self.lines or self.new or self.notes)


@dataclass(frozen=True)
class PreviewPage:
    """All sheets that change, first those to look at, and the choices for the whole file."""

    preview: PlanPreview
    file_name: str

    @cached_property
    def sheets(self) -> list[PreviewSheet]:
        resources = self.preview.resources.all
        pairs = zip(self.preview.sheets, resources, strict=True)
        found = [self._sheet(place, *pair) for place, pair in enumerate(pairs)]
        return sorted(
            (sheet for sheet in found if sheet.is_shown), key=lambda sheet: not sheet.lines
        )

    def _sheet(self, place, preview: SheetPreview, resource):
        columns = tuple(column.header for column in resource.read_columns)
        lines = [
            PreviewLine(line, place, columns)
            for line in preview.noticed
            if line.finding in IN_TABLE or line.choice or line.changes or line.questions
        ]
        fresh = (line for line in preview.lines if line.finding == LineFinding.NEW)
        new = [line for line in fresh if not line.choice and not line.questions]
        shown = {id(item.line) for item in lines}
        told = (line for line in preview.lines if line.finding == LineFinding.UNCHANGED)
        notes = [line for line in told if line.note and id(line) not in shown]
        return PreviewSheet(preview.name, preview.counts, lines, new, notes)

    @property
    def offers_choices(self) -> bool:
        """Whether there is anything that the file lacks, and that may go."""
        options = self.preview.options
        is_chosen = options.removes_missing or options.empties_cells
        is_lacking = bool(self.preview.missing or self.preview.emptied)
        return self.may_send and (is_lacking or is_chosen)

    @property
    def may_send(self) -> bool:
        """Whether the form may be sent: to save, or to take back a choice that cannot be."""
        options = self.preview.options
        return self.preview.may_confirm or options.removes_missing or options.empties_cells

    @property
    def marks(self) -> str:
        return " ".join(self.preview.marks)


def changed_since(preview: PlanPreview, seen: frozenset[str]) -> list[str]:
    """The rows that somebody added or changed after a preview was shown, and how many went."""
    fresh = [
        f"{resource.sheet}「{resource.label_of(resource.texts[id(row)])}」"
        for resource in preview.resources.all
        for row in resource.rows
        if resource.marks[id(row)] not in seen
    ]
    named = fresh[:MOST_NAMED]
    if len(fresh) > MOST_NAMED:
        named.append(f"ほか{len(fresh) - MOST_NAMED}行")
    gone = sum((Counter(seen) - Counter(preview.marks)).values())
    if gone > len(fresh):
        named.append(f"削除された行 {gone - len(fresh)}件")
    return named
