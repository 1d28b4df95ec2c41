"""A stage's span and what came of it, by form; a moved bar leads to the same form."""

import pytest
from django.urls import reverse

from actionplans.models import ActionPlan, Stage
from actionplans.progress import mark_of, progress_of
from actionplans.schedule import HalfYear
from tests.conflicts import shown_conflict, three_sides
from tests.factories import make_stage

H1, H2 = HalfYear.first_of, HalfYear.last_of
EMPTY = {
    "revision_reason": "",
    "begun": "",
    "ended": "",
    "stopped_reason": "",
    "carry_over_reason": "",
}


def url_of(stage, query=""):
    return reverse("stage_edit", args=[stage.action_plan_id, stage.pk]) + query


def typed(stage, **fields):
    stage = Stage.objects.get(pk=stage.pk)
    standing = {
        "start": stage.planned.start,
        "end": stage.planned.end,
        "seen": mark_of(progress_of(stage)),
    }
    sent = EMPTY | standing | fields
    return {name: int(text) if isinstance(text, int) else text for name, text in sent.items()}


def test_span_is_revised_with_a_reason_and_the_first_plan_stays(visit, staff, stage):
    sent = typed(stage, start=H1(2025), end=H2(2025), revision_reason="国の仕様が遅れたため")

    assert visit(staff, url_of(stage), sent).status_code == 302

    stage.refresh_from_db()
    assert (stage.first_start, stage.first_end) == (H1(2024), H2(2024))
    assert (stage.revised_start, stage.revised_end) == (H1(2025), H2(2025))
    page = visit(staff, stage.action_plan.get_absolute_url()).content.decode()
    assert "当初: 令和6年度" in page
    assert "見直しの理由: 国の仕様が遅れたため" in page


@pytest.mark.parametrize("reason", ["", " 　", "―"])
def test_revision_without_a_reason_is_refused(visit, staff, stage, reason):
    sent = typed(stage, start=H1(2025), end=H2(2025), revision_reason=reason, begun=H1(2025))

    response = visit(staff, url_of(stage), sent)

    page = response.content.decode()
    assert response.status_code == 422
    assert "実施中の計画の期間を変えるときは、見直しの理由を入力してください。" in page
    assert f'<option value="{int(H1(2025))}" selected>' in page
    stage.refresh_from_db()
    assert (stage.revised_start, stage.actual_start) == (None, None)


def test_second_revision_needs_a_reason_of_its_own(visit, staff, stage):
    visit(staff, url_of(stage), typed(stage, end=H1(2025), revision_reason="国の遅れ"))

    same = visit(staff, url_of(stage), typed(stage, end=H2(2025), revision_reason="国の遅れ"))
    other = visit(staff, url_of(stage), typed(stage, end=H2(2025), revision_reason="予算の都合"))

    assert (same.status_code, other.status_code) == (422, 302)
    assert "前の見直しの理由のままです。" in same.content.decode()
    stage.refresh_from_db()
    assert (stage.revised_end, stage.revision_reason) == (H2(2025), "予算の都合")


def test_reason_without_another_span_is_asked_about(visit, staff, stage):
    response = visit(staff, url_of(stage), typed(stage, revision_reason="理由だけ"))

    assert response.status_code == 422
    assert "予定の期間が変わっていません。" in response.content.decode()


def test_span_of_a_draft_is_simply_the_plan(visit, dx_office, draft, stage):
    visit(dx_office, url_of(stage), typed(stage, start=H1(2025), end=H2(2026)))

    stage.refresh_from_db()
    assert (stage.first_start, stage.first_end, stage.revised_start) == (H1(2025), H2(2026), None)
    assert ActionPlan.objects.get().version == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"start": H2(2025), "end": H1(2025)}, "終わりは始まり以後にしてください。"),
        ({"end": H1(2027)}, "工程表の期間（令和6年度から令和8年度まで）の外です。"),
        ({"start": 1}, "工程表の期間（令和6年度から令和8年度まで）の外です。"),
        ({"ended": H2(2024)}, "完了した工程には、着手の時期も必要です。"),
        ({"begun": H2(2024), "ended": H1(2024)}, "完了は着手以後にしてください。"),
        (
            {"begun": H1(2026)},
            "着手と完了には、いまの半期（令和7年度下期）までを選んでください。",
        ),
        ({"is_stopped": "on"}, "中止の理由を入力してください。"),
        ({"is_stopped": "on", "stopped_reason": "　"}, "中止の理由を入力してください。"),
        ({"carry_over_reason": "あ" * 10_001}, "10,000字までです（現在10,001字）。"),
    ],
)
def test_stage_that_cannot_stand_like_this_is_refused(visit, staff, stage, fields, message):
    before = Stage.objects.values().get()

    response = visit(staff, url_of(stage), typed(stage, **fields))

    assert response.status_code == 422
    assert message in response.content.decode()
    assert Stage.objects.values().get() == before


