"""How a draft of a plan begins: with a code of its own, and only once."""

from itertools import chain, count

from django.db import transaction

from dxplan.accounts.models import Municipality
from plans.basics import PlanBasics
from plans.editing import PlanEdit
from plans.levels import create_levels
from plans.models import ChangeKind, Plan, PlanState
from plans.period import add_planned_years


@transaction.atomic
def new_draft(*, user, basics: PlanBasics, levels: list[str]) -> tuple[Plan, bool]:
    """A plan from nothing for the person's town; whether it was made just now.

    The same form sent twice, also at the same moment, makes one draft.
    """
    hold_drafts(user.municipality)
    standing = draft_like(town=user.municipality, predecessor=None, **basics.columns)
    if standing:
        return standing, False
    plan = create_draft(town=user.municipality, **basics.columns)
    create_levels(plan, levels)
    PlanEdit(plan, user, "").record(ChangeKind.ADDED, plan.title, "新しい計画の下書きを作成")
    return plan, True


def hold_drafts(town) -> None:
    """Lets beginnings of drafts in one town wait for each other, until the transaction ends."""
    Municipality.objects.select_for_update(no_key=True).get(pk=town.pk)


def draft_like(
    *, town, predecessor, title, first_fiscal_year, last_fiscal_year, **others
) -> Plan | None:
    """The draft with this title and period that follows `predecessor` (or none), if any."""
    drafts = Plan.objects.filter(
        municipality=town,
        state=PlanState.DRAFT,
        predecessor=predecessor,
        title=title,
        first_fiscal_year=first_fiscal_year,
        last_fiscal_year=last_fiscal_year,
    )
    return drafts.first()


def create_draft(*, town, **columns) -> Plan:
    """A draft with all years of its period as planned. Five queries; see `hold_drafts`."""
    first, last = columns["first_fiscal_year"], columns["last_fiscal_year"]
    plan = Plan.objects.create(
        municipality=town, code=_free_code(town, first), state=PlanState.DRAFT, **columns
    )
    add_planned_years(plan, first, last)
    return plan


def _free_code(town, first_fiscal_year):
    """「dx-2029」, or 「dx-2029-2」 and so on where the town has that one already."""
    first = f"dx-{first_fiscal_year}"
    taken = Plan.objects.filter(municipality=town, code__startswith=first)
    codes = set(taken.values_list("code", flat=True))
    candidates = chain([first], (f"{first}-{number}" for number in count(2)))
    return next(code for code in candidates if code not in codes)
