"""A plan's fiscal years: where the departments stand, and opening, closing, reopening."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import base_of, conflict_of
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.pages.closing_checks import closing_checks
from dxplan.pages.year_cycle import (
    answer_reopening,
    ask_reopening,
    close_year,
    edit_year,
    open_year,
)
from dxplan.pages.year_forms import AnswerForm, CloseForm, ReopenForm, YearForm, in_words
from dxplan.pages.year_overview import department_lines
from kpis.models import Paper, PaperKind
from kpis.progress import kpi_progress
from kpis.review_list import STATES
from kpis.sight import sight_of
from kpis.summary import has_sample
from plans.editing import ReasonNeeded, Stale
from plans.gates import open_plan
from plans.life import NotReady
from plans.models import PlanYear, YearReopening
from plans.years import chosen_year, plan_years, year_links

CHANGED_MEANWHILE = (
    "ほかの人が先に変更しました。いまは「{state}」です。入力した内容は残っています。"
)
ASKED = "再開を申し出ました。別のDX推進担当が認めると、入力を再開できます。"
ASKED_ALREADY = "この年度の再開は、すでに申し出があります。"
REASON_NEEDED = "そのまま締める理由を入力してください。"


@require_GET
def year_overview(request, plan_id):
    """All departments whose drafts this person sees, at a glance."""
    plan = open_plan(request, plan_id, Action.SEE_DRAFTS)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    sight = sight_of(request.access)
    rows = [row for row in kpi_progress(plan, sight) if sight.sees_drafts_of(row.department_ids)]
    context = {
        "plan": plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year) if year else None,
        "years": year_links(years, year, reverse("year_overview", args=[plan.pk])),
        "states": list(STATES.values()),
        "lines": department_lines(rows, year, today=timezone.localdate()) if year else [],
        "may_run": request.access.may(Action.RUN_YEARS) and not plan.is_ended,
        "reopenings": _reopenings(year),
        "records": _records(year),
        "has_sample": has_sample(rows),
    }
    return render(request, "pages/year_overview.html", context)


def _reopenings(year):
    return list(YearReopening.objects.filter(plan_year=year).order_by("-pk")) if year else []


def _records(year):
    """The figures kept at each closing, the latest first."""
    if year is None:
        return []
    papers = Paper.objects.without_contents().filter(plan=year.plan_id, kind=PaperKind.CLOSING)
    return list(papers.filter(fiscal_year=year.fiscal_year).order_by("-pk"))


def _open(request, plan_id, fiscal_year):
    plan = open_plan(request, plan_id, Action.RUN_YEARS)
    year = get_object_or_404(PlanYear, plan=plan, fiscal_year=fiscal_year)
    year.plan = plan
    return year


@require_http_methods(["GET", "POST"])
def year_open(request, plan_id, fiscal_year):
    return _ask(request, _open(request, plan_id, fiscal_year), open_year, "受付を始めました")


@require_http_methods(["GET", "POST"])
def year_edit(request, plan_id, fiscal_year):
    return _ask(request, _open(request, plan_id, fiscal_year), edit_year, "照会の内容を変えました")


def _ask(request, year, act, done):
    """The form of an inquiry, for a year to be opened or one that is open."""
    fits = year.is_planned if act is open_year else year.is_open
    if request.method == "GET":
        form = YearForm(initial=_asked(year))
        return _form_page(request, year, form, act, status=200 if fits else 409, fits=fits)
    form = YearForm(request.POST)
    if not form.is_valid():
        return _form_page(request, year, form, act, status=422)
    try:
        is_changed = act(plan_year=year, user=request.user, **form.cleaned_data)
    except NotReady as refusal:
        form.add_error(None, refusal.obstacles)
        return _form_page(request, year, form, act, status=422)
    except Stale as refusal:
        return _stale(request, refusal.standing, form, act)
    name = FiscalYear(year.fiscal_year).era_label
    messages.success(request, f"{name}の{done}。" if is_changed else "変更はありませんでした。")
    return _to_overview(year)


def _asked(year):
    return {
        "due_on": year.due_on,
        "message": year.message,
        "office_approves": year.office_approves,
        "version": year.version,
    }


def _stale(request, standing, form, act):
    """What was typed stays in the form; what stands is shown beside it."""
    conflict = conflict_of(
        standing,
        yours=in_words(form.cleaned_data),
        theirs=_words(standing),
        base=base_of(standing, form.cleaned_data["version"], _words),
    )
    data = form.data.copy()
    data["version"] = standing.version
    alert = CHANGED_MEANWHILE.format(state=standing.get_state_display())
    fits = standing.is_planned if act is open_year else standing.is_open
    context = {"alert": alert, "conflict": conflict, "fits": fits}
    return _form_page(request, standing, YearForm(data), act, status=409, **context)


def _words(year):
    return in_words(_asked(year))


def _form_page(request, year, form, act, *, status, fits=True, **context):
    context |= {
        "plan": year.plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year),
        "form": form,
        "is_opening": act is open_year,
        "fits": fits,
        "is_over": not fits,
    }
    return render(request, "pages/year_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def year_close(request, plan_id, fiscal_year):
    """Shows what is missing, and closes the year once that was confirmed."""
    year = _open(request, plan_id, fiscal_year)
    if request.method == "GET":
        form = CloseForm(initial={"version": year.version})
        return _closing_page(request, year, form, status=200 if year.is_open else 409)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _closing_page(request, year, form, status=422)
    try:
        close_year(plan_year=year, user=request.user, **form.cleaned_data)
    except ReasonNeeded:
        form.add_error("reason", REASON_NEEDED)
        return _closing_page(request, year, form, status=422)
    except NotReady:
        return _closing_page(request, year, form, status=409)
    except Stale as refusal:
        data = form.data.copy()
        data["version"] = refusal.standing.version
        alert = CHANGED_MEANWHILE.format(state=refusal.standing.get_state_display())
        return _closing_page(request, refusal.standing, CloseForm(data), status=409, alert=alert)
    messages.success(request, f"{FiscalYear(year.fiscal_year).era_label}を締めました。")
    return _to_overview(year)


def _closing_page(request, year, form, *, status, alert=""):
    checks = closing_checks(year.plan, year.fiscal_year)
    context = {
        "plan": year.plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year),
        "form": form,
        "checks": checks,
        "has_obstacle": any(check.is_obstacle for check in checks),
        "alert": alert,
    }
    return render(request, "pages/year_close.html", context, status=status)


@require_http_methods(["GET", "POST"])
def year_reopen(request, plan_id, fiscal_year):
    """Asks for a closed year to be reopened, or shows the request to who may grant it."""
    year = _open(request, plan_id, fiscal_year)
    if request.method == "GET":
        return _reopen_page(request, year, ReopenForm())
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _reopen_page(request, year, form, status=422)
    try:
        is_asked = ask_reopening(
            plan_year=year, user=request.user, reason=form.cleaned_data["reason"]
        )
    except ReasonNeeded:
        form.add_error("reason", "再開の理由を入力してください。")
        return _reopen_page(request, year, form, status=422)
    except Stale as refusal:
        return _reopen_page(request, refusal.standing, form, status=409)
    messages.info(request, ASKED if is_asked else ASKED_ALREADY)
    return redirect("year_reopen", year.plan_id, year.fiscal_year)


@require_POST
def year_answer(request, plan_id, fiscal_year):
    """Grants or declines a request of another person."""
    year = _open(request, plan_id, fiscal_year)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _reopen_page(request, year, ReopenForm(), answer=form, status=422)
    is_granted = request.POST.get("decision") == "grant"
    try:
        answer_reopening(
            plan_year=year, user=request.user, is_granted=is_granted, **form.cleaned_data
        )
    except NotReady as refusal:
        form.add_error(None, refusal.obstacles)
        return _reopen_page(request, year, ReopenForm(), answer=form, status=403)
    except Stale as refusal:
        return _reopen_page(request, refusal.standing, ReopenForm(), answer=form, status=409)
    said = "入力の受付を再開しました。" if is_granted else "再開を認めませんでした。"
    messages.success(request, said)
    return _to_overview(year)


def _reopen_page(request, year, form, *, answer=None, status=200):
    reopenings = _reopenings(year)
    pending = next((item for item in reopenings if item.is_pending), None)
    context = {
        "plan": year.plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year),
        "form": form,
        "pending": pending,
        "is_own": pending is not None and pending.asked_by_id == request.user.pk,
        "answer": answer or AnswerForm(initial={"seen": pending.pk if pending else 0}),
        "reopenings": reopenings,
    }
    return render(request, "pages/year_reopen.html", context, status=status)


def _to_overview(year):
    url = reverse("year_overview", args=[year.plan_id])
    return redirect(f"{url}?fiscal_year={year.fiscal_year}")
