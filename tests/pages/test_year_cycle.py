"""A fiscal year from its opening to its closing, and reopened by two."""

import datetime

import pytest
from django.db import IntegrityError
from django.urls import reverse

from kpis.models import Judgement, Paper, Result, Target
from plans.models import Notice, Plan, PlanYear, YearReopening
from tests.conflicts import shown_conflict, three_sides
from tests.factories import (
    as_before_the_closing,
    make_department,
    make_kpi,
    make_person,
    make_result,
    put_years,
)
from tests.races import together

PAIRS = 20


def url(name, plan, fiscal_year=None):
    arguments = [plan.pk] + ([fiscal_year] if fiscal_year else [])
    return reverse(name, args=arguments)


@pytest.fixture
def other_office(town):
    return make_person("other-office", town, role="dx_office")


@pytest.fixture
def kpi(plan, department):
    return make_kpi(plan, departments=[department], targets={2025: "10", 2026: "20"})


def year_of(plan, fiscal_year=2025):
    return PlanYear.objects.get(plan=plan, fiscal_year=fiscal_year)


def asked(plan, fiscal_year=2026, **others):
    fields = {"due_on": "R9.5.31", "message": "ご回答ください", "version": 1}
    return fields | others


def told():
    return sorted(Notice.objects.values_list("kind", "person__username"))


def test_office_opens_a_year_and_departments_are_told(
    visit, dx_office, other_office, staff, committee, plan, kpi
):
    response = visit(dx_office, url("year_open", plan, 2026), asked(plan))

    year = year_of(plan, 2026)
    assert response.status_code == 302
    assert (year.state, year.due_on) == ("open", datetime.date(2027, 5, 31))
    assert (year.message, year.opened_by_name) == ("ご回答ください", "office")
    assert told() == [("opened", "other-office"), ("opened", "staff")]


def test_year_opened_twice_is_opened_once(visit, dx_office, staff, plan, kpi):
    for _ in range(2):
        visit(dx_office, url("year_open", plan, 2026), asked(plan))

    assert year_of(plan, 2026).version == 2
    assert told() == [("opened", "staff")]


@pytest.mark.parametrize(
    ("field", "text", "error"),
    [
        ("due_on", "", "回答期限を入力してください。"),
        ("due_on", "R9.5", "日まで入力してください。例: 令和5年8月9日"),
        ("message", "あ" * 2001, "2,000字までです（現在2,001字）。"),
    ],
)
def test_inquiry_that_is_wrong_is_refused(visit, dx_office, plan, field, text, error):
    response = visit(dx_office, url("year_open", plan, 2026), asked(plan, **{field: text}))

    assert response.status_code == 422
    assert response.context["form"].errors[field] == [error]
    assert year_of(plan, 2026).is_planned


def test_year_of_a_draft_is_not_opened(visit, dx_office, plan):
    with as_before_the_closing():
        Plan.objects.update(state="draft")

    response = visit(dx_office, url("year_open", plan, 2026), asked(plan))

    assert response.status_code == 422
    assert year_of(plan, 2026).is_planned


def test_inquiry_changed_meanwhile_shows_both(visit, dx_office, other_office, plan):
    first = {"due_on": "R8.5.31", "message": "先", "version": 1}
    visit(other_office, url("year_edit", plan, 2025), first)

    response = visit(dx_office, url("year_edit", plan, 2025), first | {"message": "後"})

    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("照会文", three_sides("後", "先", "（なし）")),
    ]
    assert response.context["form"]["message"].value() == "後"
    again = first | {"message": "後", "version": response.context["form"]["version"].value()}
    assert visit(dx_office, url("year_edit", plan, 2025), again).status_code == 302
    assert year_of(plan).message == "後"


def close(visit, person, plan, reason="", version=1):
    data = {"reason": reason, "version": version}
    return visit(person, url("year_close", plan, 2025), data)


