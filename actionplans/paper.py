"""One sheet in the order of the paper form: its boxes, KPIs with yearly targets, bars, results."""

from dataclasses import dataclass

from actionplans.evaluation_rows import YearRow, years_of
from actionplans.models import ActionPlan, Placement
from actionplans.sheets import ActionRow, Period, action_rows, period_of
from actionplans.timetable import BarLine, bar_line
from dxplan.lib.fiscal_years import FiscalYear
from kpis.progress import kpi_progress
from kpis.rows import KpiProgress
from kpis.sight import Sight
from plans.models import PolicyLevel
from plans.years import plan_years


@dataclass(frozen=True)
class PaperKpi:
    """A KPI on the sheet: what is to be reached, year by year, and when."""

    row: KpiProgress
    due: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """All that the form prints; `levels` are (name of the level, label of the policy)."""

    plan: object
    sheet: ActionPlan
    action: ActionRow
    levels: tuple[tuple[str, str], ...]
    period: Period
    kpis: tuple[PaperKpi, ...]
    lines: tuple[BarLine, ...]
    evaluated: tuple[YearRow, ...]

    @property
    def town_kind(self) -> str:
        """町 of 香美町, as the form names the plan: 町DX推進計画."""
        return self.plan.municipality.name[-1:]


def paper_of(plan, sheet: ActionPlan, sight: Sight) -> Paper:
    """Fifteen queries, however many KPIs, stages and years; results within the sight."""
    action = next(row for row in action_rows(plan) if row.id == sheet.pk)
    period, progress = period_of(plan), kpi_progress(plan, sight)
    asked = [year.fiscal_year for year in plan_years(plan)]
    rows = {row.id: row for row in progress}
    return Paper(
        plan=plan,
        sheet=sheet,
        action=action,
        levels=_levels(plan, action.policy),
        period=period,
        kpis=tuple(
            _paper_kpi(rows[link.kpi_id], link.due, period)
            for link in sheet.kpi_links.order_by("position", "pk")
        ),
        lines=tuple(bar_line(line, period) for line in action.lines(Placement.SCHEDULE)),
        evaluated=tuple(years_of(action, progress, asked, sight).values()),
    )


def _levels(plan, node):
    """The levels' names with the policy there; without a measure the names alone."""
    axis = node.axis if node else ""
    names = PolicyLevel.objects.filter(plan=plan, axis=axis).values_list("name", flat=True)
    labels = node.path if node else ()
    padded = (*labels, *[""] * len(names))
    return tuple(zip(names, padded, strict=False))


def _paper_kpi(row, due, period) -> PaperKpi:
    return PaperKpi(
        row, due or _last_target(row), tuple(_target(row, year) for year in period.years)
    )


def _target(row, year):
    standing = row.at(year)
    return standing.target_text if standing else ""


def _last_target(row):
    """「令和7年度末」 where the sheet does not say when: the last year with a target."""
    if not row.last_target_year:
        return ""
    return f"{FiscalYear(row.last_target_year).era_label}末"
