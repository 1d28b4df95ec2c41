"""Stored values in the words of the office: 「はい」, 「令和8年度」, a label, a name."""

import datetime
from collections.abc import Callable
from decimal import Decimal

from django.db.models import Field, Model
from django.utils import timezone

from dxplan.lib.fiscal_years import EARLIEST, LATEST, FiscalYear, show_date, show_month

KEPT_AROUND = 20  # characters before and after what changed in a long text
LONG = 60


def shown_value(field: Field, value, name_of: Callable[[type[Model], int], str]) -> str:
    """A value of a field; `name_of` names the row that a reference points to."""
    if value is None or value == "":
        return ""
    if field.is_relation:
        return name_of(field.related_model, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if hasattr(field, "in_words"):
        return field.in_words(value)
    if field.name.endswith("fiscal_year") and EARLIEST <= value <= LATEST:
        return FiscalYear(value).era_label
    if field.name.endswith("_month"):
        return show_month(value)
    return _plain(value)


def show_moment(moment: datetime.datetime) -> str:
    """「令和8年5月20日 10:15」, in Tokyo."""
    local = timezone.localtime(moment)
    return f"{show_date(local.date())} {local.hour}:{local.minute:02}"


def _plain(value) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, datetime.datetime):
        return show_moment(value)
    return show_date(value) if isinstance(value, datetime.date) else str(value)


def around_the_change(old: str, new: str) -> tuple[str, str]:
    """Two long texts cut down to where they differ, 「…」 for what is the same on both sides."""
    if max(len(old), len(new)) <= LONG or not (old and new):
        return old, new
    start = _same_at_start(old, new)
    end = _same_at_start(old[start:][::-1], new[start:][::-1])
    first = max(0, start - KEPT_AROUND)
    return _cut(old, first, end), _cut(new, first, end)


def _same_at_start(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(text: str, first: int, same_at_end: int) -> str:
    last = min(len(text), len(text) - same_at_end + KEPT_AROUND)
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"
