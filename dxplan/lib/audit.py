"""The audit trail: triggers of the database note every change of a row, whoever makes it.

django-pghistory keeps an event table beside each table that carries content. An event holds the
row as it was after an insert or update, or before a delete, with who, as what, by which request
and why (`pgh_context`). Statement-level triggers also catch bulk writes. See
docs/decisions/0010-audit-trail.md.
"""

import pghistory
from django.apps import apps
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from pghistory import models as library

LONGEST_STEM = 24  # an index has a name of at most 30 characters


class Event(library.Event):
    """What all event tables have; their ids give the order of changes."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


def audited(*, leave_out=()):
    """Decorates a model whose every change goes on record, but for the fields `leave_out`."""

    def track(model):
        stem = model._meta.db_table[:LONGEST_STEM]
        town = KeyTextTransform("town", "pgh_context")
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(leave_out) or None,
            base_model=Event,
            meta={"indexes": [models.Index(town, "pgh_created_at", name=f"{stem}_trail")]},
        )(model)
        return model

    return track


def event_models() -> dict[type[models.Model], type[Event]]:
    """Every model on record with the model of its events."""
    found = [model for model in apps.get_models() if issubclass(model, Event)]
    return {model.pgh_tracked_model: model for model in found}


def trail_tables() -> list[str]:
    """The tables of all events."""
    return [model._meta.db_table for model in event_models().values()]


def because(reason: str) -> None:
    """Adds the reason to what this request puts on record; nothing outside of one."""
    if reason.strip():
        pghistory.context(reason=reason.strip())
