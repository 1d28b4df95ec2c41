"""Writes of results: all or nothing per call, and nobody's save lost."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from kpis.checked_row import Entry
from kpis.models import Result
from plans.models import PlanYear
from plans.review import EDITABLE
from plans.years import hold_open

SAID = (
    *("state", "value", "numerator", "denominator", "milestone", "text"),
    *("reference", "taken_fiscal_year", "taken_on", "note"),
)


@dataclass(frozen=True)
class Change:
    """An entry for a KPI, made while looking at `version` (0: nothing was saved yet).

    `on_behalf` is why someone enters it who is not of a department in charge; blank for its own.
    """

    kpi_id: int
    version: int
    entry: Entry
    on_behalf: str = ""


@transaction.atomic
def save_results(*, plan_year: PlanYear, changes: list[Change], user) -> dict[int, Result]:
    """Saves what can be saved and returns the conflicts: KPI id to the result that stands.

    A change conflicts when someone saved something else since its version was shown, or when the
    result was handed in meanwhile. The same change sent twice is harmless. Raises YearNotOpen when
    the year was closed meanwhile; the shared lock keeps a closing out until this transaction is
    through.
    """
    hold_open(plan_year)
    conflicts = {}
    for change in sorted(changes, key=lambda item: item.kpi_id):
        standing = _save(plan_year.fiscal_year, change, user)
        if standing is not None:
            conflicts[change.kpi_id] = standing
    return conflicts


def _save(fiscal_year, change, user) -> Result | None:
    """None when saved (or already so), else the result that stands in the way."""
    fields = _fields_of(change.entry, user) | {"on_behalf_reason": change.on_behalf}
    own = Result.objects.filter(kpi_id=change.kpi_id, fiscal_year=fiscal_year)
    editable = own.filter(version=change.version, review_state__in=EDITABLE)
    if editable.update(version=change.version + 1, **fields):
        return None
    standing, is_created = Result.objects.get_or_create(
        kpi_id=change.kpi_id, fiscal_year=fiscal_year, defaults=fields
    )
    return None if is_created or _says(standing, change.entry) else standing


def _fields_of(entry, user):
    return {
        "state": entry.state.value,
        "value": entry.value,
        "numerator": entry.numerator,
        "denominator": entry.denominator,
        "text": entry.words,
        "milestone": entry.milestone.value if entry.milestone else "",
        "reference": entry.reference,
        "taken_fiscal_year": entry.taken_fiscal_year,
        "taken_on": entry.taken_on,
        "note": entry.note,
        "is_sample": False,
        "entered_by": user,
        "entered_by_name": user.name if user else "",
        "entered_at": timezone.now(),
    }


def _says(result, entry) -> bool:
    """Whether a stored result already is what the entry asks for."""
    fields = _fields_of(entry, None)
    return all(getattr(result, name) == fields[name] for name in SAID)
