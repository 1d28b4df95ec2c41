"""When a session ends: idle, old, or because account, roles or password changed."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from dxplan.accounts.models import Assignment, User
from tests.factories import make_department, make_person, make_town
from tests.races import together

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
HOME_BY_LOGIN = "/accounts/login/?next=/"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)

    def move(**later):
        time_machine.move_to(NOW + datetime.timedelta(**later), tick=False)

    return move


@pytest.fixture
def person(town):
    return make_person("kikaku-01", town, role="auditor")


@pytest.fixture
def signed_in(client, clock, person):
    client.force_login(person)
    return client


def is_in(client):
    response = client.get("/accounts/password/")
    assert response.status_code in (200, 302)
    return response.status_code == 200


@pytest.mark.parametrize(("minutes", "holds"), [(29.9, True), (30, False)])
def test_session_ends_after_half_an_hour_without_a_request(signed_in, clock, minutes, holds):
    clock(minutes=minutes)

    assert is_in(signed_in) is holds


def test_every_request_to_a_page_starts_the_half_hour_again(signed_in, clock):
    for minutes in (25, 50, 75):
        clock(minutes=minutes)
        assert is_in(signed_in)


def test_session_ends_after_twelve_hours_of_work(signed_in, clock):
    for minutes in range(20, 12 * 60, 20):
        clock(minutes=minutes)
        assert is_in(signed_in)
    clock(hours=12)

    assert not is_in(signed_in)


@pytest.mark.parametrize("url", ["/healthz", "/accounts/login/"])
def test_what_asks_for_no_login_keeps_no_session_alive(signed_in, clock, url):
    for minutes in (10, 20, 29):
        clock(minutes=minutes)
        signed_in.get(url)
    clock(minutes=30)

    assert not is_in(signed_in)


def test_typing_check_counts_as_activity(visit, clock, staff, plan):
    url = f"/plans/{plan.pk}/results/check/?fiscal_year=2025&kpi=1"
    visit(staff, "/")
    clock(minutes=20)
    visit(staff, url, {}, headers={"HX-Request": "true"})
    clock(minutes=45)

    assert visit(staff, "/").status_code == 200


def test_activity_within_a_minute_is_not_written_down(signed_in, clock, django_assert_num_queries):
    clock(seconds=59)
    with django_assert_num_queries(3):  # session, person, roles for the audit trail
        signed_in.post("/accounts/continue/")


def test_answer_tells_how_many_seconds_are_left(signed_in, clock):
    assert signed_in.get("/")["X-Session-Ends-In"] == "1800"
    clock(seconds=50)
    assert signed_in.get("/")["X-Session-Ends-In"] == "1750"
    clock(seconds=70)
    assert signed_in.get("/")["X-Session-Ends-In"] == "1800"
    assert "X-Session-Ends-In" not in signed_in.get("/healthz")


def test_answer_tells_the_longest_time_when_that_is_nearer(signed_in, clock):
    for minutes in range(20, 12 * 60, 20):
        clock(minutes=minutes)
        response = signed_in.get("/")

    assert response["X-Session-Ends-In"] == "1200"


def test_page_carries_the_seconds_for_its_notice(signed_in):
    assert 'data-session-ends-in="1800"' in signed_in.get("/").content.decode()
    assert "data-session-ends-in" not in Client().get("/accounts/login/").content.decode()


def test_button_of_the_notice_prolongs_the_session(signed_in, clock):
    clock(minutes=29)
    response = signed_in.post("/accounts/continue/")
    assert (response.status_code, response["X-Session-Ends-In"]) == (204, "1800")
    clock(minutes=58)

    assert is_in(signed_in)


def test_button_of_the_notice_is_told_when_it_came_too_late(signed_in, clock):
    clock(minutes=31)

    response = signed_in.post("/accounts/continue/", headers={"HX-Request": "true"})

    assert (response.status_code, response["X-Session-Ended"]) == (403, "1")


def test_cookie_ends_with_the_browser(client, person):
    person.set_password("correct horse battery")
    person.save()
    typed = {"username": "kikaku-01", "password": "correct horse battery"}

    cookie = client.post("/accounts/login/", typed).cookies["sessionid"]

    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")


def test_ended_sessions_are_deleted_at_the_next_login(client, clock, person):
    Client().force_login(person)
    clock(minutes=31)
    client.force_login(person)

    assert list(Session.objects.values_list("session_key", flat=True)) == [
        client.session.session_key
    ]


def add_role(person):
    Assignment.objects.create(user=person, role="dx_office", valid_from="2026-04-01")


def end_role(person):
    person.assignments.update(valid_to="2026-03-31")


def remove_role(person):
    person.assignments.all().delete()


def disable(person):
    User.objects.filter(pk=person.pk).update(is_active=False)


def disable_and_enable(person):
    disable(person)
    User.objects.filter(pk=person.pk).update(is_active=True)


def change_password(person):
    changed = User.objects.get(pk=person.pk)
    changed.set_password("another thing")
    changed.save()


CHANGES = (
    *(add_role, end_role, remove_role, disable, disable_and_enable),
    change_password,
)


@pytest.mark.parametrize("change", CHANGES)
def test_session_ends_at_once_with_a_change_of_the_person(signed_in, person, change):
    assert is_in(signed_in)

    change(person)

    assert not is_in(signed_in)


def test_session_ends_with_the_change_of_a_role_on_another_connection(
    transactional_db, client, clock
):
    person = make_person("kikaku-01", make_town(), role="auditor")
    client.force_login(person)
    assert is_in(client)

    together(lambda: end_role(person))

    assert not is_in(client)


def test_session_goes_on_where_another_person_or_nothing_changes(signed_in, person, town):
    make_person("kikaku-02", town, role="dx_office")
    make_department(town, name="総務課")
    for assignment in person.assignments.all():
        assignment.save()
    person.save()

    assert is_in(signed_in)


def test_person_saved_from_an_old_copy_brings_no_session_back(signed_in, person):
    old_copy = User.objects.get(pk=person.pk)
    end_role(person)
    old_copy.save()

    assert not is_in(signed_in)
