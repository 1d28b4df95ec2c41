"""The committee's workbook, put together from the sheets of the KPIs and of the action plans."""

from collections.abc import Callable
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
from kpis.progress import kpi_progress
from kpis.revisions import RevisionLine, plan_targets
from kpis.rows import KpiProgress
from kpis.sight import Sight

Tell = Callable[..., None]  # (what is being done, how many of it are done, of how many)


def silently(doing, done=0, total=0) -> None:
    """Tells nobody."""


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


def report_name(plan, fiscal_year: FiscalYear) -> str:
    return f"{plan.municipality.name}_DX推進計画_進捗状況報告書_{fiscal_year.era_label}.xlsx"


def report_of(plan, years, fiscal_year: FiscalYear, sight: Sight, tell: Tell = silently) -> bytes:
    """The committee's workbook of one of a plan's `years`, as a reader of this sight has it."""
    tell("指標と施策を読んでいます")
    report = report_rows(plan, years, kpi_progress(plan, sight), fiscal_year, sight)
    return report_workbook(report, fiscal_year, tell=tell)


def report_workbook(
    report: Report, fiscal_year: FiscalYear, *, cover=(), tell: Tell = silently
) -> bytes:
    """The committee's workbook of a year. No queries.

    `cover` says for which meeting it was frozen; without it the cover has the day of today. `tell`
    hears what is being written.
    """
    tell("指標のシートを書いています")
    all_years = [FiscalYear(item.fiscal_year) for item in report.years]
    return committee_workbook(
        report.plan,
        report.rows,
        [item for item in all_years if item > fiscal_year - YEARS_ON_PAPER],
        fiscal_year,
        has_previous=has_year_before(report.years, fiscal_year),
        cover=cover or [("作成日", show_date(timezone.localdate()))],
        further=(
            lambda book: _action_sheets(book, report, tell),
            lambda book: opinions_sheet(book, report.opinions, footer=report.plan.title),
            lambda book: revisions_sheet(book, report.revisions, footer=report.plan.title),
            lambda book: tell("ファイルにまとめています"),
        ),
    )


def _action_sheets(book, report, tell):
    """工程表 and a sheet per action plan; none for a plan without."""
    if not report.actions:
        return
    style = {"notice": _notice(report), "footer": report.plan.title}
    blocks = timetable(report.actions, report.period, may_edit=lambda row: False)
    schedule_sheet(book, blocks, report.period, report.today, **style)
    form_sheets(book, _counted(report.papers, tell), **style)


def _counted(papers, tell):
    for number, paper in enumerate(papers, 1):
        tell("個票を書いています", number, len(papers))
        yield paper


def _notice(report) -> str:
    stages = (stage.is_sample for action in report.actions for stage in action.stages)
    years = (year.is_sample for paper in report.papers for year in paper.evaluated)
    return SAMPLE_NOTICE if any(stages) or any(years) else ""
