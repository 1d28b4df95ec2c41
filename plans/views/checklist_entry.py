import re
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import FiscalYear
from plans.checklist_entry import (
    EntrySheet,
    after_save,
    entry_sheet,
    posted_line,
    posted_lines,
    stored_lines,
)
from plans.checklist_states import save_states
from plans.checklists import item_histories
from plans.gates import open_checklist
from plans.models import Plan, PlanYear
from plans.years import YearNotOpen, chosen_year, plan_years, year_links

CLOSED = "この年度は入力を受け付けていません。入力した内容は保存されていません。"
STATE_KEY = re.compile(r"state-([0-9]{1,18})")


@dataclass(frozen=True)
class Opened:
    """What a request is about: one list of a plan in one of the plan's years."""

    plan: Plan
    years: list[PlanYear]
    year: PlanYear
    sheet: EntrySheet
    query: str

    @property
    def takes_entries(self):
        return self.year.is_open and not self.plan.is_ended


@require_http_methods(["GET", "POST"])
def checklist_entry(request, plan_id, checklist_id):
    opened = _open(request, plan_id, checklist_id)
    if request.method == "POST":
        return _save(request, opened)
    lines = stored_lines(opened.sheet) if opened.takes_entries else []
    return _page(request, opened, lines)


@require_POST
def checklist_check(request, plan_id, checklist_id):
    """How the row that is being typed is read; saves nothing."""
    opened = _open(request, plan_id, checklist_id)
    line = posted_line(opened.sheet, request.GET.get("item", ""), request.POST)
    if line is None:
        raise Http404
    return render(request, "plans/_checklist_check.html", {"line": line})


def _open(request, plan_id, checklist_id):
    plan, checklist = open_checklist(request, plan_id, checklist_id, Action.EDIT_PLAN)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    if year is None:
        raise Http404("年度がまだありません。")
    with_counts = request.GET.get("counts") == "1"
    sheet = entry_sheet(
        checklist, year.fiscal_year, item_histories(checklist), with_counts=with_counts
    )
    query = f"?fiscal_year={year.fiscal_year}{'&counts=1' if with_counts else ''}"
    return Opened(plan, years, year, sheet, query)


def _page(request, opened, lines, *, status=200, alert=""):
    sheet = opened.sheet
    place = [opened.plan.pk, sheet.checklist.pk]
    context = {
        "plan": opened.plan,
        "checklist": sheet.checklist,
        "sheet": sheet,
        "year": opened.year,
        "fiscal_year": FiscalYear(opened.year.fiscal_year),
        "years": year_links(opened.years, opened.year, request.path),
        "lines": lines,
        "labels": sheet.labels,
        "before_year": FiscalYear(sheet.before) if sheet.before else None,
        "columns": 2 + bool(sheet.before) + 2 * sheet.has_counts,
        "check_url": f"{reverse('checklist_check', args=place)}{opened.query}",
        "query": opened.query,
        "takes_entries": opened.takes_entries,
        "alert": alert,
    }
    return render(request, "plans/checklist_entry.html", context, status=status)


def _save(request, opened):
    lines = posted_lines(opened.sheet, request.POST)
    if not opened.takes_entries:
        return _page(request, opened, lines, status=409, alert=CLOSED)
    refused = sum(line.is_refused for line in lines)
    if refused:
        alert = f"{refused}件の項目に確認が必要なため、まだ何も保存していません。"
        return _page(request, opened, lines, status=422, alert=alert)
    changes = [line.change for line in lines if line.is_changed]
    try:
        conflicts = save_states(
            checklist=opened.sheet.checklist, plan_year=opened.year, changes=changes
        )
    except YearNotOpen:
        opened = _open(request, opened.plan.pk, opened.sheet.checklist.pk)
        return _page(request, opened, lines, status=409, alert=CLOSED)
    removed = len(_posted_item_ids(request.POST) - {line.item.item_id for line in lines})
    removed += sum(standing is None for standing in conflicts.values())
    saved = len(changes) - len(conflicts)
    if conflicts or removed:
        return _conflict_page(request, opened, lines, conflicts, saved, removed)
    text = f"{saved}件を保存しました。" if saved else "変更はありませんでした。"
    messages.success(request, text)
    return redirect(f"{request.path}{opened.query}")


def _conflict_page(request, opened, lines, conflicts, saved, removed):
    """Both values side by side for what someone else stored meanwhile; all else is stored."""
    fresh = _open(request, opened.plan.pk, opened.sheet.checklist.pk)
    shown = after_save(fresh.sheet, lines, conflicts)
    alert = _alert(saved, sum(line.conflict is not None for line in shown), removed)
    return _page(request, fresh, shown, status=409, alert=alert)


def _alert(saved, conflicts, removed):
    parts = [f"{saved}件を保存しました。"] if saved else []
    if conflicts:
        parts.append(
            f"{conflicts}件は他の人が先に保存していました。どちらの値にするか選んでください。"
        )
    if removed:
        parts.append(f"{removed}件は他の人が一覧から削除した項目のため、保存していません。")
    return "".join(parts)


def _posted_item_ids(data):
    return {int(found[1]) for found in map(STATE_KEY.fullmatch, data) if found}
