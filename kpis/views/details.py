from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from kpis.charts import kpi_chart
from kpis.explanation import explain
from kpis.gates import open_kpi
from kpis.models import KpiLineage
from kpis.progress import kpi_progress, reasons
from kpis.summary import has_sample
from plans.models import Plan

# Label, URL name, the action it needs.
CHANGES = (
    ("指標の定義を変える", "kpi_edit", Action.EDIT_PLAN),
    ("目標", "kpi_targets", Action.EDIT_PLAN),
    ("目標を見直す", "revision_new", Action.REVISE_TARGETS),
)


@require_GET
def kpi_detail(request, kpi_id):
    plan, kpi = open_kpi(request, kpi_id, Action.SEE_PLANS)
    row = next(row for row in kpi_progress(plan) if row.id == kpi.pk)
    judged = _latest_asked(row)
    context = {
        "plan": plan,
        "row": row,
        "years": [
            (standing, explain(row, year), reasons(standing))
            for year, standing in row.years.items()
        ],
        "judged": judged,
        "judgement_links": _judgement_links(row, judged),
        "changes": [
            (label, reverse(name, args=[kpi.pk]))
            for label, name, action in CHANGES
            if request.access.may(action) and not plan.is_ended
        ],
        "earlier": _earlier_rows(request, plan, kpi),
        "charts": {"kpi": kpi_chart(row)},
        "has_sample": has_sample([row]),
    }
    return render(request, "kpis/kpi_detail.html", context)


def _latest_asked(row):
    """The standing of the latest year whose results were asked for, None before the first."""
    asked = [standing for standing in row.years.values() if standing.is_asked]
    return asked[-1] if asked else None


def _judgement_links(row, standing):
    if standing is None:
        return []
    year = standing.fiscal_year
    url = f"{reverse('judgement', args=[row.id])}?fiscal_year={int(year)}"
    return [(f"{year.era_label}の評価を見る・入力する", url)]


def _earlier_rows(request, plan, kpi):
    """The KPIs of the plan before that this one carries on, with their years. 0 or 9 queries."""
    if not plan.predecessor_id:
        return []
    before = Plan.objects.visible_to(request.access).filter(pk=plan.predecessor_id).first()
    if before is None:
        return []
    ids = set(KpiLineage.objects.filter(later=kpi).values_list("earlier", flat=True))
    return [row for row in kpi_progress(before) if row.id in ids]
