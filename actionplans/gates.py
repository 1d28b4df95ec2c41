"""The door to an action plan: 404 outside one's own town, 403 for what one's roles do not allow."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from actionplans.models import ActionPlan, Stage
from dxplan.accounts.permissions import Action
from plans.gates import open_plan


def open_action_plan(request, action_id, action=Action.SEE_PLANS):
    """(plan, action plan), if this person may do `action` to it."""
    visible = ActionPlan.objects.visible_to(request.access)
    sheet = get_object_or_404(visible.select_related("department", "policy"), pk=action_id)
    plan = open_plan(request, sheet.plan_id, Action.SEE_PLANS)
    if not may_change(request.access, sheet.department_id, action):
        raise PermissionDenied
    sheet.plan = plan
    return plan, sheet


def open_stage(request, action_id, stage_id):
    """(plan, action plan, stage) for someone who may edit the sheet."""
    plan, sheet = open_action_plan(request, action_id, Action.EDIT_SHEETS)
    stage = Stage.objects.filter(action_plan=sheet, pk=stage_id).first()
    if stage is None:
        raise Http404
    return plan, sheet, stage


def may_change(access, department_id, action=Action.EDIT_SHEETS) -> bool:
    """Whether a person may do this to a sheet of that department; of none by the whole town."""
    return access.may_for(action, [department_id] if department_id else [])
