"""What the environment says of single sign-on, and that without it there is none."""

import pytest

from dxplan.accounts.single_sign_on.configuration import (
    SingleSignOn,
    origin_of,
    provider_settings,
    single_sign_on,
)
from dxplan.lib.startup import StartupProblem
from tests.processes import data_folder, run

NEEDED = {
    "DXPLAN_OIDC_ISSUER": "https://sso.town.example/realms/staff",
    "DXPLAN_OIDC_CLIENT_ID": "dxplan",
    "DXPLAN_OIDC_CLIENT_SECRET": "secret",
}
LOOK = """
import django, json
django.setup()
from django.conf import settings
from django.urls import NoReverseMatch, reverse
try:
    url = reverse("sso_start")
except NoReverseMatch:
    url = ""
print(json.dumps([[app for app in settings.INSTALLED_APPS if "social" in app], url]))
"""


def test_nothing_is_configured_by_default():
    assert single_sign_on({"PATH": "/bin"}) is None
    assert single_sign_on(dict.fromkeys(NEEDED, " ")) is None


def test_environment_is_read():
    assert single_sign_on(NEEDED) == SingleSignOn(
        issuer="https://sso.town.example/realms/staff",
        client_id="dxplan",
        client_secret="secret",
        name="職員認証（SSO）",
        username_claim="preferred_username",
        ca_file="",
    )
    more = {"DXPLAN_OIDC_NAME": "職員ポータル", "DXPLAN_OIDC_USERNAME_CLAIM": "upn"}
    found = single_sign_on(NEEDED | more | {"DXPLAN_OIDC_CA_FILE": "town.pem"})
    assert (found.name, found.username_claim, found.ca_file) == ("職員ポータル", "upn", "town.pem")


@pytest.mark.parametrize("missing", NEEDED)
def test_part_of_a_configuration_is_refused(missing):
    given = {name: value for name, value in NEEDED.items() if name != missing}

    with pytest.raises(StartupProblem, match=f"足りません: {missing}$"):
        single_sign_on(given)


@pytest.mark.parametrize(
    "issuer",
    ["http://sso.town.example", "sso.town.example", "https://", "ftp://localhost", "https://a:b"],
)
def test_issuer_that_anybody_could_play_is_refused(issuer):
    with pytest.raises(StartupProblem, match="https で始まるアドレス"):
        single_sign_on(NEEDED | {"DXPLAN_OIDC_ISSUER": issuer})


def test_issuer_on_this_machine_needs_no_https():
    found = single_sign_on(NEEDED | {"DXPLAN_OIDC_ISSUER": "http://localhost:8180"})

    assert found.origin == ("http", "localhost", 8180)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example/x", ("https", "a.example", 443)),
        ("https://A.example:443", ("https", "a.example", 443)),
        ("https://a.example:8443/x?y", ("https", "a.example", 8443)),
        ("https://a.example@b.example/", ("https", "b.example", 443)),
    ],
)
def test_origin_is_scheme_host_and_port(url, origin):
    assert origin_of(url) == origin


def test_issuer_may_end_in_a_stroke():
    found = single_sign_on(NEEDED | {"DXPLAN_OIDC_ISSUER": "https://sso.town.example/adfs/"})
    app = provider_settings(found)["openid_connect"]["APPS"][0]

    assert app["settings"]["server_url"] == "https://sso.town.example/adfs"


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, '[[], ""]'),
        (
            NEEDED,
            '[["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"], '
            '"/accounts/sso/"]',
        ),
    ],
)
def test_site_has_single_sign_on_only_where_it_is_configured(variables, found):
    with data_folder() as folder:
        settings = {"DJANGO_SETTINGS_MODULE": "dxplan.settings"}
        assert run("-c", LOOK, folder=folder, **settings, **variables) == (0, f"{found}\n", "")


def test_wrong_configuration_is_told_at_the_start():
    with data_folder() as folder:
        code, _, errors = run("manage.py", "start", folder=folder, DXPLAN_OIDC_CLIENT_ID="dxplan")

    assert (code, errors) == (
        1,
        "エラー: 職員認証（SSO）の設定が足りません: "
        "DXPLAN_OIDC_ISSUER、DXPLAN_OIDC_CLIENT_SECRET\n",
    )
