"""Due dates: who is told when, in Tokyo's days, and only once."""

import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from dxplan.accounts.models import Department
from dxplan.lib.postgresql.advisory_lock import only_here
from dxplan.pages import deadlines
from dxplan.pages.deadlines import tell_deadlines
from dxplan.pages.outstanding import outstanding
from dxplan.pages.rounds import ROUNDS_LOCK, hourly_round, mail_round
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from plans.models import Notice, Plan, PlanYear
from tests.factories import (
    hand_in,
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_result,
    make_town,
    put_years,
)

TOKYO = ZoneInfo("Asia/Tokyo")
DUE = datetime.date(2026, 5, 29)
SECOND, DAY = datetime.timedelta(seconds=1), datetime.timedelta(days=1)
WEEK_BEFORE = datetime.datetime(2026, 5, 22, tzinfo=TOKYO)
DAY_AFTER = datetime.datetime(2026, 5, 30, tzinfo=TOKYO)


@pytest.fixture
def kpi(plan, department):
    PlanYear.objects.filter(plan=plan, fiscal_year=2025).update(due_on=DUE)
    return make_kpi(plan, departments=[department])


def told():
    return sorted(Notice.objects.values_list("kind", "person__username"))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (WEEK_BEFORE - SECOND, []),
        (WEEK_BEFORE, [("due_soon", "staff")]),
        (WEEK_BEFORE + SECOND, [("due_soon", "staff")]),
        (DAY_AFTER - SECOND, [("due_soon", "staff")]),
        (DAY_AFTER, [("overdue", "office"), ("overdue", "staff")]),
        (DAY_AFTER + SECOND, [("overdue", "office"), ("overdue", "staff")]),
    ],
    ids=str,
)
def test_days_begin_at_midnight_in_tokyo(
    kpi, staff, dx_office, committee, time_machine, moment, expected
):
    time_machine.move_to(moment, tick=False)

    told_now, sent = hourly_round()

    assert (told_now, sent, told()) == (len(expected), 0, expected)


def test_who_was_told_is_not_told_again_hour_after_hour(kpi, staff, dx_office, time_machine):
    for hour in range(0, 24 * 10, 5):
        time_machine.move_to(WEEK_BEFORE + datetime.timedelta(hours=hour), tick=False)
        hourly_round()

    assert told() == [("due_soon", "staff"), ("overdue", "office"), ("overdue", "staff")]


def test_notices_name_the_due_date_and_what_is_outstanding(kpi, staff, dx_office, plan, department):
    make_kpi(plan, departments=[department])
    tell_deadlines(DUE + DAY)

    notices = dict(Notice.objects.values_list("person__username", "text"))
    assert set(Notice.objects.values_list("title", "link")) == {
        (
            "令和7年度の実績の回答期限（令和8年5月29日）が過ぎました",
            f"/plans/{plan.pk}/results/?fiscal_year=2025",
        )
    }
    assert notices == {
        "staff": "DX推進計画",
        "office": "DX推進計画\n未提出がある課: 企画課（2件）",
    }


def test_another_due_date_is_told_anew(kpi, staff, plan):
    tell_deadlines(DUE - DAY)
    PlanYear.objects.filter(plan=plan, fiscal_year=2025).update(due_on=DUE + 3 * DAY)
    tell_deadlines(DUE - DAY)

    assert told() == [("due_soon", "staff")] * 2


def test_who_came_meanwhile_is_told_too(kpi, staff, town, department):
    tell_deadlines(DUE - DAY)
    new = make_person("new", town, role="head", department=department)
    new.assignments.update(valid_from=DUE)

    assert tell_deadlines(DUE - DAY) == 0
    assert tell_deadlines(DUE) == 1
    assert told() == [("due_soon", "new"), ("due_soon", "staff")]


def test_departments_that_owe_nothing_are_told_nothing(kpi, staff, town, plan, dx_office):
    other = make_department(town, name="町民課")
    make_person("owing", town, role="staff", department=other)
    make_kpi(plan, departments=[other])
    hand_in(kpi, 2025, staff)
    tell_deadlines(DUE - DAY)
    assert told() == [("due_soon", "owing")]

    hand_in(plan.kpis.exclude(pk=kpi.pk).get(), 2025, staff)
    assert tell_deadlines(DUE + DAY) == 0


