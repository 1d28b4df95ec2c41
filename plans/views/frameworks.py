from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from plans.filters import FrameworkItemFilter
from plans.frameworks import framework_rows, frameworks_of, measures_of
from plans.gates import open_plan
from plans.models import FrameworkItem, Plan
from plans.tables import ItemTable, MeasureTable


@require_GET
def framework_list(request, plan_id):
    """All items of the plans above; counts are of all items, whatever the filter shows."""
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    frameworks = list(frameworks_of(plan))
    rows = framework_rows(plan, frameworks)
    passing = FrameworkItemFilter(
        request.GET,
        FrameworkItem.objects.filter(framework__in=frameworks),
        plan=plan,
        classes={item.item_class for framework in rows for item in framework.items},
    )
    context = {
        "plan": plan,
        "filter": passing,
        "frameworks": _with_tables(rows, passing.ids, hides_empty=passing.is_active),
        "has_any": bool(rows),
    }
    return render(request, "plans/framework_list.html", context)


def _with_tables(rows, item_ids, *, hides_empty):
    """(FrameworkRows, table of the items that pass)."""
    shown = [
        (framework, [item for item in framework.items if item.id in item_ids]) for framework in rows
    ]
    return [
        (framework, _table(framework, items))
        for framework, items in shown
        if items or not hides_empty
    ]


def _table(framework, items):
    has_classes = any(item.class_label for item in items)
    table = ItemTable(items, exclude=() if has_classes else ("class_label",))
    return _captioned(table, f"{framework.name}の{framework.count_text}")


def _captioned(table, caption):
    table.caption = caption
    return table


@require_GET
def framework_item(request, plan_id, item_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    open_items = FrameworkItem.objects.open_to(plan).select_related("framework")
    item = get_object_or_404(open_items, pk=item_id)
    plans = list(Plan.objects.visible_to(request.access).current_first())
    measures = measures_of(item, plans)
    own = [measure for measure in measures if measure.plan == plan]
    others = [measure for measure in measures if measure.plan != plan]
    context = {
        "plan": plan,
        "item": item,
        "own": _captioned(MeasureTable(own, exclude=("plan",)), f"この計画の{len(own)}件"),
        "others": _captioned(MeasureTable(others), f"ほかの計画の{len(others)}件"),
    }
    return render(request, "plans/framework_item.html", context)
