"""Tells the audit trail who is asking: see dxplan/lib/audit.py."""

import pghistory

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class AuditMiddleware:
    """What a request changes goes on record with person, roles, town and request.

    Names and roles are kept as they are at that moment. Requests that only read cost nothing.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        with pghistory.context(**_who(request)):
            return self.get_response(request)


def _who(request):
    asked = {"request": f"{request.method} {request.path}", "reference": request.reference}
    if not request.user.is_authenticated:
        return asked
    return asked | {
        "user": request.user.pk,
        "name": request.user.name,
        "roles": "・".join(request.access.role_names),
        "town": request.access.municipality_id,
    }
