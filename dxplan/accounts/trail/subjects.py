"""What kinds of things there are on the trail, and how people read of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from django.db.models import Field, ForeignKey, Model

from dxplan.lib.audit import Event, event_models
from dxplan.lib.choices import LabelledEnum


class EventKind(LabelledEnum):
    """履歴の種類."""

    INSERT = "insert", "追加"
    UPDATE = "update", "変更"
    DELETE = "delete", "削除"


@dataclass(frozen=True)
class Subject:
    """A kind of thing on the trail.

    `name` tells one of them from an instance as it was; `url` is where it is shown as it is today.
    Fields in `left_out` tell people nothing. A part has no history of its own: it is read with what
    it belongs to, and so are their names. `kinds` are the events that are read.
    """

    slug: str
    model: type[Model]
    name: Callable[[Model], str] = str
    url: Callable[[Model], str] | None = None
    left_out: tuple[str, ...] = ()
    is_part: bool = False
    kinds: tuple[EventKind, ...] = tuple(EventKind)

    @property
    def label(self) -> str:
        return self.model._meta.verbose_name

    @cached_property
    def events(self) -> type[Event]:
        return event_models()[self.model]

    @cached_property
    def owner(self) -> ForeignKey | None:
        """The field by which a row belongs to another."""
        return owner_of(self.model)

    @cached_property
    def fields(self) -> list[Field]:
        """What is on record and tells people something."""
        return [field for field in fields_on_record(self.model) if not self._is_internal(field)]

    def _is_internal(self, field) -> bool:
        is_stamp = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        return field.primary_key or is_stamp or field.name in self.left_out


@cache
def owner_of(model: type[Model]) -> ForeignKey | None:
    name = event_models()[model].pgh_owner
    return model._meta.get_field(name) if name else None


@cache
def fields_on_record(model: type[Model]) -> list[Field]:
    """The model's fields that its events hold."""
    held = {field.name for field in event_models()[model]._meta.concrete_fields}
    return [field for field in model._meta.concrete_fields if field.name in held]