def test_only_open_years_of_plans_in_force_count(kpi, staff, plan):
    years = PlanYear.objects.filter(plan=plan, fiscal_year=2025)
    for change in ("planned", "closed"):
        put_years(years, change)
        assert tell_deadlines(DUE + DAY) == 0
    put_years(years, "open")
    Plan.objects.filter(pk=plan.pk).update(state="ended")
    assert tell_deadlines(DUE + DAY) == 0

    PlanYear.objects.filter(plan=plan, fiscal_year=2025).update(due_on=None)
    Plan.objects.filter(pk=plan.pk).update(state="in_force")
    assert tell_deadlines(DUE + DAY) == 0


def test_what_a_department_owes_goes_over_to_its_successor(kpi, staff, town, department):
    later = make_department(town, name="企画財政課", valid_from=DUE)
    Department.objects.filter(pk=department.pk).update(valid_to=DUE - DAY, successor=later)

    assert tell_deadlines(DUE) == 1
    assert told() == [("due_soon", "staff")]


def make_other_town():
    town = make_town(code="345458", name="神石高原町")
    place = make_department(town, name="未来創造課")
    person = make_person("elsewhere", town, role="staff", department=place)
    plan = make_plan(town)
    make_plan_year(plan, 2025, due_on=DUE)
    make_kpi(plan, departments=[place])
    return person


def test_all_towns_are_told_each_its_own(kpi, staff):
    make_other_town()

    assert tell_deadlines(DUE) == 2
    assert told() == [("due_soon", "elsewhere"), ("due_soon", "staff")]
    assert set(Notice.objects.values_list("person__municipality", "plan__municipality")) == {
        (town, town) for town in Notice.objects.values_list("person__municipality", flat=True)
    }


def test_trouble_with_one_plan_keeps_no_other_from_it(kpi, staff, plan, monkeypatch, caplog):
    make_other_town()

    def failing(of, sight):
        if of == plan:
            raise ZeroDivisionError
        return kpi_progress(of, sight)

    monkeypatch.setattr(deadlines, "kpi_progress", failing)

    assert tell_deadlines(DUE) == 1
    assert told() == [("due_soon", "elsewhere")]
    assert "could not be told of its due date" in caplog.text


def test_outstanding_counts_by_department_what_was_not_handed_in(plan, department, town, staff):
    other = make_department(town, name="町民課")
    make_kpi(plan, departments=[department, other])
    make_result(make_kpi(plan, departments=[other]), 2025, "1")
    hand_in(make_kpi(plan, departments=[department]), 2025, staff)
    make_kpi(plan, departments=[other], first_fiscal_year=2026)
    make_kpi(plan)

    assert outstanding(kpi_progress(plan, EVERYTHING), 2025) == {department.pk: 1, other.pk: 2}


@pytest.mark.parametrize("count", [1, 3])
def test_a_round_without_news_takes_a_constant_number_of_queries(
    kpi, staff, plan, department, town, django_assert_num_queries, count
):
    for number in range(count):
        make_kpi(plan, departments=[make_department(town, name=f"第{number}課")])
    tell_deadlines(DUE)

    with django_assert_num_queries(11):  # the years; of this one progress, people, two savepoints
        assert tell_deadlines(DUE) == 0


def test_command_tells_what_it_did(kpi, staff, time_machine):
    time_machine.move_to(WEEK_BEFORE, tick=False)
    output = StringIO()

    call_command("remind", stdout=output)

    assert output.getvalue() == "1人にお知らせし、0通のメールを送りました。\n"


@pytest.mark.django_db(transaction=True)
def test_a_round_that_another_process_is_at_does_nothing(time_machine):
    make_other_town()
    time_machine.move_to(WEEK_BEFORE, tick=False)
    mine = connections["default"]
    other = mine.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ROUNDS_LOCK])
        assert (hourly_round(), mail_round()) == ((0, 0), 0)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [ROUNDS_LOCK])
    other.close()

    assert hourly_round() == (1, 0)
    with only_here(ROUNDS_LOCK) as is_ours:
        assert is_ours
    assert timezone.localdate() == WEEK_BEFORE.date()
