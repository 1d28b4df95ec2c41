"""The review of a year's results: handing in, approving, checking, sending back."""

import re
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.audit import because
from dxplan.lib.fiscal_years import FiscalYear
from kpis.gates import refuse_foreign_kpis
from kpis.progress import kpi_progress
from kpis.review_list import STATES, ReviewList, posted_pick, review_lines
from kpis.reviews import take_review_step
from kpis.sight import sight_of
from kpis.summary import has_sample
from plans.editing import is_reason
from plans.gates import open_plan
from plans.on_behalf import given_reason, reason_error
from plans.review import ReviewStep
from plans.review_steps import may_take
from plans.years import YearNotOpen, chosen_year, plan_years, year_links

PICK = re.compile(r"pick-(\d{1,18})")
LONGEST_COMMENT = 1000
NOTHING_PICKED = "指標が選ばれていません。左の欄で選んでから、もう一度押してください。"
COMMENT_NEEDED = "{step}の理由を入力してください。"
COMMENT_TOO_LONG = "理由は{limit:,}字以内で入力してください（現在{length:,}字）。"
WANTING = "{count}件に入力が必要なため、まだ何も変えていません。"
PARTLY = "{done}件を{step}。{left}件は、下の理由でできませんでした。"
NOT_OPEN = "この年度は入力を受け付けていません。何も変えていません。"


@require_http_methods(["GET", "POST"])
def result_review(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_DRAFTS)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    if request.method == "POST" and year:
        return _take(request, plan, years, year, _posted_step(request))
    lines = _lines(request, plan, year)
    if request.GET.get("select") == "all":
        lines = [replace(line, is_picked=bool(line.steps)) for line in lines]
    return _page(request, plan, years, year, lines)


def _lines(request, plan, year):
    """What this person sees of drafts; the year of a plan without years has no lines."""
    if year is None:
        return []
    sight = sight_of(request.access)
    rows = [row for row in kpi_progress(plan, sight) if sight.sees_drafts_of(row.department_ids)]
    year.plan = plan
    return review_lines(rows, year, user=request.user, access=request.access)


def _posted_step(request):
    try:
        return ReviewStep(request.POST.get("step"))
    except ValueError:
        raise Http404 from None


def _take(request, plan, years, year, step):
    lines = _lines(request, plan, year)
    picks = _picks(request, lines, step)
    lines = [_typed(line, picks.get(line.row.id), step) for line in lines]
    if not picks:
        return _page(request, plan, years, year, lines, status=422, alert=NOTHING_PICKED)
    if not year.is_open:
        return _page(request, plan, years, year, lines, status=409, alert=NOT_OPEN)
    wanting = sum(bool(line.error) for line in lines)
    if wanting:
        alert = WANTING.format(count=wanting)
        return _page(request, plan, years, year, lines, status=422, alert=alert)
    because(next((pick.comment or pick.on_behalf for pick in picks.values()), ""))
    try:
        outcome = take_review_step(
            plan_year=year,
            step=step,
            picks=list(picks.values()),
            user=request.user,
            access=request.access,
        )
    except YearNotOpen:
        return _page(request, plan, years, year, lines, status=409, alert=NOT_OPEN)
    return _answer(request, plan, years, year, step, outcome, picks)


def _picks(request, lines, step):
    """The picks by KPI id. 404 for ids of another town, 403 for what this person may not do."""
    posted = {int(match[1]) for match in map(PICK.fullmatch, request.POST) if match}
    refuse_foreign_kpis(request, posted - {line.row.id for line in lines})
    if any(
        line.row.id in posted and not may_take(step, line.row.department_ids, request.access)
        for line in lines
    ):
        raise PermissionDenied
    found = (posted_pick(line, request.POST) for line in lines)
    return {pick.kpi_id: pick for pick in found if pick}


def _typed(line, pick, step):
    """The line as it was sent, with what is missing."""
    if pick is None:
        return line
    return replace(line, is_picked=True, comment=pick.comment, error=_missing(line, pick, step))


def _missing(line, pick, step) -> str:
    if len(pick.comment) > LONGEST_COMMENT:
        return COMMENT_TOO_LONG.format(limit=LONGEST_COMMENT, length=len(pick.comment))
    if step.needs_reason and not is_reason(pick.comment):
        return COMMENT_NEEDED.format(step=step.label)
    is_needed = step == ReviewStep.SUBMIT and not line.is_own
    return reason_error(pick.on_behalf, is_needed=is_needed, what="実績を提出する")


def _answer(request, plan, years, year, step, outcome, picks):
    """Back to the list, or the list with what could not be done and why, nothing typed lost."""
    if outcome.is_complete:
        messages.success(request, f"{len(outcome.done)}件を{step.done}。")
        return redirect(request.get_full_path())
    left = outcome.left
    fresh = [
        replace(line, is_picked=True, comment=picks[line.row.id].comment, error=left[line.row.id])
        if line.row.id in left
        else line
        for line in _lines(request, plan, year)
    ]
    alert = PARTLY.format(done=len(outcome.done), step=step.done, left=len(left))
    status = 409 if outcome.stale else 422
    return _page(request, plan, years, year, fresh, status=status, alert=alert)


def _page(request, plan, years, year, lines, *, status=200, alert=""):
    state = request.GET.get("state", "")
    found = ReviewList(
        fiscal_year=year.fiscal_year if year else 0,
        every=lines,
        state=state if state in STATES and not alert else "",
        department=request.GET.get("department", ""),
    )
    context = {
        "plan": plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year) if year else None,
        "years": year_links(years, year, reverse("result_review", args=[plan.pk])),
        "list": found,
        "alert": alert,
        "on_behalf": given_reason(request.POST),
        "wanting": [line for line in lines if line.error],
        "may_enter": request.access.may(Action.ENTER_RESULTS),
        "has_sample": has_sample([line.row for line in lines]),
    }
    return render(request, "kpis/review_list.html", context, status=status)
