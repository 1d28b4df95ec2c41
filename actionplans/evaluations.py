"""Writes of evaluations, and the steps of their review; the same table as of results."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from actionplans.attainment import Attainment, NextDirection
from actionplans.evaluation_rows import Said, said_by
from actionplans.models import ActionPlan, Evaluation
from dxplan.accounts.permissions import Access, Action
from kpis.reviews import (
    CLEARED,
    NEEDS,
    NO_SUCH_STEP,
    NOT_DELEGATED,
    OWN_SUBMISSION,
    STAMPED,
    WRITTEN,
)
from plans.editing import Stale, is_reason
from plans.models import PlanYear
from plans.review import EDITABLE, ReviewStep, after, leads_to
from plans.structure import Refused
from plans.years import hold_open

NOTHING_ENTERED = "評価が未入力です。"
LACKS = "{what}が未入力のため、提出できません。"
REASON_NEEDED = "{step}の理由を入力してください。"


def lacks(said: Said) -> str:
    """What has to be added before a year can be handed in; blank where nothing lacks."""
    if not said.attainment:
        return "目標の達成度"
    if said.attainment != Attainment.ACHIEVED and not is_reason(said.cause):
        return "未達成の原因・理由"
    if not said.direction:
        return "翌年度の方向"
    if NextDirection(said.direction).changes_the_plan and not is_reason(said.direction_reason):
        return "方向の理由"
    return ""


@dataclass(frozen=True)
class SaidChange:
    """What is said of an action plan's year, made while looking at `version` (0: nothing yet).

    `on_behalf` is why someone says it who is not of the department in charge.
    """

    action_id: int
    version: int
    said: Said
    on_behalf: str = ""


@transaction.atomic
def save_evaluations(*, plan_year: PlanYear, changes: list[SaidChange], user) -> int:
    """Saves what is said of a year, all or nothing, and returns how much of it was new.

    What says so already is left, so that the same form sent twice is harmless. Raises YearNotOpen
    and Stale with the evaluation that someone else saved or handed in meanwhile.
    """
    hold_open(plan_year)
    in_order = sorted(changes, key=lambda change: change.action_id)
    return sum(_save(plan_year.fiscal_year, change, user) for change in in_order)


def _save(fiscal_year, change, user) -> bool:
    own = Evaluation.objects.filter(action_plan_id=change.action_id, fiscal_year=fiscal_year)
    standing = own.first()
    if standing and said_by(standing) == change.said:
        return False
    fields = asdict(change.said) | {
        "on_behalf_reason": change.on_behalf,
        "is_sample": False,
        "entered_by": user,
        "entered_by_name": user.name,
        "entered_at": timezone.now(),
    }
    editable = own.filter(version=change.version, review_state__in=EDITABLE)
    if editable.update(version=change.version + 1, **fields):
        return True
    standing, is_created = Evaluation.objects.get_or_create(
        action_plan_id=change.action_id, fiscal_year=fiscal_year, defaults=fields
    )
    if not is_created:
        raise Stale(standing)
    return True


@transaction.atomic
def take_step(
    *,
    plan_year: PlanYear,
    sheet: ActionPlan,
    step: ReviewStep,
    version: int,
    comment: str,
    user,
    access: Access,
) -> None:
    """Takes a step in the review of an evaluation; the same step sent twice is harmless.

    Raises YearNotOpen, Stale where it was changed since `version`, and Refused with the reason.
    Whether the matrix lets the person take it is asked before, by `may_take`.
    """
    hold_open(plan_year)
    own = Evaluation.objects.select_for_update(of=["self"])
    standing = own.filter(action_plan=sheet, fiscal_year=plan_year.fiscal_year).first()
    if standing is None:
        raise Refused(NOTHING_ENTERED)
    if _is_taken(standing, step, version, user):
        return
    if standing.version != version:
        raise Stale(standing)
    obstacle = _obstacle(standing, step, comment, plan_year, user, access)
    if obstacle:
        raise Refused(obstacle)
    _take(standing, step, comment, user)
    standing.save(update_fields=WRITTEN)  # who entered it, and when, stays


def may_take(step: ReviewStep, sheet: ActionPlan, access: Access) -> bool:
    return access.may_for(NEEDS[step], _departments(sheet))


def _departments(sheet):
    return [sheet.department_id] if sheet.department_id else []


def _is_taken(standing, step, version, user):
    """Whether this very step made it what it is: the same form sent twice."""
    if standing.version != version + 1 or standing.review != leads_to(step):
        return False
    stamp = STAMPED.get(step)
    return stamp is None or getattr(standing, f"{stamp}_by_id") == user.pk


def _obstacle(standing, step, comment, plan_year, user, access) -> str:
    if after(standing.review, step) is None:
        return NO_SUCH_STEP.format(state=standing.review.label, step=step.label)
    if step.needs_reason and not is_reason(comment):
        return REASON_NEEDED.format(step=step.label)
    if step == ReviewStep.SUBMIT:
        missing = lacks(said_by(standing))
        return LACKS.format(what=missing) if missing else ""
    if step == ReviewStep.APPROVE:
        return _approval_obstacle(standing, plan_year, user, access)
    return ""


def _approval_obstacle(standing, plan_year, user, access):
    if standing.submitted_by_id == user.pk:
        return OWN_SUBMISSION
    heads = access.department_ids(Action.APPROVE)
    is_own_head = not heads.isdisjoint(_departments(standing.action_plan))
    return "" if is_own_head or plan_year.office_approves else NOT_DELEGATED


def _take(standing, step, comment, user):
    standing.review_state = after(standing.review, step).value
    standing.version += 1
    for stamp in CLEARED.get(step, ()):
        _stamp(standing, stamp, None, "", None)
    if step in STAMPED:
        _stamp(standing, STAMPED[step], user, user.name, timezone.now())
    if step.needs_reason:
        standing.review_comment, standing.review_comment_by_name = comment, user.name
    elif step == ReviewStep.APPROVE:
        standing.review_comment = standing.review_comment_by_name = ""


def _stamp(standing, stamp, user, name, at):
    setattr(standing, f"{stamp}_by", user)
    setattr(standing, f"{stamp}_by_name", name)
    setattr(standing, f"{stamp}_at", at)
