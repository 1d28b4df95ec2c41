from allauth.account.views import LoginView, PasswordChangeView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.csrf import csrf_failure as plain_csrf_failure
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dxplan.accounts.first_administrator import is_valid, make_first_administrator
from dxplan.accounts.forms import SetupForm
from dxplan.accounts.kept_input import KEPT, keep, unpacked
from dxplan.accounts.kept_pages import send_again, session_ended, typed_by_another


class Login(LoginView):
    """Leads back to the page that was asked for, unless that was the login or the logout."""

    template_name = "accounts/login.html"

    def get_next_url(self):
        url = super().get_next_url() or ""
        return "" if url.partition("?")[0] in (reverse("login"), reverse("logout")) else url

    def get_success_url(self):
        return self.get_next_url() or resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_context_data(self, **more):
        kept = unpacked(self.request.POST.get(KEPT, ""))
        sso = settings.SINGLE_SIGN_ON
        more |= {"next": self.get_next_url(), "kept": kept, "sso_name": sso.name if sso else ""}
        return super().get_context_data(**more)

    def form_valid(self, form):
        if KEPT in self.request.POST:  # in the session, so that it outlives a second factor
            self.request.session[KEPT] = self.request.POST[KEPT]
        return super().form_valid(form)


class ChangePassword(PasswordChangeView):
    """One's own password; sessions elsewhere end with the old one."""

    template_name = "accounts/password_change.html"

    def dispatch(self, request, *args, **options):
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise PermissionDenied
        return super().dispatch(request, *args, **options)


@require_POST
def session_continue(request):
    """The person is still there: that they ask is all it takes."""
    return HttpResponse(status=204)


@require_GET
def resend(request):
    """What was typed before the session ended, after logging in again."""
    kept = unpacked(request.session.get(KEPT, ""))
    if kept is None:
        return redirect("home")
    if not kept.is_of(request.user):
        del request.session[KEPT]
        return typed_by_another(request)
    return send_again(request, kept)


def csrf_failure(request, reason=""):
    """A form older than the last login: the browser itself says that it came from this site."""
    kept = unpacked(request.POST.get(KEPT, "")) or keep(request)
    if not (kept.typed_by and _comes_from_here(request)):
        return plain_csrf_failure(request, reason)
    if not request.user.is_authenticated:
        return session_ended(request, kept)
    return send_again(request, kept, 403) if kept.is_of(request.user) else typed_by_another(request)


def _comes_from_here(request):
    """A whole page with something to send; to log out is nothing that was typed."""
    origin = f"{request.scheme}://{request.get_host()}"
    is_page = not request.htmx and request.path != reverse("logout")
    return is_page and request.headers.get("Origin") == origin


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request, token):
    """The one-time link of an empty installation."""
    if not is_valid(token):
        raise Http404
    form = SetupForm(request.POST if request.method == "POST" else None)
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