def state_shown(visit, person, stage):
    page = visit(person, stage.action_plan.get_absolute_url())
    [row] = page.context["paper"].action.stages
    return row.standing.state.label, row.standing.rule


def test_state_follows_what_is_entered_and_says_why(visit, staff, stage):
    late = state_shown(visit, staff, stage)
    sent = typed(stage, begun=H1(2024), ended=H1(2025), carry_over_reason="人手不足")
    visit(staff, url_of(stage), sent)

    assert late == (
        "遅れ",
        "予定の終わり（令和6年度下期）を過ぎましたが、完了の入力がありません。",
    )
    assert state_shown(visit, staff, stage) == (
        "完了",
        "完了しています（予定の令和6年度下期より後）。",
    )


def test_stage_is_stopped_with_a_reason(visit, staff, stage):
    visit(staff, url_of(stage), typed(stage, is_stopped="on", stopped_reason="国の事業の中止"))

    assert state_shown(visit, staff, stage) == ("中止", "中止の入力があります。")


def test_moved_bar_opens_the_form_with_its_new_span_unsaved(visit, staff, stage):
    response = visit(staff, url_of(stage, f"?start={H1(2025):d}&end={H2(2025):d}"))

    page = response.content.decode()
    assert "工程表で動かした期間を入れてあります。まだ保存されていません。" in page
    assert f'<option value="{H2(2025):d}" selected>令和7年度下期</option>' in page
    stage.refresh_from_db()
    assert stage.revised_start is None


@pytest.mark.parametrize("query", ["?start=x&end=1", "?start=1", "?start=-1&end=²"])
def test_address_without_a_span_opens_the_form_as_it_stands(visit, staff, stage, query):
    assert "まだ保存されていません" not in visit(staff, url_of(stage, query)).content.decode()


def test_milestone_stays_in_one_half(visit, staff, action):
    stage = make_stage(action, "稼働", is_milestone=True, first_start=H1(2025), first_end=H1(2025))
    sent = {"start": H2(2025), "end": H1(2026), "revision_reason": "国の遅れ"}

    response = visit(staff, url_of(stage), typed(stage, **sent))

    assert response.status_code == 422
    assert "節目は一つの半期に置いてください。" in response.content.decode()


def test_stale_save_of_a_stage_shows_both(visit, staff, dx_office, stage):
    mine = typed(stage, begun=H1(2024), carry_over_reason="担当者の理由")
    visit(dx_office, url_of(stage), typed(stage, carry_over_reason="DX推進担当の理由"))

    response = visit(staff, url_of(stage), mine)

    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("着手", three_sides("令和6年度上期", "（なし）", "（なし）")),
        ("繰越の理由", three_sides("担当者の理由", "DX推進担当の理由", "（なし）")),
    ]
    again = mine | {"seen": response.context["form"].data["seen"]}
    assert visit(staff, url_of(stage), again).status_code == 302
    stage.refresh_from_db()
    assert (stage.actual_start, stage.carry_over_reason) == (H1(2024), "担当者の理由")


def test_same_save_of_a_stage_twice_is_harmless(visit, staff, stage):
    sent = typed(stage, begun=H1(2024))

    assert [visit(staff, url_of(stage), sent).status_code for _ in range(2)] == [302, 302]


def test_stage_that_someone_removed_is_told(visit, staff, action, stage):
    url, sent = url_of(stage), typed(stage, begun=H1(2024))
    stage.delete()

    assert visit(staff, url, sent).status_code == 404


def test_ended_plan_takes_no_progress(visit, staff, stage, ended):
    sent = typed(stage, begun=H1(2024))
    ended()

    response = visit(staff, url_of(stage), sent)

    assert response.status_code == 409
    assert "この計画は終了しているため、変更できません。" in response.content.decode()


def test_trail_tells_halves_in_words(visit, dx_office, stage):
    visit(dx_office, url_of(stage), typed(stage, begun=H1(2024)))

    page = visit(dx_office, f"/history/action-plans/{stage.action_plan_id}/").content.decode()

    assert "令和6年度上期" in page
    assert str(int(H1(2024))) not in page
