"""Which events of which tables: one statement over all of them, however many kinds there are.

Composed as SQL, as the ORM would take longer to write it for thirty tables than the database to
answer it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model
from psycopg.sql import SQL, Composable, Identifier, Literal

from dxplan.accounts.trail.below import Below, with_lists
from dxplan.accounts.trail.conditions import conditions
from dxplan.accounts.trail.scope import ANYTHING, Asked, Part
from dxplan.accounts.trail.subjects import Subject
from dxplan.lib.audit import event_models

NEWEST_FIRST = SQL("ORDER BY pgh_created_at DESC, pgh_context_id, place, pgh_id")
BRANCH = SQL(
    "(SELECT {place} AS place, pgh_id, pgh_created_at, pgh_context_id"
    " FROM {events} AS it WHERE {conditions} {most})"
)
NO_LIMIT = SQL("")
COUNT = SQL("SELECT count(*) FROM ({events}) AS found")
KEYS = SQL("SELECT place, pgh_id FROM ({events}) AS found {order} {part}")
IS_AMONG = SQL(
    "SELECT {id} IN {ids} OR ({is_any} AND EXISTS (SELECT FROM {events} WHERE pgh_obj_id = {id}))"
)


@dataclass(frozen=True)
class Found:
    """The events of a scope that meet the conditions; the latest first, what was saved together
    side by side."""

    scope: tuple[Part, ...]
    asked: Asked = ANYTHING

    @property
    def subjects(self) -> list[Subject]:
        """The kinds of things of which there can be events."""
        return [item for part in self.scope for item in part.subjects if part.may_hold(item.model)]

    def count(self) -> int:
        """One query, none where nothing can be found."""
        rows = _rows(self._statement(COUNT))
        return rows[0][0] if rows else 0

    def keys(self, start: int, stop: int) -> list[tuple[Subject, int]]:
        """(kind of thing, id) of the events from the start to before the stop. One query."""
        if start >= stop:
            return []
        part = SQL("LIMIT {} OFFSET {}").format(Literal(stop - start), Literal(start))
        # No table gives more than could be wanted of it.
        most = SQL("{} LIMIT {}").format(NEWEST_FIRST, Literal(stop))
        return self._read(_rows(self._statement(KEYS, most=most, order=NEWEST_FIRST, part=part)))

    def all_keys(self, size: int) -> Iterator[list[tuple[Subject, int]]]:
        """All of them, so many at a time, through a cursor of the database's."""
        statement = self._statement(KEYS, order=NEWEST_FIRST, part=NO_LIMIT)
        if statement is None:
            return
        with connection.chunked_cursor() as cursor:
            cursor.execute(statement.as_string(None))
            while rows := cursor.fetchmany(size):
                yield self._read(rows)

    def _read(self, rows):
        subjects = self.subjects
        return [(subjects[place], event) for place, event in rows]

    def _statement(self, frame, *, most=NO_LIMIT, **options) -> Composable | None:
        """The frame around the events of all tables; None where there are none to look in."""
        belows = [Below(part, place) for place, part in enumerate(self.scope)]
        of_subject = {item: below for below in belows for item in below.part.subjects}
        branches = [
            self._branch(subject, place, of_subject[subject], most)
            for place, subject in enumerate(self.subjects)
            if self.asked.slug in ("", subject.slug)
        ]
        if not branches:
            return None
        events = SQL(" UNION ALL ").join(branches)
        return with_lists(belows, frame.format(events=events, **options))

    def _branch(self, subject, place, below, most):
        return BRANCH.format(
            place=Literal(place),
            events=Identifier(subject.events._meta.db_table),
            conditions=conditions(self.asked, subject, below),
            most=most,
        )


def is_among(model: type[Model], row_id: int, part: Part) -> bool:
    """Whether this row is or was within a part of a scope. One query at most."""
    if not part.may_hold(model):
        return False
    below = Below(part, 0)
    statement = IS_AMONG.format(
        id=Literal(row_id),
        ids=below.ids(model),
        is_any=Literal(part.roots is None),
        events=Identifier(event_models()[model]._meta.db_table),
    )
    return _rows(with_lists([below], statement))[0][0] is True


def _rows(statement: Composable | None):
    if statement is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(None))
        return cursor.fetchall()
