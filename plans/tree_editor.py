"""The tree editor's rows, and the places that its buttons name."""

import re
from collections import Counter
from dataclasses import dataclass

from django.http import Http404

from plans.models import PolicyLevel
from plans.tree import PolicyNode, policy_tree


@dataclass(frozen=True)
class Place:
    """Below a policy (`parent_id`), or at the top of an axis."""

    parent_id: int | None
    axis: str


@dataclass(frozen=True)
class EditorRow:
    """One policy with what can be done to it; `siblings` holds the group it stands in."""

    node: PolicyNode
    group: str
    index: int
    siblings: int
    below_name: str

    @property
    def is_first(self) -> bool:
        return self.index == 0

    @property
    def is_last(self) -> bool:
        return self.index == self.siblings - 1

    @property
    def index_above(self) -> int:
        return self.index - 1

    @property
    def index_below(self) -> int:
        return self.index + 1


@dataclass(frozen=True)
class EditorAxis:
    """One axis: the group its top policies stand in, the name of the top level, its rows."""

    name: str
    group: str
    top_name: str
    rows: tuple[EditorRow, ...]


def editor_axes(plan) -> list[EditorAxis]:
    """A plan's hierarchy for the editor, axis by axis. Two queries."""
    levels = list(PolicyLevel.objects.filter(plan=plan))
    names = {(level.axis, level.depth): level.name for level in levels}
    tops = [level for level in levels if level.depth == 1]
    rows = _rows(policy_tree(plan), names, {level.axis: level.pk for level in tops})
    return [
        EditorAxis(
            name=level.axis,
            group=f"t{level.pk}",
            top_name=level.name,
            rows=tuple(row for row in rows if row.node.axis == level.axis),
        )
        for level in tops
    ]


def _rows(nodes, names, tops):
    groups = {node.id: _group(node, tops) for node in nodes}
    sizes, places = Counter(groups.values()), Counter()
    rows = []
    for node in nodes:
        group = groups[node.id]
        below_name = names.get((node.axis, node.depth + 1), "")
        rows.append(EditorRow(node, group, places[group], sizes[group], below_name))
        places[group] += 1
    return rows


def _group(node, tops):
    return f"p{node.ancestor_ids[-1]}" if node.ancestor_ids else f"t{tops[node.axis]}"


def read_place(plan, text: str) -> Place:
    """The place that 「p12」 (below policy 12) or 「t3」 (at top level 3) names, else Http404."""
    found = re.fullmatch(r"([pt])([0-9]{1,18})", text)
    if not found:
        raise Http404
    if found[1] == "p":
        return Place(int(found[2]), "")
    level = PolicyLevel.objects.filter(plan=plan, pk=int(found[2]), depth=1).first()
    if level is None:
        raise Http404
    return Place(None, level.axis)


def read_move(plan, text: str) -> tuple[int, Place, int]:
    """Policy id, place and index of 「12:p5:3」: policy 12 goes below policy 5, fourth."""
    found = re.fullmatch(r"([0-9]{1,18}):([pt][0-9]{1,18}):([0-9]{1,4})", text)
    if not found:
        raise Http404
    return int(found[1]), read_place(plan, found[2]), int(found[3])
