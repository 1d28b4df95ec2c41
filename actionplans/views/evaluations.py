"""The evaluation of an action plan's year, its review, and which of a plan's are missing."""

from dataclasses import asdict, dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from actionplans.evaluation_rows import YearRow, plan_evaluations, said_by, years_of
from actionplans.evaluations import SaidChange, departments_of, save_evaluations, take_step
from actionplans.forms.evaluations import EvaluationForm, StepForm, in_words
from actionplans.gates import may_change, open_action_plan
from actionplans.models import ActionPlan
from actionplans.sheets import action_rows
from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import base_of, conflict_of
from dxplan.lib.fiscal_years import FiscalYear
from kpis.gates import sight_in
from kpis.progress import kpi_progress
from plans.editing import Stale
from plans.gates import open_plan
from plans.models import Plan, PlanYear
from plans.review import ReviewStep, steps_from
from plans.review_steps import may_take
from plans.structure import Refused
from plans.years import YearNotOpen, chosen_year, plan_years, year_links

NOT_OPEN = "この年度は評価を受け付けていません。入力した内容は保存されていません。"
HANDED_IN = "この評価は{state}のため、変更できません。入力した内容は保存されていません。"
CHANGED = "他の人が先に変更しました。いまの内容を確かめてから、もう一度操作してください。"


@dataclass(frozen=True)
class Desk:
    """One action plan's year as one person has it before the eyes."""

    plan: Plan
    sheet: ActionPlan
    years: list[PlanYear]
    plan_year: PlanYear | None
    row: YearRow | None
    before: YearRow | None
    may_write: bool
    is_own: bool

    @property
    def is_open(self) -> bool:
        return bool(self.plan_year and self.plan_year.is_open and not self.plan.is_ended)

    @property
    def url(self) -> str:
        return reverse("evaluation", args=[self.sheet.pk])


@require_http_methods(["GET", "POST"])
def evaluation(request, action_id):
    desk = _desk(request, *open_action_plan(request, action_id))
    if request.method == "GET":
        return _page(request, desk)
    if desk.plan_year is None:
        raise Http404
    if "step" in request.POST:
        return _step(request, desk)
    if not desk.may_write:
        raise PermissionDenied
    form = EvaluationForm(request.POST, is_own=desk.is_own)
    if not desk.is_open:
        return _refused(request, desk, form, NOT_OPEN)
    if not form.is_valid():
        return _page(request, desk, form=form, status=422)
    return _save(request, desk, form)


def _desk(request, plan, sheet):
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    asked = [year.fiscal_year - 1, year.fiscal_year] if year else []
    rows = _rows(plan, sheet, asked, sight_in(request)) if year else {}
    return Desk(
        plan=plan,
        sheet=sheet,
        years=years,
        plan_year=year,
        row=rows.get(year.fiscal_year) if year else None,
        before=rows.get(year.fiscal_year - 1) if year else None,
        may_write=may_change(request.access, sheet.department_id, Action.ENTER_RESULTS),
        is_own=request.access.is_of(departments_of(sheet)),
    )


def _rows(plan, sheet, fiscal_years, sight):
    action = next(row for row in action_rows(plan) if row.id == sheet.pk)
    return years_of(action, kpi_progress(plan, sight), fiscal_years, sight)


def _save(request, desk, form):
    try:
        change = SaidChange(
            action_id=desk.sheet.pk,
            version=form.cleaned_data["version"] or 0,
            said=form.said,
            on_behalf=form.cleaned_data.get("on_behalf", ""),
        )
        is_changed = save_evaluations(plan_year=desk.plan_year, changes=[change], user=request.user)
    except YearNotOpen:
        return _refused(request, desk, form, NOT_OPEN)
    except Stale as stale:
        return _conflict(request, desk, form, stale.standing)
    messages.success(request, "評価を保存しました。" if is_changed else "変更はありませんでした。")
    return _back(desk)


