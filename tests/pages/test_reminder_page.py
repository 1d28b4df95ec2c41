"""The page from which the DX office reminds departments."""

import datetime

import pytest
from django.urls import reverse

from dxplan.accounts.models import Department
from dxplan.lib.audit import event_models
from dxplan.pages.reminder_forms import NO_SUCH_DEPARTMENT
from plans.models import Notice, Reminder
from tests.factories import hand_in, make_department, make_kpi, make_person, make_reminder


def url_of(plan, fiscal_year=2025):
    return reverse("remind", args=[plan.pk, fiscal_year])


@pytest.fixture
def done(town, plan, staff):
    """A department that owes nothing."""
    place = make_department(town, name="済んだ課", position=1)
    clerk = make_person("clerk", town, role="staff", department=place)
    hand_in(make_kpi(plan, departments=[place]), 2025, clerk)
    return place


@pytest.fixture(autouse=True)
def kpis(plan, department):
    return [make_kpi(plan, departments=[department]) for _ in range(2)]


def remind(visit, person, plan, *departments, **options):
    sent = {"departments": [place.pk for place in departments], "message": "今週中に"}
    return visit(person, url_of(plan), sent | options.pop("data", {}), **options)


def told():
    return sorted(Notice.objects.values_list("person__username", flat=True))


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_seventeen_queries(dx_office, plan, town, count_queries, count):
    for number in range(count):
        place = make_department(town, name=f"第{number}課")
        make_kpi(plan, departments=[place])
        make_person(f"staff-{number}", town, role="staff", department=place)
        make_reminder(plan, 2025, place, dx_office)

    assert count_queries(17, dx_office, url_of(plan)).status_code == 200


def test_departments_are_shown_with_what_they_owe_and_chosen_where_they_owe(
    visit, dx_office, plan, department, done, town
):
    make_department(town, name="指標のない課")
    make_reminder(plan, 2025, department, dx_office)

    lines = visit(dx_office, url_of(plan)).context["lines"]

    assert [
        (row.name, row.owing, row.total, row.people, bool(row.last), is_chosen)
        for row, is_chosen in lines
    ] == [
        ("企画課", 2, 2, ("staff",), True, True),
        ("済んだ課", 0, 1, ("clerk",), False, False),
    ]


def test_chosen_departments_are_reminded_and_it_is_logged(visit, dx_office, plan, done):
    response = remind(visit, dx_office, plan, done, follow=True)

    assert told() == ["clerk"]
    text = response.content.decode()
    assert "1課に督促を送りました（済んだ課）。" in text
    [logged] = response.context["log"].data
    assert (logged.department_name, logged.people_names, logged.message, logged.sent_by_name) == (
        "済んだ課",
        "clerk",
        "今週中に",
        "office",
    )


def test_all_are_those_that_owe_something(visit, dx_office, plan, done, kpis, staff):
    remind(visit, dx_office, plan, data={"all": "1"})
    assert told() == ["staff"]

    for kpi in kpis:
        hand_in(kpi, 2025, staff)
    response = remind(visit, dx_office, plan, data={"all": "1"})
    assert response.context["form"].errors == {"departments": ["未提出がある課はありません。"]}
    assert told() == ["staff"]


def test_same_form_sent_twice_reminds_once(visit, dx_office, plan, department, staff):
    form = visit(dx_office, url_of(plan)).context["form"]
    sent = {"sending": str(form["sending"].value())}
    for _ in range(2):
        remind(visit, dx_office, plan, department, data=sent)

    assert (told(), Reminder.objects.count()) == (["staff"], 1)


def test_department_without_people_is_told_to_the_office(visit, dx_office, plan, department):
    response = remind(visit, dx_office, plan, department, follow=True)

    text = response.content.decode()
    assert "企画課には、お知らせできる担当者・課長がいません。" in text
    assert "督促を送りました" not in text
    assert "（お知らせできる人がいません）" in text


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"departments": []}, {"departments": ["督促する課を選んでください。"]}),
        ({"departments": ["x"]}, {"departments": [NO_SUCH_DEPARTMENT]}),
        ({"departments": [2_000_000_000]}, {"departments": [NO_SUCH_DEPARTMENT]}),
        ({"message": "あ" * 1001}, {"message": ["1,000字までです（現在1,001字）。"]}),
    ],
    ids=str,
)
def test_wrong_input_is_told_and_stays_as_typed(
    visit, dx_office, plan, department, staff, data, errors
):
    response = remind(visit, dx_office, plan, department, data=data)

    assert (response.status_code, response.context["form"].errors) == (422, errors)
    assert response.context["form"]["message"].value() == data.get("message", "今週中に")
    assert told() == []


def test_thousand_letters_may_be_said(visit, dx_office, plan, department, staff):
    remind(visit, dx_office, plan, department, data={"message": "あ" * 1000})

    assert Notice.objects.get().text.count("あ") == 1000


@pytest.mark.parametrize("fiscal_year", [2024, 2026])
def test_year_that_is_not_open_shows_the_log_only(visit, dx_office, plan, department, fiscal_year):
    page = visit(dx_office, url_of(plan, fiscal_year))
    sent = visit(
        dx_office, url_of(plan, fiscal_year), {"departments": [department.pk], "message": "言葉"}
    )

    assert (page.status_code, sent.status_code, Reminder.objects.count()) == (200, 409, 0)
    assert "選んだ課に送る" not in page.content.decode() + sent.content.decode()
    assert ">\n言葉</textarea>" in sent.content.decode()
    assert "この年度は受付中ではないため" in page.content.decode()


@pytest.mark.parametrize("fiscal_year", [2023, 9999, 10**9])
def test_year_the_plan_has_not_is_not_found(visit, dx_office, plan, fiscal_year):
    assert visit(dx_office, url_of(plan, fiscal_year)).status_code == 404


def test_what_a_department_owed_is_asked_of_its_successor(
    visit, dx_office, plan, department, town, staff
):
    later = make_department(town, name="企画財政課", valid_from=datetime.date(2026, 4, 1))
    Department.objects.filter(pk=department.pk).update(
        valid_to=datetime.date(2026, 3, 31), successor=later
    )

    remind(visit, dx_office, plan, later)

    assert told() == ["staff"]
    assert remind(visit, dx_office, plan, department).status_code == 422


def test_reminders_are_on_record_with_who_sent_them(visit, dx_office, plan, department):
    remind(visit, dx_office, plan, department)

    event = event_models()[Reminder].objects.get()
    assert (event.pgh_label, event.department_name, event.pgh_context["name"]) == (
        "insert",
        "企画課",
        "office",
    )
    text = visit(dx_office, "/history/").content.decode()
    assert "督促の記録" in text


def test_plan_without_kpis_of_the_year_says_so(visit, dx_office, plan, kpis):
    for kpi in kpis:
        kpi.responsibilities.all().delete()

    assert "督促する課がありません" in visit(dx_office, url_of(plan)).content.decode()


def test_only_the_dx_office_reminds(visit, staff, committee, plan):
    for person in (staff, committee):
        assert visit(person, url_of(plan)).status_code == 403
