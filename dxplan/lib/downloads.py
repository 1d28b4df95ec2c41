"""Files that a browser saves under a Japanese name."""

from urllib.parse import quote

from django.http import HttpResponse


def download(content: bytes, *, mime_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=mime_type,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )
