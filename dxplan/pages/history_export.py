"""A history as tidy lines: one for each field of each change, complete in itself."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from dxplan.accounts.trail.changes import Change, FieldChange, Reader
from dxplan.accounts.trail.queries import Found

CHUNK = 500  # events that are read at a time
NOTHING = FieldChange("", "", "")

COLUMNS = (
    ("日時", lambda change, _: f"{timezone.localtime(change.at):%Y-%m-%d %H:%M:%S}"),
    ("変更した人", lambda change, _: change.who.name),
    ("役割", lambda change, _: change.who.roles),
    ("種類", lambda change, _: change.kind.label),
    ("対象の種類", lambda change, _: change.subject.label),
    ("対象", lambda change, _: change.name),
    ("対象のある場所", lambda change, _: " ＞ ".join(change.place)),
    ("項目", lambda _, field: field.label),
    ("変更前", lambda _, field: field.old),
    ("変更後", lambda _, field: field.new),
    ("理由", lambda change, _: change.reason),
    ("操作", lambda change, _: change.request),
    ("保存の番号", lambda change, _: change.save),
)
HEADERS = [header for header, _ in COLUMNS]


def export_lines(found: Found, reader: Reader) -> Iterator[list[str]]:
    """All that was found, read bit by bit; an event that tells people nothing keeps its line."""
    for keys in found.all_keys(CHUNK):
        yield from _lines(reader.changes(keys))


def _lines(changes: Iterable[Change]):
    for change in changes:
        for field in change.fields or (NOTHING,):
            yield [getter(change, field) for _, getter in COLUMNS]
