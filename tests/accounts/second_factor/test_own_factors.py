"""One's own second factor: registering and removing the app, recovery codes, proof of oneself."""

import datetime
import json
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session

from dxplan.accounts.models import TownSecurity
from dxplan.accounts.second_factor.adapter import LAST_FACTOR
from dxplan.accounts.second_factor.own_factors import own_factors, renew_recovery_codes
from dxplan.accounts.second_factor.views import NOT_OFFERED, UNREADABLE_CODES
from tests.factories import make_person, make_town
from tests.races import together
from tests.second_factors import PASSWORD, code_of, make_passkey

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(minutes=6)
OVERVIEW = "/accounts/second-factor/"
APP = "/accounts/second-factor/app/"
CODES = "/accounts/second-factor/codes/"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


def said(response):
    return [str(item) for item in get_messages(response.wsgi_request)]


def register_app(client):
    secret = client.get(APP).context["form"].secret
    return secret, client.post(APP, {"code": code_of(secret)})


def test_app_is_registered_with_its_first_code(
    client, log_in, person, django_capture_on_commit_callbacks
):
    log_in(person)
    with django_capture_on_commit_callbacks(execute=True):
        _, response = register_app(client)

    assert response.url == CODES
    assert own_factors(person).app.user == person
    assert said(response) == ["認証アプリを登録しました。"]


def test_app_registered_by_name_shows_the_site_and_the_username(client, log_in, person):
    log_in(person)
    url = unquote(client.get(APP).context["totp_url"])

    assert url.startswith("otpauth://totp/kikaku-01?secret=")
    assert url.endswith("&issuer=DX推進計画 進行管理")


def test_wrong_first_code_keeps_the_secret(client, log_in, person):
    log_in(person)
    secret = client.get(APP).context["form"].secret
    form = client.post(APP, {"code": "000000"}).context["form"]

    assert (form.secret, list(form.errors)) == (secret, ["code"])
    assert client.post(APP, {"code": code_of(secret)}).url == CODES


def test_first_code_does_not_log_in_again(client, log_in, person):
    log_in(person)
    secret, _ = register_app(client)
    client.post("/accounts/logout/")
    log_in(person)

    response = client.post("/accounts/second-factor/login/", {"code": code_of(secret)})
    assert list(response.context["form"].errors) == ["code"]


def test_app_registered_twice_stays_the_first(client, log_in, person, app):
    client.force_login(person)

    assert client.get(APP).url == OVERVIEW
    assert client.post(APP, {"code": "000000"}).url == OVERVIEW
    assert Authenticator.objects.get() == app


def test_recovery_codes_are_shown_once_and_saved_as_text(client, log_in, person):
    log_in(person)
    register_app(client)
    first = client.get(CODES)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().generate_codes()
    text = "%0D%0A".join(codes)

    assert first.context["unused_codes"] == codes
    assert f'href="data:text/plain;charset=utf-8,{text}"' in first.content.decode()
    again = client.get(CODES)
    assert not any(code in again.content.decode() for code in codes)


def test_recovery_codes_are_made_anew(client, log_in, person, app, recovery_codes, secret):
    log_in(person)
    client.post("/accounts/second-factor/login/", {"code": code_of(secret)})
    response = client.post("/accounts/second-factor/codes/new/")

    assert response.url == CODES
    fresh = client.get(CODES).context["unused_codes"]
    assert len(set(fresh) - set(recovery_codes)) == 10


def test_recovery_codes_need_a_factor(client, log_in, person):
    log_in(person)

    assert client.get(CODES).status_code == 404
    form = client.post("/accounts/second-factor/codes/new/").context["form"]
    assert form.errors == {"__all__": ["先に認証アプリかパスキーを登録してください。"]}


def test_recovery_codes_of_another_key_can_be_made_anew(client, log_in, person, settings):
    log_in(person)
    register_app(client)
    settings.SECRET_KEY_FALLBACKS = []
    stored = Authenticator.objects.get(type="recovery_codes")
    stored.data["seed"] = "unreadable"
    stored.save()
    response = client.get(CODES)

    assert (response.url, said(response)[-1]) == (OVERVIEW, UNREADABLE_CODES)
    assert client.post("/accounts/second-factor/codes/new/").url == CODES


def test_app_is_removed_with_the_recovery_codes(client, log_in, person):
    log_in(person)
    register_app(client)
    response = client.post("/accounts/second-factor/app/remove/")

    assert response.url == OVERVIEW
    assert not Authenticator.objects.exists()


def test_last_required_app_stays(client, log_in, person, require_of):
    log_in(person)
    register_app(client)
    require_of("auditor")
    form = client.post("/accounts/second-factor/app/remove/").context["form"]

    assert form.errors == {"__all__": [LAST_FACTOR]}
    make_passkey(person)
    assert client.post("/accounts/second-factor/app/remove/").url == OVERVIEW
    assert own_factors(person).app is None


