"""The door to a KPI: 404 outside one's own town, 403 for what one's roles do not allow."""

from django.shortcuts import get_object_or_404

from kpis.models import Kpi
from plans.gates import open_plan


def open_kpi(request, kpi_id, action):
    """(plan, KPI), if this person may do `action` in its plan."""
    kpi = get_object_or_404(Kpi.objects.visible_to(request.access), pk=kpi_id)
    plan = open_plan(request, kpi.plan_id, action)
    kpi.plan = plan
    return plan, kpi
