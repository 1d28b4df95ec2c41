from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tables2 import RequestConfig

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import FiscalYear
from kpis.actions import save_results
from kpis.charts import kpi_chart
from kpis.grading import ALL_GRADES, GRADES_BY_KEY
from kpis.grid import after_save, posted_kpi_ids, posted_row, stored_row
from kpis.models import Kpi
from kpis.progress import kpi_progress, reasons
from kpis.rows import KpiProgress, YearStanding
from kpis.summary import has_sample, measured_in
from kpis.tables import KpiTable
from plans.gates import open_plan
from plans.years import YearNotOpen, chosen_year, plan_years, year_links

CLOSED_MEANWHILE = "この年度は入力を締め切りました。入力した内容は保存されていません。"


@dataclass(frozen=True)
class KpiLine:
    """One line of the KPI list."""

    row: KpiProgress
    standing: YearStanding
    previous: YearStanding | None
    url: str

    @property
    def rate_value(self):
        achievement = self.standing.achievement
        return achievement.rate.value if achievement else None

    @property
    def grade_place(self):
        return ALL_GRADES.index(self.standing.grade)


@require_GET
def kpi_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    rows = kpi_progress(plan)
    lines = (
        [_line(row, year.fiscal_year) for row in measured_in(rows, year.fiscal_year)]
        if year
        else []
    )
    shown = _filtered(lines, request.GET)
    table = KpiTable(shown)
    table.caption = f"{len(shown)}件を表示（全{len(lines)}件）"
    RequestConfig(request, paginate=False).configure(table)
    context = {
        "plan": plan,
        "year": year,
        "years": year_links(years, year, reverse("kpi_list", args=[plan.pk])),
        "table": table,
        "grades": ALL_GRADES,
        "departments": sorted({name for line in lines for name in line.row.department_names}),
        "chosen_grade": request.GET.get("grade", ""),
        "chosen_department": request.GET.get("department", ""),
        "is_filtered": len(shown) < len(lines),
        "has_sample": has_sample(rows),
    }
    return render(request, "kpis/kpi_list.html", context)


def _line(row, fiscal_year):
    url = f"{reverse('kpi_detail', args=[row.id])}?fiscal_year={fiscal_year}"
    return KpiLine(row, row.at(fiscal_year), row.at(fiscal_year - 1), url)


def _filtered(lines, query):
    grade, department = query.get("grade"), query.get("department")
    if grade in GRADES_BY_KEY:
        lines = [line for line in lines if line.standing.grade.key == grade]
    if department:
        lines = [line for line in lines if department in line.row.department_names]
    return lines


@require_GET
def kpi_detail(request, kpi_id):
    kpi = get_object_or_404(Kpi.objects.visible_to(request.access), pk=kpi_id)
    plan = open_plan(request, kpi.plan_id, Action.SEE_PLANS)
    row = next(row for row in kpi_progress(plan) if row.id == kpi.pk)
    context = {
        "plan": plan,
        "row": row,
        "standings": [(standing, reasons(standing)) for standing in row.years.values()],
        "charts": {"kpi": kpi_chart(row)},
        "has_sample": has_sample([row]),
    }
    return render(request, "kpis/kpi_detail.html", context)


@require_http_methods(["GET", "POST"])
def result_grid(request, plan_id):
    plan = open_plan(request, plan_id, Action.ENTER_RESULTS)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    if request.method == "POST" and year:
        return _save_grid(request, plan, years, year)
    rows = _own_rows(request, plan, year)
    lines = [stored_row(row, year.fiscal_year) for row in rows] if year else []
    return _grid_page(request, plan, years, year, lines)


def _own_rows(request, plan, year):
    """The KPIs measured in the year that this person may enter."""
    measured = measured_in(kpi_progress(plan), year.fiscal_year) if year else []
    return [
        row for row in measured if request.access.may_for(Action.ENTER_RESULTS, row.department_ids)
    ]


def _grid_page(request, plan, years, year, lines, *, status=200, alert=""):
    context = {
        "plan": plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year) if year else None,
        "years": year_links(years, year, reverse("result_grid", args=[plan.pk])),
        "lines": lines,
        "alert": alert,
        "has_sample": has_sample([line.row for line in lines]),
        "missing": sum(line.row.at(year.fiscal_year).result.is_missing for line in lines),
    }
    return render(request, "kpis/result_grid.html", context, status=status)


def _save_grid(request, plan, years, year):
    rows = _own_rows(request, plan, year)
    _refuse_foreign(request, posted_kpi_ids(request.POST) - {row.id for row in rows})
    lines = [posted_row(row, year.fiscal_year, request.POST) for row in rows]
    changes = [line.change for line in lines if line.is_changed and line.checked.entry]
    try:
        conflicts = save_results(plan_year=year, changes=changes, user=request.user)
    except YearNotOpen:
        return _grid_page(request, plan, years, year, lines, status=409, alert=CLOSED_MEANWHILE)
    refused = sum(line.is_refused for line in lines)
    saved = len(changes) - len(conflicts)
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


def _alert(saved, refused, conflicts):
    parts = [f"{saved}件を保存しました。"] if saved else []
    if refused:
        parts.append(f"{refused}件は入力内容の確認が必要なため、保存していません。")
    if conflicts:
        parts.append(
            f"{conflicts}件は他の人が先に保存していました。どちらの値にするか選んでください。"
        )
    return "".join(parts)


def _refuse_foreign(request, kpi_ids):
    """404 for ids outside one's own town, 403 for others' KPIs inside it."""
    if not kpi_ids:
        return
    if Kpi.objects.visible_to(request.access).filter(pk__in=kpi_ids).count() < len(kpi_ids):
        raise Http404
    raise PermissionDenied


@require_POST
def result_check(request, plan_id):
    """How the row that is being typed would be judged; saves nothing."""
    plan = open_plan(request, plan_id, Action.ENTER_RESULTS)
    year = chosen_year(plan_years(plan), request.GET.get("fiscal_year"))
    rows = {str(row.id): row for row in _own_rows(request, plan, year)}
    row = rows.get(request.GET.get("kpi", ""))
    if row is None:
        raise Http404
    line = posted_row(row, year.fiscal_year, request.POST)
    return render(request, "kpis/_grid_check.html", {"line": line})
