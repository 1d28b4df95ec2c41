from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import FiscalYear
from plans.checklist_figures import recorded_years
from plans.checklist_filter import ItemFilter
from plans.checklist_rows import checklist_in_year
from plans.checklists import item_histories, plan_checklists
from plans.gates import open_checklist, open_plan
from plans.years import YearLink, plan_years


@require_GET
def checklist_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    context = {
        "plan": plan,
        "checklists": plan_checklists(plan),
        "may_edit": _may_edit(request, plan),
    }
    return render(request, "plans/checklist_list.html", context)


@require_GET
def checklist_detail(request, plan_id, checklist_id):
    """One list in one year, its items filtered by state and group."""
    plan, checklist = open_checklist(request, plan_id, checklist_id, Action.SEE_PLANS)
    histories = item_histories(checklist)
    years = plan_years(plan)
    open_years = [year.fiscal_year for year in years if year.is_open]
    recorded = recorded_years(histories)
    fiscal_year = _chosen(request.GET.get("fiscal_year"), recorded, open_years)
    shown = checklist_in_year(checklist, histories, fiscal_year)
    passing = ItemFilter(request.GET, shown=shown)
    ids = passing.ids
    context = {
        "plan": plan,
        "checklist": checklist,
        "list": shown,
        "rows": [row for row in shown.rows if row.item_id in ids],
        "filter": passing,
        "years": _year_links(request, sorted({*recorded, *open_years}), fiscal_year, years),
        "may_edit": _may_edit(request, plan),
        "entry_year": _entry_year(open_years, fiscal_year),
    }
    return render(request, "plans/checklist_detail.html", context)


def _may_edit(request, plan):
    return request.access.may(Action.EDIT_PLAN) and not plan.is_ended


def _entry_year(open_years, shown_year):
    """The shown year where it is open, else the latest open one."""
    year = shown_year if shown_year in open_years else max(open_years, default=None)
    return FiscalYear(year) if year else None


def _chosen(text, recorded, open_years):
    """The year that `text` names; without it the latest recorded one, else the latest open one."""
    if not text:
        return max(recorded or open_years, default=None)
    for year in (*recorded, *open_years):
        if text == str(year):
            return year
    raise Http404("この一覧にない年度です。")


def _year_links(request, shown_years, current, years):
    """The same page with the same filters for every year."""
    closed = {year.fiscal_year for year in years if year.is_closed}
    return [
        YearLink(
            label=FiscalYear(year).era_label,
            url=_url_of_year(request, year),
            is_current=year == current,
            is_closed=year in closed,
        )
        for year in shown_years
    ]


def _url_of_year(request, year):
    query = request.GET.copy()
    query["fiscal_year"] = str(year)
    return f"?{query.urlencode()}"
