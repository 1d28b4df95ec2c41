"""What of the trail is read: kinds of things below certain rows, and conditions on top of that."""

import datetime
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from dxplan.accounts.trail.subjects import Subject, owner_of

BY_COMMANDS = "system"


@dataclass(frozen=True)
class Part:
    """Kinds of things as far as they are among the roots or below: ids of rows by their model.

    Without roots, all there are.
    """

    subjects: tuple[Subject, ...]
    roots: dict[type[Model], list[int] | QuerySet] | None

    def may_hold(self, model: type[Model]) -> bool:
        """Whether rows of this model can be among the roots or below one."""
        if self.roots is None or model in self.roots:
            return True
        owner = owner_of(model)
        return owner is not None and self.may_hold(owner.related_model)


@dataclass(frozen=True)
class Asked:
    """Conditions: who made a change (a user's id or BY_COMMANDS), from and to which day, what kind
    of thing, and words that the thing, what it is a part of, or the reason holds."""

    by: int | str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    slug: str = ""
    words: str = ""


ANYTHING = Asked()
