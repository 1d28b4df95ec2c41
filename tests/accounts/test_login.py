import re

import pytest
from django.urls import get_resolver, reverse

from tests.factories import make_person

PASSWORD = "correct horse battery"
REFUSAL = (
    "利用者IDかパスワードが違うか、間違いが続いたため受け付けを止めています。"
    "5回続けて間違えると、正しいパスワードでも30秒から15分の間は受け付けません。"
)
LOGIN = "/accounts/login/"
OPEN_TO_ALL = {"login", "account_login", "logout", "healthz", "readyz", "setup", "invite"}
# Open between password and second factor, or instead of the password.
OPEN_TO_ALL |= {"mfa_authenticate", "second_factor_cancel", "mfa_login_webauthn"}
OPEN_TO_ALL |= {"sso_start", "sso_callback"}


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """The site's own hasher takes a fifth of a second, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(town):
    person = make_person("kikaku-01", town, role="auditor")
    person.set_password(PASSWORD)
    person.save()
    return person


def log_in(client, username="kikaku-01", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def is_logged_in(client):
    return "_auth_user_id" in client.session


def named_patterns(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from named_patterns(pattern.url_patterns)
        else:
            yield pattern


def closed_urls():
    """Every address of the site that is not open to all, with 1 for each of its parameters."""
    for pattern in named_patterns(get_resolver().url_patterns):
        if pattern.name not in OPEN_TO_ALL:
            yield reverse(pattern.name, args=[1] * len(pattern.pattern.converters))


@pytest.mark.parametrize("url", list(closed_urls()))
def test_anonymous_person_is_sent_to_the_login(client, db, url):
    for response in (client.get(url), client.post(url, {"value-1": "1"})):
        assert response.status_code == 302
        assert response.url.partition("?")[0] == LOGIN


def test_open_addresses_answer_without_login(client, db):
    assert client.get(LOGIN).status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.get(reverse("setup", args=["forged"])).status_code == 404
    assert client.get(reverse("invite", args=["forged"])).status_code == 404


def test_anonymous_person_gets_to_the_page_that_was_asked_for(client, person, plan):
    asked = f"{reverse('kpi_list', args=[plan.pk])}?fiscal_year=2025&grade=a"
    first = client.get(asked, follow=True)

    response = log_in(client, next=first.context["next"])

    assert response.url == asked


def test_login_page_is_japanese(client, db):
    text = client.get(LOGIN).content.decode()

    assert '<html lang="ja">' in text
    assert "<h1>ログイン</h1>" in text
    assert re.findall(r"<label[^>]*>\s*([^<\s]+)", text) == ["利用者ID", "パスワード"]


def test_login_leads_home(client, person):
    response = log_in(client)

    assert (response.status_code, response.url) == (302, "/")
    assert is_logged_in(client)


def test_login_gives_the_session_a_new_key(client, person):
    planted = client.session
    planted.save()
    client.cookies["sessionid"] = planted.session_key

    log_in(client)

    assert is_logged_in(client)
    assert client.session.session_key != planted.session_key


def test_wrong_unknown_and_inactive_get_the_same_answer(client, person, town):
    inactive = make_person("inactive1", town, role="auditor", is_active=False)
    inactive.set_password(PASSWORD)
    inactive.save()
    tries = (("kikaku-01", "wrong horse battery"), ("unknown-1", PASSWORD), ("inactive1", PASSWORD))

    responses = [log_in(client, *attempt) for attempt in tries]

    pages = {
        re.sub(f"[A-Za-z0-9]{{64}}|{username}", "", response.content.decode())
        for (username, _), response in zip(tries, responses, strict=True)
    }
    assert len(pages) == 1
    assert {response.status_code for response in responses} == {200}
    assert responses[0].context["form"].non_field_errors() == [REFUSAL]
    assert not is_logged_in(client)


def test_refused_login_keeps_the_username_only(client, person):
    text = log_in(client, password="wrong horse battery").content.decode()

    assert 'value="kikaku-01"' in text
    assert "wrong horse" not in text


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("", ""),
        ("kikaku-01", ""),
        ("KIKAKU-01", PASSWORD),
        ("kikaku-01\x00", PASSWORD),
        ("kikaku-01", f"{PASSWORD}\x00"),
        ("a" * 10_000, PASSWORD),
        ("kikaku-01", "a" * 10_000),
        ("kikaku-01", f" {PASSWORD}"),
        ("' OR 1=1 --", PASSWORD),
    ],
)
def test_odd_input_is_no_login(client, person, username, password):
    response = log_in(client, username, password)

    assert response.status_code == 200
    assert not is_logged_in(client)


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/plans/1/", "/plans/1/"),
        ("/plans/1/results/?fiscal_year=2025", "/plans/1/results/?fiscal_year=2025"),
        ("", "/"),
        ("https://example.com/", "/"),
        ("http://testserver.example.com/", "/"),
        ("//example.com/", "/"),
        ("///example.com", "/"),
        ("/\\example.com", "/"),
        ("javascript:alert(1)", "/"),
        ("\x01https://example.com/", "/"),
    ],
)
def test_next_is_honoured_only_inside_the_site(client, person, asked, led_to):
    assert log_in(client, next=asked).url == led_to


def test_person_logged_in_is_led_past_the_login(client, person):
    client.force_login(person)

    assert client.get(f"{LOGIN}?next=/plans/1/").url == "/plans/1/"
    assert client.get(f"{LOGIN}?next=//example.com/").url == "/"


def test_login_that_leads_to_itself_leads_home(client, person):
    client.force_login(person)

    assert client.get(f"{LOGIN}?next={LOGIN}").url == "/"


def test_disabled_person_is_out_at_once(client, person):
    client.force_login(person)
    type(person).objects.update(is_active=False)

    assert client.get("/").url == f"{LOGIN}?next=/"


def test_logout_by_post_ends_the_session(client, person):
    client.force_login(person)

    response = client.post("/accounts/logout/")

    assert (response.status_code, response.url) == (302, LOGIN)
    assert not is_logged_in(client)


def test_logout_by_get_changes_nothing(client, person):
    client.force_login(person)

    assert client.get("/accounts/logout/").status_code == 405
    assert is_logged_in(client)


def test_logout_after_the_session_ended_does_not_come_back_after_the_login(client, person):
    first = client.post("/accounts/logout/", follow=True)

    assert log_in(client, next=first.context["next"]).url == "/"
