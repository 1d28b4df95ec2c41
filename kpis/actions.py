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
WRITTEN = (
    *SAID,
    *("is_sample", "version", "on_behalf_reason"),
    *("entered_by", "entered_by_name", "entered_at"),
)
AT_ONCE = 1000


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
    through. Two queries, one more per thousand results that stand and per thousand new ones, and
    one where there are new ones.
    """
    hold_open(plan_year)
    wanted = {change.kpi_id: change for change in sorted(changes, key=lambda item: item.kpi_id)}
    standing = _held(plan_year, wanted)
    free = [change for change in wanted.values() if _is_free(change, standing)]
    new = [change for change in wanted.values() if change.kpi_id not in standing]
    _update(_results(plan_year, free, user))
    return _in_the_way(wanted, standing) | _add(plan_year, new, user)


def _held(plan_year, kpi_ids) -> dict[int, Result]:
    """The results that stand, locked in one order by everyone, so that savers can only queue."""
    own = Result.objects.filter(fiscal_year=plan_year.fiscal_year, kpi_id__in=kpi_ids)
    held = own.select_for_update(no_key=True).order_by("kpi_id")
    return {result.kpi_id: result for result in held}


def _is_free(change, standing) -> bool:
    """Whether what stands is what was looked at, and may still be changed."""
    result = standing.get(change.kpi_id)
    return bool(result) and result.version == change.version and result.review_state in EDITABLE


def _in_the_way(wanted, standing) -> dict[int, Result]:
    return {
        kpi_id: result
        for kpi_id, result in standing.items()
        if not _is_free(wanted[kpi_id], standing) and not _says(result, wanted[kpi_id].entry)
    }


def _update(results) -> None:
    """One statement per thousand: they stand and are locked, so each of them "conflicts"."""
    Result.objects.bulk_create(
        results,
        update_conflicts=True,
        unique_fields=["kpi", "fiscal_year"],
        update_fields=WRITTEN,
        batch_size=AT_ONCE,
    )


def _add(plan_year, changes, user) -> dict[int, Result]:
    """Adds results where none stood; returns those that somebody else added at that moment."""
    if not changes:
        return {}
    Result.objects.bulk_create(
        _results(plan_year, changes, user), ignore_conflicts=True, batch_size=AT_ONCE
    )
    wanted = {change.kpi_id: change for change in changes}
    return _in_the_way(wanted, _held(plan_year, wanted))


def _results(plan_year, changes, user) -> list[Result]:
    return [
        Result(
            kpi_id=change.kpi_id,
            fiscal_year=plan_year.fiscal_year,
            version=change.version + 1,
            on_behalf_reason=change.on_behalf,
            **_fields_of(change.entry, user),
        )
        for change in changes
    ]


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
