"""Who is asking, and what this person may do today."""

from urllib.parse import urlencode

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect

from dxplan.accounts.permissions import access_of


class LoginGateMiddleware(LoginRequiredMiddleware):
    """Every page needs a login; a piece asked for by htmx sends the whole page there."""

    def handle_no_permission(self, request, view_func):
        if not request.htmx:
            return super().handle_no_permission(request, view_func)
        back = urlencode({"next": request.htmx.current_url_abs_path or reverse("home")})
        return HttpResponseClientRedirect(f"{reverse('login')}?{back}")


class AccessMiddleware:
    """Puts `request.access` beside `request.user`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        request.access = SimpleLazyObject(lambda: access_of(user, timezone.localdate()))
        return self.get_response(request)
