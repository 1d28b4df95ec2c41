import re
from dataclasses import replace

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dxplan.accounts.permissions import Action
from dxplan.lib.audit import because
from dxplan.lib.fiscal_years import FiscalYear
from kpis.actions import save_results
from kpis.checklist_feed import checklist_feeds
from kpis.gates import refuse_foreign_kpis
from kpis.grid import ALL_FEEDS, after_save, posted_kpi_ids, posted_row, stored_row, with_feeds
from kpis.progress import kpi_progress
from kpis.reviews import NO_CAUSE, submit_list
from kpis.sight import EVERYTHING
from kpis.summary import has_sample, measured_in
from plans.gates import open_plan
from plans.on_behalf import given_reason, is_on_behalf, reason_error
from plans.years import YearNotOpen, chosen_year, plan_years, year_links

KPI_ID = re.compile("[0-9]{1,18}")
CLOSED_MEANWHILE = "この年度は入力を締め切りました。入力した内容は保存されていません。"
TAKEN_OVER = "{count}件に一覧の値を入れました。まだ保存していません。「保存する」を押してください。"
NOTHING_TO_TAKE_OVER = "一覧の値を入れる指標はありませんでした。"


@require_http_methods(["GET", "POST"])
def result_grid(request, plan_id):
    plan = open_plan(request, plan_id, Action.ENTER_RESULTS)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    if request.method == "POST" and year:
        answer = _take_feeds if "take_feed" in request.POST else _save_grid
        return answer(request, plan, years, year)
    rows = _own_rows(request, plan, year)
    feeds = _feeds(plan, rows, year)
    lines = [stored_row(row, year.fiscal_year, feeds.get(row.id)) for row in rows]
    return _grid_page(request, plan, years, year, lines)


def _own_rows(request, plan, year):
    """The KPIs measured in the year that this person may enter."""
    measured = measured_in(kpi_progress(plan, EVERYTHING), year.fiscal_year) if year else []
    return [
        row for row in measured if request.access.may_for(Action.ENTER_RESULTS, row.department_ids)
    ]


def _feeds(plan, rows, year):
    """What checklists give for an open year; a closed one stays as it is."""
    return checklist_feeds(plan, rows, year.fiscal_year) if year and year.is_open else {}


def _posted_lines(request, plan, rows, year):
    """The lines as typed; those of other departments carry why one enters them."""
    feeds, reason = _feeds(plan, rows, year), given_reason(request.POST)
    lines = [posted_row(row, year.fiscal_year, request.POST, feeds.get(row.id)) for row in rows]
    return [
        replace(line, on_behalf=reason) if is_on_behalf(request, line.row.department_ids) else line
        for line in lines
    ]


def _reason_error(request, lines) -> str:
    """What is wrong with the reason for changing results of other departments."""
    is_handing_in = "submit_list" in request.POST
    touched = [line for line in lines if line.is_changed or (is_handing_in and line.can_be_sent)]
    is_needed = any(is_on_behalf(request, line.row.department_ids) for line in touched)
    return reason_error(given_reason(request.POST), is_needed=is_needed, what="実績を変える")


def _grid_page(
    request, plan, years, year, lines, *, status=200, alert="", is_unsaved=False, **context
):
    context |= {
        "plan": plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year) if year else None,
        "years": year_links(years, year, reverse("result_grid", args=[plan.pk])),
        "lines": lines,
        "alert": alert,
        "is_unsaved": is_unsaved or (bool(alert) and "left" not in context),
        "wanting": [line for line in lines if line.is_refused or line.theirs],
        "untouched_feeds": sum(bool(line.feed) and line.is_untouched for line in lines),
        "all_feeds": ALL_FEEDS,
        "has_sample": has_sample([line.row for line in lines]),
        "missing": sum(line.stored.is_missing for line in lines),
        "is_on_behalf": any(is_on_behalf(request, line.row.department_ids) for line in lines),
        "on_behalf": given_reason(request.POST),
    }
    return render(request, "kpis/result_grid.html", context, status=status)


def _take_feeds(request, plan, years, year):
    """Fills cells with what checklists give and keeps whatever was typed; saves nothing."""
    typed = _posted_lines(request, plan, _posted_rows(request, plan, year), year)
    if not year.is_open:
        return _grid_page(request, plan, years, year, typed, status=409, alert=CLOSED_MEANWHILE)
    lines = with_feeds(typed, request.POST["take_feed"])
    count = sum(line is not before for line, before in zip(lines, typed, strict=True))
    messages.info(request, TAKEN_OVER.format(count=count) if count else NOTHING_TO_TAKE_OVER)
    return _grid_page(request, plan, years, year, lines, is_unsaved=True)


