"""Changes of a plan: one after the other, with a reason where the plan is in force, on record."""

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from dxplan.lib.audit import because
from plans.models import ChangeKind, Plan, PlanChange


class PlanEnded(Exception):
    """The plan has ended (meanwhile); nothing in it can be changed."""


class ReasonNeeded(Exception):
    """The plan is in force, and no reason was given for changing it."""


class Stale(Exception):
    """Someone else changed or removed what was to be changed; `standing` is what is there now."""

    def __init__(self, standing=None):
        super().__init__()
        self.standing = standing


@dataclass(frozen=True)
class Changed:
    """What a record says of one change: of what kind, of what, in detail."""

    kind: ChangeKind
    subject: str
    detail: str = ""


@dataclass(frozen=True)
class PlanEdit:
    """One change under way: whose, and why."""

    plan: Plan
    user: object
    reason: str

    def record(
        self, kind: ChangeKind, subject: str, detail: str = "", *, needs_reason: bool = True
    ) -> None:
        """Puts a change on record. Raises ReasonNeeded; so a change of nothing needs no reason."""
        self.record_all([Changed(kind, subject, detail)], needs_reason=needs_reason)

    def record_all(self, changes: Iterable[Changed], *, needs_reason: bool = True) -> None:
        """Puts many on record in their order, as `record` does one. One query."""
        if needs_reason and self.plan.is_in_force and not is_reason(self.reason):
            raise ReasonNeeded
        PlanChange.objects.bulk_create(
            PlanChange(
                plan=self.plan,
                kind=change.kind,
                subject=change.subject[:300],
                detail=change.detail,
                reason=self.reason.strip(),
                changed_by=self.user,
                changed_by_name=self.user.name,
            )
            for change in changes
        )


@contextmanager
def plan_edit(*, plan, user, reason=""):
    """All or nothing; holds the plan's row, so that changes of one plan wait for each other.

    Yields a PlanEdit with the plan as it is now. Raises PlanEnded.
    """
    with transaction.atomic():
        locked = Plan.objects.select_for_update().get(pk=plan.pk)
        if locked.is_ended:
            raise PlanEnded
        because(reason)
        yield PlanEdit(locked, user, reason)


def is_reason(text: str) -> bool:
    """Whether a text says anything: blanks and dashes are no reason."""
    return any(character.isalnum() for character in text)


def what_changed(before: dict, after: dict) -> str:
    """「名称: 旧 → 新」 line by line; both map labels to shown values. Empty where nothing did."""
    return "\n".join(
        f"{label}: {before[label] or '（なし）'} → {after[label] or '（なし）'}"
        for label in after
        if before[label] != after[label]
    )
