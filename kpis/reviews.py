"""Steps in the review of results: one result or a whole list at once, and never half of it."""

from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from dxplan.accounts.models import DEPARTMENT_ROLES, Role
from dxplan.accounts.permissions import Access
from dxplan.accounts.role_holders import people_of_departments
from kpis.models import Result
from kpis.progress import kpi_progress
from kpis.rows import KpiProgress, YearStanding
from kpis.sight import EVERYTHING
from plans.models import NoticeKind, PlanYear
from plans.notices import notify
from plans.review import ReviewStep
from plans.review_steps import WRITTEN, is_taken, obstacle, take
from plans.years import hold_open

# Of what departments hear, and who in them.
TOLD = {
    ReviewStep.SUBMIT: NoticeKind.SUBMITTED,
    ReviewStep.APPROVE: NoticeKind.APPROVED,
    ReviewStep.SEND_BACK: NoticeKind.RETURNED,
    ReviewStep.REOPEN: NoticeKind.RETURNED,
}
LEADS_TO = dict.fromkeys(TOLD, "result_grid") | {ReviewStep.SUBMIT: "result_review"}
HEARERS = {
    ReviewStep.SUBMIT: (Role.HEAD,),
    ReviewStep.APPROVE: (Role.STAFF,),
    ReviewStep.SEND_BACK: DEPARTMENT_ROLES,
    ReviewStep.REOPEN: DEPARTMENT_ROLES,
}
NOTHING_ENTERED = "実績が未入力です。"
NO_CAUSE = "未達成のため、原因と今後の取組の入力が必要です。"
CHANGED_MEANWHILE = "画面を開いた後に、ほかの人が変更しました。いまの内容を確かめてください。"


@dataclass(frozen=True)
class Pick:
    """A result chosen for a step, as it was seen: its version, and what is said of it.

    `on_behalf` is why one who is not of the department hands it in.
    """

    kpi_id: int
    version: int
    comment: str = ""
    on_behalf: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of the results chosen: those done, and why the others were not, by KPI id.

    `stale` are those that someone else changed since they were seen.
    """

    done: tuple[int, ...]
    refused: dict[int, str]
    stale: dict[int, Result]

    @property
    def left(self) -> dict[int, str]:
        """Why the step was not taken, in words, by KPI id."""
        return self.refused | dict.fromkeys(self.stale, CHANGED_MEANWHILE)

    @property
    def is_complete(self) -> bool:
        return not self.refused and not self.stale


@transaction.atomic
def take_review_step(
    *, plan_year: PlanYear, step: ReviewStep, picks: list[Pick], user, access: Access
) -> Outcome:
    """Takes a step with every result for which it can be taken.

    Fifteen queries and those of the notices, however many are chosen. The results are held in one
    order, so that two such calls wait for each other and never for ever. A step that the same
    person took already counts as done. Raises YearNotOpen. Whether the person may take it for
    these KPIs is asked before, by `may_take`.
    """
    hold_open(plan_year)
    held = _held(plan_year, picks)
    rows = {row.id: row for row in kpi_progress(plan_year.plan, EVERYTHING)}
    done, refused, stale, stepped = [], {}, {}, []
    for pick in picks:
        result = held.get(pick.kpi_id)
        if result and is_taken(result, step, seen=pick.version, user=user):
            done.append(pick.kpi_id)
        elif result and result.version != pick.version:
            stale[pick.kpi_id] = result
        elif reason := why_not(step, rows[pick.kpi_id], plan_year, user=user, access=access):
            refused[pick.kpi_id] = reason
        else:
            done.append(pick.kpi_id)
            take(result, step, user=user, comment=pick.comment, on_behalf=pick.on_behalf)
            stepped.append(result)
    stepped.sort(key=lambda result: result.kpi_id)
    Result.objects.bulk_update(stepped, WRITTEN)
    _tell(step, plan_year, stepped, rows, user)
    return Outcome(tuple(done), refused, stale)


def _tell(step, plan_year, results, rows, user):
    """Tells those whose turn it is, or who wait for it; four queries where there is somebody."""
    if step not in TOLD or not results:
        return
    departments = {pk for result in results for pk in rows[result.kpi_id].department_ids}
    stepped = ",".join(f"{result.pk}.{result.version}" for result in results)
    notify(
        kind=TOLD[step],
        plan_year=plan_year,
        people=people_of_departments(list(departments), timezone.localdate(), roles=HEARERS[step]),
        occasion=sha256(stepped.encode()).hexdigest(),
        link=_link(plan_year, LEADS_TO[step]),
        lines=[_told(step, rows[result.kpi_id], result) for result in results],
        by=user,
    )


def _link(plan_year, name):
    return f"{reverse(name, args=[plan_year.plan_id])}?fiscal_year={plan_year.fiscal_year}"


def _told(step, row, result) -> str:
    """「1-1-4 指標名」, with the reason where it was sent back."""
    name = f"{row.number} {row.name}"
    return f"{name}: {result.review_comment}" if step.needs_reason else name


def submit_list(
    *, plan_year: PlanYear, rows: list[KpiProgress], user, access, on_behalf=""
) -> Outcome:
    """Hands in what is complete of a list (`rows` as just read); the rest is refused, and why."""
    fiscal_year = plan_year.fiscal_year
    open_rows = [row for row in rows if row.at(fiscal_year).result.review.state.is_editable]
    picks = [
        Pick(
            row.id,
            row.at(fiscal_year).result.version,
            on_behalf="" if access.is_of(row.department_ids) else on_behalf,
        )
        for row in open_rows
    ]
    return take_review_step(
        plan_year=plan_year, step=ReviewStep.SUBMIT, picks=picks, user=user, access=access
    )


def _held(plan_year, picks) -> dict[int, Result]:
    own = Result.objects.select_for_update(no_key=True, of=["self"]).order_by("kpi_id")
    chosen = own.filter(kpi__in=[pick.kpi_id for pick in picks], fiscal_year=plan_year.fiscal_year)
    return {result.kpi_id: result for result in chosen}


def why_not(
    step: ReviewStep, row: KpiProgress, plan_year: PlanYear, *, user, access: Access
) -> str:
    """Why one who may take a step cannot take it now, in words; blank where it can be taken."""
    standing = row.at(plan_year.fiscal_year)
    result = standing.result
    if not result.is_stored:
        return NOTHING_ENTERED
    reason = obstacle(step, result.review, row.department_ids, plan_year, user=user, access=access)
    if reason or step != ReviewStep.SUBMIT:
        return reason
    return submission_obstacle(standing)


def submission_obstacle(standing: YearStanding) -> str:
    """What a department has to add before it can hand a result in; blank where nothing lacks."""
    if standing.result.is_missing:
        return NOTHING_ENTERED
    return NO_CAUSE if standing.lacks_cause else ""
