"""What people read of the trail: who changed what, when, from what, why."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Field, Model

from dxplan.accounts.trail.states import (
    UNKNOWN,
    Reference,
    Told,
    as_they_were,
    attach,
    referred_to,
    told,
)
from dxplan.accounts.trail.subjects import EventKind, Subject
from dxplan.accounts.trail.words import around_the_change, show_moment, shown_value

BRIEF = 80  # characters
BY_SYSTEM = "システム（取り込み・コマンド）"
NOT_LOGGED_IN = "ログインしていない人"
OF_ANOTHER_TOWN = "ほかの市区町村の人"


@dataclass(frozen=True)
class Who:
    """Who made a change, as recorded then; no `id` for a command and before the login."""

    name: str
    roles: str = ""
    id: int | None = None


@dataclass(frozen=True)
class FieldChange:
    """A field before and after, in words; `excerpts` cut long texts down to where they differ."""

    label: str
    old: str
    new: str

    @property
    def excerpts(self) -> tuple[str, str]:
        return around_the_change(self.old, self.new)


@dataclass(frozen=True)
class Change:
    """One event. `save` marks what was written at one time; `own_name` leaves out what a part
    belongs to, `place` names what the thing does, `holder` (slug, id) is whose history tells it, by
    its name.
    """

    at: datetime.datetime
    who: Who
    request: str
    reason: str
    save: str
    kind: EventKind
    subject: Subject
    name: str
    own_name: str
    place: tuple[str, ...]
    holder: tuple[str, int]
    holder_name: str
    fields: tuple[FieldChange, ...]

    @property
    def at_text(self) -> str:
        return show_moment(self.at)

    @property
    def content(self) -> list[FieldChange]:
        """What came or went, but for what the name already says."""
        return [item for item in self.fields if self.own_name not in (item.old, item.new)]

    @property
    def is_brief(self) -> bool:
        """Whether that is told at a glance."""
        return sum(len(item.old + item.new) for item in self.content) <= BRIEF

    @property
    def is_edit(self) -> bool:
        return self.kind == EventKind.UPDATE


@dataclass(frozen=True)
class Save:
    """Changes that were written at one time, by one person."""

    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        return self.changes[0]


def saves(changes) -> list[Save]:
    """Neighbours that were written at one time, together."""
    return [Save(tuple(group)) for _, group in groupby(changes, key=lambda item: item.save)]


@dataclass(frozen=True)
class Reader:
    """Turns events into changes by what is known of each kind of thing.

    `within` is the thing (model, id) that a page is about, which its parts need not name again;
    `names_towns` where one page tells of several towns; `names_only` the town whose people are
    named where something belongs to no town.
    """

    subjects: dict[type[Model], Subject]
    within: tuple[type[Model], int] | None = None
    names_towns: bool = False
    names_only: int | None = None

    def changes(self, keys: list[tuple[Subject, int]]) -> list[Change]:
        """The changes of these events, in their order. Four queries at most, none for no keys."""
        return self.tell(told(keys))

    def tell(self, events: list[Told]) -> list[Change]:
        """These events as changes. Three queries at most, none for no events."""
        states = [(state, event.at) for event in events for state in _states(event)]
        rows = as_they_were(item for state, at in states for item in referred_to(state, at))
        for state, at in states:
            attach(state, at, rows)
        return [self._change(event, rows) for event in events]

    def as_it_was(self, model: type[Model], row_id: int, at: datetime.datetime) -> Model | None:
        """A row at a moment, with what it belongs to. Three queries at most."""
        item = Reference(model, row_id, at)
        return as_they_were([item]).get(item)

    def name(self, row) -> str:
        """What a row is called; a part by what it belongs to as well."""
        subject = self.subjects.get(type(row))
        if subject is None:
            return str(row)
        above = getattr(row, subject.owner.name) if subject.is_part else None
        is_needed = above is not None and not self._is_at_home(above)
        return " ".join(([self.name(above)] if is_needed else []) + [subject.name(row)])

    def place(self, row) -> tuple[str, ...]:
        """The names of what a row belongs to, the outermost first."""
        subject = self.subjects.get(type(row))
        above = getattr(row, subject.owner.name) if subject and subject.owner else None
        if above is None or self._is_at_home(row) or self._is_at_home(above):
            return ()
        is_town = type(above) in self.subjects and self.subjects[type(above)].owner is None
        is_named = self.names_towns if is_town else not subject.is_part
        return (*self.place(above), *([self.name(above)] if is_named else []))

    def holder(self, row) -> tuple[str, int]:
        """(slug, id) of the thing whose history tells of a row."""
        held = self._held(row)
        return self.subjects[type(held)].slug, held.pk

    def _held(self, row):
        subject = self.subjects[type(row)]
        above = getattr(row, subject.owner.name) if subject.is_part else UNKNOWN
        return row if above is UNKNOWN else self._held(above)

    def _is_at_home(self, row) -> bool:
        return self.within is not None and self.within == (type(row), getattr(row, "pk", None))

    def _change(self, event: Told, rows) -> Change:
        context, kind = event.context or {}, EventKind(event.label)
        is_stranger = self.names_only and context.get("town") not in (None, self.names_only)
        who = {"name": OF_ANOTHER_TOWN} if is_stranger else event.context
        held = self._held(event.after)
        return Change(
            at=event.at,
            who=who_of(who),
            request=(who or {}).get("request", ""),
            reason=(who or {}).get("reason", ""),
            save=str(event.context_id or event.at),
            kind=kind,
            subject=event.subject,
            name=self.name(event.after),
            own_name=event.subject.name(event.after),
            place=self.place(event.after),
            holder=self.holder(event.after),
            holder_name=self.subjects[type(held)].name(held),
            fields=tuple(self._field_changes(event, kind, rows)),
        )

    def _field_changes(self, event, kind, rows):
        for field in event.subject.fields:
            old, new = _sides(event, kind, field)
            if old != new:
                texts = (self._shown(field, value, event.at, rows) for value in (old, new))
                yield FieldChange(field.verbose_name, *texts)

    def _shown(self, field, value, at, rows):
        if value is UNKNOWN:
            return str(UNKNOWN)
        return shown_value(
            field, value, lambda model, key: self.name(rows.get(Reference(model, key, at), UNKNOWN))
        )


def _states(event: Told) -> list[Model]:
    return [event.after, event.before] if event.before else [event.after]


def _sides(event, kind, field: Field):
    """The value of a field before and after; what a row belongs to goes without saying."""
    new = getattr(event.after, field.attname)
    if kind == EventKind.UPDATE:
        return getattr(event.before, field.attname) if event.before else UNKNOWN, new
    if field == event.subject.owner or new in (None, "", False):
        return None, None
    return (None, new) if kind == EventKind.INSERT else (new, None)


def who_of(context: dict | None) -> Who:
    """Who stands in what an event notes of its request; None for a command."""
    if context is None:
        return Who(BY_SYSTEM)
    name = context.get("name", NOT_LOGGED_IN)
    return Who(name, context.get("roles", ""), context.get("user"))
