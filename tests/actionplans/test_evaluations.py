"""The evaluation of an action plan's year, from what KPIs and stages say to its approval."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from actionplans.attainment import Attainment, Drawn, NextDirection
from actionplans.evaluation_rows import Said
from actionplans.evaluations import lacks
from actionplans.models import Evaluation
from plans.models import PlanYear
from plans.review import ReviewState
from tests.conflicts import shown_conflict, three_sides
from tests.factories import (
    as_before_the_closing,
    make_action,
    make_kpi,
    make_person,
    make_policy,
    make_result,
    make_stage,
)

DRAFT, RETURNED, SUBMITTED, APPROVED, CHECKED = (state.value for state in ReviewState)
WHOLE = {"attainment": "partly", "cause": "人手不足", "direction": "continue"}
BLANK = dict.fromkeys(Said.__dataclass_fields__, "")


def url_of(action, year=2025):
    return f"{reverse('evaluation', args=[action.pk])}?fiscal_year={year}"


def list_of(plan, year=2025):
    return f"{reverse('evaluation_list', args=[plan.pk])}?fiscal_year={year}"


def typed(**fields):
    return BLANK | {"version": "0"} | fields


@pytest.fixture
def head(town, department):
    return make_person("head", town, role="head", department=department)


@pytest.fixture
def evaluation(action):
    return action.evaluations.create(fiscal_year=2025, **WHOLE)


def step(visit, person, evaluation, name, **fields):
    version = Evaluation.objects.get(pk=evaluation.pk).version
    sent = {"step": name, "version": version, "comment": ""} | fields
    return visit(person, url_of(evaluation.action_plan), sent)


def state_of(evaluation):
    return Evaluation.objects.get(pk=evaluation.pk).review_state


@pytest.mark.parametrize(
    ("figures", "attainment", "text"),
    [
        ((0, 0, 0, 0), None, "判定できる指標と、終わる予定の工程がありません。"),
        ((2, 2, 0, 0), Attainment.ACHIEVED, "指標 2/2 達成"),
        ((1, 1, 3, 3), Attainment.ACHIEVED, "指標 1/1 達成、終わる予定の工程 3/3 完了"),
        ((2, 1, 1, 0), Attainment.PARTLY, "指標 1/2 達成、終わる予定の工程 0/1 完了"),
        ((1, 0, 1, 0), Attainment.NOT_ACHIEVED, "指標 0/1 達成、終わる予定の工程 0/1 完了"),
    ],
)
def test_attainment_is_drawn_from_kpis_and_stages(figures, attainment, text):
    drawn = Drawn(*figures)

    assert (drawn.attainment, drawn.text) == (attainment, text)


def test_year_tells_what_its_kpis_and_stages_say_and_the_year_before(visit, staff, plan, action):
    kpi = make_kpi(plan, targets={2024: "10", 2025: "20"})
    make_result(kpi, 2024, "12")
    make_result(kpi, 2025, "15", review_state="checked")
    action.kpi_links.create(kpi=kpi)
    make_stage(action, "検討", 2025, 2025, actual_start=4050, actual_end=4051)
    make_stage(action, "中止した", 2025, 2025, is_stopped=True, stopped_reason="国の中止")
    make_stage(action, "導入", 2026, 2026)

    response = visit(staff, url_of(action))

    row, before = response.context["row"], response.context["before"]
    assert (row.drawn.text, row.drawn.attainment) == (
        "指標 0/1 達成、終わる予定の工程 1/1 完了",
        Attainment.PARTLY,
    )
    assert (int(before.fiscal_year), before.drawn.text) == (2024, "指標 1/1 達成")


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_sixteen_queries(staff, plan, department, count_queries, count):
    for _ in range(count):
        kpi = make_kpi(plan)
        action = make_action(plan, policy=make_policy(plan), department=department, kpis=[kpi])
        action.evaluations.create(fiscal_year=2025, **WHOLE)

    response = count_queries(16, staff, list_of(plan))

    assert len(response.context["lines"]) == count


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, "目標の達成度"),
        ({"attainment": "not_achieved", "direction": "continue"}, "未達成の原因・理由"),
        ({"attainment": "partly", "cause": "　―"}, "未達成の原因・理由"),
        ({"attainment": "achieved"}, "翌年度の方向"),
        ({"attainment": "achieved", "direction": "expand"}, "方向の理由"),
        ({"attainment": "achieved", "direction": "review"}, "方向の理由"),
        ({"attainment": "achieved", "direction": "abolish", "direction_reason": " "}, "方向の理由"),
        ({"attainment": "achieved", "direction": "complete"}, ""),
        (WHOLE, ""),
    ],
)
def test_what_a_year_lacks_before_it_is_handed_in(fields, missing):
    assert lacks(Said(**fields)) == missing


def test_directions_that_change_the_plan():
    assert [item.label for item in NextDirection if item.changes_the_plan] == [
        "拡充",
        "見直し",
        "廃止",
    ]


def test_department_keeps_what_is_not_whole_and_hands_in_what_is(visit, staff, action):
    visit(staff, url_of(action), typed(attainment="not_achieved"))
    evaluation = Evaluation.objects.get()

    refused = step(visit, staff, evaluation, "submit")
    saved = visit(staff, url_of(action), typed(**WHOLE, version="1"))
    handed_in = step(visit, staff, evaluation, "submit")

    assert (refused.status_code, saved.status_code, handed_in.status_code) == (422, 302, 302)
    assert "未達成の原因・理由が未入力のため、提出できません。" in refused.content.decode()
    assert state_of(evaluation) == SUBMITTED
    assert Evaluation.objects.get().submitted_by_name == "staff"


def test_head_approves_office_checks_and_the_paper_prints_it(
    visit, staff, head, dx_office, committee, action, evaluation
):
    before = visit(committee, action.get_absolute_url()).content.decode()
    for person, name in ((staff, "submit"), (head, "approve"), (dx_office, "check")):
        assert step(visit, person, evaluation, name).status_code == 302

    assert state_of(evaluation) == CHECKED
    page = visit(committee, action.get_absolute_url()).content.decode()
    assert ("人手不足" in before, "人手不足" in page, "一部達成" in page) == (False, True, True)


def test_nobody_approves_the_own_submission(visit, head, evaluation):
    step(visit, head, evaluation, "submit")

    response = step(visit, head, evaluation, "approve")

    assert response.status_code == 422
    assert "自分が提出したものは承認できません。" in response.content.decode()
    assert state_of(evaluation) == SUBMITTED


def test_office_approves_only_where_the_year_says_so(visit, staff, dx_office, plan, evaluation):
    step(visit, staff, evaluation, "submit")

    refused = step(visit, dx_office, evaluation, "approve")
    PlanYear.objects.filter(plan=plan, fiscal_year=2025).update(office_approves=True)
    approved = step(visit, dx_office, evaluation, "approve")

    assert (refused.status_code, approved.status_code) == (422, 302)


def test_sending_back_needs_a_comment_and_lets_it_be_changed_again(
    visit, staff, head, action, evaluation
):
    step(visit, staff, evaluation, "submit")

    assert step(visit, head, evaluation, "send_back").status_code == 422
    assert step(visit, head, evaluation, "send_back", comment="数字の確認を").status_code == 302
    assert "数字の確認を" in visit(staff, url_of(action)).content.decode()
    again = typed(**WHOLE | {"cause": "確認した原因"}, version="3")
    assert visit(staff, url_of(action), again).status_code == 302
    assert step(visit, staff, evaluation, "submit").status_code == 302
    assert state_of(evaluation) == SUBMITTED


def test_step_that_cannot_be_taken_now_says_so(visit, staff, head, evaluation):
    response = step(visit, head, evaluation, "approve")

    assert response.status_code == 422
    assert "いまは「入力中」のため、承認できません。" in response.content.decode()


def test_step_sent_twice_is_harmless_and_a_stale_one_is_told(visit, staff, evaluation):
    first = step(visit, staff, evaluation, "submit", version=1)
    twice = step(visit, staff, evaluation, "submit", version=1)
    stale = step(visit, staff, evaluation, "withdraw", version=1)

    assert (first.status_code, twice.status_code, stale.status_code) == (302, 302, 409)
    assert state_of(evaluation) == SUBMITTED


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        ("staff", "approve", 403),
        ("staff", "check", 403),
        ("staff", "send_back", 403),
        ("head", "check", 403),
        ("head", "reopen", 403),
        ("committee", "submit", 403),
        ("dx_office", "nonsense", 404),
    ],
)
def test_steps_are_for_whom_the_matrix_names(visit, request, head, evaluation, who, name, status):
    person = request.getfixturevalue(who)

    assert step(visit, person, evaluation, name, comment="理由").status_code == status
    assert state_of(evaluation) == DRAFT


def test_what_was_handed_in_stays_and_typed_text_is_given_back(visit, staff, action, evaluation):
    step(visit, staff, evaluation, "submit")

    response = visit(staff, url_of(action), typed(**WHOLE | {"cause": "別の原因"}, version="2"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "この評価は提出済みのため、変更できません。" in page
    assert "別の原因" in page
    assert Evaluation.objects.get().cause == "人手不足"


def test_stale_evaluation_shows_both(visit, staff, dx_office, action, evaluation):
    office = typed(**WHOLE | {"cause": "先の文"}, version="1", on_behalf="課の依頼")
    visit(dx_office, url_of(action), office)

    response = visit(staff, url_of(action), typed(**WHOLE | {"cause": "後の文"}, version="1"))

    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("未達成の原因・理由", three_sides("後の文", "先の文", "人手不足")),
    ]


def test_office_says_why_it_enters_for_a_department(visit, dx_office, action):
    refused = visit(dx_office, url_of(action), typed(**WHOLE, on_behalf=" "))
    saved = visit(dx_office, url_of(action), typed(**WHOLE, on_behalf="課の依頼による"))

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert Evaluation.objects.get().on_behalf_reason == "課の依頼による"


def test_drafts_are_seen_by_those_who_may(visit, staff, committee, plan, evaluation):
    own = visit(staff, list_of(plan)).context["lines"]
    others = visit(committee, list_of(plan)).context["lines"]

    assert [line.year.state_label for line in own] == ["入力中"]
    assert [line.year.state_label for line in others] == ["未評価"]


@pytest.mark.parametrize("year", [2024, 2026])
def test_year_that_is_not_open_takes_no_evaluation(visit, staff, action, year):
    response = visit(staff, url_of(action, year), typed(**WHOLE))

    assert response.status_code == 409
    assert "この年度は評価を受け付けていません。" in response.content.decode()
    assert "人手不足" in response.content.decode()
    assert not Evaluation.objects.exists()


def refusal(change):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
        connection.check_constraints()
    return error.value.__cause__.diag.constraint_name


def test_database_keeps_what_was_handed_in_and_the_closed_years(plan, staff, action, evaluation):
    own = Evaluation.objects.filter(pk=evaluation.pk)
    own.update(review_state=SUBMITTED, submitted_by=staff)

    assert refusal(lambda: own.update(cause="別の原因")) == "reviewed_content_stays"
    assert refusal(lambda: own.update(review_state=CHECKED)) == "review_state_in_order"
    assert refusal(lambda: own.update(review_state=APPROVED, approved_by=staff)) == (
        "evaluation_not_approved_by_its_submitter"
    )
    with as_before_the_closing():
        PlanYear.objects.filter(plan=plan, fiscal_year=2025).update(state="closed")
    assert refusal(lambda: own.update(review_state=DRAFT)) == "closed_year_keeps_its_evaluations"
    assert refusal(lambda: own.delete()) == "closed_year_keeps_its_evaluations"
    assert refusal(lambda: action.evaluations.create(fiscal_year=2024)) == (
        "closed_year_keeps_its_evaluations"
    )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"attainment": ""}, "evaluation_handed_in_whole"),
        ({"cause": " 　"}, "evaluation_says_why_not_achieved"),
        ({"direction": "review"}, "evaluation_says_why_the_plan_changes"),
    ],
)
def test_database_takes_nothing_incomplete_as_handed_in(staff, action, fields, constraint):
    action.evaluations.create(fiscal_year=2025, **WHOLE | fields)
    own = action.evaluations.all()

    assert refusal(lambda: own.update(review_state=SUBMITTED, submitted_by=staff)) == constraint
