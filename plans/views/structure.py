"""The tree editor of a plan's hierarchy."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import base_of, conflict_of
from plans.editing import PlanEnded, ReasonNeeded, Stale, plan_edit
from plans.forms.policies import PlaceForm, PolicyForm, initial_of
from plans.gates import open_plan
from plans.models import Policy
from plans.reasoned import ReasonedForm, keep_reason, kept_reason
from plans.structure import (
    Hierarchy,
    NumberTaken,
    Refused,
    add_policy,
    edit_policy,
    hanging_on,
    place_policy,
    policy_fields,
    remove_policy,
    renumber,
    suggested_number,
)
from plans.tree_editor import Place, editor_axes, read_move, read_place

NOTHING_CHANGED = "変更はありませんでした。"
ENDED = "この計画は終了しているため、変更できません。"
GONE = "対象の施策は、他の人が先に削除または変更しました。最新の体系を表示しています。"


@require_http_methods(["GET", "POST"])
def structure(request, plan_id):
    """The hierarchy with its buttons; a POST puts a policy elsewhere or numbers a group anew."""
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    if request.method == "GET":
        return _structure_page(
            request, plan, ReasonedForm(plan=plan, initial={"reason": kept_reason(request, plan)})
        )
    form = ReasonedForm(request.POST, plan=plan)
    if not form.is_valid():
        return _structure_page(request, plan, form, status=422)
    keep_reason(request, form)
    if "renumber" in request.POST:
        return _renumber(request, plan, form)
    return _place(request, plan, form)


def _structure_page(request, plan, form, *, status=200, alert=""):
    context = {"plan": plan, "axes": editor_axes(plan), "form": form, "alert": alert}
    return render(request, "plans/structure.html", context, status=status)


def _place(request, plan, form):
    policy_id, place, index = read_move(plan, request.POST.get("place", ""))
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            is_changed = place_policy(
                edit, policy_id=policy_id, parent_id=place.parent_id, axis=place.axis, index=index
            )
    except NumberTaken as refusal:
        messages.warning(request, str(refusal))
        to = request.POST["place"].split(":")[1]
        return redirect(f"{reverse('policy_move', args=[plan.pk, policy_id])}?to={to}")
    except (PlanEnded, ReasonNeeded, Stale, Refused) as refusal:
        return _refused_structure(request, plan, form, refusal)
    _say(request, "移動しました。" if is_changed else "")
    return _back(plan, policy_id)


def _renumber(request, plan, form):
    place = read_place(plan, request.POST["renumber"])
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            is_changed = renumber(edit, parent_id=place.parent_id, axis=place.axis)
    except (PlanEnded, ReasonNeeded, Stale, Refused) as refusal:
        return _refused_structure(request, plan, form, refusal)
    _say(request, "番号を振り直しました。" if is_changed else "")
    return _back(plan, place.parent_id)


def _refused_structure(request, plan, form, refusal):
    if isinstance(refusal, ReasonNeeded):
        form.ask_for_reason()
        return _structure_page(request, plan, form, status=422)
    if isinstance(refusal, Refused):
        return _structure_page(request, plan, form, status=422, alert=str(refusal))
    alert = ENDED if isinstance(refusal, PlanEnded) else GONE
    return _structure_page(request, plan, form, status=409, alert=alert)


@require_http_methods(["GET", "POST"])
def policy_new(request, plan_id):
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    place = read_place(plan, request.GET.get("under", ""))
    heading = _heading_of_new(plan, place)
    axis = _axis_at(plan, place)
    if request.method == "GET":
        number = suggested_number(plan, parent_id=place.parent_id, axis=place.axis)
        form = PolicyForm(
            plan=plan,
            axis=axis,
            initial={"number": number, "reason": kept_reason(request, plan)},
        )
        return _policy_page(request, plan, form, heading)
    form = PolicyForm(request.POST, plan=plan, axis=axis)
    if not form.is_valid():
        return _policy_page(request, plan, form, heading, status=422)
    keep_reason(request, form)
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            policy = add_policy(
                edit, form.policy_fields, parent_id=place.parent_id, axis=place.axis
            )
    except (PlanEnded, ReasonNeeded, Stale, Refused) as refusal:
        return _refused_policy(request, plan, form, heading, refusal)
    _say(request, f"「{policy.label}」を追加しました。")
    return _back(plan, policy.pk)


@require_http_methods(["GET", "POST"])
def policy_edit(request, plan_id, policy_id):
    plan, policy = _open_policy(request, plan_id, policy_id)
    heading = f"{policy.level}を編集"
    if request.method == "GET":
        initial = initial_of(policy_fields(policy), policy.version) | {
            "reason": kept_reason(request, plan)
        }
        form = PolicyForm(plan=plan, axis=policy.level.axis, initial=initial)
        return _policy_page(request, plan, form, heading, policy=policy)
    form = PolicyForm(request.POST, plan=plan, axis=policy.level.axis)
    if not form.is_valid():
        return _policy_page(request, plan, form, heading, policy=policy, status=422)
    keep_reason(request, form)
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            is_changed = edit_policy(
                edit,
                form.policy_fields,
                policy_id=policy.pk,
                version=form.cleaned_data["version"],
            )
    except (PlanEnded, ReasonNeeded, Stale, Refused) as refusal:
        return _refused_policy(request, plan, form, heading, refusal, policy)
    _say(request, f"「{form.cleaned_data['name']}」を保存しました。" if is_changed else "")
    return _back(plan, policy.pk)


def _policy_page(request, plan, form, heading, *, policy=None, status=200, **context):
    context |= {"plan": plan, "form": form, "heading": heading, "policy": policy}
    return render(request, "plans/policy_form.html", context, status=status)


def _refused_policy(request, plan, form, heading, refusal, policy=None):
    if isinstance(refusal, ReasonNeeded):
        form.ask_for_reason()
    elif isinstance(refusal, NumberTaken):
        form.add_error("number", str(refusal))
    elif isinstance(refusal, Refused):
        form.add_error(None, str(refusal))
    else:
        return _conflict(request, plan, form, heading, refusal, policy)
    return _policy_page(request, plan, form, heading, policy=policy, status=422)


def _conflict(request, plan, form, heading, refusal, policy):
    """Yours and theirs side by side; saving again then replaces theirs knowingly."""
    if isinstance(refusal, PlanEnded):
        form.add_error(None, ENDED)
        return _policy_page(request, plan, form, heading, policy=policy, status=409)
    if refusal.standing is None:
        form.add_error(None, GONE)
        return _policy_page(request, plan, form, heading, policy=policy, status=409)
    conflict = _conflict_of(form, refusal.standing)
    form.data = form.data.copy()
    form.data["version"] = refusal.standing.version
    return _policy_page(request, plan, form, heading, policy=policy, status=409, conflict=conflict)


def _conflict_of(form, standing):
    return conflict_of(
        standing,
        yours=form.shown(form.policy_fields),
        theirs=form.shown(policy_fields(standing)),
        base=base_of(standing, form.cleaned_data["version"], form.shown_of_row),
    )


@require_http_methods(["GET", "POST"])
def policy_move(request, plan_id, policy_id):
    plan, policy = _open_policy(request, plan_id, policy_id)
    if request.method == "GET":
        to = request.GET.get("to", f"p{policy.parent_id}" if policy.parent_id else "")
        initial = {"place": to, "number": _number_there(plan, policy, to)}
        form = PlaceForm(
            plan=plan, policy=policy, initial=initial | {"reason": kept_reason(request, plan)}
        )
        return _move_page(request, plan, policy, form)
    form = PlaceForm(request.POST, plan=plan, policy=policy)
    if not form.is_valid():
        return _move_page(request, plan, policy, form, status=422)
    keep_reason(request, form)
    place = read_place(plan, form.cleaned_data["place"])
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            is_changed = place_policy(
                edit,
                policy_id=policy.pk,
                parent_id=place.parent_id,
                axis=place.axis,
                index=_index_there(edit.plan, policy, place),
                number=form.cleaned_data["number"],
            )
    except (PlanEnded, ReasonNeeded, Stale, Refused) as refusal:
        return _refused_move(request, plan, policy, form, refusal)
    _say(request, "移動しました。" if is_changed else "")
    return _back(plan, policy.pk)


def _refused_move(request, plan, policy, form, refusal):
    is_late = isinstance(refusal, PlanEnded | Stale)
    if isinstance(refusal, ReasonNeeded):
        form.ask_for_reason()
    elif isinstance(refusal, NumberTaken):
        form.add_error("number", str(refusal))
    elif isinstance(refusal, Refused):
        form.add_error("place", str(refusal))
    else:
        form.add_error(None, ENDED if isinstance(refusal, PlanEnded) else GONE)
    return _move_page(request, plan, policy, form, status=409 if is_late else 422)


def _move_page(request, plan, policy, form, *, status=200):
    context = {"plan": plan, "policy": policy, "form": form}
    return render(request, "plans/policy_move.html", context, status=status)


def _number_there(plan, policy, to):
    """The printed number that fits a place: the own one, or what follows the last one there."""
    if not to or to == f"p{policy.parent_id}":
        return policy.number
    place = read_place(plan, to)
    try:
        following = suggested_number(plan, parent_id=place.parent_id, axis=place.axis)
    except Refused:
        return policy.number
    return following or policy.number


def _index_there(plan, policy, place):
    """Last, or where it stands when the place is its own."""
    tree = Hierarchy(plan)
    parent = tree.policy(place.parent_id) if place.parent_id else None
    siblings = tree.siblings(parent, tree.level_below(parent, place.axis))
    return siblings.index(policy) if policy in siblings else len(siblings)


@require_http_methods(["GET", "POST"])
def policy_remove(request, plan_id, policy_id):
    """Names what hangs on a policy, and removes it with what is below it."""
    plan, policy = _open_policy(request, plan_id, policy_id)
    if request.method == "GET":
        form = ReasonedForm(plan=plan, initial={"reason": kept_reason(request, plan)})
        return _remove_page(request, plan, policy, form)
    form = ReasonedForm(request.POST, plan=plan)
    if not form.is_valid():
        return _remove_page(request, plan, policy, form, status=422)
    keep_reason(request, form)
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            remove_policy(edit, policy_id=policy.pk)
    except ReasonNeeded:
        form.ask_for_reason()
        return _remove_page(request, plan, policy, form, status=422)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _remove_page(request, plan, policy, form, status=422)
    except (PlanEnded, Stale) as refusal:
        return _refused_structure(request, plan, form, refusal)
    _say(request, f"「{policy.label}」を削除しました。")
    return _back(plan, policy.parent_id)


def _remove_page(request, plan, policy, form, *, status=200):
    hanging = hanging_on(policy)
    context = {
        "plan": plan,
        "policy": policy,
        "form": form,
        "going": [item for item in hanging if not item.keeps],
        "keeping": [item for item in hanging if item.keeps],
    }
    return render(request, "plans/policy_remove.html", context, status=status)


def _open_policy(request, plan_id, policy_id):
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    policy = Policy.objects.of_plan(plan).filter(pk=policy_id).select_related("parent").first()
    if policy is None:
        raise Http404
    policy.plan = plan
    return plan, policy


def _axis_at(plan, place: Place):
    if not place.parent_id:
        return place.axis
    parent = Policy.objects.of_plan(plan).filter(pk=place.parent_id).first()
    if parent is None:
        raise Http404
    return parent.level.axis


def _heading_of_new(plan, place):
    tree = Hierarchy(plan)
    parent = tree.policies.get(place.parent_id)
    if place.parent_id and parent is None:
        raise Http404
    try:
        level = tree.level_below(parent, place.axis)
    except Refused as refusal:
        raise Http404 from refusal
    return f"{parent.label} の下に{level}を追加" if parent else f"{level}を追加"


def _say(request, text):
    if text:
        messages.success(request, text)
    else:
        messages.info(request, NOTHING_CHANGED)


def _back(plan, policy_id):
    anchor = f"#policy-{policy_id}" if policy_id else ""
    return redirect(f"{reverse('structure', args=[plan.pk])}{anchor}")