def _conflict(request, desk, form, standing):
    """Yours and theirs side by side; what was handed in meanwhile stays, yours as text."""
    if not standing.review.is_editable:
        return _refused(request, desk, form, HANDED_IN.format(state=standing.review.label))
    seen = form.cleaned_data["version"]
    conflict = conflict_of(
        standing,
        yours=in_words(form.said),
        theirs=_words(standing),
        base=base_of(standing, seen, _words, may_be_new=True),
    )
    form.see(standing.version)
    return _page(request, desk, form=form, status=409, conflict=conflict)


def _words(evaluation):
    return in_words(said_by(evaluation))


def _refused(request, desk, form, alert):
    """Nothing can be saved: what was typed is shown back as text."""
    typed = [(form.fields[name].label, form.data.get(name, "")) for name in form.fields]
    lost = [(label, text) for label, text in typed if label and text.strip()]
    fresh = _desk(request, Plan.objects.get(pk=desk.plan.pk), desk.sheet)
    return _page(request, fresh, status=409, alert=alert, lost=lost)


def _step(request, desk):
    step = _named_step(request.POST["step"])
    if not may_take(step, departments_of(desk.sheet), request.access):
        raise PermissionDenied
    form = StepForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, step_form=form, status=422)
    try:
        take_step(
            plan_year=desk.plan_year,
            sheet=desk.sheet,
            step=step,
            version=form.cleaned_data["version"] or 0,
            comment=form.cleaned_data["comment"],
            user=request.user,
            access=request.access,
        )
    except Refused as refusal:
        return _page(request, desk, step_form=form, status=422, alert=str(refusal))
    except (YearNotOpen, Stale) as late:
        fresh = _desk(request, Plan.objects.get(pk=desk.plan.pk), desk.sheet)
        alert = NOT_OPEN if isinstance(late, YearNotOpen) else CHANGED
        return _page(request, fresh, status=409, alert=alert)
    messages.success(request, f"{step.label}しました。")
    return _back(desk)


def _named_step(text):
    found = next((step for step in ReviewStep if step.value == text), None)
    if found is None:
        raise Http404
    return found


def _back(desk):
    return redirect(f"{desk.url}?fiscal_year={desk.plan_year.fiscal_year}")


def _page(request, desk, *, form=None, step_form=None, status=200, **context):
    row = desk.row
    is_writable = bool(row and desk.is_open and desk.may_write and row.is_editable)
    if is_writable and form is None:
        initial = asdict(row.said) | {"version": row.version}
        form = EvaluationForm(is_own=desk.is_own, initial=initial)
    context |= {
        "plan": desk.plan,
        "sheet": desk.sheet,
        "desk": desk,
        "row": row,
        "before": desk.before,
        "fiscal_year": row.fiscal_year if row else None,
        "years": year_links(desk.years, desk.plan_year, desk.url),
        "form": form if is_writable else None,
        "steps": _steps(request, desk),
        "step_form": step_form or StepForm(initial={"version": row.version if row else 0}),
        "has_sample": bool(row and row.is_sample),
    }
    return render(request, "actionplans/evaluation.html", context, status=status)


def _steps(request, desk):
    if not desk.is_open or not desk.row or not desk.row.version:
        return []
    steps = steps_from(desk.row.review.state)
    return [step for step in steps if may_take(step, departments_of(desk.sheet), request.access)]


@require_GET
def evaluation_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    lines = plan_evaluations(plan, year.fiscal_year, sight_in(request)) if year else []
    context = {
        "plan": plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year) if year else None,
        "years": year_links(years, year, reverse("evaluation_list", args=[plan.pk])),
        "lines": lines,
        "may_import": bool(year and year.is_open) and _may_import(request, lines),
        "missing": sum(not line.year.version for line in lines),
        "has_sample": any(line.year.is_sample for line in lines),
    }
    return render(request, "actionplans/evaluation_list.html", context)


def _may_import(request, lines):
    return any(request.access.may_for(Action.IMPORT_RESULTS, line.department_ids) for line in lines)
