"""Who is asking, and what this person may do today."""

from urllib.parse import urlencode

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect

from dxplan.accounts.kept_input import KEPT, TYPED_BY, keep
from dxplan.accounts.kept_pages import session_ended, typed_by_another
from dxplan.accounts.permissions import access_of
from dxplan.accounts.session_clock import is_current, note_activity, seconds_left


class LoginGateMiddleware(LoginRequiredMiddleware):
    """Every page needs a login that still holds; what was typed meanwhile is not lost."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not getattr(view_func, "login_required", True):
            return None
        if request.user.is_authenticated and not is_current(request):
            logout(request)
        if not request.user.is_authenticated:
            return self.handle_no_permission(request, view_func)
        note_activity(request.session)
        request.session_ends_in = seconds_left(request.session)
        return self.refuse_input_of_another(request) if request.method == "POST" else None

    def handle_no_permission(self, request, view_func):
        if request.method == "POST" and request.htmx:
            return HttpResponse(status=403, headers={"X-Session-Ended": "1"})
        if request.htmx:
            back = urlencode({"next": _page_of(request.htmx) or reverse("home")})
            return HttpResponseClientRedirect(f"{reverse('login')}?{back}")
        if request.POST.get(TYPED_BY):
            return session_ended(request, keep(request))
        return super().handle_no_permission(request, view_func)

    def refuse_input_of_another(self, request):
        request.session.pop(KEPT, None)
        typed_by = request.POST.get(TYPED_BY)
        return None if typed_by in (None, str(request.user.pk)) else typed_by_another(request)

    def process_response(self, request, response):
        if hasattr(request, "session_ends_in"):
            response.headers["X-Session-Ends-In"] = request.session_ends_in
        return response


def _page_of(htmx):
    """The page of this site on which htmx asked; None for another or for what is no address."""
    try:
        return htmx.current_url_abs_path
    except ValueError:
        return None


class AccessMiddleware:
    """Puts `request.access` beside `request.user`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        request.access = SimpleLazyObject(lambda: access_of(user, timezone.localdate()))
        return self.get_response(request)
