"""A plan's policies as lines of a list, with what they can be filtered by."""

from dataclasses import dataclass
from itertools import groupby

from plans.frameworks import framework_links, item_url
from plans.models import PolicyLevel, PolicyLink
from plans.places import policy_url
from plans.tree import PolicyNode, policy_tree

Options = list[tuple[object, object]]


@dataclass(frozen=True)
class PolicyLine:
    """One policy in its place in reading order; what it stands right under or serves, its items."""

    place: int
    node: PolicyNode
    url: str
    above: tuple[str, ...]
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PolicyList:
    """All policies of a plan; `below` maps a top policy's id to those under it or serving it."""

    lines: tuple[PolicyLine, ...]
    levels: Options
    tops: Options
    items: Options
    below: dict[int, set[int]]


def policy_list(plan) -> PolicyList:
    """A plan's policies in reading order. Four queries, however many policies."""
    nodes = policy_tree(plan)
    links = list(PolicyLink.objects.filter(policy__plan=plan).values_list("policy", "parent"))
    item_links = list(framework_links(plan))
    levels = PolicyLevel.objects.filter(plan=plan)
    return PolicyList(
        lines=tuple(_lines(plan, nodes, links, item_links)),
        levels=[(level.pk, _with_axis(level.axis, level.name)) for level in levels],
        tops=[(node.id, _with_axis(node.axis, node.label)) for node in nodes if node.depth == 1],
        items=_item_options(item_links),
        below=_below(nodes, links),
    )


def _with_axis(axis, text):
    return f"{axis}：{text}" if axis and axis != text else text


def _lines(plan, nodes, links, item_links):
    labels = {node.id: node.label for node in nodes}
    served, items = {}, {}
    for policy, parent in links:
        served.setdefault(policy, []).append(labels[parent])
    for link in item_links:
        found = str(link.item), item_url(plan.pk, link.item_id)
        items.setdefault(link.policy_id, []).append(found)
    for place, node in enumerate(nodes):
        yield PolicyLine(
            place=place,
            node=node,
            url=policy_url(plan.pk, node.id),
            above=(*node.path[-2:-1], *served.get(node.id, ())),
            items=tuple(items.get(node.id, ())),
        )


def _item_options(item_links) -> Options:
    """The items that policies point to, framework by framework."""
    return [
        (str(framework), list({link.item_id: str(link.item) for link in group}.items()))
        for framework, group in groupby(item_links, key=lambda link: link.item.framework)
    ]


def _below(nodes, links):
    under = {node.id: {node.id} for node in nodes}
    for node in nodes:
        for ancestor_id in node.ancestor_ids:
            under[ancestor_id].add(node.id)
    return {
        node.id: under[node.id].union(
            *(under[policy] for policy, parent in links if parent in under[node.id])
        )
        - {node.id}
        for node in nodes
        if node.depth == 1
    }
