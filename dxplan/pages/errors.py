"""Error pages that need no database: a Japanese sentence and a number to quote, no internals."""

import logging
import secrets
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from dxplan.lib.startup import StartupProblem

log = logging.getLogger(__name__)


@requires_csrf_token
def bad_request(request, exception):
    """400; 413 where more was sent than we take."""
    is_too_large = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent))
    return _page(413 if is_too_large else 400)


@requires_csrf_token
def server_error(request):
    """500; 503 where the database is away. The log has the traceback under the same number."""
    is_away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError, StartupProblem))
    reference = secrets.token_hex(4)
    log.error("Reference number %s: %s", reference, request.path)
    return _page(503 if is_away else 500, reference=reference)


def _page(status, **context):
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)
