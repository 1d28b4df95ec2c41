"""Error pages that need no database: a Japanese sentence and a number to quote, no internals.

Those of 403 and 404 are Django's own views with our templates.
"""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from dxplan.lib.startup import StartupProblem


@requires_csrf_token
def bad_request(request, exception):
    """400; 413 where more was sent than we take."""
    is_too_large = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent))
    return _page(request, 413 if is_too_large else 400)


@requires_csrf_token
def server_error(request):
    """500; 503 where the database is away. The log has the traceback under the same number."""
    is_away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError, StartupProblem))
    return _page(request, 503 if is_away else 500)


def _page(request, status):
    context = {"reference": request.reference}
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)
