"""Puts `request.access` beside `request.user`: what this person may do today."""

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from dxplan.accounts.permissions import access_of


class AccessMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        request.access = SimpleLazyObject(lambda: access_of(user, timezone.localdate()))
        return self.get_response(request)
