"""The first targets of a KPI, and their revisions."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dxplan.accounts.permissions import Action
from kpis.definition_rules import closed_years
from kpis.first_targets import OnlyRevised, first_targets, may_set_first, set_first_targets
from kpis.forms.targets import FirstTargetsForm, RevisionForm
from kpis.gates import open_kpi
from kpis.result_rows import scale_of
from kpis.target_changes import next_revision, revise, targets_in_force
from kpis.views.field_checks import said_of_field
from plans.editing import PlanEnded, ReasonNeeded, Stale, plan_edit
from plans.reasoned import keep_reason, kept_reason
from plans.structure import Refused

NOTHING_CHANGED = "変更はありませんでした。"
ENDED = "この計画は終了しているため、変更できません。"
GONE = "この指標は、他の人が先に削除しました。入力した内容は保存されていません。"
IN_DRAFT = "策定中の計画なので、目標は見直しではなく、直接入力できます。"
NO_YEAR = "測定する年度がすべて締められているため、変えられる目標はありません。"


@require_http_methods(["GET", "POST"])
def kpi_targets(request, kpi_id):
    """The targets of a KPI year by year: to type while they are the first, else to see."""
    plan, kpi = open_kpi(request, kpi_id, Action.EDIT_PLAN)
    if request.method == "GET":
        if not may_set_first(plan, kpi):
            return _set_page(request, plan, kpi)
        initial = {"version": kpi.version, "reason": kept_reason(request, plan)}
        form = FirstTargetsForm(plan=plan, initial=initial, **_cells(plan, kpi))
        return _targets_page(request, plan, kpi, form)
    form = FirstTargetsForm(request.POST, plan=plan, **_cells(plan, kpi))
    if not form.is_valid():
        return _targets_page(request, plan, kpi, form, status=422)
    return _save_targets(request, plan, kpi, form)


def _cells(plan, kpi):
    return {
        "kpi": kpi,
        "scale": scale_of(kpi),
        "standing": first_targets(kpi),
        "closed": closed_years(plan.pk),
    }


def _set_page(request, plan, kpi, *, status=200, **context):
    """The targets in force, which only a revision changes."""
    years = range(kpi.first_fiscal_year, kpi.last_fiscal_year + 1)
    cells = _cells(plan, kpi) | {"standing": targets_in_force(kpi), "closed": years}
    form = FirstTargetsForm(plan=plan, **cells)
    return _targets_page(request, plan, kpi, form, status=status, is_set=True, **context)


@require_POST
def target_check(request, kpi_id):
    plan, kpi = open_kpi(request, kpi_id, Action.EDIT_PLAN)
    return said_of_field(request, FirstTargetsForm(request.POST, plan=plan, **_cells(plan, kpi)))


def _save_targets(request, plan, kpi, form):
    keep_reason(request, form)
    version = form.cleaned_data["version"]
    try:
        with plan_edit(plan=plan, user=request.user, reason=form.reason_text) as edit:
            is_changed = set_first_targets(edit, form.typed, kpi_id=kpi.pk, version=version)
    except ReasonNeeded:
        form.ask_for_reason()
        return _targets_page(request, plan, kpi, form, status=422)
    except OnlyRevised as refusal:
        return _set_page(request, plan, kpi, status=409, alert=refusal, lost=form.typed_texts)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _targets_page(request, plan, kpi, form, status=422)
    except Stale as refusal:
        return _targets_conflict(request, plan, kpi, form, refusal.standing)
    except PlanEnded:
        form.add_error(None, ENDED)
        return _targets_page(request, plan, kpi, form, status=409)
    return _done(request, kpi, form, "目標を保存しました。" if is_changed else "")


def _targets_conflict(request, plan, kpi, form, standing):
    """What others saved stands beside the cells; saving again replaces it knowingly."""
    if standing is None:
        form.add_error(None, GONE)
        return _targets_page(request, plan, kpi, form, status=409)
    form.data = form.data.copy()
    form.data["version"] = standing.version
    form.standing = first_targets(standing)
    return _targets_page(request, plan, kpi, form, status=409, is_conflict=True)


def _targets_page(request, plan, kpi, form, *, status=200, **context):
    context |= {"plan": plan, "kpi": kpi, "form": form}
    return render(request, "kpis/target_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def revision_new(request, kpi_id):
    """New targets beside those in force, from a fiscal year on."""
    plan, kpi = open_kpi(request, kpi_id, Action.REVISE_TARGETS)
    if request.method == "GET":
        return _revision_page(request, plan, kpi, _revision_form(plan, kpi))
    number = _number(request.POST.get("number"))
    form = _revision_form(plan, kpi, request.POST, before_revision=number)
    if form.changes_nothing:
        messages.info(request, NOTHING_CHANGED)
        return redirect(kpi)
    if not form.is_valid():
        return _revision_page(request, plan, kpi, form, status=422)
    return _save_revision(request, plan, kpi, form)


@require_POST
def revision_check(request, kpi_id):
    plan, kpi = open_kpi(request, kpi_id, Action.REVISE_TARGETS)
    number = _number(request.POST.get("number"))
    return said_of_field(request, _revision_form(plan, kpi, request.POST, before_revision=number))


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else None


def _revision_form(plan, kpi, data=None, *, before_revision=None):
    """`data` is checked against the targets that its writer saw."""
    return RevisionForm(
        data,
        kpi=kpi,
        scale=scale_of(kpi),
        standing=targets_in_force(kpi, before_revision=before_revision),
        closed=_until_last(closed_years(plan.pk)),
        initial={"number": next_revision(kpi)} if data is None else None,
    )


def _until_last(closed):
    """All years up to the last closed one: nothing takes effect before or in it."""
    return range(max(closed) + 1) if closed else range(0)


def _save_revision(request, plan, kpi, form):
    data = form.cleaned_data
    try:
        with plan_edit(plan=plan, user=request.user, reason=data["reason"]) as edit:
            revise(edit, form.decision, form.values, kpi_id=kpi.pk, number=data["number"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _revision_page(request, plan, kpi, form, status=422)
    except Stale as refusal:
        return _revision_conflict(request, plan, kpi, form, refusal.standing)
    except PlanEnded:
        form.add_error(None, ENDED)
        return _revision_page(request, plan, kpi, form, status=409)
    return _done(request, kpi, form, f"第{data['number']}回の目標の見直しを登録しました。")


def _revision_conflict(request, plan, kpi, form, standing):
    """The targets as they are now beside the cells; those left alone follow them."""
    if standing is None:
        form.add_error(None, GONE)
        return _revision_page(request, plan, kpi, form, status=409)
    form.take_over(targets_in_force(kpi), number=next_revision(kpi))
    return _revision_page(request, plan, kpi, form, status=409, is_conflict=True)


def _revision_page(request, plan, kpi, form, *, status=200, **context):
    context |= {"plan": plan, "kpi": kpi, "form": form, "obstacle": _obstacle(plan, form)}
    return render(request, "kpis/revision_form.html", context, status=status)


def _obstacle(plan, form):
    if plan.is_ended:
        return ENDED
    if plan.is_draft:
        return IN_DRAFT
    return "" if form.years else NO_YEAR


def _done(request, kpi, form, text):
    if not text:
        messages.info(request, NOTHING_CHANGED)
        return redirect(kpi)
    messages.success(request, text)
    for echo in form.echoes:
        messages.info(request, echo)
    return redirect(kpi)
