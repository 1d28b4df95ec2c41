from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import LATEST
from dxplan.pages.edition_comparison import compare_editions, plan_before, read_choice
from dxplan.pages.edition_forms import DeleteForm, EditionForm
from dxplan.pages.editions import (
    NotPossible,
    delete_draft,
    lost_with,
    make_edition,
    refuse_draft,
    refuse_to_delete,
    taken_over,
)
from plans.gates import open_plan
from plans.period import show_period

MADE = "新しい版の下書きをつくりました。内容を変えてから、実施中にしてください。"
MADE_BEFORE = "同じ計画名と期間の下書きがすでにあるため、その下書きを開きました。"


@require_http_methods(["GET", "POST"])
def edition_new(request, plan_id):
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    form = EditionForm(_posted(request), initial=_proposal(plan))
    try:
        refuse_draft(plan)
        if request.method == "POST" and form.is_valid():
            later, is_new = make_edition(plan=plan, user=request.user, columns=form.cleaned_data)
            if is_new:
                messages.success(request, MADE)
            else:
                messages.info(request, MADE_BEFORE)
            return redirect(later)
    except NotPossible as refusal:
        return _refused(request, plan, "新しい版をつくれません", refusal)
    context = {
        "plan": plan,
        "form": form,
        "period": show_period(plan.first_fiscal_year, plan.last_fiscal_year),
        "rows": taken_over(plan),
    }
    return render(request, "pages/edition_new.html", context, status=422 if form.errors else 200)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _proposal(plan):
    """The same title, and a period as long as the old one, right after it."""
    length = plan.last_fiscal_year - plan.first_fiscal_year
    first = min(plan.last_fiscal_year + 1, LATEST)
    return {
        "title": plan.title,
        "first_fiscal_year": first,
        "last_fiscal_year": min(first + length, LATEST),
    }


@require_http_methods(["GET", "POST"])
def plan_delete(request, plan_id):
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    form = DeleteForm(_posted(request))
    try:
        refuse_to_delete(plan)
        if request.method == "POST" and form.is_valid():
            delete_draft(plan=plan)
            messages.success(request, f"下書き「{plan.title}」を削除しました。")
            return redirect("home")
    except NotPossible as refusal:
        return _refused(request, plan, "この計画は削除できません", refusal)
    context = {"plan": plan, "form": form, "lost": lost_with(plan)}
    return render(request, "pages/plan_delete.html", context, status=422 if form.errors else 200)


def _refused(request, plan, title, refusal):
    context = {"plan": plan, "title": title, "text": str(refusal)}
    return render(request, "plans/plan_refused.html", context, status=409)


@require_GET
def comparison(request, plan_id):
    """What became of the policies and KPIs of the plan before."""
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    earlier = plan_before(plan, request.access)
    choice = read_choice(request.GET)
    context = {
        "plan": plan,
        "earlier": earlier,
        "choice": choice,
        "comparison": compare_editions(earlier, plan, choice) if earlier else None,
    }
    return render(request, "pages/comparison.html", context)
