"""A plan's scale of grades: what holds, what held, and a new one tried out before it is saved."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dxplan.accounts.permissions import Action
from kpis.forms.scales import ScaleForm
from kpis.grade_scales import PRESETS, STANDARD
from kpis.grading import OUTSIDE_SCALE, grades_of_scale
from kpis.progress import kpi_progress
from kpis.scale_editor import (
    YEAR_CLOSED,
    YearClosed,
    fiscal_years,
    plan_scales,
    save_scale,
    scale_conflict,
    scale_versions,
    trial,
    years_to_choose,
)
from kpis.sight import EVERYTHING
from plans.editing import PlanEnded, ReasonNeeded, Stale, plan_edit
from plans.gates import open_plan
from plans.reasoned import keep_reason, kept_reason
from plans.years import chosen_year, plan_years

ENDED = "この計画は終了しているため、変更できません。"
NOTHING_CHANGED = "変更はありませんでした。"


@require_GET
def scale_detail(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    years = plan_years(plan)
    versions = scale_versions(plan, fiscal_years(plan, years))
    year = chosen_year(years, None)
    now = year.fiscal_year if year else plan.first_fiscal_year
    current = next(item for item in versions if now in item.years)
    context = {
        "plan": plan,
        "current": current,
        "scale": current.scale,
        "grades": grades_of_scale(current.scale),
        "outside": OUTSIDE_SCALE,
        "versions": versions,
        "may_edit": request.access.may(Action.EDIT_PLAN) and not plan.is_ended,
    }
    return render(request, "kpis/scale_detail.html", context)


@require_http_methods(["GET", "POST"])
def scale_new(request, plan_id):
    """The form of a new scale; a POST with `try` only shows what it would change."""
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    years = years_to_choose(plan, plan_years(plan))
    if plan.is_ended or not years:
        return _form_page(request, plan, None, status=200 if request.method == "GET" else 409)
    if request.method == "GET":
        scale, form = _first_form(request, plan, years)
        return _form_page(request, plan, form, scale=scale)
    form = ScaleForm(request.POST, plan=plan, years=years)
    is_valid = form.is_valid()
    if "try" in request.POST:
        return _form_page(request, plan, form, scale=form.scale)
    if not is_valid:
        return _form_page(request, plan, form, status=422, scale=form.scale)
    return _save(request, plan, form)


@require_POST
def scale_preview(request, plan_id):
    """What the scale that is being typed would make of the results; saves nothing."""
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    years = years_to_choose(plan, plan_years(plan))
    form = ScaleForm(request.POST, plan=plan, years=years)
    form.is_valid()
    return render(request, "kpis/_scale_preview.html", _preview(plan, form, form.scale))


def _first_form(request, plan, years):
    """A preset or the scale that would go on holding, and the form filled with it."""
    scales = plan_scales(plan)
    preset = request.GET.get("preset", "")
    if preset and preset not in PRESETS:
        raise Http404
    scale = PRESETS[preset] if preset else scales[-1] if scales else STANDARD
    form = ScaleForm.showing(
        scale,
        plan=plan,
        years=years,
        seen=scales[-1].version if scales else 0,
        reason=kept_reason(request, plan),
    )
    return replace(scale, fiscal_year=years[0]), form


def _save(request, plan, form):
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            is_changed = save_scale(edit, form.scale, seen=form.cleaned_data["seen"])
    except (ReasonNeeded, PlanEnded, YearClosed, Stale) as refusal:
        return _refused(request, plan, form, refusal)
    keep_reason(request, form)
    if is_changed:
        messages.success(request, f"評語の基準「{form.scale.name}」を保存しました。")
    else:
        messages.info(request, NOTHING_CHANGED)
    return redirect("scale_detail", plan.pk)


def _refused(request, plan, form, refusal):
    """The form with what was typed, and why it was not saved."""
    scale, conflict = form.scale, None
    if isinstance(refusal, ReasonNeeded):
        form.ask_for_reason()
    elif isinstance(refusal, PlanEnded):
        form.add_error(None, ENDED)
    elif isinstance(refusal, YearClosed):
        form.add_error("fiscal_year", YEAR_CLOSED)
    else:
        standing = refusal.standing or STANDARD
        conflict = scale_conflict(plan, scale, standing, form.cleaned_data["seen"])
        form.see(refusal.standing.version if refusal.standing else 0)
    status = 422 if isinstance(refusal, ReasonNeeded) else 409
    return _form_page(request, plan, form, status=status, scale=scale, conflict=conflict)


def _form_page(request, plan, form, *, status=200, scale=None, **context):
    context |= {
        "plan": plan,
        "form": form,
        "presets": [
            (preset.name, f"{reverse('scale_new', args=[plan.pk])}?preset={key}")
            for key, preset in PRESETS.items()
        ],
    }
    if form:
        context |= _preview(plan, form, scale)
    return render(request, "kpis/scale_form.html", context, status=status)


def _preview(plan, form, scale):
    """What the preview shows, for the page and for the answer to typing."""
    return {
        "trial": trial(kpi_progress(plan, EVERYTHING), scale) if scale else None,
        "problems": form.non_field_errors() if form.is_bound else (),
        "is_scale": scale is not None,
    }
