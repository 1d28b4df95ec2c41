"""The committee's workbook as a work: made beside the pages, fetched when it is ready."""

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.workbooks import MIME_TYPE
from dxplan.pages.report import report_name, report_of
from kpis.sight import SETTLED_ONLY, sight_of
from plans.work import File, Job, Outcome, kind_of_work
from plans.years import plan_years


@kind_of_work("report", "委員会資料（Excel）の作成", Action.EXPORT)
def make_report(job: Job, *, fiscal_year: int, is_settled_only: bool) -> Outcome:
    """The workbook of a fiscal year, of all that the person sees or of the settled values alone."""
    year = FiscalYear(fiscal_year)
    sight = SETTLED_ONLY if is_settled_only else sight_of(job.access)
    content = report_of(job.plan, plan_years(job.plan), year, sight, tell=job.tell)
    return Outcome(file=File(content, report_name(job.plan, year), MIME_TYPE))
