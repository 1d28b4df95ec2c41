"""Checklists of a plan, read once: items with their years, then rows."""

from itertools import groupby

from plans.checklist_figures import Figures, ItemHistory, recorded_years
from plans.checklist_rows import ChecklistRows, checklist_in_year
from plans.models import Checklist, ChecklistItem

ITEM_COLUMNS = ("checklist_id", "pk", "number", "group", "name")
STATE_COLUMNS = (
    "states__fiscal_year",
    "states__state",
    "states__total_count",
    "states__done_count",
)


def plan_checklists(plan) -> list[ChecklistRows]:
    """All checklists of a plan, each in its latest year. Two queries."""
    histories = _histories(ChecklistItem.objects.filter(checklist__plan=plan))
    return [
        _in_latest_year(checklist, histories.get(checklist.pk, []))
        for checklist in Checklist.objects.filter(plan=plan)
    ]


def item_histories(checklist) -> list[ItemHistory]:
    """The items of a list in its order, each with its figures of all years. One query."""
    return _histories(ChecklistItem.objects.filter(checklist=checklist)).get(checklist.pk, [])


def _in_latest_year(checklist, histories) -> ChecklistRows:
    latest = max(recorded_years(histories), default=None)
    return checklist_in_year(checklist, histories, latest)


def _histories(items) -> dict[int, list[ItemHistory]]:
    """Items by checklist; joined with their states, an item without any comes once. One query."""
    records = items.order_by("checklist_id", "number").values_list(*ITEM_COLUMNS, *STATE_COLUMNS)
    histories = {}
    for (checklist_id, *item), group in groupby(records, key=lambda record: record[:5]):
        years = (record[5:] for record in group)
        figures = {year: Figures(*stored) for year, *stored in years if year is not None}
        histories.setdefault(checklist_id, []).append(ItemHistory(*item, figures))
    return histories
