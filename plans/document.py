"""A plan as a document: its hierarchy axis by axis, with the matrix of links between axes."""

from dataclasses import dataclass

from plans.frameworks import FrameworkRows, plan_frameworks
from plans.models import PolicyLevel, PolicyLink
from plans.tree import PolicyNode, policy_tree


@dataclass(frozen=True)
class DocumentNode:
    """A policy with the labels of those it serves, and of those that serve it, on other axes."""

    node: PolicyNode
    serves: tuple[str, ...]
    served_by: tuple[str, ...]
    framework_items: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Which policies (lines) serve which policies of another axis (columns)."""

    columns: tuple[PolicyNode, ...]
    lines: tuple[tuple[PolicyNode, tuple[bool, ...]], ...]


@dataclass(frozen=True)
class Axis:
    """One ordering of a plan's policies: its levels' names from the top, and its nodes."""

    name: str
    level_names: tuple[str, ...]
    nodes: tuple[DocumentNode, ...]
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class PlanDocument:
    axes: tuple[Axis, ...]
    matrix: Matrix | None
    frameworks: tuple[FrameworkRows, ...]


def plan_document(plan) -> PlanDocument:
    """The whole hierarchy of a plan. Four queries, however many policies."""
    nodes = policy_tree(plan)
    levels = list(PolicyLevel.objects.filter(plan=plan))
    links = set(PolicyLink.objects.filter(policy__plan=plan).values_list("policy", "parent"))
    frameworks, items = plan_frameworks(plan)
    names = list(dict.fromkeys(level.axis for level in levels))
    return PlanDocument(
        axes=tuple(_axis(name, levels, nodes, links, items) for name in names),
        matrix=_matrix(nodes, links) if links else None,
        frameworks=tuple(frameworks),
    )


def _axis(name, levels, nodes, links, items) -> Axis:
    level_names = tuple(level.name for level in levels if level.axis == name)
    own = [node for node in nodes if node.axis == name]
    return Axis(
        name=name,
        level_names=level_names,
        nodes=tuple(_with_links(node, nodes, links, items) for node in own),
        counts=tuple(
            (level_name, sum(node.depth == depth for node in own))
            for depth, level_name in enumerate(level_names, 1)
        ),
    )


def _with_links(node, nodes, links, items) -> DocumentNode:
    return DocumentNode(
        node,
        serves=tuple(other.label for other in nodes if (node.id, other.id) in links),
        served_by=tuple(other.label for other in nodes if (other.id, node.id) in links),
        framework_items=tuple(items.get(node.id, ())),
    )


def _matrix(nodes, links) -> Matrix:
    above = {parent for _, parent in links}
    below = {policy for policy, _ in links}
    columns = tuple(node for node in nodes if node.id in above)
    return Matrix(
        columns=columns,
        lines=tuple(
            (node, tuple((node.id, column.id) in links for column in columns))
            for node in nodes
            if node.id in below
        ),
    )
