"""A plan's hierarchy as rows in reading order."""

from dataclasses import dataclass

from plans.models import Policy


@dataclass(frozen=True)
class PolicyNode:
    """One policy in reading order; `path` holds the labels from the top level down to its own."""

    id: int
    axis: str
    depth: int
    level_name: str
    label: str
    name: str
    summary: str
    path: tuple[str, ...]
    ancestor_ids: tuple[int, ...]

    @property
    def group_label(self) -> str:
        """Under which heading the policy stands: the labels above it, or its own at the top."""
        return " ＞ ".join(self.path[:-1] or self.path)


def policy_tree(plan) -> list[PolicyNode]:
    """All policies of a plan, parents before children, siblings by position. One query."""
    return tree_of(Policy.objects.of_plan(plan))


def tree_of(policies) -> list[PolicyNode]:
    """These policies, siblings in the order given; whose parent is not among them is left out."""
    children = {}
    for policy in policies:
        children.setdefault(policy.parent_id, []).append(policy)
    return list(_walk(children, parent_id=None, path=(), ancestor_ids=()))


def _walk(children, *, parent_id, path, ancestor_ids):
    for policy in children.get(parent_id, ()):
        own_path = (*path, policy.label)
        yield PolicyNode(
            id=policy.pk,
            axis=policy.level.axis,
            depth=policy.level.depth,
            level_name=policy.level.name,
            label=policy.label,
            name=policy.name,
            summary=policy.summary,
            path=own_path,
            ancestor_ids=ancestor_ids,
        )
        yield from _walk(
            children,
            parent_id=policy.pk,
            path=own_path,
            ancestor_ids=(*ancestor_ids, policy.pk),
        )
