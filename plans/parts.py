"""The parts of a plan document beside its policies, as rows of a list and as words."""

import datetime
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from django.db.models import Model
from django.http import Http404

from dxplan.lib.conflicts import Conflict, base_marked, conflict_of, differences
from dxplan.lib.fiscal_years import show_date
from plans.models import Committee, Section
from plans.part_kinds import Kind
from plans.part_order import side_by_side


@dataclass(frozen=True)
class PartRow:
    """One line of a list; `index` is its place among those it can change places with."""

    id: int
    name: str
    depth: int
    cells: tuple[tuple[str, str], ...]
    index: int
    siblings: int

    @property
    def is_first(self) -> bool:
        return self.index == 0

    @property
    def is_last(self) -> bool:
        return self.index == self.siblings - 1

    @property
    def index_above(self) -> int:
        return self.index - 1

    @property
    def index_below(self) -> int:
        return self.index + 1


class Seat(NamedTuple):
    """A committee's seat by post, with the role that the post has there."""

    post: str
    role: str

    @property
    def text(self) -> str:
        return f"{self.role}: {self.post}" if self.role else self.post


@dataclass(frozen=True)
class PartState:
    """A part as typed or as stored: its own row, and a committee's seats in their order.

    `after` is where a typed section goes: behind that section, 0 to the front, None as it is.
    """

    part: Model
    seats: tuple[Seat, ...] = ()
    after: int | None = None


def part_rows(kind: Kind, plan) -> list[PartRow]:
    """A plan's parts of one kind as lines of a list. One query."""
    parts = list(kind.of_plan(plan))
    depths = depths_of(parts)
    rows = []
    for at, part in enumerate(parts):
        run = side_by_side(depths, at)
        cells = tuple((header, getter(part)) for header, getter in kind.columns)
        rows.append(PartRow(part.pk, str(part), depths[at], cells, run.index(at), len(run)))
    return rows


def read_place(kind: Kind, text: str) -> tuple[int, int]:
    """Part id and index of 「12:3」: part 12 becomes the fourth among its neighbours; Http404."""
    found = re.fullmatch(r"([0-9]{1,18}):([0-9]{1,4})", text)
    if not (kind.is_ordered and found):
        raise Http404
    return int(found[1]), int(found[2])


def depths_of(parts) -> list[int]:
    """How deep each part stands below the one before; 1 where a kind knows no depths."""
    return [getattr(part, "depth", 1) for part in parts]


def stored(part) -> PartState:
    """A part as it is stored. One query for a committee, else none."""
    seats = part.seats.values_list("post", "role") if isinstance(part, Committee) else ()
    return PartState(part, tuple(Seat(*pair) for pair in seats))


def shown(kind: Kind, state: PartState) -> dict[str, str]:
    """A part in words, by label: what people see, what is compared and put on record."""
    texts = {
        kind.model._meta.get_field(name).verbose_name: _text(state.part, name)
        for name in kind.fields
    }
    if kind.model is Committee:
        texts["構成員"] = "\n".join(seat.text for seat in state.seats)
    return texts


def mark_of(kind: Kind, state: PartState) -> str:
    """Which state of a part a form was filled from: a section's version, else a fingerprint."""
    if kind.model is Section:
        return str(state.part.version)
    return sha256(repr(shown(kind, state)).encode()).hexdigest()


def part_conflict(kind: Kind, typed: PartState, standing: PartState, seen: str) -> Conflict:
    """What two people left in a part; a committee's seats are rows of their own and tell no base.

    Two queries, for a committee none.
    """
    yours, theirs = shown(kind, typed), shown(kind, standing)
    if kind.model is Committee:
        return Conflict(differences(yours, theirs, {}))
    base = base_marked(
        standing.part,
        seen,
        lambda part: mark_of(kind, PartState(part)),
        lambda part: shown(kind, PartState(part)),
    )
    return conflict_of(standing.part, yours=yours, theirs=theirs, base=base)


def _text(part, name):
    value = getattr(part, name)
    choices = part._meta.get_field(name).choices
    if choices:
        return dict(choices)[value]
    if isinstance(value, datetime.date):
        return show_date(value)
    return "" if value is None else str(value)
