from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dxplan.accounts.permissions import Action
from dxplan.lib.downloads import download
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.startup import StartupProblem
from dxplan.lib.workbooks import MIME_TYPE
from dxplan.pages.dashboard import build_dashboard, has_year_before
from dxplan.pages.duties import duties
from dxplan.pages.report import report_name, report_of
from dxplan.pages.report_work import make_report
from kpis.gates import leaves_drafts_out, sight_in
from kpis.opinions import points_waiting
from kpis.progress import kpi_progress
from kpis.summary import has_sample, summarize, unsettled_in
from plans.gates import open_plan
from plans.models import Plan
from plans.unread import newest_unread
from plans.work_pages import answer_with
from plans.years import chosen_year, plan_years, year_links

NOTICES_AT_HOME = 3
REPORT_TITLE = "委員会資料（Excel） {year}"


@login_not_required
@require_GET
def healthz(request):
    """Whether the process answers; asks no database."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_GET
def readyz(request):
    """Whether the process can serve pages: whether the database answers, within three seconds."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError, StartupProblem):
        return HttpResponse("database away", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def home(request):
    may_see = request.access.may(Action.SEE_PLANS)
    plans = list(Plan.objects.visible_to(request.access).current_first()) if may_see else []
    parts = [_home_part(request, plan) for plan in plans if plan.is_in_force]
    context = {
        "notices": newest_unread(request.user, NOTICES_AT_HOME),
        "parts": parts,
        "other_plans": [plan for plan in plans if not plan.is_in_force],
        "may_edit": request.access.may(Action.EDIT_PLAN),
        "may_see": may_see,
        "has_sample": any(part["has_sample"] for part in parts),
    }
    return render(request, "pages/home.html", context)


def _home_part(request, plan):
    years, rows = plan_years(plan), kpi_progress(plan, sight_in(request))
    year = chosen_year(years, None)
    return {
        "plan": plan,
        "first_year": FiscalYear(plan.first_fiscal_year),
        "last_year": FiscalYear(plan.last_fiscal_year),
        "year": year,
        "duties": duties(request.user, request.access, years, rows, timezone.localdate()),
        "points": points_waiting(request.access, plan),
        "summary": summarize(
            rows, year.fiscal_year, has_previous=has_year_before(years, year.fiscal_year)
        )
        if year
        else None,
        "has_sample": has_sample(rows),
    }


@require_GET
def dashboard(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    rows = kpi_progress(plan, sight_in(request))
    context = {
        "plan": plan,
        "year": year,
        "fiscal_years": [FiscalYear(item.fiscal_year) for item in years],
        "years": year_links(years, year, reverse("dashboard", args=[plan.pk])),
        "may_enter": request.access.may(Action.ENTER_RESULTS),
        "unsettled": unsettled_in(rows, year.fiscal_year) if year else 0,
        "is_settled_only": leaves_drafts_out(request),
        "dashboard": build_dashboard(rows, years, year) if year and rows else None,
    }
    return render(request, "pages/dashboard.html", context)


@require_GET
def report(request, plan_id):
    """The committee's workbook of a fiscal year, at once: for programs."""
    plan, years, fiscal_year = _asked_report(request, plan_id)
    content = report_of(plan, years, fiscal_year, sight_in(request))
    return download(content, mime_type=MIME_TYPE, name=report_name(plan, fiscal_year))


@require_POST
def report_ask(request, plan_id):
    """The same for people: made beside the pages, so that nobody's page waits for it."""
    plan, _, fiscal_year = _asked_report(request, plan_id)
    return answer_with(
        request,
        make_report,
        plan=plan,
        title=REPORT_TITLE.format(year=fiscal_year.era_label),
        fiscal_year=int(fiscal_year),
        is_settled_only=leaves_drafts_out(request),
    )


def _asked_report(request, plan_id):
    plan = open_plan(request, plan_id, Action.EXPORT)
    years = plan_years(plan)
    year = chosen_year(years, request.GET.get("fiscal_year"))
    if year is None:
        raise Http404
    return plan, years, FiscalYear(year.fiscal_year)
