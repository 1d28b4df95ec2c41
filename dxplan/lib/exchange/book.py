"""What the sheets of one import know of each other, and what is known of each line."""

from copy import copy
from dataclasses import dataclass, field

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from dxplan.lib.exchange.findings import Problem
from dxplan.lib.exchange.typed import TypedRow

MINE, THEIRS = "mine", "theirs"


class Book:
    """The rows of one import, by what cells call them."""

    def __init__(self):
        self._rows = {}
        self.left_out: set[int] = set()  # new rows that are not to be, by identity

    def note(self, model, key, row):
        self._rows.setdefault((model, key), row)

    def find(self, model, key):
        return self._rows.get((model, tuple(key)))


@dataclass(frozen=True)
class Options:
    """How a file is to be taken, as its person said.

    `is_own` says that it was made from what it is now compared with, so that its marks tell.
    `sides` has the answers to conflicts and `confirmed` those to questions, by sheet and line.
    """

    is_own: bool = False
    empties_cells: bool = False
    removes_missing: bool = False
    sides: dict = field(default_factory=dict)
    confirmed: frozenset = frozenset()


@dataclass
class State:
    """One line on its way: the row it is about, and how that stood."""

    typed: TypedRow
    instance: object
    is_new: bool
    key: tuple[str, ...]
    before: dict[str, str]
    snapshot: dict
    questions: list[Problem] = field(default_factory=list)
    emptied: set[str] = field(default_factory=set)
    read: dict[str, str] = field(default_factory=dict)  # its cells, blank ones filled in

    def restore(self):
        """Lets the row say again what stands."""
        self.instance.__dict__.clear()
        self.instance.__dict__.update(self.snapshot)


@dataclass(frozen=True)
class Slot:
    """What no two rows may share: cells by header, and how a row gets out of another's way."""

    headers: tuple[str, ...]
    column: str
    aside: object

    def of(self, texts) -> tuple[str, ...]:
        return tuple(texts[header] for header in self.headers)


ASIDE_NUMBER = F("pk") % 10_000 + 20_000
ASIDE_TEXT = Concat(Value("~"), Cast("pk", CharField()))


def snapshot_of(row):
    kept = dict(row.__dict__)
    kept["_state"] = copy(row._state)
    if "fields_cache" in row._state.__dict__:
        kept["_state"].fields_cache = dict(row._state.fields_cache)
    return kept


def columns_of(snapshot, model):
    names = [field.attname for field in model._meta.concrete_fields]
    return {name: snapshot[name] for name in names if name in snapshot}
