"""The audit trail: triggers of the database note every change of a row, whoever makes it.

django-pghistory keeps an event table beside each table that carries content. An event holds the
row as it was after an insert or update, or before a delete, with who, as what, by which request
and why (`pgh_context`). Statement-level triggers also catch bulk writes. See
docs/decisions/0010-audit-trail.md.
"""

from functools import cache

import pghistory
from django.apps import apps
from django.db import models
from pghistory import models as library

from dxplan.lib.audit_triggers import Deleted, Inserted, Updated

BY_ROW = ["pgh_obj", "pgh_id"]  # its events in their order
LONGEST_STEM = 24  # an index has a name of at most 30 characters


class Event(library.Event):
    """What all event tables have; their ids give the order of changes."""

    pgh_owner = ""
    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


def audited(*, of="", is_leaf=False, leave_out=()):
    """Decorates a model whose every change goes on record, but for the fields `leave_out`.

    `of` is the field by which a row belongs to another row on record: the trail is read along it.
    Nothing refers to a leaf, so that it is found by what it belongs to, and needs no other index.
    """

    def track(model):
        stem = model._meta.db_table[:LONGEST_STEM]
        by_owner = [models.Index(fields=[of, *BY_ROW], name=f"{stem}_owner")] if of else []
        by_row = [] if is_leaf else [models.Index(fields=BY_ROW, name=f"{stem}_row")]
        pghistory.track(
            Inserted(),
            Updated(),
            Deleted(),
            exclude=list(leave_out) or None,
            base_model=Event,
            attrs={"pgh_owner": of},
            meta={"indexes": by_owner + by_row},
        )(model)
        return model

    return track


@cache
def event_models() -> dict[type[models.Model], type[Event]]:
    """Every model on record with the model of its events."""
    found = [model for model in apps.get_models() if issubclass(model, Event)]
    return {model.pgh_tracked_model: model for model in found}


def past_of(row: models.Model) -> models.QuerySet:
    """All events of one row, newest first, found by index: by what it belongs to as well."""
    events = event_models()[type(row)]
    owner = events._meta.get_field(events.pgh_owner).attname if events.pgh_owner else ""
    belongs = {owner: getattr(row, owner)} if owner else {}
    return events.objects.filter(pgh_obj_id=row.pk, **belongs).order_by("-pgh_id")


def as_of_version(row: models.Model, version: int | None, *, by="version") -> models.Model | None:
    """A row as it was when its column `by` said `version`: to be read, never to be saved.

    None where the trail does not hold that version. One query.
    """
    event = past_of(row).filter(**{by: version}).first()
    return as_it_was(row, event) if event else None


def as_it_was(row: models.Model, event: Event) -> models.Model:
    """A row as one of its events holds it. No queries."""
    return type(row)(
        **{
            field.attname: getattr(event, field.attname)
            for field in row._meta.concrete_fields
            if hasattr(event, field.attname)
        }
    )


def trail_tables() -> list[str]:
    """The tables of all events."""
    return [model._meta.db_table for model in event_models().values()]


def because(reason: str) -> None:
    """Adds the reason to what this request puts on record; nothing outside of one."""
    if reason.strip():
        pghistory.context(reason=reason.strip())
