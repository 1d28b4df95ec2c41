"""Periods of days, and the first day that none of them covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From a first to a last day, both included; None stands for no limit."""

    first: date | None
    last: date | None

    def has(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def first_day_without(spans: Iterable[Span], start: date) -> date | None:
    """The first day from `start` on that no span covers; None where they go on for ever."""
    day = start
    for span in sorted(spans, key=lambda span: span.first or date.min):
        if span.has(day):
            if span.last is None:
                return None
            day = span.last + DAY
    return day


def leaves_alone(before: Iterable[Span], after: Iterable[Span], start: date) -> date | None:
    """The day from `start` on that a change leaves without anyone; None where it does not.

    What was to run out anyhow, on that day or earlier, is not the change's doing.
    """
    gap, old_gap = first_day_without(after, start), first_day_without(before, start)
    is_new = gap is not None and (old_gap is None or gap < old_gap)
    return gap if is_new else None
