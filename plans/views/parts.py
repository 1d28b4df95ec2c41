"""The DX office edits the parts of a plan document beside its policies, kind by kind."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dxplan.accounts.permissions import Action
from plans.editing import PlanEnded, ReasonNeeded, Stale, plan_edit
from plans.forms.part_form import PlaceForm, SeenForm
from plans.forms.parts import FORMS
from plans.gates import open_plan
from plans.part_changes import add_part, edit_part, place_part, remove_part
from plans.part_kinds import KINDS
from plans.part_rules import hanging_on_part, headings_below
from plans.parts import mark_of, part_conflict, part_rows, read_place, shown, stored
from plans.reasoned import keep_reason, kept_reason
from plans.structure import Refused

MEETINGS = "meetings"
NOTHING_CHANGED = "変更はありませんでした。"
ENDED = "この計画は終了しているため、変更できません。"
GONE = "ほかの人が先に削除したか、この計画にないものです。"
CHANGED = (
    "ほかの人が先に変更しました。今の内容を確かめてから、もう一度「削除する」を押してください。"
)


@require_http_methods(["GET", "POST"])
def part_list(request, plan_id, kind):
    """The parts of a kind; a POST gives one another place."""
    plan, kind = _open(request, plan_id, kind)
    if request.method == "GET":
        return _list_page(
            request, kind, PlaceForm(plan=plan, initial={"reason": kept_reason(request, plan)})
        )
    part_id, index = read_place(kind, request.POST.get("place", ""))
    form = PlaceForm(request.POST, plan=plan)
    late = _refusal(request, form, lambda edit: place_part(edit, kind, part_id, index))
    if isinstance(late, PlanEnded):
        return _list_page(request, kind, form, status=409)
    if late:
        form.add_error(None, GONE)
        return _list_page(request, kind, form, status=404)
    if form.errors:
        return _list_page(request, kind, form, status=422)
    return _done(request, kind, plan, "順序を変えました。" if form.outcome else "", part_id)


@require_http_methods(["GET", "POST"])
def part_new(request, plan_id, kind):
    plan, kind = _open(request, plan_id, kind)
    heading = f"{kind.name}を追加"
    if request.method == "GET":
        form = FORMS[kind.slug](plan=plan, initial={"reason": kept_reason(request, plan)})
        return _form_page(request, kind, form, heading)
    form = FORMS[kind.slug](request.POST, plan=plan)
    late = _refusal(request, form, lambda edit: add_part(edit, kind, form.typed))
    if late:
        return _late_page(request, kind, form, late, heading)
    if form.errors:
        return _form_page(request, kind, form, heading, status=422)
    text = f"「{form.instance}」を追加しました。"
    return _done(request, kind, plan, text, form.instance.pk)


@require_http_methods(["GET", "POST"])
def part_edit(request, plan_id, kind, part_id):
    plan, kind = _open(request, plan_id, kind)
    part = kind.of_plan(plan).filter(pk=part_id).first()
    heading = f"「{part}」を編集" if part else kind.name
    if request.method == "GET":
        form = FORMS[kind.slug](plan=plan, instance=part, initial=_seen(request, kind, plan, part))
        return _form_page(request, kind, form, heading)
    form = FORMS[kind.slug](request.POST, plan=plan, instance=part)
    if part is None:
        return _lost_page(request, kind, form, GONE, status=404)
    late = _refusal(
        request, form, lambda edit: edit_part(edit, kind, form.typed, seen=form.seen_mark)
    )
    if late:
        return _late_page(request, kind, form, late, heading)
    if form.errors:
        return _form_page(request, kind, form, heading, status=422)
    return _done(
        request, kind, plan, f"「{part}」を保存しました。" if form.outcome else "", part_id
    )


@require_http_methods(["GET", "POST"])
def part_remove(request, plan_id, kind, part_id):
    """Says what hangs on a part, and removes it."""
    plan, kind = _open(request, plan_id, kind)
    part = kind.of_plan(plan).filter(pk=part_id).first()
    if request.method == "GET":
        form = SeenForm(plan=plan, initial=_seen(request, kind, plan, part))
        return _remove_page(request, kind, form, part)
    form = SeenForm(request.POST, plan=plan)
    if part is None:
        return _lost_page(request, kind, form, GONE, status=404)
    late = _refusal(
        request, form, lambda edit: remove_part(edit, kind, part_id, seen=form.seen_mark)
    )
    if isinstance(late, Stale) and late.standing:
        form.see(mark_of(kind, late.standing))
        form.add_error(None, CHANGED)
        return _remove_page(request, kind, form, late.standing.part, status=409)
    if late:
        return _late_page(request, kind, form, late)
    if form.errors:
        return _remove_page(request, kind, form, part, status=422)
    return _done(request, kind, plan, f"「{part}」を削除しました。")


def _open(request, plan_id, slug):
    plan = open_plan(request, plan_id, Action.EDIT_PLAN)
    if slug not in KINDS:
        raise Http404
    return plan, KINDS[slug]


def _refusal(request, form, change):
    """Makes a change, or lets the form explain why not; returns PlanEnded or Stale.

    Where the form has no errors then, the change was made, and `form.outcome` is what it returned.
    """
    if form.plan.is_ended:
        return PlanEnded()
    if not form.is_valid():
        return None
    try:
        with plan_edit(plan=form.plan, user=request.user, reason=form.reason_text) as edit:
            form.outcome = change(edit)
    except ReasonNeeded:
        form.ask_for_reason()
    except ValidationError as error:
        form.refuse(error)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except (PlanEnded, Stale) as late:
        return late
    else:
        keep_reason(request, form)
    return None


def _list_page(request, kind, form, *, status=200):
    context = {"rows": part_rows(kind, form.plan), "form": form}
    return _page(request, "list", kind, form.plan, context, status)


def _form_page(request, kind, form, heading, *, status=200, **context):
    if form.plan.is_ended:
        return _lost_page(request, kind, form, ENDED, status=status)
    part_id = form.instance.pk
    back = _back(request, kind, form.plan, part_id)
    context |= {"form": form, "heading": heading, "part_id": part_id, "back": back}
    return _page(request, "form", kind, form.plan, context, status)


def _remove_page(request, kind, form, part, *, status=200):
    if form.plan.is_ended:
        return _lost_page(request, kind, form, ENDED, status=status)
    hanging = hanging_on_part(part)
    context = {
        "form": form,
        "part": part,
        "texts": shown(kind, stored(part)).items(),
        "going": [item for item in hanging if not item.keeps],
        "keeping": [item for item in hanging if item.keeps],
        "staying": headings_below(part),
    }
    return _page(request, "remove", kind, form.plan, context, status)


def _late_page(request, kind, form, late, heading=""):
    """Yours and theirs side by side; saving again then replaces theirs knowingly."""
    if isinstance(late, PlanEnded) or late.standing is None:
        text = ENDED if isinstance(late, PlanEnded) else GONE
        return _lost_page(request, kind, form, text, status=409)
    conflict = part_conflict(kind, form.typed, late.standing, form.seen_mark)
    form.see(mark_of(kind, late.standing))
    return _form_page(request, kind, form, heading, status=409, conflict=conflict)


def _lost_page(request, kind, form, text, *, status):
    """What was typed cannot be saved; it is shown back as text."""
    context = {"text": text, "typed": getattr(form, "typed_texts", ())}
    return _page(request, "lost", kind, form.plan, context, status)


def _page(request, name, kind, plan, context, status):
    context |= {"plan": plan, "kind": kind, "kinds": KINDS.values()}
    return render(request, f"plans/part_{name}.html", context, status=status)


def _seen(request, kind, plan, part):
    """What a form of a stored part begins with beside its fields. Http404 where there is none."""
    if part is None:
        raise Http404
    return {"reason": kept_reason(request, plan)} | {"seen": mark_of(kind, stored(part))}


def _done(request, kind, plan, text, part_id=None):
    if text:
        messages.success(request, text)
    else:
        messages.info(request, NOTHING_CHANGED)
    return redirect(_back(request, kind, plan, part_id))


def _back(request, kind, plan, part_id=None):
    """Where one goes after a form: to the list, or to the meetings where one came from there."""
    if kind.slug == MEETINGS and request.GET.get("from") == MEETINGS:
        return (
            reverse("meeting", args=[part_id])
            if part_id
            else reverse("meeting_list", args=[plan.pk])
        )
    anchor = f"#row-{part_id}" if part_id else ""
    return f"{reverse('part_list', args=[plan.pk, kind.slug])}{anchor}"
