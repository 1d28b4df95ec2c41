"""The DX office changes a plan's checklists and their items."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import base_marked, conflict_of
from plans.checklist_items import (
    KeptByClosedYears,
    Taken,
    add_checklist,
    add_items,
    at_stake,
    closed_years_of,
    edit_checklist,
    edit_item,
    item_fields,
    list_fields,
    next_item_number,
    packed,
    remove_item,
    state_lines,
)
from plans.editing import PlanEnded, ReasonNeeded, Stale, plan_edit
from plans.forms.checklists import ChecklistForm, ItemForm, NewItemsForm, RemoveItemForm
from plans.gates import open_checklist, open_plan
from plans.models import ChecklistItem
from plans.reasoned import keep_reason, kept_reason

ENDED = "この計画は終了しているため、変更できません。"
CHANGED_MEANWHILE = "ほかの人が先に変更しました。今の内容を確かめてから、もう一度保存してください。"
GONE = "ほかの人が先に削除したため、保存できません。"
NOTHING_CHANGED = "変更はありませんでした。"
KEPT = "締めた年度の集計に含まれるため、削除できません。"
ALREADY_REMOVED = "この項目はすでに削除されています。"


@require_http_methods(["GET", "POST"])
def checklist_new(request, plan_id):
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    if request.method == "GET":
        form = ChecklistForm(plan=plan, initial={"reason": kept_reason(request, plan)})
        return _list_page(request, plan, None, form)
    form = ChecklistForm(request.POST, plan=plan)
    status = _refused(request, form, lambda edit: add_checklist(edit, form.typed))
    if status:
        return _list_page(request, plan, None, form, status=status)
    messages.success(request, "一覧を追加しました。続けて項目を追加してください。")
    return redirect("checklist_items", plan.pk, form.outcome.pk)


@require_http_methods(["GET", "POST"])
def checklist_edit(request, plan_id, checklist_id):
    plan, checklist = open_checklist(request, plan_id, checklist_id, Action.EDIT_PLAN)
    if request.method == "GET":
        form = ChecklistForm.showing(
            plan, list_fields(checklist), reason=kept_reason(request, plan)
        )
        return _list_page(request, plan, checklist, form)
    form = ChecklistForm(request.POST, plan=plan)
    status = _refused(
        request,
        form,
        lambda edit: edit_checklist(edit, checklist, form.typed, was=form.shown),
    )
    if status:
        return _list_page(request, plan, checklist, form, status=status)
    _say(request, form.outcome, "保存しました。")
    return redirect("checklist_detail", plan.pk, checklist.pk)


@require_http_methods(["GET", "POST"])
def checklist_items(request, plan_id, checklist_id):
    """The items of a list, and a form that adds some."""
    plan, checklist = open_checklist(request, plan_id, checklist_id, Action.EDIT_PLAN)
    if request.method == "GET":
        return _items_page(request, plan, checklist, _empty_form(request, plan, checklist))
    form = NewItemsForm(request.POST, plan=plan)
    status = _refused(request, form, lambda edit: add_items(edit, checklist, form.items))
    if status:
        return _items_page(request, plan, checklist, form, status=status)
    messages.success(request, f"{len(form.items)}件の項目を追加しました。")
    return redirect("checklist_items", plan.pk, checklist.pk)


@require_http_methods(["GET", "POST"])
def checklist_item_edit(request, plan_id, checklist_id, item_id):
    plan, checklist = open_checklist(request, plan_id, checklist_id, Action.EDIT_PLAN)
    item = get_object_or_404(ChecklistItem, checklist=checklist, pk=item_id)
    if request.method == "GET":
        form = ItemForm.showing(plan, item_fields(item), reason=kept_reason(request, plan))
        return _item_page(request, plan, item, form)
    form = ItemForm(request.POST, plan=plan)
    status = _refused(request, form, lambda edit: edit_item(edit, item, form.typed, was=form.shown))
    if status:
        return _item_page(request, plan, item, form, status=status)
    _say(request, form.outcome, "項目を保存しました。")
    return redirect("checklist_items", plan.pk, checklist.pk)


@require_http_methods(["GET", "POST"])
def checklist_item_remove(request, plan_id, checklist_id, item_id):
    """Names the years that hang on an item, and removes it with them."""
    plan, checklist = open_checklist(request, plan_id, checklist_id, Action.EDIT_PLAN)
    item = _item(checklist, item_id)
    if item is None:
        return _already_removed(request, plan, checklist)
    if request.method == "GET":
        initial = {"was": packed(at_stake(item)), "reason": kept_reason(request, plan)}
        return _remove_page(request, plan, item, RemoveItemForm(plan=plan, initial=initial))
    form = RemoveItemForm(request.POST, plan=plan)
    status = _refused(request, form, lambda edit: remove_item(edit, item, was=form.shown))
    standing = _item(checklist, item_id)
    if status and standing is None:
        return _already_removed(request, plan, checklist)
    if status:
        return _remove_page(request, plan, standing, form, status=status)
    messages.success(request, f"「{item}」を削除しました。")
    return redirect("checklist_items", plan.pk, checklist.pk)


def _item(checklist, item_id):
    items = ChecklistItem.objects.filter(checklist=checklist).select_related("checklist")
    return items.filter(pk=item_id).first()


def _already_removed(request, plan, checklist):
    messages.info(request, ALREADY_REMOVED)
    return redirect("checklist_items", plan.pk, checklist.pk)


def _refused(request, form, change):
    """The status of a refusal, which the form then explains; None where the change was made."""
    if not form.is_valid():
        return 422
    try:
        with plan_edit(plan=form.plan, user=request.user, reason=form.reason_text) as edit:
            form.outcome = change(edit)
    except ReasonNeeded:
        form.ask_for_reason()
        return 422
    except KeptByClosedYears:
        form.add_error(None, KEPT)
        return 409
    except Taken as refusal:
        form.add_error(refusal.field, str(refusal))
        return 422
    except PlanEnded:
        form.add_error(None, ENDED)
        return 409
    except Stale as stale:
        _explain_stale(form, stale.standing)
        return 409
    keep_reason(request, form)
    return None


def _explain_stale(form, standing):
    form.add_error(None, CHANGED_MEANWHILE if standing else GONE)
    if standing is None:
        return
    if isinstance(form, RemoveItemForm):
        form.take_as_shown(at_stake(standing))
    elif isinstance(standing, ChecklistItem):
        _show_conflict(form, standing, item_fields)
    else:
        _show_conflict(form, standing, list_fields)


def _show_conflict(form, standing, fields_of):
    form.conflict = conflict_of(
        standing,
        yours=form.typed.words,
        theirs=fields_of(standing).words,
        base=base_marked(
            standing,
            form.shown,
            lambda row: packed(fields_of(row)),
            lambda row: fields_of(row).words,
        ),
    )
    form.take_as_shown(fields_of(standing))


def _list_page(request, plan, checklist, form, *, status=200):
    heading = "一覧の名称と呼び方を編集" if checklist else "一覧を追加"
    cancel_url = (
        reverse("checklist_detail", args=[plan.pk, checklist.pk])
        if checklist
        else reverse("checklist_list", args=[plan.pk])
    )
    return _form_page(request, plan, checklist, form, heading, status, cancel_url)


def _item_page(request, plan, item, form, *, status=200):
    cancel_url = reverse("checklist_items", args=[plan.pk, item.checklist_id])
    return _form_page(request, plan, item.checklist, form, "項目を編集", status, cancel_url)


def _form_page(request, plan, checklist, form, heading, status, cancel_url):
    context = {
        "plan": plan,
        "checklist": checklist,
        "form": form,
        "heading": heading,
        "cancel_url": cancel_url,
    }
    return render(request, "plans/checklist_form.html", context, status=status)


def _items_page(request, plan, checklist, form, *, status=200):
    context = {
        "plan": plan,
        "checklist": checklist,
        "items": checklist.items.order_by("number"),
        "form": form,
    }
    return render(request, "plans/checklist_items.html", context, status=status)


def _empty_form(request, plan, checklist):
    initial = {"number": next_item_number(checklist), "reason": kept_reason(request, plan)}
    return NewItemsForm(plan=plan, initial=initial)


def _remove_page(request, plan, item, form, *, status=200):
    context = {
        "plan": plan,
        "item": item,
        "state_lines": state_lines(item),
        "closed_years": closed_years_of(item),
        "form": form,
    }
    return render(request, "plans/checklist_item_remove.html", context, status=status)


def _say(request, is_changed, text):
    if is_changed:
        messages.success(request, text)
    else:
        messages.info(request, NOTHING_CHANGED)
