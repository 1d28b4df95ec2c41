"""The sheet read, written and removed, as the people who use it."""

import pytest
from django.urls import reverse

from actionplans.models import ActionPlan, Stage
from actionplans.schedule import HalfYear
from tests.conflicts import shown_conflict, three_sides
from tests.factories import (
    make_action,
    make_department,
    make_kpi,
    make_policy,
    make_stage,
)

H1, H2 = HalfYear.first_of, HalfYear.last_of


def typed(action=None, *, stages=(), kpis=(), **boxes):
    """The form as a browser posts it; `stages` and `kpis` are rows."""
    fields = {
        "number": action.number if action else "1",
        "title": action.title if action else "オンライン化",
        "department": action.department_id or "" if action else "",
        "version": action.version if action else "",
    }
    for prefix, rows in (("stages", stages), ("kpis", kpis)):
        fields[f"{prefix}-TOTAL_FORMS"] = len(rows)
        fields[f"{prefix}-INITIAL_FORMS"] = 0
        for place, row in enumerate(rows):
            fields |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return fields | boxes


def stage_row(label, start, end, **more):
    return {"line": "1", "label": label, "start": int(start), "end": int(end)} | more


def edit_url(action):
    return reverse("action_plan_edit", args=[action.pk])


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_six_queries(staff, plan, count_queries, count):
    for _ in range(count):
        make_action(plan, policy=make_policy(plan), stages=[("検討", 2024, 2024)])

    response = count_queries(6, staff, reverse("action_plan_list", args=[plan.pk]))

    assert len(response.context["table"].rows) == count


@pytest.mark.parametrize("count", [1, 3])
def test_sheet_takes_twenty_one_queries(staff, plan, department, count_queries, count):
    kpis = [make_kpi(plan, targets={2025: "45"}) for _ in range(count)]
    action = make_action(
        plan, policy=kpis[0].policy, kpis=kpis, stages=[("検討", 2024, 2024)] * count
    )

    response = count_queries(21, staff, action.get_absolute_url())

    assert len(response.context["paper"].kpis) == count


def test_sheet_prints_its_boxes_in_the_order_of_the_form(visit, committee, plan, department):
    kpi = make_kpi(plan, name="申請業務", target_wording="45手続の達成", targets={2025: "45"})
    action = make_action(
        plan,
        number="7",
        policy=kpi.policy,
        kpis=[kpi],
        department=department,
        continuity="new",
        upper_plan="第2次総合計画",
        upper_policy="IV 魅力あるまち",
        upper_measure="④ 住みたいまち",
        overview="概要の文",
        effect="効果の文",
        remarks="備考の文",
        stages=[("検討", 2024, 2024)],
    )

    page = visit(committee, action.get_absolute_url()).content.decode()

    boxes = (
        *("施策NO.", ">7<", "担当課", "企画課", "新規・継続", "新規", "事業名", "第2次総合計画"),
        *("基本方針名", "IV 魅力あるまち", "主要施策名", "④ 住みたいまち", "町DX推進計画", "施策1"),
        *("1. 事業の概要", "概要の文", "2. 事業の効果", "効果の文", "3. 成果目標・スケジュール"),
        *("KPI", "申請業務", "数値目標", "45手続の達成", "年度別数値目標", "令和6年度", "45 件"),
        *("達成時期", "令和7年度末", "スケジュール", "検討", "備考", "備考の文", "4. 施策の評価"),
        *("目標の達成度", "未達成の場合原因・理由等を記入", "令和6年度"),
    )
    places, start = [], page.index('class="paper"')
    for box in boxes:
        start = page.index(box, start)
        places.append(start)
    assert places == sorted(places)


def test_staff_add_a_sheet_with_kpi_and_stages(visit, staff, plan, department):
    kpi = make_kpi(plan)
    sent = typed(
        department=department.pk,
        policy=kpi.policy_id,
        continuity="new",
        overview="概要",
        kpis=[{"kpi": kpi.pk, "due": "令和8年度末"}],
        stages=[stage_row("導入", H1(2025), H2(2025)), stage_row("検討", H1(2024), H2(2024))],
    )

    response = visit(staff, reverse("action_plan_new", args=[plan.pk]), sent)

    action = ActionPlan.objects.get()
    assert (response.status_code, response.url) == (302, action.get_absolute_url())
    assert (action.policy_id, action.department_id) == (kpi.policy_id, department.pk)
    assert list(action.kpi_links.values_list("kpi", "due")) == [(kpi.pk, "令和8年度末")]
    assert list(action.stages.values_list("label", "first_start", "first_end")) == [
        ("導入", H1(2025), H2(2025)),
        ("検討", H1(2024), H2(2024)),
    ]


def test_staff_add_no_sheet_for_another_department_or_none(visit, staff, plan):
    other = make_department(plan.municipality, name="町民課")
    url = reverse("action_plan_new", args=[plan.pk])

    assert visit(staff, url, typed(department=other.pk)).status_code == 422
    assert visit(staff, url, typed(department="")).status_code == 422
    assert not ActionPlan.objects.exists()


def test_several_sheets_stand_under_one_measure(visit, dx_office, plan):
    policy = make_policy(plan)
    url = reverse("action_plan_new", args=[plan.pk])

    for number in ("1", "1-2"):
        visit(dx_office, url, typed(number=number, policy=policy.pk))

    assert list(policy.action_plans.values_list("number", flat=True)) == ["1", "1-2"]


