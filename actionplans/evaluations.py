"""Writes of evaluations, and the steps of their review; the same table as of results."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from actionplans.attainment import Attainment, NextDirection
from actionplans.evaluation_rows import Said, said_by
from actionplans.models import ActionPlan, Evaluation
from dxplan.accounts.permissions import Access
from plans.editing import Stale, is_reason
from plans.models import PlanYear
from plans.review import EDITABLE, ReviewStep, review_row
from plans.review_steps import WRITTEN, is_taken, obstacle, take
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
    if is_taken(standing, step, seen=version, user=user):
        return
    if standing.version != version:
        raise Stale(standing)
    reason = _why_not(standing, step, comment, plan_year, user, access)
    if reason:
        raise Refused(reason)
    take(standing, step, user=user, comment=comment)
    standing.save(update_fields=WRITTEN)  # who entered it, and when, stays


def _why_not(standing, step, comment, plan_year, user, access) -> str:
    departments = departments_of(standing.action_plan)
    reason = obstacle(step, review_row(standing), departments, plan_year, user=user, access=access)
    if reason:
        return reason
    if step.needs_reason and not is_reason(comment):
        return REASON_NEEDED.format(step=step.label)
    missing = lacks(said_by(standing)) if step == ReviewStep.SUBMIT else ""
    return LACKS.format(what=missing) if missing else ""


def departments_of(sheet: ActionPlan) -> list[int]:
    """The department in charge, if any, by id."""
    return [sheet.department_id] if sheet.department_id else []
