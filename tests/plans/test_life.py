"""The steps in a plan's life, and the page where they are taken."""

import pytest
from django.urls import reverse

from plans.editing import ReasonNeeded, Stale
from plans.life import NotReady, obstacles, take_step
from plans.models import Plan, PlanChange
from tests.factories import make_person, make_plan, make_plan_year, make_policy, make_town
from tests.races import together

REASON = "令和9年3月の推進本部会議で決定"
PAIRS = 10


@pytest.fixture
def draft(town):
    plan = make_plan(town, code="draft", state="draft")
    make_policy(plan)
    make_plan_year(plan, 2024, state="planned")
    return plan


@pytest.fixture
def finished(town):
    """A plan in force whose only year is closed."""
    plan = make_plan(town, code="finished")
    make_plan_year(plan, 2024, state="closed")
    return plan


@pytest.fixture
def ended(town):
    return make_plan(town, code="ended", state="ended")


def url(plan):
    return reverse("plan_state", args=[plan.pk])


def step(visit, person, plan, seen, reason=""):
    return visit(person, url(plan), {"seen": seen, "reason": reason})


def state_of(plan):
    return Plan.objects.get(pk=plan.pk).state


def records():
    columns = ("kind", "subject", "detail", "reason", "changed_by_name")
    return list(PlanChange.objects.values_list(*columns))


def test_draft_comes_into_force_without_a_reason(visit, dx_office, draft):
    response = step(visit, dx_office, draft, "draft")

    assert (response.status_code, response.url) == (302, url(draft))
    assert state_of(draft) == "in_force"
    assert records() == [
        ("state", "DX推進計画", "計画の状態: 策定中 → 実施中", "", "office"),
    ]


def test_draft_comes_into_force_with_a_reason_on_record(visit, dx_office, draft):
    step(visit, dx_office, draft, "draft", REASON)

    assert [record[3] for record in records()] == [REASON]


def test_empty_draft_does_not_come_into_force(visit, dx_office, town):
    draft = make_plan(town, state="draft")

    response = step(visit, dx_office, draft, "draft")

    assert response.status_code == 422
    assert response.context["obstacles"] == [
        "計画の体系に、まだ何も登録されていません。",
        "計画年度が、まだ登録されていません。",
    ]
    assert (state_of(draft), records()) == ("draft", [])


@pytest.mark.parametrize("reason", ["", "　", "―"])
def test_end_needs_a_reason(visit, dx_office, finished, reason):
    response = step(visit, dx_office, finished, "in_force", reason)

    assert response.status_code == 422
    assert response.context["form"].errors["reason"] == ["理由を入力してください。"]
    assert (state_of(finished), records()) == ("in_force", [])


def test_plan_ends_with_a_reason(visit, dx_office, finished):
    step(visit, dx_office, finished, "in_force", REASON)

    assert state_of(finished) == "ended"
    assert records() == [
        ("state", "DX推進計画", "計画の状態: 実施中 → 終了", REASON, "office"),
    ]


def test_plan_with_open_years_does_not_end(visit, dx_office, plan):
    make_plan_year(plan, 2027)

    response = step(visit, dx_office, plan, "in_force", REASON)

    assert response.status_code == 422
    assert response.context["obstacles"] == [
        "令和7年度、令和9年度が入力受付中です。先に締めてください。"
    ]
    assert state_of(plan) == "in_force"


def test_ended_plan_is_taken_back_with_a_reason(visit, dx_office, ended):
    refused = step(visit, dx_office, ended, "ended")
    step(visit, dx_office, ended, "ended", REASON)

    assert refused.status_code == 422
    assert state_of(ended) == "in_force"
    assert records() == [
        ("state", "DX推進計画", "計画の状態: 終了 → 実施中", REASON, "office"),
    ]


def test_step_taken_twice_acts_once(visit, dx_office, finished):
    step(visit, dx_office, finished, "in_force", REASON)
    response = step(visit, dx_office, finished, "in_force", REASON)

    assert response.status_code == 302
    assert (state_of(finished), len(records())) == ("ended", 1)


def test_step_from_a_state_long_gone_is_told(visit, dx_office, ended):
    response = step(visit, dx_office, ended, "draft", REASON)

    assert response.status_code == 409
    assert response.context["alert"] == ("他の人が先に状態を変えました。いまは「終了」です。")
    assert response.context["form"]["reason"].value() == REASON
    assert (state_of(ended), records()) == ("ended", [])


def test_unknown_state_is_refused(visit, dx_office, ended):
    assert step(visit, dx_office, ended, "asleep", REASON).status_code == 422
    assert state_of(ended) == "ended"


def test_state_page_shows_where_the_plan_is(visit, dx_office, plan):
    context = visit(dx_office, url(plan)).context

    assert context["states"] == [("策定中", False), ("実施中", True), ("終了", False)]
    assert context["step"].label == "終了する"
    assert context["obstacles"] == ["令和7年度が入力受付中です。先に締めてください。"]


def test_two_steps_at_once_act_once(transactional_db):
    town = make_town()
    office = make_person("office", town, role="dx_office")
    for number in range(PAIRS):
        plan = make_plan(town, code=str(number))
        outcomes = together(
            *[lambda plan=plan: take_step(plan=plan, user=office, seen="in_force", reason=REASON)]
            * 2
        )

        assert sorted(outcomes) == [False, True]
        assert plan.changes.count() == 1


def test_steps_say_what_is_in_the_way(draft, plan, ended, dx_office):
    with pytest.raises(Stale) as stale:
        take_step(plan=ended, user=dx_office, seen="draft", reason="")
    with pytest.raises(ReasonNeeded):
        take_step(plan=plan, user=dx_office, seen="in_force", reason=" ")
    with pytest.raises(NotReady):
        take_step(plan=plan, user=dx_office, seen="in_force", reason=REASON)

    assert stale.value.standing == ended
    assert (obstacles(draft), obstacles(ended)) == ([], [])


@pytest.mark.parametrize("data", [None, {"seen": "in_force", "reason": REASON}])
def test_state_is_the_offices(visit, staff, committee, outsider, finished, data):
    people = (staff, committee, outsider)

    assert [visit(person, url(finished), data).status_code for person in people] == [403, 403, 404]
    assert state_of(finished) == "in_force"


@pytest.mark.parametrize("count", [1, 3])
def test_state_page_takes_five_queries(count_queries, dx_office, town, count):
    plan = make_plan(town)
    for year in range(2024, 2024 + count):
        make_plan_year(plan, year)

    count_queries(5, dx_office, url(plan))
