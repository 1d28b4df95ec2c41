"""Login by single sign-on, against a provider of ours that can also be told to do wrong."""

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount

from dxplan.accounts.models import TownSecurity, User
from dxplan.accounts.single_sign_on.configuration import SingleSignOn, provider_settings
from tests.factories import make_person
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, new_key, running_provider
from tests.second_factors import PASSWORD, code_of, is_logged_in

START = "/accounts/sso/"
UNKNOWN = "利用者として登録されていません"
FAILED = "ログインできませんでした"
AWAY = "職員認証に接続できません"
CANCELLED = "ログインを取り消しました"


@pytest.fixture(scope="module")
def server():
    with running_provider() as provider:
        yield provider


@pytest.fixture(autouse=True)
def provider(server, settings):
    """The provider as new, configured as the site's."""
    server.__init__(server.issuer)
    settings.SINGLE_SIGN_ON = SingleSignOn(
        issuer=server.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        name="職員認証（SSO）",
        username_claim="preferred_username",
        ca_file="",
    )
    settings.SOCIALACCOUNT_PROVIDERS = provider_settings(settings.SINGLE_SIGN_ON)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return server


@pytest.fixture
def person(town):
    return make_person("kikaku-01", town, role="auditor")


@pytest.fixture
def way_back(client):
    """Goes to the provider as a browser does; returns the address that it sends back to."""

    def go(start=START):
        there = client.get(start)
        assert there.status_code == 302, there.content.decode()
        back = requests.get(there.url, allow_redirects=False, timeout=5)
        return back.headers["Location"].removeprefix("http://testserver")

    return go


@pytest.fixture
def log_in(client, way_back):
    return lambda start=START: client.get(way_back(start))


def refusal(response):
    return response.status_code, response.context["heading"]


def test_login_page_offers_single_sign_on(client, db):
    page = client.get("/accounts/login/?next=/search/%3Fq%3Da").content.decode()

    assert 'href="/accounts/sso/?next=/search/%3Fq%3Da">職員認証（SSO）でログイン</a>' in page


def test_provider_is_asked_for_a_code_bound_to_this_login(client, db, provider):
    url = urlsplit(client.get(START).url)
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}

    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{provider.issuer}/authorize"
    assert len(asked.pop("state")) >= 16
    assert len(asked.pop("nonce")) == 32
    assert len(asked.pop("code_challenge")) == 43
    assert set(asked.pop("scope").split()) == {"openid", "profile"}
    assert asked == {
        "client_id": "dxplan",
        "redirect_uri": "http://testserver/accounts/sso/callback/",
        "response_type": "code",
        "code_challenge_method": "S256",
    }


def test_person_with_an_account_is_let_in(client, log_in, person, provider):
    response = log_in(f"{START}?next=/search/%3Fq%3Da")

    assert response.url == "/search/?q=a"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert provider.calls == [
        *("/.well-known/openid-configuration", "/authorize"),
        *("/.well-known/openid-configuration", "/token", "/jwks"),
    ]


def test_nothing_of_the_provider_is_stored(client, log_in, person):
    log_in()

    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    person.refresh_from_db()
    assert (person.username, person.name) == ("kikaku-01", "kikaku-01")


def test_login_leads_to_no_other_site(client, log_in, person):
    assert log_in(f"{START}?next=https://evil.example/").url == "/"


@pytest.mark.parametrize(
    "username", ["nobody", "", "KIKAKU-01", "kikaku-01 ", "a\0", 1, None, ["a"]]
)
def test_person_without_an_account_is_not_let_in(client, log_in, person, provider, username):
    provider.claims = {"preferred_username": username}

    assert refusal(log_in()) == (403, UNKNOWN)
    assert not is_logged_in(client)
    assert User.objects.count() == 1


def test_stopped_person_is_not_let_in(client, log_in, person):
    person.is_active = False
    person.save()

    assert refusal(log_in()) == (403, UNKNOWN)
    assert not is_logged_in(client)


def test_mail_address_lets_nobody_in(client, log_in, person, provider):
    provider.claims = {"preferred_username": "nobody", "email": "kikaku-01", "email_verified": True}

    assert refusal(log_in()) == (403, UNKNOWN)


