from django.shortcuts import render
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action, Reach
from dxplan.lib.fiscal_years import FiscalYear, show_month
from kpis.gates import sight_in
from kpis.progress import kpi_progress
from plans.checklists import plan_checklists
from plans.document import plan_document
from plans.gates import open_plan
from plans.models import SectionContent
from plans.years import plan_years


@require_GET
def plan_detail(request, plan_id):
    """The plan as a document; KPIs and checklists are fetched only where a chapter prints them."""
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    document = plan_document(plan)
    kpis = kpi_progress(plan, sight_in(request)) if document.prints(SectionContent.KPIS) else []
    checklists = plan_checklists(plan) if document.prints(SectionContent.CHECKLISTS) else []
    context = {
        "plan": plan,
        "first_year": FiscalYear(plan.first_fiscal_year),
        "last_year": FiscalYear(plan.last_fiscal_year),
        "adopted_month": show_month(plan.adopted_month) if plan.adopted_month else "",
        "document": document,
        "kpis": kpis,
        "checklists": checklists,
        "years": [(FiscalYear(year.fiscal_year), year) for year in plan_years(plan)],
        "may_edit": request.access.may(Action.EDIT_PLAN),
        "sees_drafts": request.access.reach(Action.SEE_DRAFTS) == Reach.TOWN,
    }
    return render(request, "pages/plan_document.html", context)
