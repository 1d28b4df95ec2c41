from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.downloads import download
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.workbooks import MIME_TYPE
from dxplan.pages.paper_forms import PaperForm
from dxplan.pages.papers import (
    FrozenAlready,
    NotFreezable,
    content_of,
    freeze_paper,
    left_off_paper,
)
from kpis.gates import open_paper
from kpis.models import Paper, PaperKind
from plans.gates import open_meeting
from plans.years import chosen_year, plan_years

FROZEN_MEANWHILE = "この会議の資料は、すでに確定されています。"


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


@require_http_methods(["GET", "POST"])
def paper_new(request, meeting_id):
    """Freezes the figures of a year as the paper of a meeting."""
    plan, meeting = open_meeting(request, meeting_id, Action.RUN_MEETINGS)
    years = [year for year in plan_years(plan) if not year.is_planned]
    frozen = list(Paper.objects.without_contents().filter(meeting=meeting).order_by("pk"))
    form = PaperForm(_posted(request), years=years, papers=frozen, initial=_proposal(years, frozen))
    if request.method == "POST" and form.is_valid():
        return _freeze(request, plan, meeting, form)
    left_off = left_off_paper(plan)
    context = {
        "plan": plan,
        "meeting": meeting,
        "form": form,
        "papers": frozen,
        "years": years,
        "left_off": [
            (FiscalYear(year.fiscal_year).era_label, left_off[year.fiscal_year])
            for year in years
            if year.fiscal_year in left_off
        ],
    }
    return render(request, "pages/paper_new.html", context, status=422 if form.errors else 200)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _proposal(years, papers):
    """The latest year that takes results, else the latest closed one."""
    year = chosen_year(years, None)
    return {"fiscal_year": year.fiscal_year if year else None, "seen": len(papers)}


def _freeze(request, plan, meeting, form):
    try:
        made = freeze_paper(
            plan=plan,
            plan_year=form.year,
            kind=PaperKind.MEETING,
            meeting=meeting,
            user=request.user,
            reason=form.reason_text,
            seen=form.cleaned_data["seen"],
        )
    except FrozenAlready as earlier:
        messages.info(request, FROZEN_MEANWHILE)
        return redirect(earlier.paper)
    except NotFreezable as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting)
    messages.success(request, "資料を確定しました。")
    return redirect(made)
