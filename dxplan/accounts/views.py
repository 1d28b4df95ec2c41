from allauth.account.views import LoginView, PasswordChangeView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dxplan.accounts.first_administrator import is_valid, make_first_administrator
from dxplan.accounts.forms import SetupForm


class Login(LoginView):
    """Leads back to the page that was asked for, unless that was the login or the logout."""

    template_name = "accounts/login.html"

    def get_next_url(self):
        url = super().get_next_url() or ""
        return "" if url.partition("?")[0] in (reverse("login"), reverse("logout")) else url

    def get_success_url(self):
        return self.get_next_url() or resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_context_data(self, **more):
        return super().get_context_data(next=self.get_next_url(), **more)


class ChangePassword(PasswordChangeView):
    """One's own password; sessions elsewhere end with the old one."""

    template_name = "accounts/password_change.html"

    def dispatch(self, request, *args, **options):
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise PermissionDenied
        return super().dispatch(request, *args, **options)


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request, token):
    """The one-time link of an empty installation."""
    if not is_valid(token):
        raise Http404
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = make_first_administrator(
            town=form.instance,
            username=form.cleaned_data["username"],
            name=form.cleaned_data["person_name"],
            password=form.cleaned_data["password"],
        )
        if user is None:
            raise Http404
        messages.success(request, "登録しました。利用者IDとパスワードでログインしてください。")
        return redirect("login")
    return render(request, "accounts/setup.html", {"form": form})
