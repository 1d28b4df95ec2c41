"""The DX office reminds departments of a year's results."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from django_tables2 import RequestConfig

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.pages.reminder_forms import ReminderForm
from dxplan.pages.reminder_rows import reminder_rows
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from plans.gates import open_plan
from plans.models import PlanYear, Reminder
from plans.reminder_log import ReminderTable
from plans.reminders import remind_departments
from plans.years import YearNotOpen

PAGE_LENGTH = 50
CLOSED = "この年度は受付中ではないため、督促を送れません。"


@require_http_methods(["GET", "POST"])
def remind(request, plan_id, fiscal_year):
    plan = open_plan(request, plan_id, Action.RUN_YEARS)
    year = get_object_or_404(PlanYear, plan=plan, fiscal_year=fiscal_year)
    year.plan = plan
    rows = reminder_rows(year, kpi_progress(plan, EVERYTHING))
    if request.method == "GET":
        owing = [row.id for row in rows if row.owing]
        form = ReminderForm(rows=rows, initial={"departments": owing, "sending": uuid.uuid4()})
        return _page(request, year, rows, form)
    form = ReminderForm(request.POST, rows=rows)
    if not form.is_valid():
        return _page(request, year, rows, form, status=422)
    try:
        done = remind_departments(plan_year=year, user=request.user, **form.sent)
    except YearNotOpen:
        return _page(request, year, rows, form, status=409, alert=CLOSED)
    _say(request, done)
    return redirect("remind", plan.pk, fiscal_year)


def _say(request, done):
    reached = [item for item in done if item.people_names]
    if reached:
        names = "、".join(item.department_name for item in reached)
        messages.success(request, f"{len(reached)}課に督促を送りました（{names}）。")
    for item in done:
        if not item.people_names:
            messages.warning(
                request,
                f"{item.department_name}には、お知らせできる担当者・課長がいません。"
                "「利用者と課室」で役割を確かめてください。",
            )


def _page(request, year, rows, form, *, status=200, alert=""):
    log = ReminderTable(Reminder.objects.filter(plan=year.plan, fiscal_year=year.fiscal_year))
    RequestConfig(request, paginate={"per_page": PAGE_LENGTH}).configure(log)
    is_open = year.is_open and not year.plan.is_ended and status != 409
    chosen = {str(value) for value in form["departments"].value() or ()}
    context = {
        "plan": year.plan,
        "year": year,
        "fiscal_year": FiscalYear(year.fiscal_year),
        "form": form,
        "lines": [(row, str(row.id) in chosen) for row in rows],
        "shows_form": is_open or form.is_bound,
        "is_open": is_open,
        "alert": alert or ("" if is_open else CLOSED),
        "sends_mail": settings.MAIL_SERVER is not None,
        "log": log,
    }
    return render(request, "pages/remind.html", context, status=status)
