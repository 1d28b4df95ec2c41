from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from dxplan.accounts.permissions import Action
from plans.filters import PlanFilter, PolicyFilter, TermFilter
from plans.gates import open_plan
from plans.models import GlossaryTerm, Plan, Policy
from plans.policy_list import policy_list as all_policies
from plans.tables import PlanTable, PolicyTable, TermTable


@dataclass(frozen=True)
class PlanLine:
    """One line of the list of plans; `predecessor` only where the person may see it."""

    plan: Plan
    predecessor: Plan | None


@require_GET
def plan_list(request):
    if not request.access.may(Action.SEE_PLANS):
        raise PermissionDenied
    visible = Plan.objects.visible_to(request.access).current_first()
    by_id = {plan.pk: plan for plan in visible}
    request.plan = next(iter(by_id.values()), None)  # spares the frame looking for it
    plans = PlanFilter(request.GET, visible)
    ids = plans.ids
    shown = [
        PlanLine(plan, by_id.get(plan.predecessor_id)) for plan in by_id.values() if plan.pk in ids
    ]
    table = _table(request, PlanTable(shown), len(shown), len(by_id))
    context = {"filter": plans, "table": table, "has_any": bool(by_id)}
    return render(request, "plans/plan_list.html", context)


@require_GET
def policy_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    found = all_policies(plan)
    policies = PolicyFilter(
        request.GET,
        Policy.objects.of_plan(plan),
        options={"level": found.levels, "top": found.tops, "item": found.items},
        below=found.below,
    )
    ids = policies.ids
    shown = [line for line in found.lines if line.node.id in ids]
    table = _table(request, PolicyTable(shown), len(shown), len(found.lines))
    context = {"plan": plan, "filter": policies, "table": table, "has_any": bool(found.lines)}
    return render(request, "plans/policy_list.html", context)


@require_GET
def term_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    all_terms = list(GlossaryTerm.objects.filter(plan=plan))
    terms = TermFilter(request.GET, GlossaryTerm.objects.filter(plan=plan))
    ids = terms.ids
    shown = [term for term in all_terms if term.pk in ids]
    table = _table(request, TermTable(shown), len(shown), len(all_terms))
    context = {"plan": plan, "filter": terms, "table": table, "has_any": bool(all_terms)}
    return render(request, "plans/term_list.html", context)


def _table(request, table, shown, total):
    """The table in the order the address asks for."""
    table.caption = f"{shown}件を表示（全{total}件）"
    return RequestConfig(request, paginate=False).configure(table)
