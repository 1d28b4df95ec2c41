"""Changes of a plan's checklists and their items, within a `plan_edit`."""

import json
from itertools import count
from typing import NamedTuple

from dxplan.lib.fiscal_years import FiscalYear
from plans.checklist_figures import Figures, figures_text, state_labels
from plans.editing import PlanEdit, Stale, what_changed
from plans.models import ChangeKind, Checklist, ChecklistItem, PlanYear, YearState

NUMBER_TAKEN = "番号{numbers}は、この一覧で使われています。別の番号にしてください。"
NAME_TAKEN = "同じ名称の一覧がすでにあります。別の名称にしてください。"


class Taken(Exception):
    """A number or name that must be unique is in use; `field` names the form's field."""

    def __init__(self, field, message):
        super().__init__(message)
        self.field = field


class ItemFields(NamedTuple):
    """What an item says."""

    number: int
    group: str
    name: str

    @property
    def label(self) -> str:
        group = f"（{self.group}）" if self.group else ""
        return f"{self.number} {self.name}{group}"

    @property
    def words(self) -> dict[str, str]:
        return {"番号": str(self.number), "区分": self.group, "名称": self.name}


class ListFields(NamedTuple):
    """What a list says of itself."""

    name: str
    done_label: str
    not_yet_label: str
    absent_label: str
    source: str

    @property
    def words(self) -> dict[str, str]:
        labels = ("名称", "済の呼び方", "未の呼び方", "該当なしの呼び方", "出典")
        return dict(zip(labels, self, strict=True))


def packed(shown) -> str:
    """What a form shows, as one hidden value, to notice what was changed meanwhile."""
    return json.dumps(shown, ensure_ascii=False)


def item_fields(item: ChecklistItem) -> ItemFields:
    return ItemFields(item.number, item.group, item.name)


def list_fields(checklist: Checklist) -> ListFields:
    return ListFields(*(getattr(checklist, name) for name in ListFields._fields))


def next_item_number(checklist: Checklist) -> int:
    """The number after the last one. One query."""
    last = ChecklistItem.objects.filter(checklist=checklist).order_by("number").last()
    return last.number + 1 if last else 1


def add_items(edit: PlanEdit, checklist: Checklist, added: list[ItemFields]) -> bool:
    """Adds items; False where exactly these are there already. Raises Taken."""
    standing = {item.number: item_fields(item) for item in checklist.items.all()}
    if all(standing.get(fields.number) == fields for fields in added):
        return False
    _refuse_numbers(fields.number for fields in added if fields.number in standing)
    ChecklistItem.objects.bulk_create(
        ChecklistItem(checklist=checklist, **fields._asdict()) for fields in added
    )
    detail = "\n".join(fields.label for fields in added)
    edit.record(ChangeKind.ADDED, f"{checklist} 項目{len(added)}件", detail)
    return True


def edit_item(edit: PlanEdit, item: ChecklistItem, fields: ItemFields, *, was: str) -> bool:
    """Changes an item; False where nothing differs. `was` is what was shown, packed.

    Raises Stale with the item as it is now, Taken.
    """
    standing = _standing(item)
    before = item_fields(standing)
    if before == fields:
        return False
    if packed(before) != was:
        raise Stale(standing)
    others = ChecklistItem.objects.filter(checklist=item.checklist).exclude(pk=item.pk)
    _refuse_numbers(others.filter(number=fields.number).values_list("number", flat=True))
    ChecklistItem.objects.filter(pk=item.pk).update(**fields._asdict())
    detail = what_changed(before.words, fields.words)
    edit.record(ChangeKind.EDITED, f"{item.checklist} {before.label}", detail)
    return True


class KeptByClosedYears(Exception):
    """A closed year counts the item."""


def remove_item(edit: PlanEdit, item: ChecklistItem, *, was: str) -> None:
    """Removes an item with its states. Raises Stale where `was`, packed, is not at stake.

    Raises KeptByClosedYears where a closed year counts it.
    """
    standing = _standing(item)
    if packed(at_stake(standing)) != was:
        raise Stale(standing)
    if closed_years_of(standing):
        raise KeptByClosedYears
    detail = "\n".join(f"あわせて削除: {line}" for line in state_lines(standing))
    standing.delete()
    edit.record(ChangeKind.REMOVED, f"{item.checklist} {item_fields(standing).label}", detail)


def closed_years_of(item: ChecklistItem) -> list[str]:
    """The closed years in which an item has a state, which stay as they are. One query."""
    closed = PlanYear.objects.filter(plan=item.checklist.plan_id, state=YearState.CLOSED)
    states = item.states.filter(fiscal_year__in=closed.values("fiscal_year"))
    years = states.order_by("fiscal_year").values_list("fiscal_year", flat=True)
    return [FiscalYear(year).era_label for year in years]


def at_stake(item: ChecklistItem) -> list[str]:
    """What would go with an item, line by line. One query."""
    return [item_fields(item).label, *state_lines(item)]


def state_lines(item: ChecklistItem) -> list[str]:
    """「令和6年度 済」 for each year in which the item has a state. One query."""
    labels = state_labels(item.checklist)
    states = item.states.order_by("fiscal_year").values_list("fiscal_year", *Figures._fields)
    return [
        f"{FiscalYear(year).era_label} {figures_text(Figures(*stored), labels)}"
        for year, *stored in states
    ]


def add_checklist(edit: PlanEdit, fields: ListFields) -> Checklist:
    """A new list, the last one; the one that is there already where it says the same."""
    others = list(Checklist.objects.filter(plan=edit.plan))
    same = [other for other in others if list_fields(other) == fields]
    if same:
        return same[0]
    _refuse_name(fields.name, others)
    checklist = Checklist.objects.create(
        plan=edit.plan,
        code=_free_code(others),
        position=max((other.position for other in others), default=0) + 1,
        **fields._asdict(),
    )
    edit.record(ChangeKind.ADDED, fields.name, "現況一覧を追加")
    return checklist


def edit_checklist(edit: PlanEdit, checklist: Checklist, fields: ListFields, *, was: str) -> bool:
    """Changes what a list says of itself; False where nothing differs. Raises Stale, Taken."""
    others = {other.pk: other for other in Checklist.objects.filter(plan=edit.plan)}
    standing = others.pop(checklist.pk, None)
    if standing is None:
        raise Stale
    before = list_fields(standing)
    if before == fields:
        return False
    if packed(before) != was:
        raise Stale(standing)
    _refuse_name(fields.name, others.values())
    Checklist.objects.filter(pk=checklist.pk).update(**fields._asdict())
    edit.record(ChangeKind.EDITED, before.name, what_changed(before.words, fields.words))
    return True


def _standing(item):
    standing = ChecklistItem.objects.filter(pk=item.pk).select_related("checklist").first()
    if standing is None:
        raise Stale
    return standing


def _refuse_numbers(numbers):
    found = sorted(numbers)
    if found:
        raise Taken("number", NUMBER_TAKEN.format(numbers="、".join(map(str, found))))


def _refuse_name(name, others):
    if any(other.name == name for other in others):
        raise Taken("name", NAME_TAKEN)


def _free_code(others):
    taken = {other.code for other in others}
    return next(code for n in count(1) if (code := f"list-{n}") not in taken)
