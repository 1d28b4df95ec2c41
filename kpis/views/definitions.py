"""The DX office adds, edits and removes a plan's KPIs."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import base_of, conflict_of
from kpis.definition_changes import (
    Unconfirmed,
    add_kpi,
    edit_kpi,
    gone_with,
    kept_by,
    mark_of,
    remove_kpi,
)
from kpis.definitions import definition_of, offers_of, shown, shown_of_row
from kpis.forms.definitions import KpiForm, initial_of
from kpis.forms.removal import RemoveForm
from kpis.gates import open_kpi
from kpis.views.field_checks import said_of_field
from plans.editing import PlanEnded, ReasonNeeded, Stale, plan_edit
from plans.gates import open_plan
from plans.numbering import next_number
from plans.reasoned import keep_reason, kept_reason
from plans.structure import Refused

NOTHING_CHANGED = "変更はありませんでした。"
ENDED = "この計画は終了しているため、変更できません。"
GONE = "この指標は、他の人が先に削除しました。入力した内容は保存されていません。"
ADDED = "「{name}」を追加しました。続けて、年度ごとの目標を入力してください。"


@require_http_methods(["GET", "POST"])
def kpi_new(request, plan_id):
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    offers = offers_of(plan)
    if request.method == "GET":
        form = KpiForm(plan=plan, offers=offers, initial=_initial_of_new(request, plan))
        return _form_page(request, plan, form)
    form = KpiForm(request.POST, plan=plan, offers=offers)
    if not form.is_valid():
        return _form_page(request, plan, form, status=422)
    keep_reason(request, form)
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            kpi = add_kpi(edit, form.typed)
    except (PlanEnded, ReasonNeeded, ValidationError) as refusal:
        return _refused(request, plan, form, refusal)
    messages.success(request, ADDED.format(name=kpi.name))
    return redirect("kpi_targets", kpi.pk)


@require_POST
def kpi_check(request, plan_id):
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    return said_of_field(request, KpiForm(request.POST, plan=plan, offers=offers_of(plan)))


def _initial_of_new(request, plan):
    last = plan.kpis.order_by("position", "pk").last()
    return {
        "policy": request.GET.get("policy", ""),
        "number": next_number(last.number) if last else "1",
        "first_fiscal_year": plan.first_fiscal_year,
        "last_fiscal_year": plan.last_fiscal_year,
        "reason": kept_reason(request, plan),
    }


@require_http_methods(["GET", "POST"])
def kpi_edit(request, kpi_id):
    plan, kpi = open_kpi(request, kpi_id, Action.EDIT_PLAN)
    offers, stored = offers_of(plan), definition_of(kpi)
    if request.method == "GET":
        initial = initial_of(stored, kpi.version) | {"reason": kept_reason(request, plan)}
        form = KpiForm(plan=plan, offers=offers, chosen=stored.department_ids, initial=initial)
        return _form_page(request, plan, form, kpi=kpi)
    form = KpiForm(request.POST, plan=plan, offers=offers, chosen=stored.department_ids)
    if not form.is_valid():
        return _form_page(request, plan, form, kpi=kpi, status=422)
    keep_reason(request, form)
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            is_changed = edit_kpi(
                edit,
                form.typed,
                kpi_id=kpi.pk,
                version=form.cleaned_data["version"],
                confirmed=request.POST.get("convert", ""),
            )
    except (PlanEnded, ReasonNeeded, ValidationError, Stale, Unconfirmed) as refusal:
        return _refused(request, plan, form, refusal, kpi)
    if is_changed:
        messages.success(request, f"「{form.cleaned_data['name']}」を保存しました。")
    else:
        messages.info(request, NOTHING_CHANGED)
    return redirect(kpi)


def _form_page(request, plan, form, *, kpi=None, status=200, **context):
    context |= {"plan": plan, "form": form, "kpi": kpi}
    return render(request, "kpis/kpi_form.html", context, status=status)


def _refused(request, plan, form, refusal, kpi=None):
    if isinstance(refusal, Unconfirmed):
        context = {"conversions": refusal.conversions, "mark": mark_of(refusal.conversions)}
        return _form_page(request, plan, form, kpi=kpi, **context)
    if isinstance(refusal, Stale) and refusal.standing:
        return _conflict(request, plan, form, refusal.standing)
    if isinstance(refusal, ReasonNeeded):
        form.ask_for_reason()
    elif isinstance(refusal, ValidationError):
        form.refuse(refusal)
    else:
        form.add_error(None, ENDED if isinstance(refusal, PlanEnded) else GONE)
    status = 409 if isinstance(refusal, PlanEnded | Stale) else 422
    return _form_page(request, plan, form, kpi=kpi, status=status)


def _conflict(request, plan, form, standing):
    """Yours and theirs side by side; saving again then replaces theirs knowingly."""
    offers = offers_of(plan)
    seen = form.cleaned_data["version"]
    conflict = conflict_of(
        standing,
        yours=shown(form.typed, offers),
        theirs=shown(definition_of(standing), offers),
        base=base_of(standing, seen, lambda row: shown_of_row(row, offers)),
    )
    form.data = form.data.copy()
    form.data["version"] = standing.version
    standing.plan = plan
    return _form_page(request, plan, form, kpi=standing, status=409, conflict=conflict)


@require_http_methods(["GET", "POST"])
def kpi_remove(request, kpi_id):
    """Says what goes with a KPI, or what keeps it, and removes it."""
    plan, kpi = open_kpi(request, kpi_id, Action.EDIT_PLAN)
    if request.method == "GET":
        initial = {"reason": kept_reason(request, plan), "version": kpi.version}
        return _remove_page(request, plan, kpi, RemoveForm(plan=plan, initial=initial))
    form = RemoveForm(request.POST, plan=plan)
    if not form.is_valid():
        return _remove_page(request, plan, kpi, form, status=422)
    keep_reason(request, form)
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            remove_kpi(edit, kpi_id=kpi.pk, version=form.cleaned_data["version"])
    except (PlanEnded, ReasonNeeded, Refused, Stale) as refusal:
        return _not_removed(request, plan, kpi, form, refusal)
    messages.success(request, f"「{kpi.name}」を削除しました。")
    return redirect(reverse("kpi_list", args=[plan.pk]))


def _not_removed(request, plan, kpi, form, refusal):
    if isinstance(refusal, ReasonNeeded):
        form.ask_for_reason()
        return _remove_page(request, plan, kpi, form, status=422)
    if isinstance(refusal, Refused):
        form.add_error(None, str(refusal))
        return _remove_page(request, plan, kpi, form, status=422)
    if isinstance(refusal, Stale) and refusal.standing:
        form.see(refusal.standing.version)
        kpi = refusal.standing
    else:
        form.add_error(None, ENDED if isinstance(refusal, PlanEnded) else GONE)
    return _remove_page(request, plan, kpi, form, status=409)


def _remove_page(request, plan, kpi, form, *, status=200):
    context = {
        "plan": plan,
        "kpi": kpi,
        "form": form,
        "keeping": kept_by(kpi),
        "going": gone_with(kpi),
    }
    return render(request, "kpis/kpi_remove.html", context, status=status)
