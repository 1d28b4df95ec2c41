"""Roles of which a town asks a second factor."""

import datetime

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import get_resolver, reverse

from dxplan.accounts.models import Assignment, TownSecurity
from dxplan.accounts.second_factor.middleware import OPEN
from dxplan.accounts.second_factor.requirement import is_required
from tests.factories import make_person, make_town
from tests.second_factors import PASSWORD, code_of, make_passkey

OVERVIEW = "/accounts/second-factor/"
TODAY = datetime.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 20, 3, tzinfo=datetime.UTC), tick=False)


def test_person_is_led_to_register_after_login(client, log_in, person, require_of):
    require_of("auditor", "head")
    response = client.get(log_in(person).url)

    assert response.url == OVERVIEW
    page = client.get(OVERVIEW)
    assert page.context["must_enrol"] is True
    assert "あなたの役割では、二要素認証の登録が必要です。" in page.content.decode()


def test_every_other_page_leads_back_to_registering(client, log_in, person, require_of, plan):
    require_of("auditor")
    log_in(person)
    for name in ("home", "search"):
        assert client.get(reverse(name)).url == OVERVIEW
    for name in ("plan_detail", "dashboard", "kpi_list", "report", "result_grid"):
        url = reverse(name, args=[plan.pk])
        assert client.get(url).url == OVERVIEW
        assert client.post(url).url == OVERVIEW
    assert client.get("/accounts/security/").url == OVERVIEW


def test_pieces_asked_for_by_htmx_lead_the_whole_page_to_registering(
    client, log_in, person, require_of
):
    require_of("auditor")
    log_in(person)
    response = client.get("/search/", headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (200, OVERVIEW)


def test_way_to_register_and_the_way_out_are_open(client, log_in, person, require_of):
    require_of("auditor")
    log_in(person)
    urls = ("app/", "passkeys/add/")

    assert [client.get(OVERVIEW + url).status_code for url in urls] == [200, 200]
    assert client.get("/healthz").status_code == 200
    assert client.post("/accounts/logout/").url == "/accounts/login/"


def test_registering_opens_the_other_pages(client, log_in, person, require_of):
    require_of("auditor")
    log_in(person)
    secret = client.get(f"{OVERVIEW}app/").context["form"].secret
    client.post(f"{OVERVIEW}app/", {"code": code_of(secret)})

    assert client.get(f"{OVERVIEW}codes/").status_code == 200
    assert client.get("/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client, person, require_of, recovery_codes, app):
    require_of("auditor")
    app.delete()
    client.force_login(person)

    assert client.get("/").url == OVERVIEW


@pytest.mark.parametrize(
    ("roles", "is_led"), [((), False), (("head", "staff"), False), (("auditor",), True)]
)
def test_only_named_roles_are_asked(client, person, require_of, roles, is_led):
    require_of(*roles)
    client.force_login(person)

    assert (client.get("/").status_code == 302) == is_led


def test_other_towns_rules_do_not_count(client, person):
    other = make_town(code="345458", name="神石高原町")
    TownSecurity.objects.create(municipality=other, required_roles=["auditor"])
    client.force_login(person)

    assert client.get("/").status_code == 200


def test_one_of_several_roles_is_enough(client, person, require_of):
    require_of("committee")
    Assignment.objects.create(user=person, role="committee", valid_from=TODAY)
    client.force_login(person)

    assert client.get("/").url == OVERVIEW


def test_role_that_is_over_or_to_come_is_not_asked(person, require_of):
    require_of("auditor")
    person.assignments.update(valid_from="2026-04-01", valid_to="2026-11-19")

    assert not is_required(person, TODAY)
    assert is_required(person, TODAY - datetime.timedelta(days=1))
    assert not is_required(person, datetime.date(2026, 3, 31))


def test_rule_set_while_somebody_works_counts_at_once(client, person, require_of):
    client.force_login(person)
    assert client.get("/").status_code == 200
    require_of("auditor")

    assert client.get("/").url == OVERVIEW


def test_person_with_a_passkey_works_on(client, person, require_of):
    make_passkey(person)
    require_of("auditor")
    client.force_login(person)

    assert client.get("/").status_code == 200


@pytest.mark.parametrize("is_required", [False, True])
def test_home_takes_as_many_queries_as_before(person, plan, count_queries, require_of, is_required):
    if is_required:
        require_of("auditor")
        make_passkey(person)

    assert count_queries(13, person, "/").status_code == 200


def test_open_names_exist_or_are_the_password_page():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert OPEN - names <= {"password_change"}


def test_stopped_person_is_nobody(client, person, require_of):
    require_of("auditor")
    client.force_login(person)
    person.is_active = False
    person.password = make_password(PASSWORD)
    person.save()

    assert client.get("/").url == "/accounts/login/?next=/"


def test_administrator_of_no_town_is_not_asked(client, db):
    admin = make_person("admin", role="system_administrator")
    client.force_login(admin)

    assert client.get("/").status_code == 200
