"""The committee's dashboard: the rows of one plan and year, arranged for one page."""

from dataclasses import dataclass

from kpis.charts import grade_history_chart, rate_comparison_chart
from kpis.grading import Grade
from kpis.kpi_chart import kpi_chart
from kpis.rows import KpiProgress, YearStanding
from kpis.summary import (
    GradeCount,
    YearSummary,
    behind,
    has_overridden,
    has_sample,
    measured_in,
    summarize,
)
from plans.models import PlanYear


@dataclass(frozen=True)
class MatrixLine:
    """One KPI with its standings in the order of the years shown; None where not measured."""

    row: KpiProgress
    standings: tuple[YearStanding | None, ...]

    @property
    def width(self) -> int:
        """How many columns the line has, with the KPI's own."""
        return len(self.standings) + 1


@dataclass(frozen=True)
class Dashboard:
    """Everything the page shows, computed once from the rows."""

    summary: YearSummary
    rated_counts: list[GradeCount]
    other_counts: list[GradeCount]
    behind: list[tuple[KpiProgress, YearStanding, YearStanding | None]]
    measured: list[tuple[KpiProgress, YearStanding, YearStanding | None]]
    history: list[YearSummary]
    history_lines: list[tuple[Grade, list[int]]]
    matrix: list[MatrixLine]
    charts: dict[str, dict]
    small_charts: list[tuple[KpiProgress, str]]
    has_overridden: bool
    has_sample: bool


def has_year_before(years: list[PlanYear], fiscal_year: int) -> bool:
    """Whether this year and the one before have both begun, so that they can be compared."""
    begun = {year.fiscal_year for year in years if not year.is_planned}
    return {fiscal_year, fiscal_year - 1} <= begun


def build_dashboard(rows: list[KpiProgress], years: list[PlanYear], year: PlanYear):
    """Arranges `rows` for `year`. No queries."""
    fiscal_year = year.fiscal_year
    summary = summarize(rows, fiscal_year, has_previous=has_year_before(years, fiscal_year))
    history = [
        summarize(rows, item.fiscal_year, has_previous=False)
        for item in years
        if not item.is_planned
    ]
    measured = measured_in(rows, fiscal_year)
    charts = {
        "grade-history": grade_history_chart(history),
        "rate-comparison": rate_comparison_chart(measured, fiscal_year),
    }
    small_charts = [(row, f"kpi-{row.id}") for row in measured]
    charts |= {key: kpi_chart(row) for row, key in small_charts}
    return Dashboard(
        summary=summary,
        rated_counts=[item for item in summary.shown_counts if item.grade.is_rated],
        other_counts=[item for item in summary.shown_counts if not item.grade.is_rated],
        behind=_with_standings(behind(rows, fiscal_year), fiscal_year),
        measured=_with_standings(measured, fiscal_year),
        history=history,
        history_lines=[
            (grade, [item.count_of(grade) for item in history])
            for grade in dict.fromkeys(grade for item in history for grade in item.grades)
            if any(item.count_of(grade) for item in history)
        ],
        matrix=[MatrixLine(row, tuple(row.at(item.fiscal_year) for item in years)) for row in rows],
        charts=charts,
        small_charts=small_charts,
        has_overridden=has_overridden(rows, [item.fiscal_year for item in years]),
        has_sample=has_sample(rows),
    )


def _with_standings(rows, fiscal_year):
    return [(row, row.at(fiscal_year), row.at(fiscal_year - 1)) for row in rows]
