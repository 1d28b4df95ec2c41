from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from dxplan.accounts.permissions import Action
from kpis.grading import all_grades
from kpis.progress import kpi_progress
from kpis.rows import KpiProgress, YearStanding
from kpis.summary import grades_in, has_sample, measured_in
from kpis.tables import KpiTable
from plans.gates import open_plan
from plans.years import chosen_year, plan_years, year_links


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
        return all_grades(self.standing.grade_scale).index(self.standing.grade)


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
        "grades": grades_in(rows, year.fiscal_year) if year else (),
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
    if grade in {item.key for line in lines for item in all_grades(line.standing.grade_scale)}:
        lines = [line for line in lines if line.standing.grade.key == grade]
    if department:
        lines = [line for line in lines if department in line.row.department_names]
    return lines
