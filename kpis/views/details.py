from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from kpis.explanation import explain, general_rule, remarks
from kpis.gates import open_kpi, sight_in
from kpis.kpi_chart import kpi_chart
from kpis.lineage import earlier_series
from kpis.measurement import MeasurementType
from kpis.opinions import opinions_about
from kpis.progress import kpi_progress
from kpis.summary import has_sample


@require_GET
def kpi_detail(request, kpi_id):
    plan, kpi = open_kpi(request, kpi_id, Action.SEE_PLANS)
    row = next(row for row in kpi_progress(plan, sight_in(request)) if row.id == kpi.pk)
    judged, chart = _latest_asked(row), kpi_chart(row)
    in_words = row.scale.measurement_type == MeasurementType.QUALITATIVE
    others = [item for item in row.years.values() if item.judgements and item != judged]
    earlier = earlier_series(request.access, plan, kpi)
    context = {
        "plan": plan,
        "row": row,
        "years": [
            (standing, explain(row, year), remarks(standing))
            for year, standing in row.years.items()
        ],
        "general_rule": general_rule(row),
        "has_expected": row.has_expected,
        "cell_class": "prose-cell" if in_words else "num",
        "judged": judged,
        "judged_before": others[::-1],
        "judgement_links": _judgement_links(request.access, row, judged),
        "opinions": opinions_about(row.id, (*row.policy.ancestor_ids, row.policy.id)),
        "changes": _changes(request.access, plan, row),
        "earlier": earlier,
        "reads_history": request.access.may_for(Action.READ_TRAIL, row.department_ids),
        "charts": {"kpi": chart} if chart["data"] else None,
        "has_sample": has_sample([row]) or any(item.has_sample for item in earlier),
    }
    return render(request, "kpis/kpi_detail.html", context)


def _changes(access, plan, row):
    """(label, address) of what this person may change: targets that stand only by a revision."""
    if plan.is_ended:
        return []
    targets = ("目標を登録する", "kpi_targets", Action.EDIT_PLAN)
    revision = ("目標を見直す", "revision_new", Action.REVISE_TARGETS)
    pages = [
        ("指標の定義を変える", "kpi_edit", Action.EDIT_PLAN),
        targets if plan.is_draft or not row.targets else revision,
    ]
    return [
        (label, reverse(name, args=[row.id])) for label, name, action in pages if access.may(action)
    ]


def _latest_asked(row):
    """The standing of the latest year whose results were asked for, None before the first."""
    asked = [standing for standing in row.years.values() if standing.is_asked]
    return asked[-1] if asked else None


def _judgement_links(access, row, standing):
    if standing is None:
        return []
    year = standing.fiscal_year
    url = f"{reverse('judgement', args=[row.id])}?fiscal_year={int(year)}"
    own = access.may_for(Action.ENTER_RESULTS, row.department_ids)
    may_write = own or access.may(Action.OVERRIDE)
    return [(f"{year.era_label}の評価を{'見る・入力する' if may_write else '見る'}", url)]
