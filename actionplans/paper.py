"""One sheet in the order of the paper form: its boxes, KPIs with yearly targets, bars, results."""

from dataclasses import dataclass

from actionplans.evaluation_rows import YearRow, years_of, years_of_all
from actionplans.models import ActionPlan, ActionPlanKpi, Placement
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
    progress = kpi_progress(plan, sight)
    asked = [year.fiscal_year for year in plan_years(plan)]
    years = {action.id: years_of(action, progress, asked, sight)}
    links = ActionPlanKpi.objects.filter(action_plan=sheet)
    return _papers(plan, {sheet.pk: sheet}, [action], links, progress, years)[0]


def papers_of(
    plan, actions: list[ActionRow], progress: list[KpiProgress], asked, sight: Sight
) -> list[Paper]:
    """All sheets of a plan for the years `asked`. Six queries, however many."""
    sheets = ActionPlan.objects.of_plan(plan).in_bulk()
    years = years_of_all(plan, actions, progress, asked, sight)
    links = ActionPlanKpi.objects.filter(action_plan__plan=plan)
    return _papers(plan, sheets, actions, links, progress, years)


def _papers(plan, sheets, actions, links, progress, years) -> list[Paper]:
    """Three queries: the plan's period, its levels and the KPIs' places on the sheets."""
    period, names = period_of(plan), _level_names(plan)
    rows = {row.id: row for row in progress}
    kpis = {}
    for link in links.order_by("position", "pk"):
        kpi = _paper_kpi(rows[link.kpi_id], link.due, period)
        kpis.setdefault(link.action_plan_id, []).append(kpi)
    return [
        Paper(
            plan=plan,
            sheet=sheets[action.id],
            action=action,
            levels=_levels(names, action.policy),
            period=period,
            kpis=tuple(kpis.get(action.id, ())),
            lines=tuple(bar_line(line, period) for line in action.lines(Placement.SCHEDULE)),
            evaluated=tuple(years[action.id].values()),
        )
        for action in actions
    ]


def _level_names(plan) -> dict[str, list[str]]:
    """The names of the plan's levels, by axis."""
    names = {}
    for axis, name in PolicyLevel.objects.filter(plan=plan).values_list("axis", "name"):
        names.setdefault(axis, []).append(name)
    return names


def _levels(names_by_axis, node):
    """The levels' names with the policy there; without a measure the names alone."""
    names = names_by_axis.get(node.axis if node else "", [])
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
