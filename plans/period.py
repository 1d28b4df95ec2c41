"""A plan's period: its bounds, and the fiscal years that lie in it."""

from dxplan.lib.fiscal_years import FiscalYear
from plans.models import Plan, PlanYear

PERIOD = ("first_fiscal_year", "last_fiscal_year")


class YearsInUse(Exception):
    """Years that a shorter period would drop are in use; the message names them, in Japanese."""


def check_period(first: int, last: int) -> None:
    """Raises ValidationError, with the model's own words, for a period that no plan can have."""
    others = {field.name for field in Plan._meta.fields}.difference(PERIOD)
    Plan(first_fiscal_year=first, last_fiscal_year=last).validate_constraints(exclude=others)


def show_period(first: int, last: int) -> str:
    """「令和5年度から令和7年度まで」"""
    return f"{FiscalYear(first).era_label}から{FiscalYear(last).era_label}まで"


def add_planned_years(plan, first: int, last: int) -> list[int]:
    """Adds the years of a period that the plan lacks; returns them. Two queries."""
    standing = set(PlanYear.objects.filter(plan=plan).values_list("fiscal_year", flat=True))
    missing = [year for year in range(first, last + 1) if year not in standing]
    PlanYear.objects.bulk_create(PlanYear(plan=plan, fiscal_year=year) for year in missing)
    return missing


def change_years(plan, first: int, last: int) -> str:
    """Makes the plan's years those of a period; returns what changed, in words.

    Raises YearsInUse where a year outside has begun, or holds results.
    """
    outside = PlanYear.objects.filter(plan=plan).exclude(fiscal_year__range=(first, last))
    dropped = list(outside.select_for_update().order_by("fiscal_year"))
    _refuse_begun([year for year in dropped if not year.is_planned])
    _refuse_with_results(plan, [year.fiscal_year for year in dropped])
    outside.delete()
    added = add_planned_years(plan, first, last)
    lines = (("追加した年度", added), ("除いた年度", [year.fiscal_year for year in dropped]))
    return "\n".join(f"{label}: {_names(years)}" for label, years in lines if years)


def _refuse_begun(years):
    if years:
        names = "、".join(
            f"{FiscalYear(year.fiscal_year).era_label}（{year.get_state_display()}）"
            for year in years
        )
        raise YearsInUse(f"{names}は始まっているため、計画期間から除けません。")


def _refuse_with_results(plan, years):
    """Results stand to the right of plans; only their names in the database are used here."""
    held = plan.kpis.filter(results__fiscal_year__in=years).order_by()
    found = sorted(held.values_list("results__fiscal_year", flat=True).distinct())
    if found:
        raise YearsInUse(f"{_names(found)}には実績が登録されているため、計画期間から除けません。")


def _names(years):
    return "、".join(FiscalYear(year).era_label for year in years)
