"""All changes of a plan's targets, and the targets as of a day."""

from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import show_date
from kpis.models import TargetRevision
from kpis.revision_list import RevisionFilter, RevisionTable, day_table
from kpis.revisions import plan_targets
from plans.gates import open_plan


@require_GET
def revision_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    found = plan_targets(plan)
    revisions = RevisionFilter(
        request.GET,
        TargetRevision.objects.filter(kpi__plan=plan),
        options={"kpi": [(kpi.id, kpi.label) for kpi in found.kpis]},
    )
    ids = revisions.ids
    shown = [line for line in found.lines if line.id in ids]
    table = RequestConfig(request, paginate=False).configure(RevisionTable(shown))
    table.caption = f"見直し {len(shown)}件を表示（全{len(found.lines)}件）"
    if not found.lines:
        table.empty_text = "目標の見直しはまだありません。"
    context = {"plan": plan, "filter": revisions, "table": table, "has_any": bool(found.kpis)}
    return render(request, "kpis/revision_list.html", context | _as_of(found, revisions.chosen))


def _as_of(found, chosen):
    """The targets on the day asked for, of the KPI asked for or of all."""
    day, kpi_id = chosen.get("as_of"), chosen.get("kpi")
    if not day:
        return {}
    kpis = [kpi for kpi in found.kpis if not kpi_id or str(kpi.id) == kpi_id]
    table = day_table(kpis, found.years, day)
    table.caption = f"{show_date(day)}の時点の目標"
    return {"day_table": table}
