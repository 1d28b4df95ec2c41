from django.shortcuts import render
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from dxplan.lib.downloads import download
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.workbooks import MIME_TYPE
from dxplan.pages.papers import content_of
from kpis.gates import open_paper


@require_GET
def paper(request, paper_id):
    """A paper as it was frozen; nothing of it is read from today's tables."""
    plan, found = open_paper(request, paper_id, Action.SEE_PLANS)
    context = {"plan": plan, "paper": found, "content": content_of(found)}
    return render(request, "pages/paper.html", context)


@require_GET
def paper_workbook(request, paper_id):
    """The committee's workbook of a paper, byte by byte as it was frozen."""
    _, found = open_paper(request, paper_id, Action.EXPORT)
    town, year = found.content["town"], FiscalYear(found.fiscal_year).era_label
    name = f"{town}_DX推進計画_{found.get_kind_display()}_{year}_第{found.number}版.xlsx"
    return download(bytes(found.workbook), mime_type=MIME_TYPE, name=name)
