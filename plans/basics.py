"""A plan's basic data: what its form says, and how a change of it is made and recorded."""

import datetime
from dataclasses import asdict, dataclass

from dxplan.lib.fiscal_years import show_month
from plans.editing import PlanEdit, Stale, what_changed
from plans.models import ChangeKind, Plan
from plans.period import change_years, show_period


@dataclass(frozen=True)
class PlanBasics:
    """What a form says about a plan."""

    title: str
    edition: str
    philosophy: str
    summary: str
    first_fiscal_year: int
    last_fiscal_year: int
    adopted_month: datetime.date | None

    @property
    def columns(self) -> dict:
        """The same as the plan's row holds it."""
        return asdict(self)

    @property
    def shown(self) -> dict[str, str]:
        """The same in words, by label."""
        return {
            "計画名": self.title,
            "版": self.edition,
            "基本理念": self.philosophy,
            "概要": self.summary,
            "計画期間": show_period(self.first_fiscal_year, self.last_fiscal_year),
            "策定年月": show_month(self.adopted_month) if self.adopted_month else "",
        }


def basics_of(plan) -> PlanBasics:
    """What a plan says now. No queries."""
    return PlanBasics(
        title=plan.title,
        edition=plan.edition,
        philosophy=plan.philosophy,
        summary=plan.summary,
        first_fiscal_year=plan.first_fiscal_year,
        last_fiscal_year=plan.last_fiscal_year,
        adopted_month=plan.adopted_month,
    )


def change_basics(edit: PlanEdit, basics: PlanBasics, *, version) -> bool:
    """Makes a plan say this; False where it does already, so that the same sent twice is harmless.

    Raises Stale with the plan that stands, YearsInUse, ReasonNeeded.
    """
    plan, before = edit.plan, basics_of(edit.plan)
    if before == basics:
        return False
    if plan.version != version:
        raise Stale(plan)
    detail = [what_changed(before.shown, basics.shown), _change_years(plan, before, basics)]
    Plan.objects.filter(pk=plan.pk).update(version=version + 1, **basics.columns)
    edit.record(ChangeKind.EDITED, before.title, "\n".join(filter(None, detail)))
    return True


def _change_years(plan, before, basics):
    first, last = basics.first_fiscal_year, basics.last_fiscal_year
    if (first, last) == (before.first_fiscal_year, before.last_fiscal_year):
        return ""
    return change_years(plan, first, last)