def test_another_claim_may_hold_the_username(client, log_in, person, provider, settings):
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, username_claim="staff_id")
    provider.claims = {"preferred_username": "nobody", "staff_id": "kikaku-01"}
    log_in()

    assert is_logged_in(client)


def test_username_is_asked_for_where_the_token_has_none(client, log_in, person, provider):
    provider.claims = {"preferred_username": None}
    provider.userinfo = {"preferred_username": "kikaku-01"}
    log_in()

    assert is_logged_in(client)
    assert provider.calls[-1] == "/userinfo"


def test_information_about_somebody_else_is_refused(client, log_in, person, provider):
    provider.claims = {"preferred_username": None}
    provider.userinfo = {"preferred_username": "kikaku-01", "sub": "0002"}

    assert refusal(log_in()) == (400, FAILED)
    assert not is_logged_in(client)


def test_information_does_not_override_the_signed_token(client, log_in, person, provider):
    provider.claims = {"preferred_username": "nobody"}
    provider.userinfo = {"preferred_username": "kikaku-01"}

    assert refusal(log_in()) == (403, UNKNOWN)


NOW = int(time.time())
WRONG_CLAIMS = {
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "nonce of another kind": {"nonce": 1},
    "wrong audience": {"aud": "another"},
    "no audience": {"aud": None},
    "made for another of several": {"aud": ["dxplan", "another"], "azp": "another"},
    "expired": {"exp": NOW - 3600},
    "never ends": {"exp": None},
    "from the future": {"iat": NOW + 3600},
    "wrong issuer": {"iss": "https://evil.example"},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "long subject": {"sub": "1" * 192},
}


@pytest.mark.parametrize("claims", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_token_that_is_not_for_this_login_is_refused(client, log_in, person, provider, claims):
    provider.claims = claims

    assert refusal(log_in()) == (400, FAILED)
    assert not is_logged_in(client)


def with_another_key(claims):
    return jwt.encode(claims, new_key(), algorithm="RS256", headers={"kid": "key-1"})


def with_our_secret(claims):
    return jwt.encode(claims, CLIENT_SECRET * 3, algorithm="HS256", headers={"kid": "key-1"})


def unsigned(claims):
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "key-1"})


@pytest.mark.parametrize(
    "sign",
    [with_another_key, with_our_secret, unsigned, lambda _: "a.b.c", lambda _: "", lambda _: 1],
)
def test_token_that_the_provider_did_not_sign_is_refused(client, log_in, person, provider, sign):
    provider.sign = sign

    assert refusal(log_in()) == (400, FAILED)
    assert not is_logged_in(client)


@pytest.mark.parametrize("answer", [{"id_token": None}, {"id_token": {}}, {"expires_in": "soon"}])
def test_answer_without_a_token_or_out_of_shape_is_refused(
    client, log_in, person, provider, answer
):
    provider.answer = answer

    assert refusal(log_in())[0] == 400
    assert not is_logged_in(client)


def test_unknown_key_is_refused(client, log_in, person, provider):
    provider.key_name = "key-2"

    assert refusal(log_in()) == (400, FAILED)


def test_wrong_state_is_refused(client, way_back, person, provider):
    url = urlsplit(way_back())
    query = {name: values[0] for name, values in parse_qs(url.query).items()}

    assert refusal(client.get(url.path, query | {"state": "another"})) == (400, FAILED)
    assert refusal(client.get(url.path, {"code": query["code"]})) == (400, FAILED)
    assert "/token" not in provider.calls
    assert not is_logged_in(client)


def test_answer_counts_once(client, way_back, person):
    url = way_back()
    client.get(url)
    client.post("/accounts/logout/")

    assert refusal(client.get(url)) == (400, FAILED)
    assert not is_logged_in(client)


def test_answer_for_another_browser_is_refused(client, way_back, person):
    url = way_back()
    client.cookies.clear()

    assert refusal(client.get(url)) == (400, FAILED)


@pytest.mark.parametrize(
    ("error", "found"),
    [("access_denied", (403, CANCELLED)), ("server_error", (400, FAILED))],
)
def test_login_given_up_at_the_provider_is_told(client, log_in, person, provider, error, found):
    provider.error = error

    assert refusal(log_in()) == found


