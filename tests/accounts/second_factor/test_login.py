"""The second factor at login: app and recovery codes."""

import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.test import Client

from dxplan.accounts.models import LoginTally
from dxplan.accounts.second_factor.adapter import WRONG_CODE
from dxplan.accounts.second_factor.codes import authenticator_of_code
from tests.factories import make_person
from tests.races import together
from tests.second_factors import PASSWORD, code_of, is_logged_in, make_passkey

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
CODE = "/accounts/second-factor/login/"
WRONG = "12345678"
OFFICE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


def send(client, code):
    return client.post(CODE, {"code": code})


def errors(response):
    return response.context["form"].errors


def test_person_without_second_factor_is_not_asked(client, log_in, person):
    assert log_in(person).url == "/"
    assert is_logged_in(client)


def test_password_alone_does_not_log_in(client, log_in, person, app):
    assert log_in(person).url == CODE
    assert not is_logged_in(client)
    assert client.get("/").url == "/accounts/login/?next=/"


def test_code_logs_in_and_leads_to_the_page_asked_for(client, log_in, person, app, secret):
    log_in(person, next="/search/?q=a")

    assert send(client, code_of(secret)).url == "/search/?q=a"
    assert is_logged_in(client)


@pytest.mark.parametrize("spelled", [lambda code: f" {code[:3]} {code[3:]} ", str])
def test_code_may_be_typed_full_width_or_with_blanks(client, log_in, person, app, secret, spelled):
    log_in(person)
    full_width = code_of(secret).translate({ord("0") + n: ord("０") + n for n in range(10)})

    assert send(client, spelled(full_width)).url == "/"


@pytest.mark.parametrize(("step", "is_right"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_code_of_a_clock_half_a_minute_off_counts(
    client, log_in, person, app, secret, step, is_right
):
    log_in(person)
    send(client, code_of(secret, step))

    assert is_logged_in(client) == is_right


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "٣٤٥٦٧٨", "9" * 40, "\x00"])
def test_wrong_code_is_told(client, log_in, person, app, code):
    log_in(person)
    response = send(client, code)

    assert (response.status_code, list(errors(response))) == (200, ["code"])
    assert not is_logged_in(client)


def test_code_counts_once(client, log_in, person, app, secret):
    log_in(person)
    send(client, code_of(secret))
    client.post("/accounts/logout/")
    log_in(person)

    assert errors(send(client, code_of(secret))) == {"code": [WRONG_CODE]}


def test_earlier_code_does_not_count_after_a_later_one(client, log_in, person, app, secret):
    log_in(person)
    send(client, code_of(secret, 1))
    client.post("/accounts/logout/")
    log_in(person)

    assert errors(send(client, code_of(secret))) == {"code": [WRONG_CODE]}


@pytest.mark.django_db(transaction=True)
def test_code_sent_twice_at_once_counts_once(person, app, secret, clock):
    clock.move_to(NOW, tick=True)
    code = code_of(secret)

    found = together(*[lambda: authenticator_of_code(person, code, OFFICE)] * 4)

    assert sorted(item is not None for item in found) == [False] * 3 + [True]


def test_recovery_code_logs_in_once(client, log_in, person, recovery_codes):
    log_in(person)
    response = send(client, recovery_codes[3])

    assert [str(item) for item in get_messages(response.wsgi_request)] == [
        "予備コードを1つ使いました。残りは9個です。"
    ]
    client.post("/accounts/logout/")
    log_in(person)
    assert errors(send(client, recovery_codes[3])) == {"code": [WRONG_CODE]}


def test_code_of_another_person_is_wrong(client, log_in, person, app, town):
    other = make_person("kikaku-02", town, role="auditor")
    other.set_password(PASSWORD)
    other.save()
    make_passkey(other)
    log_in(other)

    assert errors(send(client, "000000")) == {"code": [WRONG_CODE]}


def test_five_wrong_codes_bring_a_pause_in_which_the_right_one_is_refused(
    client, log_in, person, app, secret, clock
):
    log_in(person)
    for _ in range(5):
        send(client, WRONG)

    assert errors(send(client, code_of(secret))) == {"code": [WRONG_CODE]}
    clock.move_to(NOW + datetime.timedelta(seconds=31), tick=False)
    assert send(client, code_of(secret)).url == "/"


