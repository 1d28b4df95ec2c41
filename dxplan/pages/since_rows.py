"""The rows of the page that tells what changed: lines of things, in groups."""

from dataclasses import dataclass, replace

from dxplan.accounts.trail.changes import Change, who_of
from dxplan.accounts.trail.states import Told
from dxplan.accounts.trail.subjects import EventKind
from dxplan.accounts.trail.words import around_the_change, show_moment
from kpis.differences import Difference, DifferenceKind


@dataclass(frozen=True)
class Line:
    """One thing that is different now; who, when and why only where this person may know.

    Without `old` and `new` the thing as such came or went.
    """

    kind: DifferenceKind
    label: str
    old: str = ""
    new: str = ""
    note: str = ""
    who: str = ""
    at: str = ""
    reason: str = ""

    @property
    def excerpts(self) -> tuple[str, str]:
        return around_the_change(self.old, self.new)

    @property
    def is_whole(self) -> bool:
        return not (self.old or self.new)


@dataclass(frozen=True)
class Thing:
    """A KPI, a policy or a part of the document with its lines.

    `place` is the policy of a KPI. `history` (slug, id) leads to all that happened to it, for
    those who read it.
    """

    kind: str
    name: str
    url: str
    history: tuple[str, int] | None
    lines: tuple[Line, ...]
    place: str = ""
    is_kpi: bool = False


@dataclass(frozen=True)
class Group:
    """The document, the policies under one heading with their KPIs, or what is gone."""

    title: str
    things: tuple[Thing, ...]


def by_whom(line: Line, told: Told) -> Line:
    """The line with who made the last of its changes."""
    reason = (told.context or {}).get("reason", "")
    return replace(line, who=who_of(told.context).name, at=show_moment(told.at), reason=reason)


def line_of(difference: Difference) -> Line:
    return Line(
        difference.kind,
        f"{difference.fiscal_year.era_label} {difference.label}",
        difference.old,
        difference.new,
        difference.note,
    )


def lines_of(change: Change) -> list[Line]:
    """What a change of the document says, without by whom."""
    part = change.name.removeprefix(change.holder_name).strip()
    if change.is_edit:
        labels = ((f"{part} {field.label}".strip(), field) for field in change.fields)
        return [Line(DifferenceKind.TEXT, label, field.old, field.new) for label, field in labels]
    if not part:
        return [Line(DifferenceKind.TEXT, f"{change.subject.label}の{change.kind.label}")]
    text = part + _content(change)
    sides = ("", text) if change.kind == EventKind.INSERT else (text, "")
    return [Line(DifferenceKind.TEXT, change.subject.label, *sides)]


def _content(change):
    if not (change.content and change.is_brief):
        return ""
    pairs = (f"{field.label} {field.new or field.old}" for field in change.content)
    return f"（{'、'.join(pairs)}）"
