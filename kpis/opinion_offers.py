"""What an opinion can be about, and who can be asked to respond."""

from dataclasses import dataclass

from django.utils import timezone

from dxplan.accounts.models import Department
from kpis.models import Kpi
from kpis.opinions import WHOLE_PLAN
from kpis.progress import carriers_of
from plans.tree import policy_tree


@dataclass(frozen=True)
class OpinionOffers:
    """`policies` and `kpis` map ids to names in the plan's order; `in_charge` says who answers.

    Its keys are ("policy", id) and ("kpi", id); a policy is answered for by whoever is in charge
    of a KPI of it or below it.
    """

    policies: dict[int, str]
    kpis: dict[int, str]
    departments: dict[int, str]
    ended: frozenset[int]
    in_charge: dict[tuple[str, int], frozenset[int]]

    def departments_for(self, chosen) -> list[tuple[int, str]]:
        """The departments that there are, and those chosen already."""
        return [
            (pk, f"{name}（廃止）" if pk in self.ended else name)
            for pk, name in self.departments.items()
            if pk in chosen or pk not in self.ended
        ]

    def about_text(self, policy_id: int | None, kpi_id: int | None) -> str:
        if kpi_id:
            return f"指標 {self.kpis.get(kpi_id, '')}"
        return self.policies.get(policy_id, "").strip() if policy_id else WHOLE_PLAN

    def names_of(self, department_ids) -> str:
        return "、".join(name for pk, name in self.departments.items() if pk in department_ids)


def opinion_offers(plan) -> OpinionOffers:
    """Four queries."""
    today, nodes = timezone.localdate(), policy_tree(plan)
    places = {node.id: place for place, node in enumerate(nodes)}
    kpis = list(Kpi.objects.filter(plan=plan).with_departments(today))
    kpis.sort(key=lambda kpi: (places[kpi.policy_id], kpi.position, kpi.pk))
    departments = list(Department.objects.filter(municipality=plan.municipality_id))
    return OpinionOffers(
        policies={node.id: f"{'　' * (node.depth - 1)}{node.label}" for node in nodes},
        kpis={kpi.pk: f"{kpi.number} {kpi.name}" for kpi in kpis},
        departments={row.pk: row.name for row in departments},
        ended=frozenset(row.pk for row in departments if row.ended_before(today)),
        in_charge=_in_charge(nodes, kpis),
    )


def _in_charge(nodes, kpis):
    above = {node.id: (node.id, *node.ancestor_ids) for node in nodes}
    found = {}
    for kpi in kpis:
        own = frozenset(carriers_of(kpi.responsibilities.all()))
        found["kpi", kpi.pk] = own
        for policy_id in above[kpi.policy_id]:
            found["policy", policy_id] = found.get(("policy", policy_id), frozenset()) | own
    return found
