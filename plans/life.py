"""The steps in a plan's life: drafted, in force, ended, and back from the end."""

from dataclasses import dataclass

from django.db import transaction

from dxplan.lib.audit import because
from dxplan.lib.fiscal_years import FiscalYear
from plans.editing import PlanEdit, ReasonNeeded, Stale, is_reason
from plans.models import ChangeKind, Plan, PlanState, PlanYear, YearState


@dataclass(frozen=True)
class Step:
    """The one step that a plan can take from where it is."""

    following: PlanState
    label: str
    meaning: str
    needs_reason: bool


STEPS = {
    PlanState.DRAFT: Step(
        PlanState.IN_FORCE,
        "実施中にする",
        "策定を終え、計画の進行管理を始めます。職員や推進委員からも見えるようになり、"
        "これから内容を変えるときは理由を記録します。策定中には戻せません。",
        needs_reason=False,
    ),
    PlanState.IN_FORCE: Step(
        PlanState.ENDED,
        "終了する",
        "計画の進行管理を終えます。計画と実績はこれからも見られますが、内容は変えられなくなります。"
        "必要なときは、理由を記録して実施中に戻せます。",
        needs_reason=True,
    ),
    PlanState.ENDED: Step(
        PlanState.IN_FORCE,
        "実施中に戻す",
        "終了した計画を、もう一度変えられるようにします。",
        needs_reason=True,
    ),
}


class NotReady(Exception):
    """Something is missing for the next step; `obstacles` says what, in Japanese."""

    def __init__(self, obstacles):
        super().__init__()
        self.obstacles = obstacles


def obstacles(plan) -> list[str]:
    """What keeps a plan from its next step. Two queries at most."""
    if plan.is_draft:
        return _missing(plan)
    return _open_years(plan) if plan.is_in_force else []


def _missing(plan):
    needed = (
        (plan.policies, "計画の体系に、まだ何も登録されていません。"),
        (plan.years, "計画年度が、まだ登録されていません。"),
    )
    return [text for rows, text in needed if not rows.exists()]


def _open_years(plan):
    years = PlanYear.objects.filter(plan=plan, state=YearState.OPEN).order_by("fiscal_year")
    names = "、".join(FiscalYear(year.fiscal_year).era_label for year in years)
    return [f"{names}が入力受付中です。先に締めてください。"] if names else []


@transaction.atomic
def take_step(*, plan, user, seen: str, reason: str) -> bool:
    """Takes the step from the state a person saw; False where it was taken already.

    Raises Stale (the plan is in neither state), NotReady, ReasonNeeded.
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    step = STEPS[seen]
    if plan.state == step.following:
        return False
    if plan.state != seen:
        raise Stale(plan)
    if step.needs_reason and not is_reason(reason):
        raise ReasonNeeded
    found = obstacles(plan)
    if found:
        raise NotReady(found)
    because(reason)
    Plan.objects.filter(pk=plan.pk).update(state=step.following)
    detail = f"計画の状態: {PlanState(seen).label} → {step.following.label}"
    PlanEdit(plan, user, reason).record(ChangeKind.STATE, plan.title, detail)
    return True
