"""The door to a plan: 404 outside one's own town, 403 for what one's roles do not allow."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from plans.models import Checklist, Meeting, Plan


def open_plan(request, plan_id, action):
    """The plan, if this person may do `action` in it; also noted as the request's plan."""
    plan = get_object_or_404(Plan.objects.visible_to(request.access), pk=plan_id)
    if not request.access.may(action):
        raise PermissionDenied
    request.plan = plan
    return plan


def open_checklist(request, plan_id, checklist_id, action):
    """The plan and one of its checklists, through the same door."""
    plan = open_plan(request, plan_id, action)
    return plan, get_object_or_404(Checklist, plan=plan, pk=checklist_id)


def open_meeting(request, meeting_id, action):
    """(plan, meeting), if this person may do `action` in its plan."""
    plans = Plan.objects.visible_to(request.access).values("pk")
    meetings = Meeting.objects.filter(plan__in=plans).select_related("committee")
    meeting = get_object_or_404(meetings, pk=meeting_id)
    return open_plan(request, meeting.plan_id, action), meeting