@pytest.mark.parametrize(
    ("offer", "url"),
    [("offers_totp", APP), ("offers_passkeys", "/accounts/second-factor/passkeys/add/")],
)
def test_what_the_town_does_not_offer_is_not_registered(client, log_in, person, town, offer, url):
    TownSecurity.objects.create(municipality=town, **{offer: False})
    log_in(person)
    response = client.get(url)

    assert (response.url, said(response)) == (OVERVIEW, [NOT_OFFERED])
    assert f'href="{url}"' not in client.get(OVERVIEW).content.decode()


def test_app_goes_on_working_where_the_town_no_longer_offers_it(
    client, log_in, person, secret, app
):
    TownSecurity.objects.create(municipality=person.municipality, offers_totp=False)
    log_in(person)

    assert client.post("/accounts/second-factor/login/", {"code": code_of(secret)}).url == "/"


@pytest.mark.parametrize("count", [1, 3])
def test_overview_takes_six_queries(client, person, count_queries, count):
    for number in range(count):
        make_passkey(person, name=f"鍵{number}")

    assert count_queries(6, person, OVERVIEW).status_code == 200


MANAGING = [APP, "/accounts/second-factor/passkeys/add/", "/accounts/second-factor/codes/new/"]


@pytest.mark.parametrize("url", MANAGING)
def test_password_is_asked_for_again_five_minutes_after_login(client, log_in, person, clock, url):
    log_in(person)
    clock.move_to(LATER, tick=False)
    response = client.get(url)

    assert response.url == f"/accounts/confirm/password/?next={url.replace('/', '%2F')}"
    client.get(response.url)
    again = client.post(response.url, {"password": PASSWORD, "next": url})
    assert again.url == url
    assert client.get(url).status_code == 200


def test_wrong_password_is_told_and_counted(client, log_in, person, clock):
    log_in(person)
    clock.move_to(LATER, tick=False)
    tries = [
        client.post(f"/accounts/confirm/password/?next={APP}", {"password": "wrong"})
        for _ in range(5)
    ]

    assert {tuple(response.context["form"].errors) for response in tries} == {("password",)}
    right = client.post(f"/accounts/confirm/password/?next={APP}", {"password": PASSWORD})
    assert list(right.context["form"].errors) == ["password"]


def test_code_proves_who_one_is(client, log_in, person, secret, app, clock):
    log_in(person)
    client.post("/accounts/second-factor/login/", {"code": code_of(secret)})
    clock.move_to(LATER, tick=False)
    url = "/accounts/second-factor/app/remove/"
    assert client.get(url).url.startswith("/accounts/confirm/password/")

    again = client.post("/accounts/confirm/code/", {"code": code_of(secret), "next": url})
    assert again.url == url
    assert client.get(url).status_code == 200


def test_passkey_proves_who_one_is(client, log_in, person, clock):
    key, stored = make_passkey(person)
    client.force_login(person)
    url = f"/accounts/second-factor/passkeys/{stored.pk}/name/"
    page = client.get("/accounts/confirm/passkey/", {"next": url})
    answer = key.get(json.loads(page.context["options"]))

    assert client.post("/accounts/confirm/passkey/", {"credential": answer, "next": url}).url == url
    assert client.get(url).status_code == 200


def test_refused_passkey_is_told_on_the_same_page(client, person):
    make_passkey(person)
    client.force_login(person)
    url = f"/accounts/confirm/passkey/?next={APP}"
    response = client.post(url, {"credential": "{}"}, follow=True)

    assert response.redirect_chain == [(url, 302)]
    assert [str(item) for item in response.context["messages"]] == [
        "パスキーを確かめられませんでした。もう一度試してください。"
    ]


def test_secret_of_an_unfinished_registration_is_not_kept_in_clear(client, log_in, person):
    log_in(person)
    secret = client.get(APP).context["form"].secret
    stored = [session.get_decoded() for session in Session.objects.all()]

    assert stored != []
    assert secret not in str(stored)


def test_registration_leaves_nothing_in_the_session(client, log_in, person):
    log_in(person)
    register_app(client)

    assert "secret" not in str(list(client.session.keys()))


def test_person_of_no_town_may_register(client, log_in, db):
    admin = make_person("admin", role="system_administrator")
    admin.set_password(PASSWORD)
    admin.save()
    log_in(admin)

    assert register_app(client)[1].url == CODES


@pytest.mark.django_db(transaction=True)
def test_recovery_codes_made_anew_twice_at_once_are_one_set(clock):
    clock.move_to(NOW, tick=True)
    person = make_person("kikaku-01", make_town(), role="auditor")

    together(*[lambda: renew_recovery_codes(person)] * 4)

    assert Authenticator.objects.count() == 1
