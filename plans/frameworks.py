"""How a plan's measures answer the national plan and the town's 総合計画."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q
from django.urls import reverse

from plans.models import (
    Framework,
    FrameworkItem,
    ItemClass,
    Plan,
    Policy,
    PolicyFrameworkItem,
    RelatedPlan,
)
from plans.places import policy_url
from plans.tree import PolicyNode, policy_tree, tree_of


@dataclass(frozen=True)
class Measure:
    """A policy that serves an item, in its place in its plan."""

    plan: Plan
    node: PolicyNode

    @property
    def url(self) -> str:
        return policy_url(self.plan.pk, self.node.id)

    @property
    def above_text(self) -> str:
        """The labels above it; blank at the top."""
        return " ＞ ".join(self.node.path[:-1])


@dataclass(frozen=True)
class ItemRow:
    """One item of a framework and all measures that serve it."""

    id: int
    label: str
    url: str
    item_class: str
    class_label: str
    measures: tuple[tuple[str, str], ...]

    @property
    def policies(self) -> tuple[str, ...]:
        """The measures' labels alone."""
        return tuple(label for label, _ in self.measures)


@dataclass(frozen=True)
class FrameworkRows:
    """One framework with items of it."""

    id: int
    name: str
    items: tuple[ItemRow, ...]

    @property
    def count_text(self) -> str:
        """「10項目のうち8項目に対応」"""
        served = sum(bool(item.measures) for item in self.items)
        return f"{len(self.items)}項目のうち{served}項目に対応"


def plan_frameworks(plan) -> tuple[list[FrameworkRows], dict[int, list[str]]]:
    """Per framework the items that have measures; per policy id the items' labels. One query."""
    links = list(framework_links(plan))
    by_policy = {}
    for link in links:
        by_policy.setdefault(link.policy_id, []).append(str(link.item))
    rows = [
        FrameworkRows(framework.pk, str(framework), tuple(_served_items(plan, group)))
        for framework, group in groupby(links, key=lambda link: link.item.framework)
    ]
    return rows, by_policy


def framework_links(plan):
    """Which policy of the plan serves which item: items in their order. One query."""
    links = PolicyFrameworkItem.objects.filter(policy__plan=plan).select_related(
        "policy", "item__framework"
    )
    return links.order_by(
        "item__framework__position",
        "item__framework",
        "item__position",
        "item",
        "policy__level__axis_position",
        "policy__code",
    )


def _served_items(plan, links):
    for item, group in groupby(links, key=lambda link: link.item):
        yield _item_row(plan, item, [link.policy for link in group])


def item_url(plan_id: int, item_id: int) -> str:
    return reverse("framework_item", args=[plan_id, item_id])


def _item_row(plan, item, policies) -> ItemRow:
    is_plain = item.item_class == ItemClass.PLAIN
    return ItemRow(
        id=item.pk,
        label=str(item),
        url=item_url(plan.pk, item.pk),
        item_class=item.item_class,
        class_label="" if is_plain else item.get_item_class_display(),
        measures=tuple((policy.label, policy_url(plan.pk, policy.pk)) for policy in policies),
    )


def frameworks_of(plan):
    """The frameworks that a plan's measures serve or that it names, and its own town's."""
    served = PolicyFrameworkItem.objects.filter(policy__plan=plan).values("item__framework")
    named = RelatedPlan.objects.filter(plan=plan).values("framework")
    is_own = Q(municipality=plan.municipality_id)
    is_national = Q(municipality=None)
    return Framework.objects.filter(
        is_own | is_national & (Q(pk__in=served) | Q(pk__in=named)),
    )


def framework_rows(plan, frameworks) -> list[FrameworkRows]:
    """These frameworks with all their items, also those that no measure serves. Three queries."""
    places = {node.id: place for place, node in enumerate(policy_tree(plan))}
    serving = {}
    for link in sorted(framework_links(plan), key=lambda link: places[link.policy_id]):
        serving.setdefault(link.item_id, []).append(link.policy)
    items = {}
    for item in FrameworkItem.objects.filter(framework__in=frameworks):
        row = _item_row(plan, item, serving.get(item.pk, ()))
        items.setdefault(item.framework_id, []).append(row)
    return [
        FrameworkRows(framework.pk, str(framework), tuple(items.get(framework.pk, ())))
        for framework in frameworks
    ]


def measures_of(item, plans) -> list[Measure]:
    """The policies of these plans that serve the item, plan by plan. Two queries."""
    links = PolicyFrameworkItem.objects.filter(item=item, policy__plan__in=plans)
    plan_ids = dict(links.values_list("policy", "policy__plan"))
    by_id = {plan.pk: plan for plan in plans}
    in_order = Policy.objects.order_by("level__axis_position", "position", "pk")
    nodes = tree_of(in_order.filter(plan__in=plan_ids.values()).select_related("level"))
    measures = [Measure(by_id[plan_ids[node.id]], node) for node in nodes if node.id in plan_ids]
    return sorted(measures, key=lambda measure: plans.index(measure.plan))
