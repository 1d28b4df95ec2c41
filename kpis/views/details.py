from django.shortcuts import render
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from kpis.charts import kpi_chart
from kpis.gates import open_kpi
from kpis.progress import kpi_progress, reasons
from kpis.summary import has_sample


@require_GET
def kpi_detail(request, kpi_id):
    plan, kpi = open_kpi(request, kpi_id, Action.SEE_PLANS)
    row = next(row for row in kpi_progress(plan) if row.id == kpi.pk)
    context = {
        "plan": plan,
        "row": row,
        "standings": [(standing, reasons(standing)) for standing in row.years.values()],
        "charts": {"kpi": kpi_chart(row)},
        "has_sample": has_sample([row]),
    }
    return render(request, "kpis/kpi_detail.html", context)
