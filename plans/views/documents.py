from django.shortcuts import render
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import FiscalYear, show_month
from plans.document import plan_document
from plans.gates import open_plan
from plans.models import Committee, GlossaryTerm
from plans.years import plan_years


@require_GET
def plan_detail(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    context = {
        "plan": plan,
        "first_year": FiscalYear(plan.first_fiscal_year),
        "last_year": FiscalYear(plan.last_fiscal_year),
        "adopted_month": show_month(plan.adopted_month) if plan.adopted_month else "",
        "document": plan_document(plan),
        "years": [(FiscalYear(year.fiscal_year), year) for year in plan_years(plan)],
    }
    return render(request, "plans/plan_detail.html", context)


@require_GET
def plan_reference(request, plan_id):
    """Who steers the plan, by post, and the words it explains."""
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    context = {
        "plan": plan,
        "committees": Committee.objects.filter(plan=plan).prefetch_related("seats"),
        "terms": GlossaryTerm.objects.filter(plan=plan),
    }
    return render(request, "plans/plan_reference.html", context)
