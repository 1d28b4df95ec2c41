"""What of allauth can be reached: our login, and nothing that it brings along."""

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver, reverse

from dxplan.accounts.adapter import AccountAdapter

PATHS = ("signup/", "email/", "password/reset/", "inactive/", "confirm-email/", "login/code/")


OURS = ("mfa_", "account_", "socialaccount_", "openid_")
STYLED = {
    *("account_login", "account_reauthenticate", "mfa_index", "mfa_authenticate"),
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_reauthenticate"),
    *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_add_webauthn"),
    *("mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_login_webauthn"),
    "mfa_reauthenticate_webauthn",
}


def test_only_what_we_style_of_allauth_is_routed(db):
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert {name for name in names if name.startswith(OURS)} == STYLED
    assert reverse("account_login") == reverse("login") == "/accounts/login/"


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_allauth_are_not_found(client, db, path):
    for response in (client.get(f"/accounts/{path}"), client.post(f"/accounts/{path}")):
        assert response.status_code == 404


@pytest.mark.parametrize("name", ["account/login.html", "account/signup.html", "base_site.html"])
def test_templates_of_libraries_are_out_of_reach(name):
    with pytest.raises(TemplateDoesNotExist):
        get_template(name)


def test_nobody_can_sign_up():
    assert AccountAdapter().is_open_for_signup(None) is False
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
