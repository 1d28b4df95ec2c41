"""The small lists of a plan document, each row a frozen one, all fetched at once."""

import datetime
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from dxplan.lib.fiscal_years import show_date
from plans.models import (
    Committee,
    CommitteeSeat,
    GlossaryTerm,
    Meeting,
    Plan,
    PolicyLevel,
    RelatedPlan,
    Relation,
    Section,
)


@dataclass(frozen=True)
class LevelRow:
    axis: str
    depth: int
    name: str


@dataclass(frozen=True)
class SectionRow:
    id: int
    depth: int
    number: str
    title: str
    body: str
    content: str

    @property
    def label(self) -> str:
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True)
class TermRow:
    id: int
    term: str
    reading: str
    definition: str


@dataclass(frozen=True)
class CommitteeRow:
    """A body with its seats: dicts of `post` and `role`."""

    name: str
    duty: str
    seats: list[dict[str, str]]


@dataclass(frozen=True)
class MeetingRow:
    """A meeting; dates as the database writes them, 「2023-08-09」."""

    name: str
    committee: str | None
    held_on: str
    held_until: str | None
    agenda: str

    @property
    def when(self) -> str:
        first = show_date(datetime.date.fromisoformat(self.held_on))
        if not self.held_until:
            return first
        return f"{first}から{show_date(datetime.date.fromisoformat(self.held_until))}まで"


@dataclass(frozen=True)
class RelatedPlanRow:
    name: str
    relation: str
    period: str
    note: str
    framework: int | None

    @property
    def relation_label(self) -> str:
        return Relation(self.relation).label


@dataclass(frozen=True)
class DocumentParts:
    levels: tuple[LevelRow, ...]
    sections: tuple[SectionRow, ...]
    terms: tuple[TermRow, ...]
    committees: tuple[CommitteeRow, ...]
    meetings: tuple[MeetingRow, ...]
    related_plans: tuple[RelatedPlanRow, ...]


def document_parts(plan) -> DocumentParts:
    """All small lists of a plan. One query: the database hands each list over as one value."""
    found = Plan.objects.annotate(
        level_rows=_list(PolicyLevel, "axis", "depth", "name"),
        section_rows=_list(Section, "id", "depth", "number", "title", "body", "content"),
        term_rows=_list(GlossaryTerm, "id", "term", "reading", "definition"),
        committee_rows=_list(Committee, "name", "duty", seats=_seats()),
        meeting_rows=_list(
            Meeting, "name", "held_on", "held_until", "agenda", committee="committee__name"
        ),
        related_rows=_list(RelatedPlan, "name", "relation", "period", "note", "framework"),
    ).get(pk=plan.pk)
    return DocumentParts(
        levels=tuple(LevelRow(**row) for row in found.level_rows),
        sections=tuple(SectionRow(**row) for row in found.section_rows),
        terms=tuple(TermRow(**row) for row in found.term_rows),
        committees=tuple(CommitteeRow(**row) for row in found.committee_rows),
        meetings=tuple(MeetingRow(**row) for row in found.meeting_rows),
        related_plans=tuple(RelatedPlanRow(**row) for row in found.related_rows),
    )


def _list(model, *names, **expressions):
    fields = {name: name for name in names} | expressions
    rows = model.objects.filter(plan=OuterRef("pk"))
    return ArraySubquery(rows.values(json=JSONObject(**fields)))


def _seats():
    rows = CommitteeSeat.objects.filter(committee=OuterRef("pk"))
    return ArraySubquery(rows.values(json=JSONObject(post="post", role="role")))
