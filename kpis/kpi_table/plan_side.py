"""What a plan holds already, beside which the lines of a KPI table are laid."""

from dataclasses import dataclass
from functools import cached_property

from kpis.definition_rules import closed_years
from kpis.definitions import Offers, offers_of
from kpis.kpi_table.records import same_name
from kpis.models import Kpi, Target
from kpis.target_changes import Targets, standing_target
from plans.numbering import next_number
from plans.tree import PolicyNode, policy_tree


@dataclass(frozen=True)
class PlanSide:
    """A plan's policies, KPIs with their first targets, and closed years, as they are now."""

    plan: object
    offers: Offers
    nodes: list[PolicyNode]
    kpis: list[Kpi]
    first_targets: dict[int, Targets]
    revised: frozenset[int]
    closed: frozenset[int]

    def standing(self, policy_id: int, name: str) -> Kpi | None:
        """The KPI of this name under a policy."""
        named = (
            kpi for kpi in self._by_name.get(same_name(name), ()) if kpi.policy_id == policy_id
        )
        return next(named, None)

    def namesake(self, name: str) -> Kpi | None:
        """A KPI of this name, wherever it stands."""
        return next(iter(self._by_name.get(same_name(name), ())), None)

    @cached_property
    def _by_name(self) -> dict[str, list[Kpi]]:
        found = {}
        for kpi in self.kpis:
            found.setdefault(same_name(kpi.name), []).append(kpi)
        return found

    def may_complete(self, kpi: Kpi) -> bool:
        """Whether targets are set directly: in a draft, or where there is none yet."""
        return self.plan.is_draft or not (self.first_targets.get(kpi.pk) or kpi.pk in self.revised)

    @property
    def numbers(self) -> set[str]:
        return {kpi.number for kpi in self.kpis}

    @property
    def following_number(self) -> str:
        """The number after the last KPI's."""
        return next_number(self.kpis[-1].number) if self.kpis else "1"


def plan_side(plan) -> PlanSide:
    """Seven queries, however much there is."""
    targets, revised = {}, set()
    for row in Target.objects.filter(kpi__plan=plan):
        if row.revision_id is None:
            targets.setdefault(row.kpi_id, {})[row.fiscal_year] = standing_target(row)
        else:
            revised.add(row.kpi_id)
    return PlanSide(
        plan=plan,
        offers=offers_of(plan),
        nodes=policy_tree(plan),
        kpis=list(plan.kpis.order_by("position", "pk")),
        first_targets=targets,
        revised=frozenset(revised),
        closed=closed_years(plan.pk),
    )
