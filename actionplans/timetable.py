"""The schedule (工程表) as rows: headings, action plans, lines of bars, each with its place.

Places are columns of half years, counted from 1; what lies outside the printed years is cut off.
"""

import datetime
from dataclasses import dataclass

from actionplans.models import Placement
from actionplans.schedule import HalfYear, Span, StageState
from actionplans.sheets import ActionRow, Line, Period, StageRow


@dataclass(frozen=True)
class Place:
    """Where something lies: its first column and how many it covers."""

    first: int
    width: int


@dataclass(frozen=True)
class Bar:
    """A stage in its line. `place` covers plan and actual; the others lie inside it.

    `is_cut` where the printed years do not show all of the plan.
    """

    stage: StageRow
    place: Place
    planned: Place | None
    first: Place | None
    actual: Place | None
    is_cut: bool


@dataclass(frozen=True)
class BarLine:
    """A line of bars; `outside` are stages that lie wholly outside the printed years."""

    name: str
    bars: tuple[Bar, ...]
    outside: tuple[StageRow, ...] = ()


@dataclass(frozen=True)
class Block:
    """An action plan with its lines, below the headings that are new since the one before."""

    action: ActionRow
    headings: tuple[tuple[int, str], ...]
    lines: tuple[BarLine, ...]
    is_editable: bool = False


@dataclass(frozen=True)
class Today:
    """Where today's line stands: the half's column, and how many of its six months are over."""

    column: int
    months: int


def today_in(period: Period, day: datetime.date) -> Today | None:
    """None where the printed years do not hold the day."""
    half = HalfYear.of(day)
    if not Span(half, half).is_within(period.span):
        return None
    return Today(half - period.span.start + 1, (day.month - half.first_day.month) % 12)


def place_in(span: Span | None, frame: Span) -> Place | None:
    """The columns of a span within a frame; None where nothing of it lies there."""
    if span is None or span.end < frame.start or frame.end < span.start:
        return None
    first, last = max(span.start, frame.start), min(span.end, frame.end)
    return Place(first - frame.start + 1, last - first + 1)


def bar_line(line: Line, period: Period) -> BarLine:
    bars = [_bar(stage, period.span) for stage in line.stages]
    return BarLine(
        line.name,
        tuple(bar for bar in bars if bar),
        tuple(stage for stage, bar in zip(line.stages, bars, strict=True) if not bar),
    )


def _bar(stage, frame) -> Bar | None:
    spans = [span for span in (stage.planned, stage.first, stage.actual) if span]
    whole = Span(min(span.start for span in spans), max(span.end for span in spans))
    place = place_in(whole, frame)
    if place is None:
        return None
    start = HalfYear(frame.start + place.first - 1)
    inner = Span(start, HalfYear(start + place.width - 1))
    return Bar(
        stage=stage,
        place=place,
        planned=place_in(stage.planned, inner),
        first=place_in(stage.first, inner) if stage.revised else None,
        actual=place_in(stage.actual, inner),
        is_cut=not stage.planned.is_within(frame),
    )


def timetable(rows: list[ActionRow], period: Period, *, may_edit) -> list[Block]:
    """The rows as the schedule prints them; `may_edit` says of a row whether bars can be moved."""
    blocks, above = [], ()
    for row in rows:
        lines = tuple(bar_line(line, period) for line in row.lines(Placement.SHEET))
        blocks.append(Block(row, tuple(_new(row.group, above)), lines, may_edit(row)))
        above = row.group
    return blocks


def _new(group, above):
    """(depth, label) of the headings of a group from where it differs from the one before."""
    same = 0
    while same < min(len(group), len(above)) and group[same] == above[same]:
        same += 1
    return [(depth, label) for depth, label in enumerate(group, 1) if depth > same]


def counted_by_state(rows: list[ActionRow]) -> list[tuple[StageState, int]]:
    """How many stages of the schedule are in each state."""
    states = [
        stage.state for row in rows for stage in row.stages if stage.placement != Placement.SHEET
    ]
    return [(state, states.count(state)) for state in StageState]
