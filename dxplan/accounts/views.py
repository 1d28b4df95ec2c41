from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dxplan.accounts.first_administrator import is_valid, make_first_administrator
from dxplan.accounts.forms import LoginForm, SetupForm


class Login(LoginView):
    """Leads back to the page that was asked for, unless that was the login or the logout."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_redirect_url(self):
        url = super().get_redirect_url()
        return "" if url.partition("?")[0] in (reverse("login"), reverse("logout")) else url


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
