"""An uploaded KPI table is read beside the pages, one file at a time."""

from django.urls import reverse

from dxplan.accounts.permissions import Action
from dxplan.lib.spreadsheets.limits import UnreadableWorkbook
from kpis.kpi_table.keeping import keep_file
from kpis.kpi_table.text import NoTable
from plans.work import Job, Outcome, WorkRefused, kind_of_work


@kind_of_work("read_kpi_table", "成果指標の表の読み取り", Action.EDIT_PLAN)
def read_table(job: Job, *, name: str) -> Outcome:
    """The page of columns of what the file holds."""
    job.tell("ファイルを読み取っています")
    try:
        upload = keep_file(plan=job.plan, owner=job.user, name=name, content=job.given)
    except (UnreadableWorkbook, NoTable) as refusal:
        raise WorkRefused(str(refusal)) from refusal
    return Outcome(address=reverse("kpi_table_columns", args=[job.plan.pk, upload.pk]))