def test_number_that_is_taken_is_refused_with_what_was_typed(visit, dx_office, plan, action):
    sent = typed(number=action.number, overview="長い概要")

    response = visit(dx_office, reverse("action_plan_new", args=[plan.pk]), sent)

    page = response.content.decode()
    assert response.status_code == 422
    assert "この施策NO.は登録済みです。別の番号にしてください。" in page
    assert "長い概要" in page


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (stage_row("検討", H1(2025), H2(2024)), "終わりは始まり以後にしてください。"),
        (
            stage_row("検討", H2(2023), H2(2024)),
            "工程表の期間（令和6年度から令和8年度まで）の外です。",
        ),
        (
            stage_row("検討", H1(2024), H1(2027)),
            "工程表の期間（令和6年度から令和8年度まで）の外です。",
        ),
        (
            stage_row("", H1(2024), H1(2024)) | {"id": "999999"},
            "この工程は、他の人が先に削除しました。",
        ),
        ({"line": "1", "label": "検討"}, "選んでください。"),
        (
            stage_row("稼働", H1(2024), H2(2024), is_milestone="on"),
            "節目は、始まりと終わりを同じ半期にしてください。",
        ),
        (stage_row("検討\u202e", H1(2024), H1(2024)), "目に見えない文字"),
    ],
)
def test_stage_that_cannot_be_is_refused(visit, dx_office, plan, row, message):
    url = reverse("action_plan_new", args=[plan.pk])

    response = visit(dx_office, url, typed(stages=[row]))

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not ActionPlan.objects.exists()


@pytest.mark.parametrize(("length", "status"), [(10_000, 302), (10_001, 422)])
def test_texts_hold_ten_thousand_characters(visit, staff, action, length, status):
    text = "あ" * length

    response = visit(staff, edit_url(action), typed(action, overview=text))

    action.refresh_from_db()
    assert response.status_code == status
    assert action.overview == (text if status == 302 else "")
    if status == 422:
        page = response.content.decode()
        assert "10,000字までです（現在10,001字）。" in page
        assert text in page


def test_edit_changes_stages_in_a_draft(visit, dx_office, draft, action, stage):
    rows = [
        stage_row("検討の終わり", H1(2024), H1(2025), id=stage.pk, line_name="前段"),
        stage_row("導入", H2(2025), H2(2026)),
    ]

    visit(dx_office, edit_url(action), typed(action, stages=rows))

    assert list(action.stages.values_list("label", "line_name", "first_end")) == [
        ("検討の終わり", "前段", H1(2025)),
        ("導入", "", H2(2026)),
    ]
    assert action.stages.first() == stage


def test_edit_keeps_spans_of_a_plan_in_force(visit, staff, action, stage):
    rows = [stage_row("調査・検討", H1(2026), H2(2026), id=stage.pk)]

    visit(staff, edit_url(action), typed(action, stages=rows))

    stage.refresh_from_db()
    assert (stage.label, stage.first_start, stage.first_end) == ("調査・検討", H1(2024), H2(2024))


def test_edit_leaves_what_came_of_a_stage(visit, staff, action):
    stage = make_stage(action, "検討", 2024, 2024, actual_start=H1(2024), carry_over_reason="遅れ")

    visit(staff, edit_url(action), typed(action, stages=[{"id": stage.pk, "label": "調査"}]))

    stage.refresh_from_db()
    assert (stage.label, stage.actual_start, stage.carry_over_reason) == ("調査", H1(2024), "遅れ")


def test_stage_is_removed_when_told_so(visit, staff, action, stage):
    row = {"id": stage.pk, "label": "検討", "line": "1", "remove": "on"}

    visit(staff, edit_url(action), typed(action, stages=[row]))

    assert not Stage.objects.exists()


def test_same_form_sent_twice_is_harmless(visit, staff, action):
    sent = typed(action, overview="概要")

    for _ in range(2):
        assert visit(staff, edit_url(action), sent).status_code == 302

    action.refresh_from_db()
    assert (action.overview, action.version) == ("概要", 2)


def test_stale_save_shows_both_and_loses_nothing(visit, staff, dx_office, action):
    visit(dx_office, edit_url(action), typed(action, overview="DX推進担当の文"))

    response = visit(staff, edit_url(action), typed(action, overview="担当者の文"))

    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("事業の概要", three_sides("担当者の文", "DX推進担当の文", "（なし）")),
    ]
    action.refresh_from_db()
    assert action.overview == "DX推進担当の文"
    again = typed(action, overview="担当者の文", version=action.version)
    assert visit(staff, edit_url(action), again).status_code == 302


def test_ended_plan_takes_no_change(visit, staff, plan, action, stage, ended):
    ended()

    edited = visit(staff, edit_url(action), typed(action, overview="概要"))
    removed = visit(staff, reverse("action_plan_remove", args=[action.pk]), {"version": 1})

    assert (edited.status_code, removed.status_code) == (409, 409)
    assert "この計画は終了しているため、変更できません。" in edited.content.decode()
    assert ActionPlan.objects.filter(overview="").exists()


def test_sheet_is_removed_with_its_stages_but_not_once_evaluated(visit, staff, action, stage):
    url = reverse("action_plan_remove", args=[action.pk])
    evaluation = action.evaluations.create(fiscal_year=2025)

    assert "工程 1件" in visit(staff, url).content.decode()
    assert visit(staff, url, {"version": 1}).status_code == 422
    evaluation.delete()
    assert visit(staff, url, {"version": 7}).status_code == 409
    assert visit(staff, url, {"version": 1}).status_code == 302
    assert not ActionPlan.objects.exists()


def test_form_cut_off_on_its_way_is_refused(visit, staff, action):
    response = visit(staff, edit_url(action), {"number": "1", "title": "取組"})

    assert response.status_code == 422
