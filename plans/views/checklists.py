from django.shortcuts import render
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from plans.checklists import plan_checklists
from plans.gates import open_plan


@require_GET
def checklist_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    context = {"plan": plan, "checklists": plan_checklists(plan)}
    return render(request, "plans/checklist_list.html", context)
