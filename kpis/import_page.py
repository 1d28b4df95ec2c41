"""The preview of an import as its page shows it: counts, lines by what they need, the answers."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from kpis.actions import Change
from kpis.import_lines import Choice, Finding, ImportLine
from kpis.result_file import unpacked
from plans.models import Upload

ANSWER = re.compile(r"(side|standing|confirmed)-(\d{1,18})")
SIDES = ("mine", "theirs")


@dataclass(frozen=True)
class FindingCount:
    """How many lines come to a finding."""

    finding: Finding
    count: int


@dataclass(frozen=True)
class ImportPage:
    """An upload with its lines beside what stands now.

    `is_on_behalf` says that it changes results of other departments, which needs a reason.
    """

    upload: Upload
    lines: list[ImportLine]
    is_on_behalf: bool = False
    on_behalf: str = ""
    reason_error: str = ""

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        return unpacked(self.upload.content).remarks

    @cached_property
    def counts(self) -> list[FindingCount]:
        """Of every finding that occurs, in the order in which to look at them."""
        found = Counter(line.finding for line in self.lines)
        return [FindingCount(finding, found[finding]) for finding in Finding if found[finding]]

    @cached_property
    def noticed(self) -> list[ImportLine]:
        """The lines to look at: errors first, then in the file's order."""
        order = list(Finding)
        shown = [line for line in self.lines if line.is_noticed]
        return sorted(shown, key=lambda line: order.index(line.finding))

    @property
    def unchanged(self) -> list[ImportLine]:
        return [line for line in self.lines if not line.is_noticed]

    @property
    def has_errors(self) -> bool:
        return any(line.finding == Finding.ERROR for line in self.lines)

    @property
    def is_wanting(self) -> bool:
        """Whether anything has to be mended or answered before this can be saved."""
        return any(line.is_wanting for line in self.lines)

    @property
    def has_marks(self) -> bool:
        """Whether the workbook with marks says anything."""
        marked = (Finding.ERROR, Finding.CONFLICT, Finding.QUESTION)
        return any(line.finding in marked for line in self.lines)

    @cached_property
    def changes(self) -> list[Change]:
        return [line.change for line in self.lines if line.change]

    @property
    def may_confirm(self) -> bool:
        """Whether there is anything to save once all questions are answered."""
        return not self.has_errors and any(line.filled for line in self.lines)


def posted_choices(data) -> dict[int, Choice]:
    """The answers that a form carries, by KPI id."""
    found: dict[int, dict[str, str]] = {}
    for name, text in data.items():
        match = ANSWER.fullmatch(name)
        if match:
            found.setdefault(int(match[2]), {})[match[1]] = text
    return {kpi_id: _choice(answers) for kpi_id, answers in found.items()}


def _choice(answers) -> Choice:
    side, version = answers.get("side", ""), answers.get("standing", "")
    return Choice(
        side=side if side in SIDES else "",
        standing_version=int(version) if re.fullmatch("[0-9]{1,9}", version) else 0,
        confirmed=answers.get("confirmed", ""),
    )
