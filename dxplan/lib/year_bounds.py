"""The fiscal years that a database column may hold."""

from functools import reduce
from operator import and_

from django.db.models import Q

from dxplan.lib.fiscal_years import EARLIEST, LATEST


def within_known_years(*names: str) -> Q:
    """Condition of a check constraint: every named column is null or a year `FiscalYear` takes."""
    bounds = (EARLIEST, LATEST)
    return reduce(and_, (Q(**{f"{name}__range": bounds}) for name in names))
