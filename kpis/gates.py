"""The doors to KPIs, papers, opinions: 404 outside one's own town, 403 for what one may not do."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from kpis.models import Kpi, Opinion, Paper
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


def leaves_drafts_out(request) -> bool:
    """Whether the settled results alone are shown to one who sees more."""
    return sight_in(request) != sight_of(request.access)


def refuse_foreign_kpis(request, kpi_ids) -> None:
    """404 for ids outside one's own town, 403 for others' KPIs inside it."""
    if not kpi_ids:
        return
    if Kpi.objects.visible_to(request.access).filter(pk__in=kpi_ids).count() < len(kpi_ids):
        raise Http404
    raise PermissionDenied


def open_paper(request, paper_id, action):
    """(plan, paper), if this person may do `action` in its plan."""
    papers = Paper.objects.visible_to(request.access).select_related("meeting")
    paper = get_object_or_404(papers, pk=paper_id)
    return open_plan(request, paper.plan_id, action), paper


def open_opinion(request, opinion_id, action):
    """(plan, opinion), if this person may do `action` in its plan."""
    opinions = Opinion.objects.visible_to(request.access).select_related(
        "meeting__committee", "policy", "kpi"
    )
    opinion = get_object_or_404(opinions, pk=opinion_id)
    return open_plan(request, opinion.meeting.plan_id, action), opinion
