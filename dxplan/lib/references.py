"""A number for every request, to quote when something went wrong: on error pages and in the log."""

import logging
import secrets


class ReferenceMiddleware:
    """Puts `request.reference` on every request, before anything else can fail."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.reference = secrets.token_hex(4)
        return self.get_response(request)


class ReferenceFilter(logging.Filter):
    """Gives each line of the log its request's number; 「-」 to lines of no request."""

    def filter(self, record):
        record.reference = getattr(getattr(record, "request", None), "reference", "-")
        return True
