"""The log of a plan's meetings, and one meeting with its papers and what was said."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from dxplan.accounts.permissions import Action
from kpis.meeting_list import MeetingTable, meeting_lines
from kpis.models import Paper
from kpis.opinions import OpinionRow, open_points, points_of
from plans.gates import open_meeting, open_plan
from plans.part_kinds import held_text


@dataclass(frozen=True)
class Card:
    """An opinion as one person sees it."""

    row: OpinionRow
    may_run: bool
    may_respond: bool


def cards(access, rows) -> list[Card]:
    may_run = access.may(Action.RUN_MEETINGS)
    return [
        Card(row, may_run, access.may_for(Action.ENTER_RESULTS, row.department_ids)) for row in rows
    ]


@require_GET
def meeting_list(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    lines = meeting_lines(plan, timezone.localdate())
    papers = Paper.objects.without_contents().filter(plan=plan, meeting=None)
    table = MeetingTable(lines)
    table.caption = f"{len(lines)}件"
    context = {
        "plan": plan,
        "table": RequestConfig(request, paginate=False).configure(table),
        "open_points": cards(request.access, open_points(plan)),
        "closing_papers": list(papers.order_by("-fiscal_year", "-number")),
        "may_edit": request.access.may(Action.EDIT_PLAN) and not plan.is_ended,
    }
    return render(request, "kpis/meeting_list.html", context)


@require_GET
def meeting(request, meeting_id):
    plan, found = open_meeting(request, meeting_id, Action.SEE_PLANS)
    points = points_of(found)
    papers = Paper.objects.without_contents().filter(meeting=found)
    context = {
        "plan": plan,
        "meeting": found,
        "held": held_text(found),
        "is_to_come": found.held_on > timezone.localdate(),
        "papers": list(papers.order_by("fiscal_year", "number")),
        "carried": cards(request.access, points.carried),
        "own": cards(request.access, points.own),
        "may_run": request.access.may(Action.RUN_MEETINGS),
        "may_edit": request.access.may(Action.EDIT_PLAN) and not plan.is_ended,
    }
    return render(request, "kpis/meeting.html", context)
