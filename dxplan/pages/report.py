"""The committee's workbook, put together from the sheets of the KPIs and of the action plans."""

from dataclasses import dataclass

from django.utils import timezone

from actionplans.form_sheet import form_sheets
from actionplans.paper import Paper, papers_of
from actionplans.schedule import HalfYear
from actionplans.schedule_sheet import schedule_sheet
from actionplans.sheets import ActionRow, Period, action_rows, period_of
from actionplans.timetable import timetable
from dxplan.lib.fiscal_years import FiscalYear, show_date
from dxplan.pages.dashboard import has_year_before
from kpis.exports import SAMPLE_NOTICE, committee_workbook
from kpis.meeting_sheets import opinions_sheet, revisions_sheet
from kpis.opinions import OpinionRow, opinions_since
from kpis.revisions import RevisionLine, plan_targets
from kpis.rows import KpiProgress
from kpis.sight import Sight

YEARS_ON_PAPER = 4  # with results; coming years follow with their targets


@dataclass(frozen=True)
class Report:
    """All rows of which the workbook of a plan is made, within one reader's sight."""

    plan: object
    years: tuple
    rows: list[KpiProgress]
    actions: list[ActionRow]
    papers: list[Paper]
    period: Period
    today: HalfYear
    opinions: tuple[OpinionRow, ...]
    revisions: tuple[RevisionLine, ...]


def report_rows(plan, years, rows: list[KpiProgress], fiscal_year, sight: Sight) -> Report:
    """What stands beside the KPIs' `rows`; `years` are all of the plan's. Fifteen queries.

    Of what meetings said there is what lay on the table since the fiscal year began.
    """
    actions = action_rows(plan)
    asked = [year.fiscal_year for year in years]
    return Report(
        plan=plan,
        years=tuple(years),
        rows=rows,
        actions=actions,
        papers=papers_of(plan, actions, rows, asked, sight),
        period=period_of(plan),
        today=HalfYear.of(timezone.localdate()),
        opinions=opinions_since(plan, FiscalYear(fiscal_year).first_day),
        revisions=plan_targets(plan).lines,
    )


def report_workbook(report: Report, fiscal_year: FiscalYear, *, cover=()) -> bytes:
    """The committee's workbook of a year. No queries.

    `cover` says for which meeting it was frozen; without it the cover has the day of today.
    """
    all_years = [FiscalYear(item.fiscal_year) for item in report.years]
    return committee_workbook(
        report.plan,
        report.rows,
        [item for item in all_years if item > fiscal_year - YEARS_ON_PAPER],
        fiscal_year,
        has_previous=has_year_before(report.years, fiscal_year),
        cover=cover or [("作成日", show_date(timezone.localdate()))],
        further=(
            lambda book: _action_sheets(book, report),
            lambda book: opinions_sheet(book, report.opinions, footer=report.plan.title),
            lambda book: revisions_sheet(book, report.revisions, footer=report.plan.title),
        ),
    )


def _action_sheets(book, report):
    """工程表 and a sheet per action plan; none for a plan without."""
    if not report.actions:
        return
    style = {"notice": _notice(report), "footer": report.plan.title}
    blocks = timetable(report.actions, report.period, may_edit=lambda row: False)
    schedule_sheet(book, blocks, report.period, report.today, **style)
    form_sheets(book, report.papers, **style)


def _notice(report) -> str:
    stages = (stage.is_sample for action in report.actions for stage in action.stages)
    years = (year.is_sample for paper in report.papers for year in paper.evaluated)
    return SAMPLE_NOTICE if any(stages) or any(years) else ""
