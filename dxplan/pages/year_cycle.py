"""The life of a plan's fiscal year: opened with an inquiry, closed with a record, reopened by two.

Each change holds the plan's row first and then the year's, so that it waits for running saves and
they for it. What another person did meanwhile shows as `Stale` with the year as it stands.
"""

from django.db import transaction
from django.utils import timezone

from dxplan.accounts.role_holders import dx_office_of, people_of_departments
from dxplan.lib.audit import because
from dxplan.pages.closing_checks import closing_checks
from dxplan.pages.papers import freeze_paper
from kpis.models import KpiResponsibility, Paper, PaperKind
from plans.editing import ReasonNeeded, Stale, is_reason
from plans.life import NotReady
from plans.models import NoticeKind, Plan, PlanYear, YearReopening, YearState
from plans.notices import notify

NOT_IN_FORCE = (
    "実施中の計画ではないため、受付を始められません。先に計画を「実施中」にしてください。"
)
OWN_REQUEST = "再開は、申し出た人とは別のDX推進担当が認めてください。"


@transaction.atomic
def open_year(*, plan_year: PlanYear, user, version: int, due_on, message, office_approves) -> bool:
    """Opens a planned year and tells the departments; False where this very form did so already.

    Raises Stale, NotReady (the plan is not in force).
    """
    plan, year = _held(plan_year)
    said = {"due_on": due_on, "message": message, "office_approves": office_approves}
    if _says(year, said) and year.is_open and year.opened_by_id == user.pk:
        return False
    if year.version != version or not year.is_planned:
        raise Stale(year)
    if not plan.is_in_force:
        raise NotReady([NOT_IN_FORCE])
    _save(
        year,
        state=YearState.OPEN,
        opened_by=user,
        opened_by_name=user.name,
        opened_at=timezone.now(),
        **said,
    )
    _tell_departments(NoticeKind.OPENED, year, user, lines=message.splitlines())
    return True


@transaction.atomic
def edit_year(*, plan_year: PlanYear, user, version: int, due_on, message, office_approves) -> bool:
    """Changes what an open year asks; False where it says so already. Raises Stale."""
    _, year = _held(plan_year)
    said = {"due_on": due_on, "message": message, "office_approves": office_approves}
    if _says(year, said):
        return False
    if year.version != version or not year.is_open:
        raise Stale(year)
    _save(year, **said)
    return True


@transaction.atomic
def close_year(*, plan_year: PlanYear, user, version: int, reason: str) -> Paper:
    """Closes an open year and keeps its figures as a paper, both or neither.

    Raises Stale, NotReady (something waits for its approval), ReasonNeeded (something is missing
    and nobody said why it is closed all the same).
    """
    plan, year = _held(plan_year)
    if year.is_closed and year.closed_by_id == user.pk and year.version == version + 1:
        return _last_record(year)
    if year.version != version or not year.is_open:
        raise Stale(year)
    checks = closing_checks(plan, year.fiscal_year)
    if any(check.is_obstacle for check in checks):
        raise NotReady([check.text for check in checks if check.is_obstacle])
    if checks and not is_reason(reason):
        raise ReasonNeeded
    because(reason)
    _save(
        year,
        state=YearState.CLOSED,
        closed_by=user,
        closed_by_name=user.name,
        closed_at=timezone.now(),
        closing_reason=reason,
    )
    paper = freeze_paper(
        plan=plan, plan_year=year, kind=PaperKind.CLOSING, user=user, reason=reason
    )
    _tell_departments(NoticeKind.CLOSED, year, user)
    return paper


@transaction.atomic
def ask_reopening(*, plan_year: PlanYear, user, reason: str) -> bool:
    """Notes that someone wants a closed year reopened; False where it was asked for already.

    Raises Stale where the year is not closed, ReasonNeeded.
    """
    _, year = _held(plan_year)
    if not year.is_closed:
        raise Stale(year)
    if not is_reason(reason):
        raise ReasonNeeded
    if year.reopenings.filter(is_granted=None).exists():
        return False
    because(reason)
    YearReopening.objects.create(
        plan_year=year, reason=reason, asked_by=user, asked_by_name=user.name
    )
    return True


@transaction.atomic
def answer_reopening(*, plan_year: PlanYear, user, seen: int, is_granted: bool, answer="") -> bool:
    """Grants a request, which opens the year again, or declines it. `seen` is the request's id.

    False where the same person said so already. Raises Stale where it was answered otherwise or
    the year is open, NotReady where a person would grant the own request.
    """
    _, year = _held(plan_year)
    asked = YearReopening.objects.filter(plan_year=year, pk=seen).first()
    if asked is None or (asked.is_granted, asked.answered_by_id) == (is_granted, user.pk):
        return False
    if not asked.is_pending or not year.is_closed:
        raise Stale(year)
    if is_granted and asked.asked_by_id == user.pk:
        raise NotReady([OWN_REQUEST])
    because(asked.reason)
    YearReopening.objects.filter(pk=asked.pk).update(
        is_granted=is_granted,
        answer=answer,
        answered_by=user,
        answered_by_name=user.name,
        answered_at=timezone.now(),
    )
    if is_granted:
        _save(year, state=YearState.OPEN)
        _tell_departments(NoticeKind.REOPENED, year, user, lines=[f"理由: {asked.reason}"])
    return True


def _held(plan_year) -> tuple[Plan, PlanYear]:
    """The plan and the year as they are now, held until the transaction ends."""
    plan = Plan.objects.select_for_update(of=["self"]).get(pk=plan_year.plan_id)
    year = PlanYear.objects.select_for_update(of=["self"]).get(pk=plan_year.pk)
    year.plan = plan
    return plan, year


def _says(year, said) -> bool:
    return all(getattr(year, name) == value for name, value in said.items())


def _save(year, **fields):
    for name, value in (fields | {"version": year.version + 1}).items():
        setattr(year, name, value)
    year.save(update_fields=[*fields, "version"])


def _last_record(year) -> Paper:
    records = Paper.objects.filter(plan=year.plan, fiscal_year=year.fiscal_year)
    return records.filter(kind=PaperKind.CLOSING).latest("pk")


def _tell_departments(kind, year, user, lines=()):
    """Tells staff and heads in charge of the plan's KPIs, and the DX office."""
    today = timezone.localdate()
    responsible = KpiResponsibility.objects.filter(kpi__plan=year.plan).values("department")
    people = people_of_departments(responsible, today) | dx_office_of(
        year.plan.municipality_id, today
    )
    notify(
        kind=kind,
        plan_year=year,
        people=people,
        occasion=f"v{year.version}",
        lines=lines,
        by=user,
    )
