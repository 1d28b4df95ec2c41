"""Evaluations of action plans as rows: a year with what its KPIs and stages say, and by whom."""

from dataclasses import dataclass

from actionplans.attainment import Attainment, Drawn, NextDirection
from actionplans.models import ActionPlanKpi, Evaluation, Placement
from actionplans.schedule import StageState
from actionplans.sheets import ActionRow, action_rows
from dxplan.lib.fiscal_years import FiscalYear
from kpis.achievement import Verdict
from kpis.progress import kpi_progress
from kpis.rows import KpiProgress, YearStanding
from kpis.sight import Sight
from plans.review import ReviewRow, ReviewState, review_row

NOT_GIVEN = "未評価"


@dataclass(frozen=True)
class Said:
    """What a department says of a year; all blank where it said nothing."""

    attainment: str = ""
    comment: str = ""
    cause: str = ""
    direction: str = ""
    direction_reason: str = ""


def said_by(evaluation: Evaluation | None) -> Said:
    if evaluation is None:
        return Said()
    return Said(*(getattr(evaluation, name) for name in Said.__dataclass_fields__))


NOTHING_SAID, NOT_REVIEWED = Said(), ReviewRow()


@dataclass(frozen=True)
class KpiYear:
    """A KPI of the sheet in the year."""

    row: KpiProgress
    standing: YearStanding


@dataclass(frozen=True)
class YearRow:
    """An action plan's year; `said` only where it is shown to this reader."""

    fiscal_year: FiscalYear
    drawn: Drawn
    kpis: tuple[KpiYear, ...]
    said: Said = NOTHING_SAID
    review: ReviewRow = NOT_REVIEWED
    version: int = 0
    entered_by: str = ""
    is_sample: bool = False

    @property
    def attainment_label(self) -> str:
        return Attainment(self.said.attainment).label if self.said.attainment else ""

    @property
    def direction_label(self) -> str:
        return NextDirection(self.said.direction).label if self.said.direction else ""

    @property
    def state_label(self) -> str:
        return self.review.state.label if self.version else NOT_GIVEN

    @property
    def is_editable(self) -> bool:
        return self.review.state.is_editable


@dataclass(frozen=True)
class EvaluationLine:
    """An action plan of the list with its year and the one before."""

    action: ActionRow
    year: YearRow
    before: YearRow

    @property
    def department_ids(self):
        return self.action.department_ids


def plan_evaluations(plan, fiscal_year: int, sight: Sight) -> list[EvaluationLine]:
    """All action plans of a plan in a year. Eleven queries, however many."""
    rows, progress = action_rows(plan), kpi_progress(plan, sight)
    found = years_of_all(plan, rows, progress, [fiscal_year - 1, fiscal_year], sight)
    return [
        EvaluationLine(row, found[row.id][fiscal_year], found[row.id][fiscal_year - 1])
        for row in rows
    ]


def years_of_all(
    plan, rows: list[ActionRow], progress: list[KpiProgress], fiscal_years, sight: Sight
) -> dict[int, dict[int, YearRow]]:
    """The years of all action plans of a plan, by their ids. Two queries."""
    links = ActionPlanKpi.objects.filter(action_plan__plan=plan)
    said = Evaluation.objects.filter(action_plan__plan=plan, fiscal_year__in=fiscal_years)
    return _years(rows, progress, links, said, fiscal_years, sight)


def years_of(
    action: ActionRow, progress: list[KpiProgress], fiscal_years, sight: Sight
) -> dict[int, YearRow]:
    """One action plan's years; `progress` are the plan's KPIs within the sight. Two queries."""
    links = ActionPlanKpi.objects.filter(action_plan=action.id)
    said = Evaluation.objects.filter(action_plan=action.id, fiscal_year__in=fiscal_years)
    return _years([action], progress, links, said, fiscal_years, sight)[action.id]


def _years(rows, progress, links, evaluations, fiscal_years, sight):
    by_id = {row.id: row for row in progress}
    kpis = {}
    for link in links.order_by("position", "pk"):
        kpis.setdefault(link.action_plan_id, []).append(by_id[link.kpi_id])
    said = {(item.action_plan_id, item.fiscal_year): item for item in evaluations}
    return {
        row.id: {
            year: _year_row(row, kpis.get(row.id, ()), year, said.get((row.id, year)), sight)
            for year in fiscal_years
        }
        for row in rows
    }


def _year_row(action, kpis, year, evaluation, sight) -> YearRow:
    standings = tuple(KpiYear(row, row.at(year)) for row in kpis if row.at(year))
    drawn = drawn_of(action, [item.standing for item in standings], year)
    if evaluation is None or not _is_seen(evaluation, action, sight):
        return YearRow(FiscalYear(year), drawn, standings)
    return YearRow(
        fiscal_year=FiscalYear(year),
        drawn=drawn,
        kpis=standings,
        said=said_by(evaluation),
        review=review_row(evaluation),
        version=evaluation.version,
        entered_by=evaluation.entered_by_name,
        is_sample=evaluation.is_sample,
    )


def _is_seen(evaluation, action, sight):
    is_settled = ReviewState(evaluation.review_state).is_settled
    return is_settled or sight.sees_drafts_of(action.department_ids)


def drawn_of(action: ActionRow, standings: list[YearStanding], year: int) -> Drawn:
    """Verdicts of the KPIs, and the stages planned to end in the year, but for stopped ones."""
    verdicts = [item.achievement.verdict for item in standings if item.achievement]
    judged = [verdict for verdict in verdicts if verdict is not None]
    due = [
        stage
        for stage in action.stages
        if stage.planned.end.fiscal_year == year
        and stage.placement != Placement.SCHEDULE
        and stage.state != StageState.STOPPED
    ]
    done = [stage for stage in due if stage.ended and stage.ended.fiscal_year <= year]
    return Drawn(
        kpis_judged=len(judged),
        kpis_achieved=sum(verdict != Verdict.NOT_ACHIEVED for verdict in judged),
        stages_due=len(due),
        stages_done=len(done),
    )