def test_closing_shows_what_is_missing_and_asks_why(visit, dx_office, plan, kpi):
    page = visit(dx_office, url("year_close", plan, 2025))
    bare = close(visit, dx_office, plan)
    done = close(visit, dx_office, plan, "県の公表が翌年度のため")

    assert [(check.is_obstacle, len(check.items)) for check in page.context["checks"]] == [
        (False, 1)
    ]
    assert bare.status_code == 422
    assert bare.context["form"].errors["reason"] == ["そのまま締める理由を入力してください。"]
    assert done.status_code == 302
    year = year_of(plan)
    assert (year.is_closed, year.closing_reason) == (True, "県の公表が翌年度のため")


def test_year_with_unapproved_results_is_not_closed(visit, dx_office, plan, kpi):
    make_result(kpi, 2025, "12")

    response = close(visit, dx_office, plan, "急ぐため")

    assert response.status_code == 409
    assert response.context["has_obstacle"]
    assert year_of(plan).is_open


def test_closing_keeps_the_figures_as_a_record(visit, dx_office, staff, plan, kpi):
    make_result(kpi, 2025, "12", review_state="checked")

    close(visit, dx_office, plan)

    paper = Paper.objects.get()
    page = visit(dx_office, paper.get_absolute_url()).content.decode()
    assert (paper.kind, paper.fiscal_year, paper.frozen_by_name) == ("closing", 2025, "office")
    assert "12 件" in page
    assert told() == [("closed", "staff")]


def test_closing_sent_twice_makes_one_record(visit, dx_office, plan, kpi):
    make_result(kpi, 2025, "12", review_state="checked")

    answers = [close(visit, dx_office, plan).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Paper.objects.count() == 1


def test_closing_after_another_change_is_a_conflict(visit, dx_office, other_office, plan, kpi):
    visit(other_office, url("year_edit", plan, 2025), asked(plan, message="新"))

    response = close(visit, dx_office, plan, "理由")

    assert response.status_code == 409
    assert response.context["form"]["reason"].value() == "理由"


@pytest.fixture
def closed(plan, kpi):
    result = make_result(kpi, 2025, "12", review_state="checked")
    Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="office", comment="理由")
    put_years(PlanYear.objects.filter(fiscal_year=2025), "closed")
    return result


@pytest.mark.parametrize(
    "write",
    [
        lambda kpi: Result.objects.filter(kpi=kpi).update(note="後から"),
        lambda kpi: Result.objects.filter(kpi=kpi).update(review_state="draft"),
        lambda kpi: Result.objects.filter(kpi=kpi).delete(),
        lambda kpi: Target.objects.filter(kpi=kpi, fiscal_year=2025).update(value=1),
        lambda kpi: Target.objects.filter(kpi=kpi, fiscal_year=2025).delete(),
        lambda kpi: Judgement.objects.filter(kpi=kpi).update(comment="後から"),
        lambda kpi: Judgement.objects.filter(kpi=kpi).delete(),
        lambda kpi: Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="committee"),
        lambda kpi: PlanYear.objects.filter(fiscal_year=2025).update(state="open"),
        lambda kpi: PlanYear.objects.filter(fiscal_year=2025).update(state="planned"),
    ],
)
def test_database_keeps_a_closed_year(closed, kpi, write):
    with pytest.raises(IntegrityError):
        write(kpi)


def test_result_of_a_closed_year_cannot_come_in(plan, kpi, closed):
    new = make_kpi(plan, targets={2026: "1"})

    with pytest.raises(IntegrityError, match="a closed year keeps its results"):
        Result.objects.create(kpi=new, fiscal_year=2025, state="final", value=1)


def reopen(visit, person, plan, reason="集計に誤りがあったため"):
    return visit(person, url("year_reopen", plan, 2025), {"reason": reason})


def answer(visit, person, plan, decision="grant"):
    data = {"seen": YearReopening.objects.latest("pk").pk, "decision": decision, "answer": "了解"}
    return visit(person, url("year_answer", plan, 2025), data)


def test_year_is_reopened_by_a_second_person_only(
    visit, dx_office, other_office, staff, plan, closed
):
    reopen(visit, dx_office, plan)
    own = answer(visit, dx_office, plan)
    still_closed = year_of(plan).is_closed
    granted = answer(visit, other_office, plan)

    asked_for = YearReopening.objects.get()
    assert (own.status_code, still_closed) == (403, True)
    assert granted.status_code == 302
    assert year_of(plan).is_open
    assert (asked_for.asked_by_name, asked_for.answered_by_name) == ("office", "other-office")
    assert ("reopened", "staff") in told()


