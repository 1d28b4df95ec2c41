"""What is missing before a fiscal year is closed: what keeps it open, and what one should know."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from actionplans.models import Evaluation
from kpis.progress import kpi_progress
from kpis.rows import KpiProgress, YearStanding
from kpis.sight import EVERYTHING
from kpis.summary import measured_in
from plans.review import SETTLED, ReviewState


@dataclass(frozen=True)
class ClosingCheck:
    """What something is missing of, as (name, address). An obstacle keeps the year open."""

    text: str
    items: tuple[tuple[str, str], ...]
    is_obstacle: bool = False


def _is_waiting(standing: YearStanding) -> bool:
    return standing.result.is_unsettled and not standing.result.is_missing


def _is_missing(standing: YearStanding) -> bool:
    return standing.result.is_missing


def _is_preliminary(standing: YearStanding) -> bool:
    return standing.result.is_preliminary


def _is_unchecked(standing: YearStanding) -> bool:
    return standing.result.review.state == ReviewState.APPROVED


def _lacks_cause(standing: YearStanding) -> bool:
    return standing.lacks_cause


EVALUATIONS_WAIT = "入力したまま、承認されていない施策の評価があります。"
CHECKS: tuple[tuple[str, Callable[[YearStanding], bool], bool], ...] = (
    ("入力したまま、承認されていない実績があります。", _is_waiting, True),
    ("実績が未入力です。締めると「未報告」のまま残ります。", _is_missing, False),
    ("速報のままの実績があります。", _is_preliminary, False),
    ("未達成の原因と今後の取組が未入力です。", _lacks_cause, False),
    ("承認されましたが、DX推進担当が確認していません。", _is_unchecked, False),
)


def closing_checks(plan, fiscal_year: int) -> list[ClosingCheck]:
    """What is missing in a year, obstacles first; empty where nothing is. Eight queries."""
    measured = measured_in(kpi_progress(plan, EVERYTHING), fiscal_year)
    found = [_waiting_evaluations(plan, fiscal_year)]
    for text, fails, is_obstacle in CHECKS:
        failing = [row for row in measured if fails(row.at(fiscal_year))]
        found.append(ClosingCheck(text, tuple(map(_kpi, failing)), is_obstacle))
    return sorted(
        (check for check in found if check.items), key=lambda check: not check.is_obstacle
    )


def _kpi(row: KpiProgress) -> tuple[str, str]:
    departments = f"（{row.departments_text}）" if row.departments_text else ""
    return f"{row.number} {row.name}{departments}", reverse("kpi_detail", args=[row.id])


def _waiting_evaluations(plan, fiscal_year) -> ClosingCheck:
    evaluations = Evaluation.objects.filter(action_plan__plan=plan, fiscal_year=fiscal_year)
    waiting = evaluations.exclude(review_state__in=SETTLED).select_related("action_plan")
    items = tuple(
        (str(item.action_plan), reverse("evaluation", args=[item.action_plan_id]))
        for item in waiting.order_by("action_plan__position", "pk")
    )
    return ClosingCheck(EVALUATIONS_WAIT, items, is_obstacle=True)
