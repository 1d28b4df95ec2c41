"""What KPIs, targets and results have in common: how a figure is stored and when it was taken."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

# numeric(20, 6): 14 digits before the point. PostgreSQL ranks NaN above all numbers, so the bound
# also keeps NaN out.
UPPER_BOUND = Decimal(10) ** 14


def figure_field(verbose_name):
    """A nullable exact number; blank means not given, never zero."""
    return models.DecimalField(verbose_name, max_digits=20, decimal_places=6, null=True, blank=True)


def finite(field_name):
    """Condition of a check constraint: the figure is absent or a finite number."""
    return Q(**{f"{field_name}__isnull": True}) | Q(**{f"{field_name}__lt": UPPER_BOUND})


class TakenAt(models.Model):
    """時点: the fiscal year over which, or the day on which, a figure was taken."""

    taken_fiscal_year = models.PositiveSmallIntegerField("時点（年度）", null=True, blank=True)
    taken_on = models.DateField("時点（日付）", null=True, blank=True)

    class Meta:
        abstract = True
