"""Opinions and decisions of a plan's meetings as rows: of one meeting, carried to it, of a KPI."""

import datetime
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Prefetch, Q, Value
from django.urls import reverse

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import show_date
from kpis.models import Opinion, OpinionKind, OpinionResponsibility
from plans.part_kinds import held_text
from plans.places import policy_url

WHOLE_PLAN = "計画全体"


@dataclass(frozen=True)
class OpinionRow:
    """One opinion with what became of it; names are those it was recorded under."""

    id: int
    kind: str
    is_decision: bool
    text: str
    about: str
    about_url: str
    meeting_id: int
    meeting_text: str
    meeting_url: str
    department_ids: frozenset[int]
    departments_text: str
    recorded_by: str
    version: int
    response: str
    responded_by: str
    responded_at: datetime.datetime | None
    response_version: int
    settled_on: datetime.date | None
    settled_by: str

    @property
    def is_settled(self) -> bool:
        return self.settled_on is not None

    @property
    def settled_text(self) -> str:
        return show_date(self.settled_on) if self.settled_on else ""


@dataclass(frozen=True)
class MeetingPoints:
    """What a meeting deals with: the points carried to it, and those that it raised itself."""

    carried: tuple[OpinionRow, ...]
    own: tuple[OpinionRow, ...]


@dataclass(frozen=True)
class PointsWaiting:
    """How many points lack the own departments' response, and how many the office has to judge."""

    unanswered: int
    unsettled: int


def opinion_rows(opinions) -> tuple[OpinionRow, ...]:
    """Two queries, however many opinions the queryset has."""
    departments = OpinionResponsibility.objects.select_related("department")
    found = opinions.select_related("meeting", "policy", "kpi").prefetch_related(
        Prefetch("responsibilities", departments)
    )
    return tuple(map(opinion_row, found))


def opinion_row(opinion: Opinion) -> OpinionRow:
    departments = [item.department for item in opinion.responsibilities.all()]
    about, url = _about(opinion)
    return OpinionRow(
        id=opinion.pk,
        kind=OpinionKind(opinion.kind).label,
        is_decision=opinion.kind == OpinionKind.DECISION,
        text=opinion.text,
        about=about,
        about_url=url,
        meeting_id=opinion.meeting_id,
        meeting_text=f"{held_text(opinion.meeting)} {opinion.meeting}",
        meeting_url=opinion.meeting.get_absolute_url(),
        department_ids=frozenset(department.pk for department in departments),
        departments_text="、".join(department.name for department in departments),
        recorded_by=opinion.recorded_by_name,
        version=opinion.version,
        response=opinion.response,
        responded_by=opinion.responded_by_name,
        responded_at=opinion.responded_at,
        response_version=opinion.response_version,
        settled_on=opinion.settled_on,
        settled_by=opinion.settled_by_name,
    )


def _about(opinion) -> tuple[str, str]:
    """What an opinion is about, in words, and where that stands."""
    if opinion.kpi:
        url = reverse("kpi_detail", args=[opinion.kpi_id])
        return f"指標 {opinion.kpi.number} {opinion.kpi.name}", url
    if opinion.policy:
        return opinion.policy.label, policy_url(opinion.policy.plan_id, opinion.policy_id)
    return WHOLE_PLAN, ""


def points_of(meeting) -> MeetingPoints:
    """What was carried to a meeting and what it raised. Two queries.

    A point is carried to every later meeting of the same body until it is settled; one that was
    settled on the meeting's day or after still stood open when it began.
    """
    earlier = Q(meeting__held_on__lt=meeting.held_on) | Q(
        meeting__held_on=meeting.held_on, meeting__lt=meeting.pk
    )
    still_open = Q(settled_on=None) | Q(settled_on__gte=meeting.held_on)
    same_body = Q(meeting__plan=meeting.plan_id, meeting__committee=meeting.committee_id)
    if meeting.committee_id is None:
        same_body = Q(meeting__plan=meeting.plan_id, meeting__committee__isnull=True)
    wanted = Opinion.objects.filter(Q(meeting=meeting) | (same_body & earlier & still_open))
    rows = opinion_rows(wanted.order_by("meeting__held_on", "meeting", "pk"))
    return MeetingPoints(
        carried=tuple(row for row in rows if row.meeting_id != meeting.pk),
        own=tuple(row for row in rows if row.meeting_id == meeting.pk),
    )


def open_points(plan) -> tuple[OpinionRow, ...]:
    """What meetings of a plan asked for and nobody has called settled, the oldest first."""
    wanted = Opinion.objects.open().filter(meeting__plan=plan)
    return opinion_rows(wanted.order_by("meeting__held_on", "meeting", "pk"))


def opinions_since(plan, day: datetime.date) -> tuple[OpinionRow, ...]:
    """What a plan's meetings said from a day on, or said before and was open then. Two queries."""
    on_table = Q(meeting__held_on__gte=day) | Q(settled_on=None) | Q(settled_on__gte=day)
    wanted = Opinion.objects.filter(on_table, meeting__plan=plan)
    return opinion_rows(wanted.order_by("meeting__held_on", "meeting", "pk"))


def points_waiting(access, plan) -> PointsWaiting:
    """Which open points of a plan wait for this person. One query."""
    asked = ArrayAgg(
        "responsibilities__department",
        filter=Q(responsibilities__isnull=False),
        default=Value([]),
    )
    found = Opinion.objects.open().filter(meeting__plan=plan).annotate(asked=asked)
    points = list(found.values_list("response_version", "asked"))
    own = [
        version
        for version, departments in points
        if access.is_of(departments) and access.may_for(Action.ENTER_RESULTS, departments)
    ]
    is_run = access.may(Action.RUN_MEETINGS)
    return PointsWaiting(
        unanswered=sum(not version for version in own),
        unsettled=sum(bool(version) for version, _ in points) if is_run else 0,
    )


def opinions_about(kpi_id: int, policy_ids) -> tuple[OpinionRow, ...]:
    """What meetings said of a KPI or of the policies above it, the latest first. Two queries."""
    wanted = Opinion.objects.filter(Q(kpi=kpi_id) | Q(policy__in=policy_ids))
    return opinion_rows(wanted.order_by("-meeting__held_on", "-meeting", "pk"))
