"""Who must register a second factor goes nowhere else before."""

from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from dxplan.accounts.second_factor.requirement import must_enrol

# What is needed to register, one's own password, the way out.
OPEN = {
    *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"),
    *("account_reauthenticate", "password_change", "session_continue", "healthz"),
    *("logout", "login", "account_login"),
}


class SecondFactorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.resolver_match.url_name in OPEN or not must_enrol(request):
            return None
        if request.htmx:
            return HttpResponseClientRedirect(reverse("mfa_index"))
        return redirect("mfa_index")
