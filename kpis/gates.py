"""The door to a KPI: 404 outside one's own town, 403 for what one's roles do not allow."""

from django.shortcuts import get_object_or_404

from kpis.models import Kpi
from kpis.sight import SETTLED_ONLY, Sight, sight_of
from plans.gates import open_plan

SETTLED_VALUES = "settled"


def open_kpi(request, kpi_id, action):
    """(plan, KPI), if this person may do `action` in its plan."""
    kpi = get_object_or_404(Kpi.objects.visible_to(request.access), pk=kpi_id)
    plan = open_plan(request, kpi.plan_id, action)
    kpi.plan = plan
    return plan, kpi


def sight_in(request) -> Sight:
    """What this request shows of results: what the person sees, or the settled ones alone."""
    if request.GET.get("values") == SETTLED_VALUES:
        return SETTLED_ONLY
    return sight_of(request.access)
