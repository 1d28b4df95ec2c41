from django.conf import settings
from django.db import models


def person_field(label):
    """Who did something, kept for ever; the name of then stands in a field beside it."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


def person_name_field(label):
    return models.CharField(label, max_length=60, blank=True)
