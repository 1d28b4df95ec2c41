"""The KPIs of two editions of a plan side by side."""

from dataclasses import dataclass

from django.db.models import F

from dxplan.lib.fiscal_years import FiscalYear
from kpis.measurement import Direction, MeasurementType
from kpis.models import Kpi, KpiLineage, Target
from kpis.result_rows import scale_of
from kpis.target_rows import revised_last, target_row
from plans.comparison import (
    Difference,
    PolicyComparison,
    Succession,
    differing,
    lines_of,
)


@dataclass(frozen=True)
class KpiSide:
    """One KPI as an edition defines it; `targets` maps fiscal years to shown targets."""

    id: int
    number: str
    name: str
    unit: str
    definition: str
    type_label: str
    direction_label: str
    policy_id: int
    policy_label: str
    targets: dict[int, str]

    @property
    def label(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def final_target(self) -> str:
        """「45 手続」: the target of the last year that has one."""
        return self.targets[max(self.targets)] if self.targets else ""

    @property
    def final_target_text(self) -> str:
        """「45 手続（令和8年度）」"""
        if not self.targets:
            return ""
        return f"{self.final_target}（{FiscalYear(max(self.targets)).era_label}）"


@dataclass(frozen=True)
class ComparedKpi:
    """A KPI of the new edition beside those it carries on; `later` is None where it ended."""

    kinds: tuple[Succession, ...]
    later: KpiSide | None
    earlier: tuple[KpiSide, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        return self.kinds == (Succession.CONTINUED,) and not self.differences


def compare_kpis(earlier_plan, later_plan, policies: PolicyComparison) -> tuple[ComparedKpi, ...]:
    """What became of every KPI: rows in the new order, then what ended in the old one.

    Three queries, however many KPIs.
    """
    targets = _targets(earlier_plan, later_plan)
    kpis = list(Kpi.objects.filter(plan__in=(earlier_plan, later_plan)))
    earlier = _sides(kpis, earlier_plan, policies.earlier, targets)
    later = _sides(kpis, later_plan, policies.later, targets)
    pairs = KpiLineage.objects.filter(later__plan=later_plan).order_by("pk")
    lines = lines_of(pairs.values_list("earlier", "later"))
    rows = [_row(side, earlier, lines, policies.lines) for side in later.values()]
    rows += [
        ComparedKpi((Succession.ENDED,), None, (side,))
        for side in earlier.values()
        if side.id not in lines.later_of
    ]
    return tuple(rows)


def _targets(*plans):
    by_kpi = {}
    targets = Target.objects.filter(kpi__plan__in=plans).select_related("revision")
    oldest_first = F("revision__number").asc(nulls_first=True)
    for target in targets.order_by("fiscal_year", oldest_first):
        by_kpi.setdefault(target.kpi_id, []).append(target)
    return by_kpi


def _sides(kpis, plan, nodes, targets) -> dict[int, KpiSide]:
    """The KPIs of one plan in its order, by id."""
    places = {policy_id: place for place, policy_id in enumerate(nodes)}
    own = [kpi for kpi in kpis if kpi.plan_id == plan.pk]
    own.sort(key=lambda kpi: (places[kpi.policy_id], kpi.position, kpi.pk))
    return {kpi.pk: _side(kpi, nodes[kpi.policy_id], targets.get(kpi.pk, [])) for kpi in own}


def _side(kpi, node, targets) -> KpiSide:
    scale = scale_of(kpi)
    in_force = revised_last([target_row(target, scale) for target in targets])
    return KpiSide(
        id=kpi.pk,
        number=kpi.number,
        name=kpi.name,
        unit=kpi.unit,
        definition=kpi.definition,
        type_label=MeasurementType(kpi.measurement_type).label,
        direction_label=Direction(kpi.direction).label,
        policy_id=node.id,
        policy_label=node.label,
        targets={year: in_force[year].text for year in sorted(in_force)},
    )


def _row(side, earlier, lines, policy_lines) -> ComparedKpi:
    own = lines.earlier_of.get(side.id, ())
    before = tuple(item for item in earlier.values() if item.id in own)
    sole = earlier.get(lines.sole_earlier(side.id))
    if sole is None:
        return ComparedKpi(lines.kinds(side.id), side, before)
    is_moved = sole.policy_id not in policy_lines.earlier_of.get(side.policy_id, ())
    kinds = (
        Succession.CONTINUED,
        *((Succession.RENAMED,) if sole.name != side.name else ()),
        *((Succession.MOVED,) if is_moved else ()),
    )
    moves = (Difference("施策", sole.policy_label, side.policy_label),) if is_moved else ()
    differences = (*_differences(sole, side), *moves)
    return ComparedKpi(kinds, side, before, differences)


def _differences(old, new) -> tuple[Difference, ...]:
    shown = (
        ("指標番号", old.number, new.number),
        ("指標名", old.name, new.name),
        ("定義", old.definition, new.definition),
        ("最終の目標", old.final_target, new.final_target),
    )
    others = (
        ("単位", old.unit, new.unit),
        ("測定の種類", old.type_label, new.type_label),
        ("目指す方向", old.direction_label, new.direction_label),
        *_targets_of_both(old, new),
    )
    return (*differing(shown, is_shown=True), *differing(others))


def _targets_of_both(old, new):
    """The targets of the years that lie in both editions."""
    years = sorted(set(old.targets) & set(new.targets))
    return [
        (f"{FiscalYear(year).era_label}の目標", old.targets[year], new.targets[year])
        for year in years
    ]
