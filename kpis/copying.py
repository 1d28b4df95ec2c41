"""What a new edition takes over of the KPIs: definitions and coming targets, never results."""

from kpis.models import Kpi, KpiLineage, KpiResponsibility, Target
from plans.copying import copy_rows


def copy_kpis(earlier, later, policies) -> dict[int, Kpi]:
    """Gives a draft the KPIs of the plan it follows, under its own `policies` (by old id).

    Baselines stay; targets come along only where their year lies in the new period; results stay
    behind. Seven queries, however many KPIs.
    """
    kpis = copy_rows(
        Kpi.objects.filter(plan=earlier), lambda kpi: _place(kpi, earlier, later, policies)
    )
    for rows in (KpiResponsibility.objects.filter(kpi__in=kpis), coming_targets(earlier, later)):
        copy_rows(rows, lambda row: {"kpi_id": kpis[row.kpi_id].pk})
    KpiLineage.objects.bulk_create(
        KpiLineage(earlier_id=old, later=new) for old, new in kpis.items()
    )
    return kpis


def _place(kpi, earlier, later, policies):
    first, last = measured_years(kpi, earlier, later)
    return {
        "plan_id": later.pk,
        "policy_id": policies[kpi.policy_id].pk,
        "first_fiscal_year": first,
        "last_fiscal_year": last,
    }


def measured_years(kpi, earlier, later) -> tuple[int, int]:
    """From when to when a KPI is measured in the new edition: as long as the plan lasts.

    A start or an end of its own (not the old plan's) stays where it lies in the new period.
    """
    years = range(later.first_fiscal_year, later.last_fiscal_year + 1)
    first = _own(kpi.first_fiscal_year, earlier.first_fiscal_year, years) or years[0]
    rest = range(first, years.stop)
    return first, _own(kpi.last_fiscal_year, earlier.last_fiscal_year, rest) or years[-1]


def _own(year, of_plan, years):
    return year if year != of_plan and year in years else None


def coming_targets(earlier, later):
    """The targets of a plan whose year lies in the period of the next."""
    period = (later.first_fiscal_year, later.last_fiscal_year)
    return Target.objects.filter(kpi__plan=earlier, fiscal_year__range=period)
