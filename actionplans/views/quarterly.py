"""The quarterly report to the mayor: one page of a plan, and the note of each action plan."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from actionplans.forms.notes import NoteForm, initial_of, note_in_words
from actionplans.gates import may_change, open_action_plan
from actionplans.quarterly import note_of, quarterly_of, save_note
from actionplans.quarters import chosen_quarter, quarters_of
from actionplans.sheets import action_rows
from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import base_of, conflict_of
from plans.editing import PlanEnded, Stale
from plans.gates import open_plan

ENDED = "この計画は終了しているため、報告できません。"


def _quarter(request, plan):
    quarters = quarters_of(plan.first_fiscal_year, plan.last_fiscal_year)
    found = chosen_quarter(quarters, request.GET.get("quarter", ""), timezone.localdate())
    if found is None:
        raise Http404
    return quarters, found


@require_GET
def quarterly(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    quarters, quarter = _quarter(request, plan)
    report = quarterly_of(plan, quarter)
    rows = [
        (row, not plan.is_ended and _may_report(request, row.action.department_id))
        for row in report.late_first
    ]
    context = {
        "plan": plan,
        "quarter": quarter,
        "quarters": quarters,
        "report": report,
        "rows": rows,
        "has_sample": report.has_sample,
    }
    return render(request, "actionplans/quarterly.html", context)


def _may_report(request, department_id):
    return may_change(request.access, department_id, Action.ENTER_RESULTS)


@require_http_methods(["GET", "POST"])
def note_edit(request, action_id):
    plan, sheet = open_action_plan(request, action_id, Action.ENTER_RESULTS)
    _, quarter = _quarter(request, plan)
    if request.method == "GET":
        form = NoteForm(initial=initial_of(note_of(sheet, quarter)))
        return _page(request, plan, sheet, quarter, form)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, sheet, quarter, form, status=422)
    data = form.cleaned_data
    try:
        is_changed = save_note(
            plan=plan,
            action=sheet,
            quarter=quarter,
            version=data["version"] or 0,
            is_on_time=data["is_on_time"],
            text=data["text"],
            user=request.user,
        )
    except PlanEnded:
        form.add_error(None, ENDED)
        return _page(request, plan, sheet, quarter, form, status=409)
    except Stale as stale:
        return _conflict(request, plan, sheet, quarter, form, stale.standing)
    messages.success(request, "報告を保存しました。" if is_changed else "変更はありませんでした。")
    return redirect(f"{reverse('quarterly', args=[plan.pk])}?quarter={quarter.key}")


def _conflict(request, plan, sheet, quarter, form, standing):
    seen = form.cleaned_data["version"]
    conflict = conflict_of(
        standing,
        yours=form.shown,
        theirs=note_in_words(standing),
        base=base_of(standing, seen, note_in_words, may_be_new=True),
    )
    form.see(standing.version)
    return _page(request, plan, sheet, quarter, form, status=409, conflict=conflict)


def _page(request, plan, sheet, quarter, form, *, status=200, **context):
    row = next(row for row in action_rows(plan) if row.id == sheet.pk)
    context |= {"plan": plan, "sheet": sheet, "quarter": quarter, "form": form, "row": row}
    return render(request, "actionplans/note_form.html", context, status=status)
