"""What a person sees whose form was overtaken: what was typed, what stands, and the base of both.

The base is what stood when the form was opened. It comes from the audit trail, by the version that
the form carries.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model

from dxplan.lib.audit import as_it_was, as_of_version, past_of

FARTHEST_BACK = 100  # events that are searched for a state known by its mark only

Words = dict[str, str]


@dataclass(frozen=True)
class Difference:
    """One field that two people left in different words; `base` is None where it is not known."""

    label: str
    yours: str
    theirs: str
    base: str | None = None


@dataclass(frozen=True)
class Conflict:
    """All that differs, and who saved what stands; blank and None where the trail has no word."""

    differences: tuple[Difference, ...]
    who: str = ""
    when: datetime.datetime | None = None


def conflict_of(standing: Model, *, yours: Words, theirs: Words, base: Words) -> Conflict:
    """Compares words by their labels; `base` has those that are known. One query."""
    last = past_of(standing).first()
    return Conflict(
        differences=differences(yours, theirs, base),
        who=(last.pgh_context or {}).get("name", "") if last else "",
        when=last.pgh_created_at if last else None,
    )


def differences(yours: Words, theirs: Words, base: Words) -> tuple[Difference, ...]:
    return tuple(
        Difference(label, yours[label], theirs[label], base.get(label))
        for label in yours
        if yours[label] != theirs[label]
    )


def base_of(
    standing: Model,
    version: int | None,
    words: Callable[[Model | None], Words],
    *,
    by: str = "version",
    may_be_new: bool = False,
) -> Words:
    """What a row said in the version that a form carries; nothing where that is not known.

    Where a form may have been opened before there was a row (`may_be_new`), it carries no version,
    and the base is what no row says. One query.
    """
    if may_be_new and not version:
        return words(None)
    row = as_of_version(standing, version, by=by)
    return words(row) if row else {}


def base_marked(standing: Model, mark: str, mark_of, words: Callable[[Model], Words]) -> Words:
    """The same for a form that carries the mark of a state instead of a version. One query."""
    events = past_of(standing)[:FARTHEST_BACK]
    rows = (as_it_was(standing, event) for event in events)
    return next((words(row) for row in rows if mark_of(row) == mark), {})
