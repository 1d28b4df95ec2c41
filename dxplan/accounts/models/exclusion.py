"""Parts of exclusion constraints: what may not hold twice at a time."""

from django.contrib.postgres.fields import RangeOperators
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce


def same(column, function):
    """Part of an exclusion: equal values, as ranges of one value (these need no extension)."""
    value = Coalesce(column, 0) if column == "department" else F(column)
    return Func(value, value, Value("[]"), function=function), RangeOperators.OVERLAPS


def at_the_same_time():
    """Part of an exclusion: periods that share a day; an open end goes on for ever."""
    days = Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange")
    return days, RangeOperators.OVERLAPS
