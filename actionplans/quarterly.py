"""The quarterly report to the mayor as rows, and its notes' writes."""

from dataclasses import dataclass

from django.utils import timezone

from actionplans.changes import plan_held
from actionplans.models import ActionPlan, ProgressNote
from actionplans.quarters import Quarter
from actionplans.sheets import ActionRow, action_rows
from plans.editing import Stale


@dataclass(frozen=True)
class NoteRow:
    """An action plan and what was reported of it for a quarter."""

    action: ActionRow
    note: ProgressNote | None

    @property
    def verdict(self) -> str:
        if self.note is None:
            return "未報告"
        return "予定どおり" if self.note.is_on_time else "遅れあり"


@dataclass(frozen=True)
class Quarterly:
    """A plan's quarter: every action plan with its note."""

    rows: tuple[NoteRow, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        verdicts = [row.verdict for row in self.rows]
        return [(name, verdicts.count(name)) for name in ("予定どおり", "遅れあり", "未報告")]

    @property
    def late_first(self) -> list[NoteRow]:
        """Late ones first, then those on time, then those not reported; else the plan's order."""
        order = ("遅れあり", "予定どおり", "未報告")
        return sorted(self.rows, key=lambda row: order.index(row.verdict))

    @property
    def silent(self) -> list[str]:
        """The names of those that were not reported; the printed page tells them in one line."""
        return [row.action.name for row in self.rows if row.note is None]

    @property
    def has_sample(self) -> bool:
        return any(row.note and row.note.is_sample for row in self.rows)


def quarterly_of(plan, quarter: Quarter) -> Quarterly:
    """Three queries."""
    notes = ProgressNote.objects.filter(
        action_plan__plan=plan, fiscal_year=quarter.fiscal_year, quarter=quarter.number
    )
    by_action = {note.action_plan_id: note for note in notes}
    return Quarterly(tuple(NoteRow(row, by_action.get(row.id)) for row in action_rows(plan)))


def note_of(action: ActionPlan, quarter: Quarter) -> ProgressNote | None:
    own = action.notes.filter(fiscal_year=quarter.fiscal_year, quarter=quarter.number)
    return own.first()


def save_note(*, plan, action, quarter: Quarter, version: int, is_on_time, text, user) -> bool:
    """Saves a note made while looking at `version` (0: none); False where it says so already.

    Raises PlanEnded, and Stale with what someone else saved meanwhile.
    """
    said = {"is_on_time": is_on_time, "text": text}
    stamps = {
        "is_sample": False,
        "entered_by": user,
        "entered_by_name": user.name,
        "entered_at": timezone.now(),
    }
    with plan_held(plan):
        standing = note_of(action, quarter)
        if standing and said == {"is_on_time": standing.is_on_time, "text": standing.text}:
            return False
        own = action.notes.filter(fiscal_year=quarter.fiscal_year, quarter=quarter.number)
        if own.filter(version=version).update(version=version + 1, **said, **stamps):
            return True
        standing, is_created = ProgressNote.objects.get_or_create(
            action_plan=action,
            fiscal_year=quarter.fiscal_year,
            quarter=quarter.number,
            defaults=said | stamps,
        )
        if not is_created:
            raise Stale(standing)
        return True
