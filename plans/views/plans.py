"""A plan's basic data, its state, and the log of its changes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from django_tables2 import RequestConfig

from dxplan.accounts.permissions import Action, Reach
from dxplan.lib.conflicts import base_of, conflict_of
from plans.basics import basics_of, change_basics
from plans.change_log import ChangeFilter, ChangeTable
from plans.drafts import new_draft
from plans.editing import PlanEnded, ReasonNeeded, Stale, plan_edit
from plans.forms.plans import NewPlanForm, PlanForm, StepForm
from plans.gates import open_plan
from plans.life import STEPS, NotReady, obstacles, take_step
from plans.models import PlanState
from plans.period import YearsInUse

PAGE_LENGTH = 50
ENDED = "終了した計画は変えられません。変えるときは、先に実施中に戻してください。"
MADE = "下書きをつくりました。続けて、計画の体系を登録してください。"
MADE_BEFORE = "同じ計画名と期間の下書きがすでにあるため、その下書きを開きました。"


@require_http_methods(["GET", "POST"])
def plan_new(request):
    if not request.access.may(Action.EDIT_PLAN) or request.user.municipality is None:
        raise PermissionDenied
    form = NewPlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        plan, is_new = new_draft(user=request.user, basics=form.basics, levels=form.levels)
        if is_new:
            messages.success(request, MADE)
        else:
            messages.info(request, MADE_BEFORE)
        return redirect(plan)
    status = 422 if form.errors else 200
    return render(request, "plans/plan_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def edit_basics(request, plan_id):
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    if plan.is_ended:
        return _refused_as_ended(request, plan)
    if request.method == "GET":
        initial = basics_of(plan).columns | {"version": plan.version}
        return _basics_page(request, plan, PlanForm(plan=plan, initial=initial))
    form = PlanForm(request.POST, plan=plan)
    if not form.is_valid():
        return _basics_page(request, plan, form, status=422)
    return _save_basics(request, plan, form)


def _save_basics(request, plan, form):
    version = form.cleaned_data["version"]
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            is_changed = change_basics(edit, form.basics, version=version)
    except PlanEnded:
        return _refused_as_ended(request, plan)
    except Stale as refusal:
        return _conflict(request, form, refusal.standing)
    except ReasonNeeded:
        form.ask_for_reason()
        return _basics_page(request, plan, form, status=422)
    except YearsInUse as refusal:
        form.add_error("last_fiscal_year", str(refusal))
        return _basics_page(request, plan, form, status=422)
    if is_changed:
        messages.success(request, "基本情報を保存しました。")
    else:
        messages.info(request, "変更はありませんでした。")
    return redirect(plan)


def _conflict(request, form, standing):
    """Yours and theirs side by side; saving again then replaces theirs knowingly."""
    seen = form.cleaned_data["version"]
    conflict = conflict_of(
        standing,
        yours=form.basics.shown,
        theirs=_words(standing),
        base=base_of(standing, seen, _words),
    )
    form.data = form.data.copy()
    form.data["version"] = standing.version
    return _basics_page(request, standing, form, status=409, conflict=conflict)


def _words(plan):
    return basics_of(plan).shown


def _basics_page(request, plan, form, *, status=200, **context):
    context |= {"plan": plan, "form": form}
    return render(request, "plans/plan_form.html", context, status=status)


def _refused_as_ended(request, plan):
    context = {"plan": plan, "title": "この計画は終了しています", "text": ENDED}
    return render(request, "plans/plan_refused.html", context, status=409)


@require_http_methods(["GET", "POST"])
def plan_state(request, plan_id):
    """Where a plan is in its life, what its next step means, and the step itself."""
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    if request.method == "GET":
        return _state_page(request, plan, _step_form(plan))
    form = _step_form(plan, request.POST)
    if not form.is_valid():
        return _state_page(request, plan, form, status=422)
    return _take_step(request, plan, form)


def _take_step(request, plan, form):
    data = form.cleaned_data
    step = STEPS[data["seen"]]
    try:
        is_taken = take_step(plan=plan, user=request.user, seen=data["seen"], reason=data["reason"])
    except Stale as refusal:
        alert = (
            f"他の人が先に状態を変えました。いまは「{refusal.standing.get_state_display()}」です。"
        )
        fresh = _step_form(refusal.standing, reason=data["reason"])
        return _state_page(request, refusal.standing, fresh, status=409, alert=alert)
    except ReasonNeeded:
        form.add_error("reason", "理由を入力してください。")
        return _state_page(request, plan, form, status=422)
    except NotReady:
        return _state_page(request, plan, form, status=422)
    if is_taken:
        messages.success(request, f"計画を「{step.following.label}」にしました。")
    else:
        messages.info(request, f"計画はすでに「{step.following.label}」になっています。")
    return redirect("plan_state", plan.pk)


def _step_form(plan, data=None, *, reason=""):
    seen = data.get("seen") if data else plan.state
    needs_reason = seen in STEPS and STEPS[seen].needs_reason
    initial = {"seen": plan.state, "reason": reason}
    return StepForm(data, needs_reason=needs_reason, initial=initial)


def _state_page(request, plan, form, *, status=200, alert=""):
    context = {
        "plan": plan,
        "form": form,
        "states": [(state.label, state == plan.state) for state in PlanState],
        "step": STEPS[plan.state],
        "obstacles": obstacles(plan),
        "alert": alert,
    }
    return render(request, "plans/plan_state.html", context, status=status)


@require_GET
def change_list(request, plan_id):
    """Who changed what, and why: for those who also see the town's drafts."""
    plan = open_plan(request, plan_id, Action.SEE_DRAFTS)
    if request.access.reach(Action.SEE_DRAFTS) < Reach.TOWN:
        raise PermissionDenied
    found = ChangeFilter(request.GET, plan.changes.all())
    table = ChangeTable(found.qs)
    RequestConfig(request, paginate={"per_page": PAGE_LENGTH}).configure(table)
    table.caption = f"{table.paginator.count}件"
    context = {
        "plan": plan,
        "filter": found,
        "table": table,
        "has_changes": table.paginator.count or found.is_active,
    }
    return render(request, "plans/change_list.html", context)