def test_wrong_secret_is_told_as_a_failure(client, log_in, person, settings):
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, client_secret="wrong")
    settings.SOCIALACCOUNT_PROVIDERS = provider_settings(settings.SINGLE_SIGN_ON)

    assert refusal(log_in()) == (400, FAILED)


def test_provider_that_is_away_is_told(client, db, settings):
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, issuer="http://127.0.0.1:9")
    settings.SOCIALACCOUNT_PROVIDERS = provider_settings(settings.SINGLE_SIGN_ON)

    assert refusal(client.get(START)) == (502, AWAY)


@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": 1},
        {"authorization_endpoint": None},
    ],
)
def test_description_of_somebody_else_is_refused(client, db, provider, description):
    provider.description = description

    assert refusal(client.get(START)) == (502, AWAY)


@pytest.mark.parametrize(
    "description",
    [
        {"token_endpoint": "https://evil.example/token"},
        {"jwks_uri": "http://localhost:1/jwks"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "https://a:b/"},
    ],
)
def test_nobody_but_the_issuer_is_called(client, log_in, person, provider, description):
    provider.description = description

    assert refusal(log_in()) == (400, FAILED)
    assert not is_logged_in(client)


def test_redirect_of_the_provider_is_not_followed(client, db, provider):
    provider.redirects = {"/.well-known/openid-configuration": f"{provider.issuer}/jwks"}

    assert refusal(client.get(START)) == (502, AWAY)
    assert provider.calls == []


def test_proxy_of_the_environment_is_not_used(client, log_in, person, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    response = client.get(START)

    assert response.status_code == 302


def test_refusal_is_logged_with_its_cause(client, log_in, person, provider, caplog):
    provider.claims = {"aud": "another"}
    log_in()

    assert caplog.messages[:1] == [
        "Single sign-on refused (failed): ID token: InvalidAudienceError Audience doesn't match"
    ]


def test_who_is_logged_in_needs_no_provider(client, person, provider):
    client.force_login(person)

    assert client.get(START).url == "/"
    assert provider.calls == []


def test_only_browsers_asking_are_answered(client, db):
    assert client.post(START).status_code == 405
    assert client.post("/accounts/sso/callback/").status_code == 405


@pytest.fixture
def secret(person):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def test_second_factor_is_asked_after_single_sign_on(client, log_in, person, secret):
    assert log_in(f"{START}?next=/search/").url == "/accounts/second-factor/login/"
    assert not is_logged_in(client)

    response = client.post("/accounts/second-factor/login/", {"code": code_of(secret)})
    assert response.url == "/search/"
    assert is_logged_in(client)


def test_access_token_is_not_kept_while_the_code_is_awaited(client, log_in, person, secret):
    log_in()

    assert "token" not in client.session[LOGIN_SESSION_KEY]["signal_kwargs"]["sociallogin"]


@pytest.mark.parametrize(
    ("methods", "is_asked"),
    [(["pwd", "mfa"], False), (["pwd"], True), ("mfa", True), (None, True), ([], True)],
)
def test_second_factor_is_not_asked_twice(
    client, log_in, person, secret, provider, methods, is_asked
):
    provider.claims = {"amr": methods}
    log_in()

    assert is_logged_in(client) != is_asked


@pytest.mark.parametrize(("methods", "is_led"), [(["pwd", "mfa"], False), (["pwd"], True)])
def test_required_second_factor_may_be_the_providers(
    client, log_in, person, town, provider, methods, is_led
):
    TownSecurity.objects.create(municipality=town, required_roles=["auditor"])
    provider.claims = {"amr": methods}
    log_in()

    assert (client.get("/").status_code == 302) == is_led


def test_providers_word_does_not_outlive_its_login(client, log_in, person, town, provider):
    TownSecurity.objects.create(municipality=town, required_roles=["auditor"])
    person.set_password(PASSWORD)
    person.save()
    provider.claims = {"amr": ["mfa"]}
    log_in()
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"username": "kikaku-01", "password": PASSWORD})

    assert client.get("/").url == "/accounts/second-factor/"


def test_person_without_a_password_may_register_a_second_factor(client, log_in, person):
    person.set_unusable_password()
    person.save()
    log_in()

    assert client.get("/accounts/second-factor/app/").status_code == 200
