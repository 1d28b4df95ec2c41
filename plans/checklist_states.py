"""Writes of a year's states: all or nothing per call, and nobody's save lost."""

from dataclasses import dataclass

from django.db import transaction

from plans.checklist_figures import NOTHING, Figures
from plans.models import Checklist, ChecklistItem, ChecklistState, PlanYear
from plans.years import hold_open


@dataclass(frozen=True)
class StateChange:
    """New figures for an item, entered while looking at what they were (NOTHING: not stored)."""

    item_id: int
    was: Figures
    figures: Figures


@transaction.atomic
def save_states(
    *, checklist: Checklist, plan_year: PlanYear, changes: list[StateChange]
) -> dict[int, Figures | None]:
    """Saves what can be saved and returns the conflicts: item id to the figures that stand.

    None stands for an item that was removed. A change conflicts when someone stored something else
    since it was shown; the same change sent twice is harmless. Raises YearNotOpen. Saves of one
    list wait for each other.
    """
    hold_open(plan_year)
    Checklist.objects.select_for_update(no_key=True).get(pk=checklist.pk)
    items = set(ChecklistItem.objects.filter(checklist=checklist).values_list("pk", flat=True))
    kept = [change for change in changes if change.item_id in items]
    for change in kept:
        _replace(plan_year.fiscal_year, change)
    _insert(plan_year.fiscal_year, kept)
    standing = _standing(plan_year.fiscal_year, [change.item_id for change in kept])
    removed = {change.item_id: None for change in changes if change.item_id not in items}
    return removed | {
        change.item_id: standing.get(change.item_id, NOTHING)
        for change in kept
        if standing.get(change.item_id, NOTHING) != change.figures
    }


def _replace(fiscal_year, change):
    """Changes or deletes a stored state if it still is what it was."""
    if change.was == NOTHING:
        return
    own = ChecklistState.objects.filter(item_id=change.item_id, fiscal_year=fiscal_year)
    unchanged = own.filter(**change.was._asdict())
    if change.figures == NOTHING:
        unchanged.delete()
    else:
        unchanged.update(**change.figures._asdict())


def _insert(fiscal_year, changes):
    """Stores what was not there; waits for, and then yields to, someone storing the same item."""
    ChecklistState.objects.bulk_create(
        (
            ChecklistState(
                item_id=change.item_id, fiscal_year=fiscal_year, **change.figures._asdict()
            )
            for change in changes
            if change.was == NOTHING and change.figures != NOTHING
        ),
        ignore_conflicts=True,
    )


def _standing(fiscal_year, item_ids) -> dict[int, Figures]:
    states = ChecklistState.objects.filter(item__in=item_ids, fiscal_year=fiscal_year)
    columns = states.values_list("item_id", *Figures._fields)
    return {item_id: Figures(*stored) for item_id, *stored in columns}
