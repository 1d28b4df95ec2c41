"""Natural keys: how fixtures name a row without its number in one database."""

from functools import reduce

from django.db import models


class NaturalKeyQuerySet(models.QuerySet):
    def get_by_natural_key(self, *values):
        return self.get(**dict(zip(self.model.NATURAL_KEY, values, strict=True)))


class NaturalKeyModel(models.Model):
    """A model whose NATURAL_KEY lists the lookups, such as "plan__code", that name one row."""

    NATURAL_KEY = ()

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        return tuple(reduce(_step, key.split("__"), self) for key in self.NATURAL_KEY)


def _step(row, name):
    """The next thing on the way of a lookup; nothing of nothing."""
    return None if row is None else getattr(row, name)
