"""One stage: its span and what came of it, by form; a bar that was moved leads here too."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from actionplans.changes import save_stage
from actionplans.forms.stages import StageForm, initial_of
from actionplans.gates import open_stage
from actionplans.models import Stage
from actionplans.progress import mark_of, progress_of
from actionplans.schedule import HalfYear
from actionplans.sheets import period_of, stage_row
from dxplan.lib.conflicts import base_marked, conflict_of
from plans.editing import PlanEnded, Stale

ENDED = "この計画は終了しているため、変更できません。"
GONE = "この工程は、他の人が先に削除しました。入力した内容は保存されていません。"
MOVED = "工程表で動かした期間を入れてあります。まだ保存されていません。"


@require_http_methods(["GET", "POST"])
def stage_edit(request, action_id, stage_id):
    plan, sheet, stage = open_stage(request, action_id, stage_id)
    given = _given(plan, stage)
    if request.method == "GET":
        moved = _moved(request)
        form = StageForm(initial=initial_of(progress_of(stage)) | moved, **given)
        return _page(request, plan, sheet, stage, form, notice=MOVED if moved else "")
    form = StageForm(request.POST, **given)
    if not form.is_valid():
        return _page(request, plan, sheet, stage, form, status=422)
    try:
        is_changed = save_stage(
            plan=plan,
            action_id=sheet.pk,
            stage_id=stage.pk,
            seen=form.cleaned_data["seen"],
            progress=form.typed,
        )
    except (PlanEnded, ValidationError, Stale) as refusal:
        return _refused(request, plan, sheet, stage, form, refusal)
    if is_changed:
        messages.success(request, f"「{stage.label}」を保存しました。")
    else:
        messages.info(request, "変更はありませんでした。")
    return redirect(f"{reverse('action_plan', args=[sheet.pk])}#stage-{stage.pk}")


def _given(plan, stage):
    return {
        "period": period_of(plan),
        "today": HalfYear.of(timezone.localdate()),
        "standing": progress_of(stage),
        "is_draft": plan.is_draft,
    }


def _moved(request):
    """The span that a bar was moved to, from the address."""
    given = {name: request.GET.get(name, "") for name in ("start", "end")}
    return given if all(text.isdecimal() for text in given.values()) else {}


def _refused(request, plan, sheet, stage, form, refusal):
    if isinstance(refusal, ValidationError):
        form.refuse(refusal)
        return _page(request, plan, sheet, stage, form, status=422)
    if isinstance(refusal, Stale) and refusal.standing:
        return _conflict(request, plan, sheet, form, refusal.standing)
    form.add_error(None, ENDED if isinstance(refusal, PlanEnded) else GONE)
    return _page(request, plan, sheet, stage, form, status=409)


def _conflict(request, plan, sheet, form, standing: Stage):
    """Yours and theirs side by side; saving again then replaces theirs knowingly."""
    seen = form.cleaned_data["seen"]
    conflict = conflict_of(
        standing,
        yours=form.shown(form.typed),
        theirs=form.shown(progress_of(standing)),
        base=base_marked(
            standing,
            seen,
            lambda stage: mark_of(progress_of(stage)),
            lambda stage: form.shown(progress_of(stage)),
        ),
    )
    form.see(progress_of(standing))
    return _page(request, plan, sheet, standing, form, status=409, conflict=conflict)


def _page(request, plan, sheet, stage, form, *, status=200, **context):
    today = HalfYear.of(timezone.localdate())
    context |= {
        "plan": plan,
        "sheet": sheet,
        "stage": stage_row(stage, today),
        "form": form,
        "now": today,
    }
    return render(request, "actionplans/stage_form.html", context, status=status)
