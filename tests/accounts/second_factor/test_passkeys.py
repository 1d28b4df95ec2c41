"""Passkeys: registered, named, removed; as a second factor and instead of a password."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages

from dxplan.accounts.second_factor.adapter import LAST_FACTOR, WRONG_CODE
from tests.factories import make_person
from tests.second_factors import SoftwareKey, is_logged_in, make_passkey

ADD = "/accounts/second-factor/passkeys/add/"
CODE = "/accounts/second-factor/login/"
ALONE = "/accounts/second-factor/passkeys/login/"


def options_of(response):
    return json.loads(response.context["options"])


def add(client, key, **typed):
    options = options_of(client.get(ADD))
    return client.post(ADD, {"credential": key.create(options), **typed})


def ask_alone(client):
    return client.get(ALONE, headers={"Accept": "application/json"}).json()["request_options"]


def passkeys():
    return [str(item) for item in Authenticator.objects.filter(type="webauthn").order_by("pk")]


def test_passkey_is_registered_with_recovery_codes(client, log_in, person):
    log_in(person)
    response = add(client, SoftwareKey(), name="職場のPC", passwordless="on")

    assert response.url == "/accounts/second-factor/codes/"
    assert passkeys() == ["職場のPC"]
    assert len(client.get(response.url).context["unused_codes"]) == 10


def test_passkey_without_a_name_gets_one(client, log_in, person):
    log_in(person)
    add(client, SoftwareKey(), name=" ")
    add(client, SoftwareKey(name=b"key-2"), name="")

    assert passkeys() == ["パスキー1", "パスキー2"]


def test_registered_device_is_not_offered_again(client, log_in, person):
    log_in(person)
    add(client, SoftwareKey())
    excluded = options_of(client.get(ADD))["publicKey"]["excludeCredentials"]

    assert [item["id"] for item in excluded] == ["a2V5LTE"]


@pytest.mark.parametrize(
    "key",
    [
        SoftwareKey(origin="https://evil.example"),
        SoftwareKey(origin="http://testserver"),
        SoftwareKey(host="evil.example", origin="https://testserver"),
        SoftwareKey(flags=0),
    ],
)
def test_passkey_of_another_site_or_without_a_touch_is_refused(client, log_in, person, key):
    log_in(person)
    response = add(client, key, name="机の鍵")

    assert response.context["form"].errors == {"__all__": [WRONG_CODE]}
    assert response.context["form"]["name"].value() == "机の鍵"
    assert passkeys() == []


def test_key_that_does_not_know_its_person_takes_no_passwordless_login(client, log_in, person):
    log_in(person)
    key = SoftwareKey(flags=SoftwareKey.PRESENT)

    assert add(client, key, passwordless="on").status_code == 200
    assert passkeys() == []
    assert add(client, key).status_code == 302


def test_challenge_counts_once(client, log_in, person):
    log_in(person)
    options = options_of(client.get(ADD))
    answers = [SoftwareKey(name=name).create(options) for name in (b"1", b"2")]
    statuses = [client.post(ADD, {"credential": answer}).status_code for answer in answers]

    assert statuses == [302, 200]


@pytest.mark.parametrize("credential", ["", "x", "{}", '{"id": 1}', "[" * 15_000])
def test_malformed_registration_is_refused(client, log_in, person, credential):
    log_in(person)
    client.get(ADD)
    response = client.post(ADD, {"credential": credential, "name": "机の鍵"})

    assert response.status_code == 200
    assert response.context["form"].errors != {}
    assert passkeys() == []


def test_passkey_is_a_second_factor(client, log_in, person):
    key, stored = make_passkey(person)
    log_in(person, next="/search/?q=a")
    answer = key.get(options_of(client.get(CODE)))

    assert client.post(CODE, {"credential": answer}).url == "/search/?q=a"
    assert is_logged_in(client)
    stored.refresh_from_db()
    assert stored.last_used_at is not None


@pytest.mark.parametrize(
    "forged",
    [SoftwareKey(), SoftwareKey(name=b"unknown"), SoftwareKey(origin="https://evil.example")],
)
def test_forged_passkey_does_not_log_in(client, log_in, person, forged):
    make_passkey(person)
    log_in(person)
    answer = forged.get(options_of(client.get(CODE)))
    response = client.post(CODE, {"credential": answer})

    assert response.context["webauthn_form"].errors == {"credential": [WRONG_CODE]}
    assert not is_logged_in(client)


def test_passkey_of_a_colleague_is_no_second_factor(client, log_in, person, town):
    make_passkey(person)
    theirs, _ = make_passkey(make_person("kikaku-02", town, role="auditor"), name=b"key-2".decode())
    log_in(person)
    client.post(CODE, {"credential": theirs.get(options_of(client.get(CODE)))})

    assert not is_logged_in(client)


def test_passkey_alone_logs_in(client, person):
    key, _ = make_passkey(person)
    answer = key.get(ask_alone(client), user=person)
    response = client.post(ALONE, {"credential": answer, "next": "/search/?q=a"})

    assert response.url == "/search/?q=a"
    assert is_logged_in(client)


def test_passkey_alone_must_have_known_its_person(client, person):
    key, _ = make_passkey(person)
    key.flags = SoftwareKey.PRESENT
    client.post(ALONE, {"credential": key.get(ask_alone(client), user=person)})

    assert not is_logged_in(client)


def test_passkey_of_a_stopped_person_does_not_log_in(client, person):
    key, _ = make_passkey(person)
    person.is_active = False
    person.save()
    answer = key.get(ask_alone(client), user=person)
    response = client.post(ALONE, {"credential": answer}, follow=True)

    assert response.redirect_chain == [("/accounts/login/", 302)]
    assert [str(item) for item in response.context["messages"]] == [
        "この利用者は停止されています。DX推進担当に連絡してください。"
    ]
    assert not is_logged_in(client)


def test_forged_passkey_alone_is_refused_on_the_login_page(client, person):
    make_passkey(person)
    answer = SoftwareKey().get(ask_alone(client), user=person)
    response = client.post(ALONE, {"credential": answer})

    assert response.url == "/accounts/login/"
    assert [str(item) for item in get_messages(response.wsgi_request)] == [WRONG_CODE]


def test_passkey_is_renamed(client, log_in, person, secret):
    log_in(person)
    _, stored = make_passkey(person)
    response = client.post(
        f"/accounts/second-factor/passkeys/{stored.pk}/name/", {"name": "机の鍵"}
    )

    assert response.url == "/accounts/second-factor/"
    assert passkeys() == ["机の鍵"]


@pytest.mark.parametrize("name", ["", "あ" * 41, "a\u202eb"])
def test_unfit_name_is_refused(client, log_in, person, name):
    log_in(person)
    _, stored = make_passkey(person)
    url = f"/accounts/second-factor/passkeys/{stored.pk}/name/"

    assert list(client.post(url, {"name": name}).context["form"].errors) == ["name"]
    assert passkeys() == ["職場のPC"]


def test_passkey_is_removed_with_the_recovery_codes(client, log_in, person):
    log_in(person)
    add(client, SoftwareKey())
    stored = Authenticator.objects.get(type="webauthn")
    response = client.post(f"/accounts/second-factor/passkeys/{stored.pk}/remove/")

    assert response.url == "/accounts/second-factor/"
    assert not Authenticator.objects.exists()


def test_last_required_passkey_stays(client, log_in, person, require_of):
    log_in(person)
    _, stored = make_passkey(person)
    require_of("auditor")
    url = f"/accounts/second-factor/passkeys/{stored.pk}/remove/"

    assert client.get(url).context["may_remove"] is False
    assert client.post(url).context["form"].errors == {"__all__": [LAST_FACTOR]}
    make_passkey(person, name="予備の鍵")
    assert client.post(url).status_code == 302
    assert passkeys() == ["予備の鍵"]


@pytest.mark.parametrize("page", ["name", "remove"])
def test_passkey_of_somebody_else_is_not_found(client, log_in, person, town, page):
    log_in(person)
    _, theirs = make_passkey(make_person("kikaku-02", town, role="auditor"))
    url = f"/accounts/second-factor/passkeys/{theirs.pk}/{page}/"

    assert client.get(url).status_code == 404
    assert client.post(url, {"name": "x"}).status_code == 404
    assert passkeys() == ["職場のPC"]
