"""The second factor at login, passkeys instead of a password, and proof of oneself in between."""

import json

from allauth.account import views as account_views
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.base import views as base_views
from allauth.mfa.webauthn import views as passkey_views
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dxplan.accounts.second_factor.own_factors import own_factors


def with_options(context, factors=None):
    """The context with what a script asks the browser for, where there are passkeys."""
    options = context.pop("js_data", {}).get("request_options")
    if factors and not factors.passkeys:
        return context
    return context | {"options": json.dumps(options)}


class SecondFactor(base_views.AuthenticateView):
    template_name = "accounts/second_factor_login.html"

    def get_context_data(self, **more):
        factors = own_factors(self.stage.login.user)
        return with_options(super().get_context_data(**more), factors) | {"factors": factors}


@login_not_required
@require_POST
def cancel_login(request):
    """Back to the password, for another account."""
    clear_login(request)
    return redirect("login")


class PasskeyLogin(passkey_views.LoginWebAuthnView):
    """Gives a script the options, takes its answer."""


class PasswordAgain(account_views.ReauthenticateView):
    template_name = "accounts/reauthenticate.html"


class CodeAgain(base_views.ReauthenticateView):
    template_name = "accounts/reauthenticate.html"


class PasskeyAgain(passkey_views.ReauthenticateWebAuthnView):
    template_name = "accounts/reauthenticate.html"

    def form_invalid(self, form):
        for message in form.errors.get("credential", ()):
            messages.error(self.request, message)
        return redirect(self.request.get_full_path())

    def get_context_data(self, **more):
        return with_options(super().get_context_data(**more)) | {"is_passkey": True}
