from dataclasses import replace

from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from dxplan.accounts.permissions import Action
from kpis.filters import KpiFilter
from kpis.forms.columns import ColumnsForm
from kpis.gates import sight_in
from kpis.kpi_list import kpi_lines
from kpis.progress import kpi_progress
from kpis.summary import has_sample
from kpis.tables import KpiTable
from plans.gates import open_plan
from plans.years import chosen_year, plan_years, year_links


@require_GET
def kpi_list(request, plan_id):
    """The KPIs measured in a year; conditions, columns and order stand in the address."""
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    context = {
        "plan": plan,
        "year": year,
        "years": _year_links(request, years, year),
        "may_edit": request.access.may(Action.EDIT_PLAN) and not plan.is_ended,
    }
    if year:
        context |= _list_of(request, plan, year.fiscal_year)
    return render(request, "kpis/kpi_list.html", context)


def _list_of(request, plan, fiscal_year):
    rows = kpi_progress(plan, sight_in(request))
    found = kpi_lines(rows, fiscal_year)
    kpis = KpiFilter(request.GET, plan=plan, shown=found)
    ids = kpis.ids
    lines = [line for line in found.lines if line.row.id in ids]
    columns = ColumnsForm(request.GET)
    table = KpiTable(lines, chosen=columns.chosen)
    table.caption = f"{len(lines)}件を表示（全{len(found.lines)}件）"
    RequestConfig(request, paginate=False).configure(table)
    return {
        "filter": kpis,
        "columns": columns,
        "table": table,
        "has_any": bool(found.lines),
        "has_sample": has_sample(rows),
    }


def _year_links(request, years, year):
    """The same list of every year: under the same conditions, in the same order and columns."""
    query = request.GET.copy()
    links = []
    for item, link in zip(years, year_links(years, year, ""), strict=True):
        query["fiscal_year"] = str(item.fiscal_year)
        links.append(replace(link, url=f"?{query.urlencode()}"))
    return links
