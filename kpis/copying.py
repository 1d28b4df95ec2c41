"""What a new edition takes over of the KPIs: definitions and coming targets, never results."""

from django.db.models import F

from kpis.measurement import TargetKind
from kpis.models import GradeScale, Kpi, KpiLineage, KpiResponsibility, Target
from plans.copying import copy_rows
from plans.models import Checklist


def copy_kpis(earlier, later, policies) -> dict[int, Kpi]:
    """Gives a draft the KPIs of the plan it follows, under its own `policies` (by old id).

    Baselines stay; targets come along only where their year lies in the new period; results stay
    behind. The scale of grades in force becomes the first of the draft. Nine queries, and three
    more for a scale, however many KPIs.
    """
    checklists = {row.code: row.pk for row in Checklist.objects.filter(plan=later)}
    kpis = copy_rows(
        Kpi.objects.filter(plan=earlier).select_related("checklist"),
        lambda kpi: _place(kpi, earlier, later, policies, checklists),
    )
    copy_rows(
        KpiResponsibility.objects.filter(kpi__in=kpis), lambda row: {"kpi_id": kpis[row.kpi_id].pk}
    )
    copy_rows(
        coming_targets(earlier, later),
        lambda row: {"kpi_id": kpis[row.kpi_id].pk, "revision_id": None},
    )
    _copy_scale(earlier, later)
    KpiLineage.objects.bulk_create(
        KpiLineage(earlier_id=old, later=new) for old, new in kpis.items()
    )
    return kpis


def _place(kpi, earlier, later, policies, checklists):
    first, last = measured_years(kpi, earlier, later)
    return {
        "plan_id": later.pk,
        "policy_id": policies[kpi.policy_id].pk,
        "first_fiscal_year": first,
        "last_fiscal_year": last,
        "version": 1,
        "checklist_id": checklists[kpi.checklist.code] if kpi.checklist else None,
    }


def _copy_scale(earlier, later):
    last = GradeScale.objects.filter(plan=earlier).order_by("version").last()
    if last is None:
        return
    copies = copy_rows(
        GradeScale.objects.filter(pk=last.pk),
        lambda row: {
            "plan_id": later.pk,
            "version": 1,
            "effective_fiscal_year": later.first_fiscal_year,
        },
    )
    copy_rows(last.steps.all(), lambda row: {"scale_id": copies[last.pk].pk})


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
    """The targets in force of a plan whose year lies in the period of the next.

    A target that a revision took away does not come along: there is nothing left to reach.
    """
    period = (later.first_fiscal_year, later.last_fiscal_year)
    newest_first = F("revision__number").desc(nulls_last=True)
    targets = Target.objects.filter(kpi__plan=earlier, fiscal_year__range=period)
    latest = targets.order_by("kpi_id", "fiscal_year", newest_first)
    latest = latest.distinct("kpi_id", "fiscal_year")
    return Target.objects.filter(pk__in=latest.values("pk")).exclude(kind=TargetKind.NONE.value)
