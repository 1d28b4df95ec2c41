"""Money of a plan by policy, and the form of one action plan's money."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from actionplans.forms.money import MoneyForm
from actionplans.gates import may_change, open_action_plan
from actionplans.money import (
    LABELS,
    Amounts,
    mark_of,
    money_years,
    own_money,
    plan_money,
    read_mark,
    save_money,
)
from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import Conflict, differences
from dxplan.lib.fiscal_years import FiscalYear
from plans.editing import PlanEnded, Stale
from plans.gates import open_plan
from plans.years import YearLink

SAVED = "事業費を保存しました。"
NOTHING_CHANGED = "変更はありませんでした。"
ENDED = "この計画は終了しているため、変更できません。"


@require_GET
def money(request, plan_id):
    plan = open_plan(request, plan_id, Action.SEE_PLANS)
    years = money_years(plan)
    year = _chosen(years, request.GET.get("fiscal_year", ""))
    found = plan_money(plan, year)
    context = {
        "plan": plan,
        "fiscal_year": year,
        "years": [_link(plan, item, item == year) for item in years],
        "money": found,
        "labels": LABELS.values(),
        "lines": [(line, _may_enter(request, plan, line)) for line in found.lines],
        "has_sample": found.has_sample,
    }
    return render(request, "actionplans/money.html", context)


def _chosen(years, text):
    if not text:
        return min(max(FiscalYear.of(timezone.localdate()), years[0]), years[-1])
    found = next((year for year in years if text == str(int(year))), None)
    if found is None:
        raise Http404
    return found


def _link(plan, year, is_current):
    url = f"{reverse('money', args=[plan.pk])}?fiscal_year={int(year)}"
    return YearLink(year.era_label, url, is_current, is_closed=False)


def _may_enter(request, plan, line):
    if line.action is None or plan.is_ended:
        return False
    return may_change(request.access, line.action.department_id)


@require_http_methods(["GET", "POST"])
def money_edit(request, action_id):
    plan, sheet = open_action_plan(request, action_id, Action.EDIT_SHEETS)
    given = {"plan": plan, "years": money_years(plan), "standing": own_money(sheet)}
    if request.method == "GET":
        return _page(request, plan, sheet, MoneyForm(**given))
    form = MoneyForm(request.POST, **given)
    if not form.is_valid():
        return _page(request, plan, sheet, form, status=422)
    try:
        is_changed = save_money(plan=plan, sheet=sheet, seen=form.seen, money=form.typed)
    except PlanEnded:
        return _page(request, plan, sheet, form, status=409, alert=ENDED)
    except Stale as stale:
        return _conflict(request, plan, sheet, form, stale.standing)
    messages.success(request, SAVED if is_changed else NOTHING_CHANGED)
    return redirect(f"{reverse('money', args=[plan.pk])}?fiscal_year={plan.first_fiscal_year}")


def _conflict(request, plan, sheet, form, standing):
    """Yours and theirs side by side; saving again then replaces theirs knowingly."""
    years, base = list(form.typed), read_mark(form.seen)
    conflict = Conflict(
        differences(
            _words(form.typed, years),
            _words(standing, years),
            {} if base is None else _words(base, years),
        )
    )
    form.seen = mark_of(standing)
    return _page(request, plan, sheet, form, status=409, conflict=conflict)


def _words(money, years):
    return {
        f"{FiscalYear(year).era_label}の{label}": _shown(value)
        for year in years
        for label, value in zip(LABELS.values(), money.get(year, Amounts()).values, strict=True)
    }


def _shown(value):
    return "" if value is None else f"{value:,}千円"


def _page(request, plan, sheet, form, *, status=200, **context):
    context |= {"plan": plan, "sheet": sheet, "form": form, "labels": LABELS.values()}
    return render(request, "actionplans/money_form.html", context, status=status)
