"""Recording what a meeting said, the department's response, and what is settled."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dxplan.accounts.permissions import Action
from dxplan.lib.conflicts import base_of, conflict_of
from kpis.forms.opinions import (
    OpinionForm,
    RemoveOpinionForm,
    ResponseForm,
    SettleForm,
    initial_of,
)
from kpis.gates import open_opinion
from kpis.opinion_changes import (
    Kept,
    edit_opinion,
    record_opinion,
    remove_opinion,
    respond,
    said_in,
    settle,
)
from kpis.opinion_offers import opinion_offers
from kpis.opinions import opinion_row
from plans.editing import Stale
from plans.gates import open_meeting

SEEN_AT = re.compile("[0-9]{1,18}")
NOTHING_CHANGED = "変更はありませんでした。"
GONE = "ほかの人が先に削除しました。入力した内容は保存されていません。"
RECORDED_BEFORE = "同じ内容が記録済みです。"
CHANGED = "ほかの人が先に変更しました。今の内容を確かめてから、もう一度送ってください。"


@require_http_methods(["GET", "POST"])
def opinion_new(request, meeting_id):
    plan, meeting = open_meeting(request, meeting_id, Action.RUN_MEETINGS)
    form = OpinionForm(_posted(request), offers=opinion_offers(plan))
    page = {"heading": "意見・決定を記録", "form": form}
    if request.method == "GET" or not form.is_valid():
        return _page(request, plan, meeting, "opinion_form", page)
    is_new = record_opinion(meeting=meeting, said=form.said, user=request.user)
    if is_new:
        return _done(request, meeting, "意見・決定を記録しました。")
    messages.info(request, RECORDED_BEFORE)
    return redirect(meeting)


@require_http_methods(["GET", "POST"])
def opinion_edit(request, opinion_id):
    plan, opinion = open_opinion(request, opinion_id, Action.RUN_MEETINGS)
    said = said_in(opinion)
    form = OpinionForm(
        _posted(request),
        offers=opinion_offers(plan),
        chosen=said.department_ids,
        initial=initial_of(said, opinion.version),
    )
    page = {"heading": "意見・決定を編集", "form": form, "opinion": opinion}
    if request.method == "GET" or not form.is_valid():
        return _page(request, plan, opinion.meeting, "opinion_form", page)
    try:
        is_changed = edit_opinion(opinion_id=opinion.pk, version=form.seen_version, said=form.said)
    except Stale as late:
        if late.standing is None:
            return _lost(request, plan, opinion.meeting, form)
        page["conflict"] = _said_conflict(form, late.standing)
        form.see(version=late.standing.version)
        return _page(request, plan, opinion.meeting, "opinion_form", page, status=409)
    return _done(request, opinion.meeting, "保存しました。" if is_changed else "")


@require_http_methods(["GET", "POST"])
def opinion_response(request, opinion_id):
    """The response: of a department that was asked, or of the DX office on its behalf."""
    plan, opinion = open_opinion(request, opinion_id, Action.ENTER_RESULTS)
    row = opinion_row(opinion)
    if not request.access.may_for(Action.ENTER_RESULTS, row.department_ids):
        raise PermissionDenied
    initial = {"text": opinion.response, "version": opinion.response_version}
    form = ResponseForm(_posted(request), initial=initial)
    page = {"heading": "対応を入力", "form": form, "row": row}
    if request.method == "GET" or not form.is_valid():
        return _page(request, plan, opinion.meeting, "opinion_response", page)
    text = form.cleaned_data["text"]
    try:
        is_changed = respond(
            opinion_id=opinion.pk, version=form.seen_version, text=text, user=request.user
        )
    except Stale as late:
        if late.standing is None:
            return _lost(request, plan, opinion.meeting, form)
        page["conflict"] = _response_conflict(form, late.standing)
        form.see(version=late.standing.response_version)
        return _page(request, plan, opinion.meeting, "opinion_response", page, status=409)
    return _done(request, opinion.meeting, "対応を保存しました。" if is_changed else "")


@require_http_methods(["GET", "POST"])
def opinion_settle(request, opinion_id):
    """Calls a point settled, or open again."""
    plan, opinion = open_opinion(request, opinion_id, Action.RUN_MEETINGS)
    initial = {
        "version": opinion.version,
        "response_version": opinion.response_version,
        "settled_on": opinion.settled_on or timezone.localdate(),
    }
    form = SettleForm(_posted(request), meeting=opinion.meeting, initial=initial)
    heading = "対応済みを変える" if opinion.is_settled else "対応済みにする"
    page = {"heading": heading, "form": form, "row": opinion_row(opinion)}
    if request.method == "GET" or not form.is_valid():
        return _page(request, plan, opinion.meeting, "opinion_response", page)
    day = form.cleaned_data["settled_on"]
    try:
        is_changed = settle(
            opinion_id=opinion.pk, seen=form.seen, settled_on=day, user=request.user
        )
    except Stale as late:
        if late.standing is None:
            return _lost(request, plan, opinion.meeting, form)
        form.see(version=late.standing.version, response_version=late.standing.response_version)
        form.add_error(None, CHANGED)
        page["row"] = opinion_row(late.standing)
        return _page(request, plan, opinion.meeting, "opinion_response", page, status=409)
    said = "対応済みにしました。" if day else "未対応に戻しました。"
    return _done(request, opinion.meeting, said if is_changed else "")


@require_http_methods(["GET", "POST"])
def opinion_remove(request, opinion_id):
    plan, opinion = open_opinion(request, opinion_id, Action.RUN_MEETINGS)
    form = RemoveOpinionForm(_posted(request), initial={"version": opinion.version})
    page = {"form": form, "row": opinion_row(opinion)}
    if request.method == "GET" or not form.is_valid():
        return _page(request, plan, opinion.meeting, "opinion_remove", page)
    try:
        remove_opinion(opinion_id=opinion.pk, version=form.seen_version)
    except Stale as late:
        if late.standing is None:
            return _done(request, opinion.meeting, "削除しました。")
        form.see(version=late.standing.version)
        form.add_error(None, CHANGED)
        page["row"] = opinion_row(late.standing)
    except Kept as refusal:
        form.add_error(None, str(refusal))
    else:
        return _done(request, opinion.meeting, "削除しました。")
    return _page(request, plan, opinion.meeting, "opinion_remove", page, status=409)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _said_conflict(form, standing):
    return conflict_of(
        standing,
        yours=form.shown(form.said),
        theirs=form.shown(said_in(standing)),
        base=base_of(standing, form.seen_version, form.shown_of_row),
    )


def _response_conflict(form, standing):
    def words(opinion):
        return {"対応": opinion.response}

    return conflict_of(
        standing,
        yours={"対応": form.cleaned_data["text"]},
        theirs=words(standing),
        base=base_of(standing, form.seen_version, words, by="response_version"),
    )


def _lost(request, plan, meeting, form):
    page = {"alert": GONE, "lost": form.typed_texts}
    return _page(request, plan, meeting, "opinion_lost", page, status=409)


def _page(request, plan, meeting, name, page, *, status=200):
    form = page.get("form")
    if status == 200 and form is not None and form.errors:
        status = 422
    context = {"plan": plan, "meeting": meeting, "back": _back(request, meeting)} | page
    return render(request, f"kpis/{name}.html", context, status=status)


def _back(request, meeting) -> str:
    """The meeting on whose page one was: the opinion's own, or a later one it was carried to."""
    found = SEEN_AT.fullmatch(request.GET.get("at", ""))
    return reverse("meeting", args=[found[0]]) if found else meeting.get_absolute_url()


def _done(request, meeting, text):
    if text:
        messages.success(request, text)
    else:
        messages.info(request, NOTHING_CHANGED)
    return redirect(_back(request, meeting))
