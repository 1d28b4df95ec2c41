from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from actionplans.checks import plan_checks
from actionplans.selection import selection_of
from actionplans.sheets import action_rows
from actionplans.tables import ActionPlanTable
from dxplan.accounts.permissions import Action
from plans.gates import open_plan


@require_GET
def action_plan_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    selection = selection_of(action_rows(plan), request.GET)
    table = ActionPlanTable(selection.shown)
    table.caption = f"{len(table.rows)}件を表示（全{len(selection.every)}件）"
    context = {
        "plan": plan,
        "selection": selection,
        "table": RequestConfig(request, paginate=False).configure(table),
        "may_add": request.access.may(Action.EDIT_SHEETS) and not plan.is_ended,
        "may_mend": request.access.may(Action.EDIT_PLAN),
    }
    return render(request, "actionplans/action_plan_list.html", context)


@require_GET
def action_plan_checks(request, plan_id):
    """What the DX office has to mend."""
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    checks = plan_checks(plan)
    context = {
        "plan": plan,
        "checks": checks,
        "count": sum(len(check.findings) for check in checks),
    }
    return render(request, "actionplans/checks.html", context)