def test_password_does_not_give_back_tries_at_the_code(client, log_in, person, app, secret):
    log_in(person)
    for _ in range(5):
        send(client, WRONG)
    client.post("/accounts/second-factor/login/cancel/")
    log_in(person)

    assert errors(send(client, code_of(secret))) == {"code": [WRONG_CODE]}


def test_wrong_codes_do_not_pause_the_password(client, log_in, person, app):
    log_in(person)
    for _ in range(20):
        send(client, WRONG)
    client.post("/accounts/second-factor/login/cancel/")

    assert log_in(person).url == CODE


def test_wrong_codes_are_counted_for_the_account_not_for_the_address(person, app, secret, town):
    for _ in range(5):
        assert authenticator_of_code(person, WRONG, OFFICE) is None
    colleague = make_person("kikaku-02", town, role="auditor")
    stored = Authenticator.objects.create(user=colleague, type="totp", data=app.data)

    assert authenticator_of_code(colleague, code_of(secret), OFFICE) == stored
    assert authenticator_of_code(person, code_of(secret), OFFICE) is None
    assert authenticator_of_code(person, code_of(secret), ELSEWHERE) == app


def test_wrong_codes_from_many_addresses_pause_the_account(person, app, secret):
    for number in range(100):
        authenticator_of_code(person, WRONG, f"198.51.100.{number}")

    assert authenticator_of_code(person, code_of(secret), OFFICE) is None
    assert LoginTally.objects.get(subject=f"code-{person.pk}", address="").failures == 100


def test_secret_of_another_key_is_refused_and_logged(
    client, log_in, person, app, secret, settings, caplog
):
    settings.SECRET_KEY = "another"
    log_in(person)

    assert errors(send(client, code_of(secret))) == {"code": [WRONG_CODE]}
    assert caplog.messages == [f"Second factor {app.pk} was encrypted with another secret key"]


def test_login_can_be_given_up_for_another_account(client, log_in, person, app):
    log_in(person)
    assert client.get("/accounts/login/").url == CODE

    assert client.post("/accounts/second-factor/login/cancel/").url == "/accounts/login/"
    assert client.get("/accounts/login/").status_code == 200
    assert client.get(CODE).url == "/accounts/login/"


def test_code_is_asked_for_only_after_the_password(client, db):
    assert client.get(CODE).url == "/accounts/login/"
    assert send(client, "123456").url == "/accounts/login/"


def test_password_is_asked_for_again_after_a_quarter_of_an_hour(
    client, log_in, person, app, secret, clock
):
    log_in(person)
    clock.move_to(NOW + datetime.timedelta(minutes=16), tick=False)

    assert send(client, code_of(secret)).url == "/accounts/login/"
    assert not is_logged_in(client)


@pytest.mark.parametrize(
    "credential", ["", "x", "{}", "[]", '{"id": 1}', "[" * 15_000, "9" * 30_000]
)
def test_malformed_passkey_is_refused(client, log_in, person, app, credential):
    make_passkey(person)
    log_in(person)
    response = client.post(CODE, {"credential": credential})

    assert response.status_code == 200
    assert response.context["webauthn_form"].errors == {
        "credential": ["パスキーを確かめられませんでした。もう一度試してください。"]
    }


@pytest.mark.parametrize(
    "credential", ["", "x", "{}", '{"id": "a", "response": {"userHandle": "MQ"}}']
)
def test_malformed_passkey_instead_of_a_password_is_refused(db, credential):
    client = Client()
    client.get("/accounts/second-factor/passkeys/login/", headers={"Accept": "application/json"})
    response = client.post("/accounts/second-factor/passkeys/login/", {"credential": credential})

    assert response.url == "/accounts/login/"
    assert not is_logged_in(client)


def test_what_was_typed_before_the_login_outlives_the_code(client, log_in, person, app, secret):
    log_in(person, next="/accounts/resend/", kept_input="packed")

    assert send(client, code_of(secret)).url == "/accounts/resend/"
    assert client.session["kept_input"] == "packed"