def test_declined_request_leaves_the_year_closed(visit, dx_office, other_office, plan, closed):
    reopen(visit, dx_office, plan)
    answer(visit, other_office, plan, "decline")

    assert year_of(plan).is_closed
    assert YearReopening.objects.get().is_granted is False


def test_granted_request_serves_once(visit, dx_office, other_office, plan, closed):
    reopen(visit, dx_office, plan)
    answer(visit, other_office, plan)
    close(visit, dx_office, plan, "訂正を終えたため", version=year_of(plan).version)

    with pytest.raises(IntegrityError, match="nobody granted the reopening"):
        PlanYear.objects.filter(fiscal_year=2025).update(state="open")


def test_request_needs_a_reason_and_is_made_once(visit, dx_office, other_office, plan, closed):
    blank = reopen(visit, dx_office, plan, "　")
    dash = reopen(visit, dx_office, plan, "―")
    for person in (dx_office, other_office):
        reopen(visit, person, plan)

    assert (blank.status_code, dash.status_code) == (422, 422)
    assert YearReopening.objects.count() == 1


def test_two_records_stand_after_a_reopened_year_is_closed_again(
    visit, dx_office, other_office, plan, closed
):
    reopen(visit, dx_office, plan)
    answer(visit, other_office, plan)
    version = year_of(plan).version

    close(visit, dx_office, plan, "訂正済み", version=version)
    page = visit(dx_office, url("year_overview", plan) + "?fiscal_year=2025")

    assert [paper.number for paper in page.context["records"]] == [1]
    assert [item.is_granted for item in page.context["reopenings"]] == [True]


@pytest.mark.parametrize("count", [1, 3])
def test_overview_takes_fourteen_queries(dx_office, plan, town, count_queries, count):
    for number in range(count):
        make_kpi(plan, departments=[make_department(town, name=f"課{number}")])

    response = count_queries(14, dx_office, url("year_overview", plan) + "?fiscal_year=2025")

    assert len(response.context["lines"]) == count


def test_overview_counts_states_and_says_who_is_late(visit, dx_office, staff, plan, department):
    kpis = [make_kpi(plan, departments=[department]) for _ in range(3)]
    make_result(kpis[0], 2025, "1")
    make_result(kpis[1], 2025, "1", review_state="checked")
    PlanYear.objects.filter(fiscal_year=2025).update(due_on="2026-05-29")

    [line] = visit(dx_office, url("year_overview", plan) + "?fiscal_year=2025").context["lines"]

    assert line.counts == {
        "open": 1, "draft": 1, "returned": 0, "submitted": 0, "approved": 0, "checked": 1
    }  # fmt: skip
    assert (line.owed, line.is_overdue) == (2, True)


def test_staff_sees_the_own_department_alone(visit, staff, plan, town, kpi):
    make_kpi(plan, departments=[make_department(town, name="町民課")])

    lines = visit(staff, url("year_overview", plan) + "?fiscal_year=2025").context["lines"]

    assert [line.name for line in lines] == ["企画課"]


@pytest.mark.django_db(transaction=True)
def test_closing_and_a_save_at_one_moment_never_leave_a_late_result(
    visit, dx_office, staff, plan, department
):
    """Through the database's own locks: the one waits for the other, whichever is first."""
    for _ in range(PAIRS):
        put_years(PlanYear.objects.filter(fiscal_year=2025), "open")
        kpi = make_kpi(plan, departments=[department])

        def write(kpi=kpi):
            return Result.objects.create(
                kpi=kpi, fiscal_year=2025, state="final", value=1, review_state="checked"
            )

        def shut(kpi=kpi):
            PlanYear.objects.filter(plan=plan, fiscal_year=2025).update(state="closed")
            return Result.objects.filter(kpi=kpi).count()

        written, seen = together(write, shut, refusals=IntegrityError)
        assert seen == Result.objects.filter(kpi=kpi).count() == int(isinstance(written, Result))
