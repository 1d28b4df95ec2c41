"""What a KPI carries on: the KPIs of earlier plans with their years, as they were judged then."""

from dataclasses import dataclass

from django.db.models import Prefetch

from dxplan.lib.fiscal_years import FiscalYear
from kpis.models import KpiLineage, Result, Target
from kpis.result_rows import result_rows, scale_of
from kpis.rows import ResultRow
from kpis.target_rows import TargetRow, target_row, versions_in
from plans.models import Plan
from plans.review import SETTLED


@dataclass(frozen=True)
class EarlierYear:
    """Target, or what took it away, and result of one year of an earlier KPI; None without."""

    fiscal_year: FiscalYear
    target: TargetRow | None
    result: ResultRow | None


@dataclass(frozen=True)
class EarlierKpi:
    """A KPI of an earlier plan, with the years in which it was measured."""

    id: int
    number: str
    name: str
    plan_title: str
    years: tuple[EarlierYear, ...]

    @property
    def has_sample(self) -> bool:
        return any(item.result and item.result.is_sample for item in self.years)


def earlier_series(access, plan, kpi) -> list[EarlierKpi]:
    """The KPIs that this one carries on, of plans the person may see. No query or three.

    With their settled results alone: what an earlier plan reached is long approved.
    """
    if not plan.predecessor_id:
        return []
    lines = KpiLineage.objects.filter(
        later=kpi, earlier__plan__in=Plan.objects.visible_to(access)
    ).select_related("earlier__plan")
    targets = Target.objects.order_by("fiscal_year", "pk").select_related("revision")
    results = Result.objects.filter(review_state__in=SETTLED).order_by("fiscal_year")
    found = lines.prefetch_related(
        Prefetch("earlier__targets", targets), Prefetch("earlier__results", results)
    )
    return [_series(line.earlier) for line in found]


def _series(kpi) -> EarlierKpi:
    scale = scale_of(kpi)
    targets = [target_row(target, scale) for target in kpi.targets.all()]
    results = result_rows(kpi, scale, list(kpi.results.all()))
    years = range(kpi.first_fiscal_year, kpi.last_fiscal_year + 1)
    return EarlierKpi(
        id=kpi.pk,
        number=kpi.number,
        name=kpi.name,
        plan_title=kpi.plan.title,
        years=tuple(
            EarlierYear(FiscalYear(year), versions_in(targets, year).get(year), results.get(year))
            for year in years
        ),
    )
