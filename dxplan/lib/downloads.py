"""Files that a browser saves under a Japanese name."""

from collections.abc import Iterable
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse


def download(content: bytes, *, mime_type: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=mime_type, headers=_saved_as(name))


def download_stream(parts: Iterable[bytes], *, mime_type: str, name: str) -> StreamingHttpResponse:
    """A file of any length, sent as it is made."""
    return StreamingHttpResponse(parts, content_type=mime_type, headers=_saved_as(name))


def _saved_as(name):
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
