"""What is to be mended in a plan's action plans: things that lack something or point nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from actionplans.models import ActionPlan, ActionPlanKpi
from actionplans.sheets import ActionRow, action_rows, period_of
from dxplan.lib.fiscal_years import show_date
from kpis.models import Kpi


@dataclass(frozen=True)
class Finding:
    """One thing to mend: what it is, where to do so, what is wrong."""

    label: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Check:
    """A kind of thing to mend, with all that were found."""

    title: str
    advice: str
    findings: tuple[Finding, ...]


def plan_checks(plan) -> list[Check]:
    """Every kind of check with what it finds. Six queries."""
    rows = action_rows(plan)
    linked = set(
        ActionPlanKpi.objects.filter(action_plan__plan=plan).values_list("action_plan", "kpi")
    )
    with_kpi, in_use = {pair[0] for pair in linked}, {pair[1] for pair in linked}
    kpis = Kpi.objects.filter(plan=plan).exclude(pk__in=in_use)
    return [
        Check(
            "KPIのない個票",
            "個票に指標を結び付けます。",
            tuple(_sheet(row) for row in rows if row.id not in with_kpi),
        ),
        Check(
            "工程のない個票",
            "個票のスケジュールに工程を登録します。",
            tuple(_sheet(row) for row in rows if not row.stages),
        ),
        Check(
            "個票のないKPI",
            "どの取組で達成するのかを、個票に書きます。",
            tuple(
                Finding(f"{kpi.number} {kpi.name}", reverse("kpi_detail", args=[kpi.pk]))
                for kpi in kpis
            ),
        ),
        Check(
            "工程表の期間の外にある工程",
            "工程の期間を見直すか、工程表の期間を広げます。",
            tuple(_outside(rows, period_of(plan).span)),
        ),
        Check(
            "廃止された課の個票",
            "個票の担当課を、いまの課に直します。",
            tuple(_of_ended_departments(plan)),
        ),
        Check(
            "担当課のない個票",
            "担当課が決まらないと、課の担当者は入力できません。",
            tuple(_sheet(row) for row in rows if not row.department_id),
        ),
        Check(
            "遅れていて、理由のない工程",
            "工程の入力に「繰越の理由」を書きます。",
            tuple(_unexplained(rows)),
        ),
    ]


def _sheet(row: ActionRow, detail="") -> Finding:
    return Finding(f"{row.number} {row.title}", reverse("action_plan", args=[row.id]), detail)


def _outside(rows, frame) -> Iterable[Finding]:
    for row in rows:
        for stage in row.stages:
            if not stage.planned.is_within(frame):
                url = reverse("stage_edit", args=[row.id, stage.id])
                yield Finding(f"{row.number} {stage.label}", url, stage.planned.label)


def _unexplained(rows) -> Iterable[Finding]:
    for row in rows:
        for stage in row.stages:
            if stage.lacks_carry_over:
                url = reverse("stage_edit", args=[row.id, stage.id])
                yield Finding(f"{row.number} {stage.label}", url, stage.standing.rule)


def _of_ended_departments(plan) -> Iterable[Finding]:
    today = timezone.localdate()
    ended = ActionPlan.objects.of_plan(plan).filter(department__valid_to__lt=today)
    for action in ended.select_related("department__successor"):
        department = action.department
        detail = f"{department.name}（{show_date(department.valid_to)}に廃止"
        after = f"、{department.successor.name}が引継ぎ" if department.successor else ""
        yield Finding(str(action), action.get_absolute_url(), f"{detail}{after}）")
