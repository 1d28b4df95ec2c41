"""A new edition of a plan, with structure and KPIs; and how a draft goes again."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError

from actionplans.models import ActionPlan
from kpis.copying import copy_kpis
from kpis.models import Kpi, Opinion, Result, Target
from plans.copying import LEFT_BEHIND, TAKEN_OVER, copy_plan, count_of
from plans.drafts import create_draft, draft_like, hold_drafts
from plans.editing import PlanEdit
from plans.models import ChangeKind, Meeting, Plan, PlanChange, Policy, PolicyLevel


class NotPossible(Exception):
    """The plan's state or what hangs on it does not allow this; says why, in Japanese."""


STILL_A_DRAFT = "策定中の計画からは、新しい版をつくれません。先に実施中にしてください。"
NO_DRAFT = "削除できるのは、策定中の計画だけです。"
HAS_RESULTS = "実績が登録されているため、この計画は削除できません。"
HAS_SUCCESSORS = "この計画に続く計画があるため、削除できません。"


@transaction.atomic
def make_edition(*, plan, user, columns) -> tuple[Plan, bool]:
    """A draft that follows a plan and takes it over; whether it was made just now.

    All or nothing. The old plan's row is held, so that the same form sent twice, also at the same
    moment, makes one draft. Raises NotPossible for a draft.
    """
    earlier = Plan.objects.select_for_update().get(pk=plan.pk)
    refuse_draft(earlier)
    town = earlier.municipality
    standing = draft_like(town=town, predecessor=earlier, **columns)
    if standing:
        return standing, False
    hold_drafts(town)
    taken = {"philosophy": earlier.philosophy, "summary": earlier.summary}
    later = create_draft(town=town, predecessor=earlier, **taken, **columns)
    copy_kpis(earlier, later, copy_plan(earlier, later))
    detail = f"「{earlier.title}」の構成と成果指標を引き継いで、新しい版の下書きを作成"
    PlanEdit(later, user, "").record(ChangeKind.ADDED, later.title, detail)
    return later, True


def refuse_draft(plan) -> None:
    if plan.is_draft:
        raise NotPossible(STILL_A_DRAFT)


@dataclass(frozen=True)
class TakenOver:
    """What a new edition takes over, and what stays behind, as (kind, number)."""

    taken: list[tuple[str, int]]
    left: list[tuple[str, int]]


def taken_over(plan) -> TakenOver:
    """Eleven queries."""
    return TakenOver(
        taken=count_of((*TAKEN_OVER, ("成果指標", Kpi, "plan")), plan),
        left=count_of(
            (
                *LEFT_BEHIND,
                ("アクションプラン", ActionPlan, "plan"),
                ("実績", Result, "kpi__plan"),
            ),
            plan,
        ),
    )


def lost_with(plan) -> list[tuple[str, int]]:
    """What goes when a draft is deleted, as (kind, number). Twelve queries."""
    kinds = (
        *TAKEN_OVER,
        *LEFT_BEHIND,
        ("成果指標", Kpi, "plan"),
        ("目標", Target, "kpi__plan"),
        ("意見・決定", Opinion, "meeting__plan"),
        ("アクションプラン", ActionPlan, "plan"),
        ("変更の記録", PlanChange, "plan"),
    )
    return count_of(kinds, plan)


def refuse_to_delete(plan) -> None:
    """Raises NotPossible where a plan is no draft, or something stands on it. Two queries."""
    if not plan.is_draft:
        raise NotPossible(NO_DRAFT)
    if Result.objects.filter(kpi__plan=plan).exists():
        raise NotPossible(HAS_RESULTS)
    if plan.successors.exists():
        raise NotPossible(HAS_SUCCESSORS)


@transaction.atomic
def delete_draft(*, plan) -> None:
    """Deletes a draft with all that belongs to it, what protects others first.

    Harmless where it is gone already. Raises NotPossible.
    """
    plan = Plan.objects.select_for_update().filter(pk=plan.pk).first()
    if plan is None:
        return
    refuse_to_delete(plan)
    Opinion.objects.filter(meeting__plan=plan).delete()
    ActionPlan.objects.filter(plan=plan).delete()
    try:
        Kpi.objects.filter(plan=plan).delete()
    except ProtectedError as error:
        raise NotPossible(HAS_RESULTS) from error
    Meeting.objects.filter(plan=plan).delete()
    levels = PolicyLevel.objects.filter(plan=plan)
    for depth in sorted(set(levels.values_list("depth", flat=True)), reverse=True):
        Policy.objects.filter(plan=plan, level__depth=depth).delete()
    levels.delete()
    plan.delete()
