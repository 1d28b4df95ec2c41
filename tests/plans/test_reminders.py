"""Reminding departments: who is told, what stands on record."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from dxplan.accounts.models import Department
from plans.models import Notice, Plan, PlanYear, Reminder
from plans.reminders import last_reminders, remind_departments
from plans.years import YearNotOpen
from tests.factories import make_department, make_person, make_reminder, put_years

KEY = uuid.UUID(int=1)


@pytest.fixture
def year(plan):
    PlanYear.objects.filter(plan=plan).update(due_on=datetime.date(2026, 5, 29))
    return PlanYear.objects.select_related("plan").get(plan=plan, fiscal_year=2025)


@pytest.fixture
def head(town, department):
    return make_person("head", town, role="head", department=department)


def remind(year, user, *departments, **overrides):
    given = {"message": "今週中にお願いします。\n電話 123", "sending": KEY}
    ids = [department.pk for department in departments]
    return remind_departments(plan_year=year, departments=ids, user=user, **given | overrides)


def on_record():
    return list(Reminder.objects.order_by("pk").values_list("department_name", "people_names"))


def test_staff_and_heads_are_told_with_the_message_and_it_is_on_record(
    year, dx_office, staff, head, department, town
):
    empty = make_department(town, name="空の課", position=1)

    done = remind(year, dx_office, department, empty)

    assert on_record() == [("企画課", "head、staff"), ("空の課", "")]
    assert [reminder.pk for reminder in done] == list(
        Reminder.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert {(one.sent_by_name, one.message) for one in done} == {
        ("office", "今週中にお願いします。\n電話 123")
    }
    said = "今週中にお願いします。\n電話 123\n（officeから）"
    assert sorted(Notice.objects.values_list("person__username", "text")) == [
        (name, f"DX推進計画\n回答期限: 令和8年5月29日\n{said}") for name in ("head", "staff")
    ]


def test_a_reminder_sent_twice_is_one_and_a_new_one_is_told_again(
    year, dx_office, staff, department
):
    first = remind(year, dx_office, department)
    again = remind(year, dx_office, department)

    assert [one.pk for one in first] == [one.pk for one in again]
    assert (Reminder.objects.count(), Notice.objects.count()) == (1, 1)

    remind(year, dx_office, department, sending=uuid.UUID(int=2))
    assert (Reminder.objects.count(), Notice.objects.count()) == (2, 2)


def test_a_person_of_two_departments_is_told_once(year, dx_office, staff, department, town):
    other = make_department(town, name="町民課", position=1)
    staff.assignments.create(role="head", department=other, valid_from="2020-04-01")

    remind(year, dx_office, department, other)

    assert on_record() == [("企画課", "staff"), ("町民課", "staff")]
    assert Notice.objects.count() == 1


def test_a_department_that_ended_stands_for_its_successor(year, dx_office, staff, department, town):
    later = make_department(town, name="企画財政課", valid_from=datetime.date(2026, 4, 1))
    Department.objects.filter(pk=department.pk).update(
        valid_to=datetime.date(2026, 3, 31), successor=later
    )

    remind(year, dx_office, department, later)

    assert on_record() == [("企画財政課", "staff")]


def test_departments_of_other_towns_are_left_out(year, dx_office, outsider):
    foreign = make_department(outsider.municipality, name="未来創造課")
    make_person("foreign", outsider.municipality, role="staff", department=foreign)

    assert remind(year, dx_office, foreign) == []
    assert (on_record(), Notice.objects.count()) == ([], 0)


@pytest.mark.parametrize("change", ["planned", "closed", "plan ended"])
def test_nobody_is_reminded_of_a_year_that_is_not_open(year, dx_office, staff, department, change):
    if change == "plan ended":
        Plan.objects.update(state="ended")
    else:
        put_years(PlanYear.objects.filter(pk=year.pk), change)

    with pytest.raises(YearNotOpen):
        remind(year, dx_office, department)
    assert (on_record(), Notice.objects.count()) == ([], 0)


@pytest.mark.parametrize("count", [1, 3])
def test_reminding_takes_eleven_queries(
    year, town, dx_office, department, django_assert_num_queries, count
):
    places = [make_department(town, name=f"第{n}課") for n in range(count)]
    for place in places:
        make_person(f"staff-{place.pk}", town, role="staff", department=place)

    with django_assert_num_queries(11):  # five of them begin and end what is done together
        assert len(remind(year, dx_office, *places)) == count


def test_the_last_reminder_that_reached_anybody_is_found(year, plan, dx_office, department, town):
    other = make_department(town, name="町民課")
    make_reminder(plan, 2025, department, dx_office, message="はじめ")
    last = make_reminder(plan, 2025, department, dx_office, message="あと")
    make_reminder(plan, 2025, department, dx_office, message="誰にも", people_names="")
    make_reminder(plan, 2024, other, dx_office)

    assert last_reminders(year) == {department.pk: last}


def test_database_refuses_a_reminder_of_another_towns_department(plan, dx_office, outsider):
    foreign = make_department(outsider.municipality, name="未来創造課")

    with pytest.raises(IntegrityError, match="another town"), transaction.atomic():
        make_reminder(plan, 2025, foreign, dx_office)
