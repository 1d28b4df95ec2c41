"""What the cells and lines of a returned workbook come to, and what a person answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ANSWER = re.compile(r"(side|standing|confirmed)-(\d{1,18})")
SIDES = ("mine", "theirs")


class Finding(StrEnum):
    """What a cell or a line comes to, in the order in which people should look at them."""

    ERROR = "error"
    CONFLICT = "conflict"
    QUESTION = "question"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        return FINDING_LABELS[self]


FINDING_LABELS = dict(
    zip(Finding, ("誤り", "競合", "確認", "新規", "変更", "変更なし"), strict=True)
)
MARKED = (Finding.ERROR, Finding.CONFLICT, Finding.QUESTION)


@dataclass(frozen=True)
class FindingCount:
    """How many lines come to a finding."""

    finding: Finding
    count: int


@dataclass(frozen=True)
class ImportCell:
    """One filled-in cell: as typed, as read, what stands, and what stood when the file was made."""

    name: str
    header: str
    address: str
    typed: str
    read: str
    standing: str
    base: str
    finding: Finding
    message: str = ""


@dataclass(frozen=True)
class Choice:
    """What a person answered about one line: which side of a conflict, what was confirmed."""

    side: str = ""
    standing_version: int = 0
    confirmed: str = ""


UNANSWERED = Choice()


def posted_choices(data: Mapping[str, str]) -> dict[int, Choice]:
    """The answers that a form carries, by the id of what a line stands for."""
    found: dict[int, dict[str, str]] = {}
    for name, text in data.items():
        match = ANSWER.fullmatch(name)
        if match:
            found.setdefault(int(match[2]), {})[match[1]] = text
    return {row_id: _choice(answers) for row_id, answers in found.items()}


def _choice(answers) -> Choice:
    side, version = answers.get("side", ""), answers.get("standing", "")
    return Choice(
        side=side if side in SIDES else "",
        standing_version=int(version) if re.fullmatch("[0-9]{1,9}", version) else 0,
        confirmed=answers.get("confirmed", ""),
    )
