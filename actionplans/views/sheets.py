"""One action plan as the paper form: read, written, removed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from actionplans.changes import add_sheet, edit_sheet, remove_sheet
from actionplans.entries import offers_of, sheet_of, shown, shown_of_row
from actionplans.forms.sheets import SheetInput
from actionplans.gates import may_change, open_action_plan
from actionplans.paper import paper_of
from actionplans.timetable import today_in
from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import base_of, conflict_of
from kpis.gates import sight_in
from plans.editing import PlanEnded, Stale
from plans.frameworks import framework_links, item_url
from plans.gates import open_plan
from plans.models import Policy
from plans.numbering import next_number
from plans.structure import Refused

NOTHING_CHANGED = "変更はありませんでした。"
ENDED = "この計画は終了しているため、変更できません。"
GONE = "この個票は、他の人が先に削除しました。入力した内容は保存されていません。"
CHANGED = "他の人が先に変更しました。内容を確かめてから、もう一度「削除する」を押してください。"


@require_GET
def action_plan(request, action_id):
    plan, sheet = open_action_plan(request, action_id)
    paper = paper_of(plan, sheet, sight_in(request))
    context = {
        "plan": plan,
        "paper": paper,
        "today": today_in(paper.period, timezone.localdate()),
        "items": _items(plan, sheet),
        "may_edit": may_change(request.access, sheet.department_id) and not plan.is_ended,
        "reads_history": request.access.reach(Action.READ_TRAIL, Action.SEE_PLANS).name == "TOWN",
        "has_sample": any(stage.is_sample for stage in paper.action.stages),
    }
    return render(request, "actionplans/action_plan.html", context)


def _items(plan, sheet):
    """(label, address) of what the measure serves in plans above this one."""
    if sheet.policy_id is None:
        return []
    links = framework_links(plan).filter(policy=sheet.policy_id)
    return [(str(link.item), item_url(plan.pk, link.item_id)) for link in links]


@require_http_methods(["GET", "POST"])
def action_plan_new(request, plan_id):
    plan = open_plan(request, plan_id, Action.EDIT_SHEETS)
    offers = offers_of(plan, request.access)
    if request.method == "GET":
        initial = _initial_of_new(request, plan, offers)
        return _form_page(request, plan, SheetInput(plan=plan, offers=offers, initial=initial))
    form = SheetInput(request.POST, plan=plan, offers=offers)
    if not form.is_valid():
        return _form_page(request, plan, form, status=422)
    try:
        sheet = add_sheet(plan=plan, sheet=form.sheet)
    except (PlanEnded, ValidationError) as refusal:
        return _refused(request, plan, form, refusal)
    messages.success(request, f"「{sheet.title}」を追加しました。")
    return redirect(sheet)


def _initial_of_new(request, plan, offers):
    """A number that follows, and the measure of the address with its name."""
    last = plan.action_plans.order_by("position", "pk").last()
    initial = {"number": next_number(last.number) if last else "1"}
    asked = request.GET.get("policy", "")
    if asked.isdecimal() and int(asked) in offers.policies:
        policy = Policy.objects.get(pk=int(asked))
        initial |= {"policy": policy.pk, "title": policy.name}
    return initial


@require_http_methods(["GET", "POST"])
def action_plan_edit(request, action_id):
    plan, sheet = open_action_plan(request, action_id, Action.EDIT_SHEETS)
    offers, stored = offers_of(plan, request.access, sheet.department_id), sheet_of(sheet)
    given = {"plan": plan, "offers": offers, "stored": stored}
    if request.method == "GET":
        return _form_page(request, plan, SheetInput(version=sheet.version, **given), sheet)
    form = SheetInput(request.POST, **given)
    if not form.is_valid():
        return _form_page(request, plan, form, sheet, status=422)
    try:
        is_changed = edit_sheet(
            plan=plan, action_id=sheet.pk, version=form.version, sheet=form.sheet
        )
    except (PlanEnded, ValidationError, Stale) as refusal:
        return _refused(request, plan, form, refusal, sheet)
    if is_changed:
        messages.success(request, f"「{form.sheet.title}」を保存しました。")
    else:
        messages.info(request, NOTHING_CHANGED)
    return redirect(sheet)


def _refused(request, plan, form, refusal, sheet=None):
    if isinstance(refusal, Stale) and refusal.standing:
        return _conflict(request, plan, form, refusal.standing)
    if isinstance(refusal, ValidationError):
        form.refuse(refusal)
        return _form_page(request, plan, form, sheet, status=422)
    form.boxes.add_error(None, ENDED if isinstance(refusal, PlanEnded) else GONE)
    return _form_page(request, plan, form, sheet, status=409)


def _conflict(request, plan, form, standing):
    """Yours and theirs side by side; saving again then replaces theirs knowingly."""
    offers = offers_of(plan, request.access, standing.department_id)
    conflict = conflict_of(
        standing,
        yours=shown(form.sheet, offers),
        theirs=shown(sheet_of(standing), offers),
        base=base_of(standing, form.version, lambda row: shown_of_row(row, offers)),
    )
    form.see(standing.version)
    return _form_page(request, plan, form, standing, status=409, conflict=conflict)


def _form_page(request, plan, form, sheet=None, *, status=200, **context):
    context |= {"plan": plan, "form": form, "sheet": sheet}
    return render(request, "actionplans/sheet_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def action_plan_remove(request, action_id):
    plan, sheet = open_action_plan(request, action_id, Action.EDIT_SHEETS)
    if request.method == "GET":
        return _remove_page(request, plan, sheet)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() else 0
    try:
        remove_sheet(plan=plan, action_id=sheet.pk, version=version)
    except Refused as refusal:
        return _remove_page(request, plan, sheet, alert=str(refusal), status=422)
    except PlanEnded:
        return _remove_page(request, plan, sheet, alert=ENDED, status=409)
    except Stale as stale:
        if stale.standing is None:
            return redirect("action_plan_list", plan.pk)
        return _remove_page(request, plan, stale.standing, alert=CHANGED, status=409)
    messages.success(request, f"「{sheet.title}」を削除しました。")
    return redirect("action_plan_list", plan.pk)


def _remove_page(request, plan, sheet, *, status=200, alert=""):
    going = [
        (name, count)
        for name, count in (
            ("工程", sheet.stages.count()),
            ("事業費", sheet.budgets.count()),
            ("四半期の報告", sheet.notes.count()),
        )
        if count
    ]
    context = {"plan": plan, "sheet": sheet, "going": going, "alert": alert}
    return render(request, "actionplans/sheet_remove.html", context, status=status)
