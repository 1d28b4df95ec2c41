"""What became of rows since a moment: as they were then and as they are, whatever lay between."""

import datetime
import json
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model
from psycopg.sql import SQL, Identifier, Literal

from dxplan.accounts.trail.below import Below, with_lists
from dxplan.accounts.trail.scope import Part
from dxplan.accounts.trail.states import Told, instance_of, state_of
from dxplan.accounts.trail.subjects import EventKind, Subject

# A row that is older than the trail is told as its first event on record left it.
ONE_TABLE = SQL(
    "SELECT {place}, first.pgh_label, it.pgh_id, it.pgh_obj_id, it.pgh_label,"
    " it.pgh_created_at, it.pgh_context, it.pgh_context_id, {state}, COALESCE("
    "(SELECT {state} FROM {events} AS it WHERE {same} AND it.pgh_id < first.pgh_id"
    " ORDER BY it.pgh_id DESC LIMIT 1),"
    " (SELECT {state} FROM {events} AS it WHERE it.pgh_id = first.pgh_id))"
    " FROM (SELECT min(pgh_id) AS first, max(pgh_id) AS last FROM {events} AS it"
    " WHERE {belonging} AND pgh_created_at > {moment} GROUP BY pgh_obj_id) AS span"
    " JOIN {events} AS first ON first.pgh_id = span.first"
    " JOIN {events} AS it ON it.pgh_id = span.last"
)


# By whether a row was there then, and is there now.
NET = {
    (True, True): EventKind.UPDATE,
    (False, True): EventKind.INSERT,
    (True, False): EventKind.DELETE,
}


@dataclass(frozen=True)
class Turned:
    """A row then (`before`) and now (`after`), None where it was not there.

    `net` sums up its events as one, by whoever made the last of them.
    """

    model: type[Model]
    id: int
    before: Model | None
    after: Model | None
    net: Told


def turned_since(part: Part, moment: datetime.datetime) -> list[Turned]:
    """The rows of a part of the trail that changed after a moment. One query.

    What came and went in between is left out.
    """
    below = Below(part, 0)
    subjects = [subject for subject in part.subjects if part.may_hold(subject.model)]
    tables = [_table(place, subject, below, moment) for place, subject in enumerate(subjects)]
    statement = with_lists([below], SQL(" UNION ALL ").join(tables))
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(None))
        rows = cursor.fetchall()
    found = (_turned(subjects[place], *row) for place, *row in rows)
    return [item for item in found if item]


def _table(place, subject: Subject, below, moment):
    return ONE_TABLE.format(
        place=Literal(place),
        state=SQL(state_of(subject.model)),
        events=Identifier(subject.events._meta.db_table),
        same=_same(subject),
        belonging=below.belonging(subject.model),
        moment=Literal(moment),
    )


def _same(subject):
    """Of the row in question; by what it belongs to as well, which is how leaves are found."""
    same = "it.pgh_obj_id = first.pgh_obj_id"
    if subject.owner is None:
        return SQL(same)
    owner = Identifier(subject.owner.column)
    return SQL(same + " AND it.{owner} = first.{owner}").format(owner=owner)


def _turned(subject, first, event, row_id, last, at, context, context_id, now, then):
    was, is_there = first != EventKind.INSERT, last != EventKind.DELETE
    if not (was or is_there):
        return None
    before = instance_of(subject.model, then) if was else None
    after = instance_of(subject.model, now)
    return Turned(
        model=subject.model,
        id=row_id,
        before=before,
        after=after if is_there else None,
        net=Told(
            subject=subject,
            id=event,
            row_id=row_id,
            label=NET[was, is_there],
            at=at,
            context=json.loads(context) if context else None,
            context_id=context_id,
            after=after,
            before=before if is_there else None,
        ),
    )