def _posted_rows(request, plan, year):
    """The person's own rows, once it is sure that the form has no others."""
    rows = _own_rows(request, plan, year)
    refuse_foreign_kpis(request, posted_kpi_ids(request.POST) - {row.id for row in rows})
    return rows


def _save_grid(request, plan, years, year):
    lines = _posted_lines(request, plan, _posted_rows(request, plan, year), year)
    changes = [line.change for line in lines if line.is_changed and line.checked.entry]
    wrong = _reason_error(request, lines)
    if wrong:
        page = {"status": 422, "alert": wrong, "reason_error": wrong}
        return _grid_page(request, plan, years, year, lines, **page)
    because(given_reason(request.POST))
    try:
        conflicts = save_results(plan_year=year, changes=changes, user=request.user)
    except YearNotOpen:
        return _grid_page(request, plan, years, year, lines, status=409, alert=CLOSED_MEANWHILE)
    refused = sum(line.is_refused for line in lines)
    saved = len(changes) - len(conflicts)
    if not conflicts and not refused and "submit_list" in request.POST:
        return _submit(request, plan, years, year)
    if not conflicts and not refused:
        messages.success(
            request, f"{saved}件を保存しました。" if saved else "変更はありませんでした。"
        )
        return redirect(f"{request.path}?fiscal_year={year.fiscal_year}")
    fresh = _own_rows(request, plan, year)
    lines = [after_save(line, row, conflicts) for line, row in zip(lines, fresh, strict=True)]
    alert = _alert(saved, refused, len(conflicts))
    status = 409 if conflicts else 422
    return _grid_page(request, plan, years, year, lines, status=status, alert=alert)


def _submit(request, plan, years, year):
    """Hands in all that is complete of what was just saved, and says what keeps the rest."""
    rows = _own_rows(request, plan, year)
    try:
        outcome = submit_list(
            plan_year=year,
            rows=rows,
            user=request.user,
            access=request.access,
            on_behalf=given_reason(request.POST),
        )
    except YearNotOpen:
        lines = [stored_row(row, year.fiscal_year) for row in rows]
        return _grid_page(request, plan, years, year, lines, status=409, alert=CLOSED_MEANWHILE)
    if outcome.done:
        messages.success(request, f"{len(outcome.done)}件を提出しました。")
    if outcome.is_complete:
        return redirect(f"{request.path}?fiscal_year={year.fiscal_year}")
    feeds, fresh = _feeds(plan, rows, year), _own_rows(request, plan, year)
    lines = [stored_row(row, year.fiscal_year, feeds.get(row.id)) for row in fresh]
    left = [(row, outcome.left[row.id]) for row in fresh if row.id in outcome.left]
    causeless = {kpi_id for kpi_id, why in outcome.refused.items() if why == NO_CAUSE}
    alert = f"{len(left)}件は、まだ提出できません。入力した内容は保存しました。"
    return _grid_page(
        request, plan, years, year, lines, status=422, alert=alert, left=left, causeless=causeless
    )


def _alert(saved, refused, conflicts):
    parts = [f"{saved}件を保存しました。"] if saved else []
    if refused:
        parts.append(f"{refused}件は入力内容の確認が必要なため、保存していません。")
    if conflicts:
        parts.append(
            f"{conflicts}件は他の人が先に保存していました。どちらの値にするか選んでください。"
        )
    return "".join(parts)


@require_POST
def result_check(request, plan_id):
    """How the rows that were typed or pasted into would be judged; saves nothing."""
    plan = open_plan(request, plan_id, Action.ENTER_RESULTS)
    year = chosen_year(plan_years(plan), request.GET.get("fiscal_year"))
    wanted = {int(text) for text in request.GET.getlist("kpi") if KPI_ID.fullmatch(text)}
    rows = [row for row in _own_rows(request, plan, year) if row.id in wanted]
    if not wanted:
        raise Http404
    refuse_foreign_kpis(request, wanted - {row.id for row in rows})
    lines = _posted_lines(request, plan, rows, year)
    return render(request, "kpis/_grid_check.html", {"lines": lines, "year": year})
