"""What is missing before a fiscal year is closed: what keeps it open, and what one should know."""

from collections.abc import Callable
from dataclasses import dataclass

from kpis.rows import KpiProgress, YearStanding
from kpis.summary import measured_in
from plans.review import ReviewState


@dataclass(frozen=True)
class ClosingCheck:
    """KPIs of which something is missing. An obstacle keeps the year open."""

    text: str
    rows: tuple[KpiProgress, ...]
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


CHECKS: tuple[tuple[str, Callable[[YearStanding], bool], bool], ...] = (
    ("入力したまま、承認されていない実績があります。", _is_waiting, True),
    ("実績が未入力です。締めると「未報告」のまま残ります。", _is_missing, False),
    ("速報のままの実績があります。", _is_preliminary, False),
    ("未達成の原因と今後の取組が未入力です。", _lacks_cause, False),
    ("承認されましたが、DX推進担当が確認していません。", _is_unchecked, False),
)


def closing_checks(rows: list[KpiProgress], fiscal_year: int) -> list[ClosingCheck]:
    """What is missing in a year, obstacles first; empty where nothing is. No queries."""
    measured = measured_in(rows, fiscal_year)
    found = []
    for text, fails, is_obstacle in CHECKS:
        failing = tuple(row for row in measured if fails(row.at(fiscal_year)))
        if failing:
            found.append(ClosingCheck(text, failing, is_obstacle))
    return found
