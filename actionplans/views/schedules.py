"""The schedule of a plan: bars over its years, and the same as a table."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from actionplans.changes import save_period
from actionplans.forms.period import PeriodForm
from actionplans.gates import may_change
from actionplans.selection import selection_of
from actionplans.sheets import action_rows, period_of
from actionplans.timetable import counted_by_state, timetable, today_in
from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import show_date
from plans.editing import PlanEnded
from plans.gates import open_plan


@require_GET
def schedule(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    today, period = timezone.localdate(), period_of(plan)
    selection = selection_of(action_rows(plan), request.GET)
    context = {
        "plan": plan,
        "period": period,
        "selection": selection,
        "blocks": timetable(
            selection.shown,
            period,
            may_edit=lambda row: not plan.is_ended and _may_edit(request, row),
        ),
        "counts": counted_by_state(selection.shown),
        "today": today_in(period, today),
        "today_text": show_date(today),
        "may_edit_plan": request.access.may(Action.EDIT_PLAN) and not plan.is_ended,
        "has_sample": any(stage.is_sample for row in selection.shown for stage in row.stages),
    }
    return render(request, "actionplans/schedule.html", context)


def _may_edit(request, row):
    return may_change(request.access, row.department_id)


@require_http_methods(["GET", "POST"])
def schedule_period(request, plan_id):
    """The DX office lets the schedule print other years than the plan's, and a note."""
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    standing = period_of(plan)
    stored = {
        "first_fiscal_year": int(standing.years[0]),
        "last_fiscal_year": int(standing.years[-1]),
        "note": standing.note,
    }
    if request.method == "GET":
        return _period_page(request, plan, PeriodForm(initial=stored))
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return _period_page(request, plan, form, status=422)
    try:
        save_period(plan=plan, columns=form.cleaned_data)
    except PlanEnded:
        form.add_error(None, "この計画は終了しているため、変更できません。")
        return _period_page(request, plan, form, status=409)
    messages.success(request, "工程表の期間を保存しました。")
    return redirect("schedule", plan.pk)


def _period_page(request, plan, form, *, status=200):
    context = {"plan": plan, "form": form}
    return render(request, "actionplans/period_form.html", context, status=status)
