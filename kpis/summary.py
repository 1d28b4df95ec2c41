"""Counts per grade: how a plan or a policy is summed up, since unlike rates are never averaged."""

from collections import Counter
from dataclasses import dataclass

from dxplan.lib.fiscal_years import FiscalYear
from kpis.grade_scales import STANDARD
from kpis.grading import NOT_YET_ASKED, Grade, all_grades
from kpis.rows import KpiProgress


@dataclass(frozen=True)
class GradeCount:
    """How many KPIs have a grade this year and had it last year; None without a last year."""

    grade: Grade
    count: int
    previous: int | None

    @property
    def change_text(self) -> str:
        """「前年度比 +2」「前年度比 -1」「前年度と同数」; blank without a last year."""
        if self.previous is None:
            return ""
        change = self.count - self.previous
        return f"前年度比 {change:+d}" if change else "前年度と同数"


@dataclass(frozen=True)
class YearSummary:
    """The counts of one fiscal year with their denominators."""

    fiscal_year: FiscalYear
    total: int
    rated: int
    counts: tuple[GradeCount, ...]

    @property
    def grades(self) -> tuple[Grade, ...]:
        return tuple(item.grade for item in self.counts)

    @property
    def denominator_text(self) -> str:
        return f"評価可能 {self.rated} / 全{self.total}指標"

    @property
    def shown_counts(self) -> tuple[GradeCount, ...]:
        """All classes; 受付前 only in a year that has some."""
        return tuple(item for item in self.counts if item.grade != NOT_YET_ASKED or item.count)

    def count_of(self, grade: Grade) -> int:
        return next((item.count for item in self.counts if item.grade == grade), 0)


def measured_in(rows: list[KpiProgress], fiscal_year: int) -> list[KpiProgress]:
    """The KPIs that are measured in a year, in the order given."""
    return [row for row in rows if row.at(fiscal_year)]


def summarize(rows: list[KpiProgress], fiscal_year: int, *, has_previous: bool) -> YearSummary:
    """Counts every KPI measured in the year exactly once, in the scale's or an outside class."""
    now = _counter(rows, fiscal_year)
    before = _counter(rows, fiscal_year - 1) if has_previous else None
    grades = grades_in(rows, fiscal_year)
    known_before = grades_in(rows, fiscal_year - 1)
    return YearSummary(
        fiscal_year=FiscalYear(fiscal_year),
        total=now.total(),
        rated=sum(now[grade] for grade in grades if grade.is_rated),
        counts=tuple(
            GradeCount(
                grade, now[grade], before[grade] if has_previous and grade in known_before else None
            )
            for grade in grades
        ),
    )


def _counter(rows, fiscal_year):
    return Counter(row.at(fiscal_year).grade for row in measured_in(rows, fiscal_year))


def grades_in(rows: list[KpiProgress], fiscal_year: int) -> tuple[Grade, ...]:
    """Every class that can occur in a year, by the scale in force in it."""
    scale = next(
        (row.at(fiscal_year).grade_scale for row in measured_in(rows, fiscal_year)), STANDARD
    )
    return all_grades(scale)


def behind(rows: list[KpiProgress], fiscal_year: int) -> list[KpiProgress]:
    """The KPIs whose verdict is 未達成, furthest behind first, those without a rate foremost."""
    late = [row for row in measured_in(rows, fiscal_year) if row.at(fiscal_year).is_behind]
    return sorted(late, key=lambda row: _rate_or_less(row.at(fiscal_year)))


def _rate_or_less(standing):
    rate = standing.achievement.rate.value
    return (rate is not None, rate or 0)


def has_sample(rows: list[KpiProgress], years=None) -> bool:
    """Whether any row shows something made up for the demo, in `years` or in any year."""
    return any(row.has_sample_departments or row.has_sample_in(years) for row in rows)


def has_overridden(rows: list[KpiProgress], years) -> bool:
    """Whether the DX office gave any grade of `years` in place of the rules' own."""
    standings = (row.at(year) for row in rows for year in years)
    return any(standing.is_overridden for standing in standings if standing)


def unsettled_in(rows: list[KpiProgress], fiscal_year: int) -> int:
    """How many results of a year are shown though nobody approved them yet."""
    return sum(row.at(fiscal_year).result.is_unsettled for row in measured_in(rows, fiscal_year))
