"""Rows as they were: after an event, before it, and at any moment, as instances of their models."""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import F, Model, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONObject

from dxplan.accounts.trail.subjects import Subject, fields_on_record, owner_of
from dxplan.lib.audit import event_models

FURTHEST = 3  # steps from a row to what it belongs to: state of an item, its checklist, its plan


@dataclass(frozen=True)
class Told:
    """An event: its own columns, the row as it left it, and as it had been before, if known."""

    subject: Subject
    id: int
    row_id: int
    label: str
    at: datetime.datetime
    context: dict | None
    context_id: object
    after: Model
    before: Model | None


def told(keys: list[tuple[Subject, int]]) -> list[Told]:
    """The events of these keys, in their order. One query."""
    by_subject = {}
    for subject, event in keys:
        by_subject.setdefault(subject, []).append(event)
    subjects = list(by_subject)
    branches = [_branch(subjects.index(item), item, ids) for item, ids in by_subject.items()]
    rows = branches[0].union(*branches[1:], all=True) if branches else ()
    found = {(subjects[place], row[0]): row for place, *row in rows}
    return [_told(subject, *found[subject, event]) for subject, event in keys]


def _branch(place, subject, event_ids):
    events = subject.events.objects
    same = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"))
    if subject.owner:
        same = same.filter(**{subject.owner.attname: OuterRef(subject.owner.attname)})
    earlier = same.filter(pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id").values("pgh_id")
    state = _as_text(subject.model)
    return (
        events.filter(pgh_id__in=event_ids)
        .annotate(pgh_place=Value(place), pgh_after=state, pgh_earlier=Subquery(earlier[:1]))
        .annotate(
            pgh_before=Subquery(
                events.filter(pgh_id=OuterRef("pgh_earlier")).values(pgh_state=state)
            )
        )
        .values_list(
            *("pgh_place", "pgh_id", "pgh_obj_id", "pgh_label", "pgh_created_at"),
            *("pgh_context", "pgh_context_id", "pgh_after", "pgh_before"),
        )
    )


def _as_text(model):
    columns = {field.column: F(field.attname) for field in fields_on_record(model)}
    return Cast(JSONObject(**columns), TextField())


def _told(subject, event, row_id, label, at, context, context_id, after, before):
    return Told(
        subject=subject,
        id=event,
        row_id=row_id,
        label=label,
        at=at,
        context=context,
        context_id=context_id,
        after=instance_of(subject.model, after),
        before=instance_of(subject.model, before) if before else None,
    )


def instance_of(model: type[Model], text: str) -> Model:
    """An instance with the values of a row as JSON; Decimals to the letter."""
    state = json.loads(text, parse_float=Decimal)
    fields = fields_on_record(model)
    return model(**{field.attname: field.to_python(state[field.column]) for field in fields})


@dataclass(frozen=True)
class Reference:
    """A row at a moment."""

    model: type[Model]
    id: int
    at: datetime.datetime


def referred_to(instance: Model, at: datetime.datetime) -> Iterable[Reference]:
    """What the references of a row on record point to, at a moment."""
    for field in fields_on_record(type(instance)):
        if field.is_relation and getattr(instance, field.attname) is not None:
            yield Reference(field.related_model, getattr(instance, field.attname), at)


def as_they_were(asked: Iterable[Reference]) -> dict[Reference, Model]:
    """The rows at their moments, with what each belongs to. One query for each step, three at most.

    A row's latest event until then tells; else its first one after it; else the row as it is, which
    is older than the trail.
    """
    found, wanted = {}, set(asked)
    for _ in range(FURTHEST):
        if not wanted:
            break
        rows = _fetched(wanted)
        found |= rows
        wanted = {above for item, row in rows.items() if (above := _above(row, item.at))} - set(
            found
        )
    for item, row in found.items():
        attach(row, item.at, found)
    return found


def _above(row, at):
    owner = owner_of(type(row))
    owner_id = getattr(row, owner.attname) if owner else None
    return Reference(owner.related_model, owner_id, at) if owner_id is not None else None


class Unknown:
    """Stands for a row of which nothing is left."""

    def __str__(self):
        return "（記録なし）"


UNKNOWN = Unknown()


def attach(instance: Model, at: datetime.datetime, found: dict[Reference, Model]) -> None:
    """Lets an instance's references lead to rows as they were, never to the database."""
    for field in fields_on_record(type(instance)):
        if field.is_relation:
            key = Reference(field.related_model, getattr(instance, field.attname), at)
            row = None if key.id is None else found.get(key, UNKNOWN)
            field.set_cached_value(instance, row)


ONE_MODEL = """
SELECT {place}, asked.id, asked.at, COALESCE(
    (SELECT {state} FROM {events} AS it
     WHERE pgh_obj_id = asked.id AND pgh_created_at <= asked.at ORDER BY pgh_id DESC LIMIT 1),
    (SELECT {state} FROM {events} AS it WHERE pgh_obj_id = asked.id ORDER BY pgh_id LIMIT 1),
    (SELECT {state} FROM {rows} AS it WHERE it.id = asked.id)
) AS state
FROM unnest(%s::bigint[], %s::timestamptz[]) AS asked (id, at)
"""


def _fetched(wanted):
    models = sorted({item.model for item in wanted}, key=lambda model: model._meta.label)
    parameters = []
    for model in models:
        items = [item for item in wanted if item.model is model]
        parameters += [[item.id for item in items], [item.at for item in items]]
    statement = " UNION ALL ".join(_one_model(place, model) for place, model in enumerate(models))
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return {
            Reference(models[place], row_id, at): instance_of(models[place], state)
            for place, row_id, at, state in cursor.fetchall()
            if state
        }


def _one_model(place, model):
    quote = connection.ops.quote_name
    return ONE_MODEL.format(
        place=place,
        state=state_of(model),
        events=quote(event_models()[model]._meta.db_table),
        rows=quote(model._meta.db_table),
    )


def state_of(model: type[Model]) -> str:
    """SQL for a row of a table called `it`, or of its events, as the text that an instance is
    made of."""
    quote = connection.ops.quote_name
    pairs = [f"'{field.column}', it.{quote(field.column)}" for field in fields_on_record(model)]
    return f"jsonb_build_object({', '.join(pairs)})::text"
