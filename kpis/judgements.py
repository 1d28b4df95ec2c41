"""Writes of judgements: one layer of one KPI's year at a time, and nobody's save lost."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from kpis.measurement import JudgementLayer
from kpis.models import Judgement, Result
from plans.editing import Stale
from plans.models import PlanYear
from plans.years import hold_open


class HandedIn(Exception):
    """The department handed its result in; its judgement stays with it as it is."""


@dataclass(frozen=True)
class Said:
    """What one layer says of a year; a layer that says nothing is all blank."""

    symbol: str = ""
    comment: str = ""
    cause: str = ""
    next_step: str = ""


def said_by(judgement) -> Said:
    """What a Judgement or a JudgementRow says; nothing where there is none."""
    if judgement is None:
        return Said()
    return Said(judgement.symbol, judgement.comment, judgement.cause, judgement.next_step)


@transaction.atomic
def save_judgement(
    *, plan_year: PlanYear, kpi_id: int, layer: JudgementLayer, version: int, said: Said, user
) -> bool:
    """Saves what a layer says, made while looking at `version` (0: nothing was saved yet).

    False where it already stood there, so that the same form sent twice is harmless. Raises Stale
    with the judgement that someone else saved meanwhile, YearNotOpen when the year was closed, and
    HandedIn where a department's own goes with a result that is under review; the shared locks keep
    a closing, or a submission, out until this transaction is through.
    """
    hold_open(plan_year)
    if layer == JudgementLayer.SELF:
        _hold_editable(plan_year, kpi_id)
    own = Judgement.objects.filter(kpi_id=kpi_id, fiscal_year=plan_year.fiscal_year, layer=layer)
    if said_by(own.first()) == said:
        return False
    fields = _fields_of(said, user)
    if own.filter(version=version).update(version=version + 1, **fields):
        return True
    standing, is_created = Judgement.objects.get_or_create(
        kpi_id=kpi_id, fiscal_year=plan_year.fiscal_year, layer=layer, defaults=fields
    )
    if not is_created and said_by(standing) != said:
        raise Stale(standing)
    return is_created


def _hold_editable(plan_year, kpi_id):
    """Keeps the result from being handed in until the transaction ends. One query."""
    own = Result.objects.select_for_update(of=["self"]).order_by()
    result = own.filter(kpi_id=kpi_id, fiscal_year=plan_year.fiscal_year).first()
    if result and not result.review.is_editable:
        raise HandedIn


def _fields_of(said, user):
    return asdict(said) | {
        "is_sample": False,
        "entered_by": user,
        "entered_by_name": user.name,
        "entered_at": timezone.now(),
    }
