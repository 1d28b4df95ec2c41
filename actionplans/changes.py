"""Writes of action plans and their stages: all or nothing, and nobody's save lost.

A plan that has ended takes none; its row is held in share, so that an end of it waits.
"""

from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max, ProtectedError

from actionplans.entries import Sheet, sheet_of
from actionplans.models import ActionPlan, ActionPlanKpi, SchedulePeriod, Stage
from actionplans.progress import Progress, mark_of, progress_of
from dxplan.lib.audit import because
from plans.editing import PlanEnded, Stale
from plans.models import PlanState
from plans.structure import Refused

HOLD = "SELECT state FROM plans_plan WHERE id = %s FOR SHARE"
NUMBER_TAKEN = "この施策NO.は登録済みです。別の番号にしてください。"
KEPT = "評価が登録されているため、この個票は削除できません。"
MILESTONE = "節目は一つの半期に置いてください。"


@contextmanager
def plan_held(plan, reason=""):
    """Yields whether the plan is a draft; raises PlanEnded. Puts the reason on record."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [plan.pk])
            row = cursor.fetchone()
        if row is None or row[0] == PlanState.ENDED:
            raise PlanEnded
        because(reason)
        yield row[0] == PlanState.DRAFT


def add_sheet(*, plan, sheet: Sheet) -> ActionPlan:
    """A new action plan, last of the plan's. Raises PlanEnded, ValidationError."""
    with plan_held(plan):
        _refuse_number(plan, sheet)
        last = plan.action_plans.aggregate(last=Max("position"))["last"] or 0
        action = ActionPlan.objects.create(plan=plan, position=last + 1, **sheet.columns)
        _write_kpis(action, sheet)
        _write_stages(action, sheet, is_draft=True)
        return action


def edit_sheet(*, plan, action_id: int, version: int, sheet: Sheet) -> bool:
    """Makes a sheet say this; False where it does already, so that the same sent twice is harmless.

    Spans planned first stay where the plan is no draft. Raises PlanEnded, ValidationError, and
    Stale with the sheet that someone else saved meanwhile.
    """
    with plan_held(plan) as is_draft:
        action = _locked(action_id)
        before = sheet_of(action)
        if before == sheet:
            return False
        if action.version != version:
            raise Stale(action)
        _refuse_number(plan, sheet, action)
        ActionPlan.objects.filter(pk=action.pk).update(version=version + 1, **sheet.columns)
        if before.kpis != sheet.kpis:
            _write_kpis(action, sheet)
        if before.stages != sheet.stages:
            _write_stages(action, sheet, is_draft=is_draft)
        return True


def remove_sheet(*, plan, action_id: int, version: int) -> None:
    """Removes a sheet with its stages, money and notes. Raises PlanEnded, Stale, Refused."""
    with plan_held(plan):
        action = _locked(action_id)
        if action.version != version:
            raise Stale(action)
        try:
            action.delete()
        except ProtectedError as error:
            raise Refused(KEPT) from error


def save_stage(*, plan, action_id: int, stage_id: int, seen: str, progress: Progress) -> bool:
    """Makes a stage stand like this; False where it does already.

    In a draft another span is simply the plan; in a plan in force it is a revision with its reason.
    Raises PlanEnded, ValidationError where that reason is missing, and Stale with what someone else
    saved since the state `seen`.
    """
    with plan_held(plan, progress.revision_reason) as is_draft:
        action = _locked(action_id)
        stage = Stage.objects.filter(pk=stage_id, action_plan=action).first()
        if stage is None:
            raise Stale
        before = progress_of(stage)
        if before == progress:
            return False
        if mark_of(before) != seen:
            raise Stale(stage)
        columns = progress.columns_for(stage, is_draft=is_draft)
        if stage.is_milestone and progress.start != progress.end:
            raise ValidationError({"end": MILESTONE})
        Stage.objects.filter(pk=stage.pk).update(is_sample=False, **columns)
        if is_draft and before.planned != progress.planned:
            ActionPlan.objects.filter(pk=action.pk).update(version=action.version + 1)
        return True


def save_period(*, plan, columns: dict) -> None:
    """Sets the years that a plan's schedule prints. Raises PlanEnded."""
    with plan_held(plan):
        SchedulePeriod.objects.update_or_create(plan=plan, defaults=columns)


def _locked(action_id) -> ActionPlan:
    action = ActionPlan.objects.select_for_update(of=["self"]).filter(pk=action_id).first()
    if action is None:
        raise Stale
    return action


def _refuse_number(plan, sheet, action=None):
    others = plan.action_plans.exclude(pk=action.pk) if action else plan.action_plans
    if others.filter(number=sheet.number).exists():
        raise ValidationError({"number": NUMBER_TAKEN})


def _write_kpis(action, sheet):
    wanted = {item.kpi_id: (place, item.due) for place, item in enumerate(sheet.kpis, 1)}
    action.kpi_links.exclude(kpi__in=wanted).delete()
    for kpi_id, (place, due) in wanted.items():
        ActionPlanKpi.objects.update_or_create(
            action_plan=action, kpi_id=kpi_id, defaults={"position": place, "due": due}
        )


def _write_stages(action, sheet, *, is_draft):
    kept = [stage.id for stage in sheet.stages if stage.id]
    action.stages.exclude(pk__in=kept).delete()
    in_order = sorted(sheet.stages, key=lambda stage: stage.line)
    for position, stage in enumerate(in_order, 1):
        columns = stage.columns | {"position": position}
        if not stage.id:
            Stage.objects.create(action_plan=action, **columns)
            continue
        if not is_draft:
            del columns["first_start"], columns["first_end"]
        action.stages.filter(pk=stage.id).update(**columns)
