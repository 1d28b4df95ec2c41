"""Two editions of a plan side by side: what became of every policy."""

from collections import Counter
from dataclasses import dataclass

from dxplan.lib.choices import LabelledEnum
from plans.models import PolicyLineage
from plans.tree import PolicyNode, policy_tree


class Succession(LabelledEnum):
    """継承の種類: what became of a policy or KPI from one edition to the next."""

    CONTINUED = "continued", "継続"
    RENAMED = "renamed", "名称変更"
    MOVED = "moved", "移動"
    MERGED = "merged", "統合"
    SPLIT = "split", "分割"
    NEW = "new", "新規"
    ENDED = "ended", "廃止"


@dataclass(frozen=True)
class Lines:
    """The lineage between two editions, by ids, to both sides."""

    earlier_of: dict[int, tuple[int, ...]]
    later_of: dict[int, tuple[int, ...]]

    def sole_earlier(self, later_id: int) -> int | None:
        """The one that this carries on, where it is the only one on both sides."""
        earlier = self.earlier_of.get(later_id, ())
        is_sole = len(earlier) == 1 and len(self.later_of[earlier[0]]) == 1
        return earlier[0] if is_sole else None

    def kinds(self, later_id: int) -> tuple[Succession, ...]:
        """New, continued, or merged and split, as the lines meet."""
        earlier = self.earlier_of.get(later_id, ())
        if not earlier:
            return (Succession.NEW,)
        merged = (Succession.MERGED,) if len(earlier) > 1 else ()
        is_split = any(len(self.later_of[item]) > 1 for item in earlier)
        return merged + ((Succession.SPLIT,) if is_split else ()) or (Succession.CONTINUED,)


@dataclass(frozen=True)
class Difference:
    """One thing that a continued policy or KPI says otherwise; blank texts where both show it."""

    label: str
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        if not self.before and not self.after:
            return self.label
        return f"{self.label}: {self.before or '（なし）'} → {self.after or '（なし）'}"


@dataclass(frozen=True)
class ComparedPolicy:
    """A policy of the new edition beside those it carries on; `later` is None where it ended."""

    kinds: tuple[Succession, ...]
    later: PolicyNode | None
    earlier: tuple[PolicyNode, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        return self.kinds == (Succession.CONTINUED,) and not self.differences


@dataclass(frozen=True)
class PolicyComparison:
    """Both hierarchies and their lines; rows in the new order, then what ended in the old one."""

    earlier: dict[int, PolicyNode]
    later: dict[int, PolicyNode]
    lines: Lines
    rows: tuple[ComparedPolicy, ...]


def lines_of(pairs) -> Lines:
    """Lines from (earlier id, later id) pairs."""
    earlier_of, later_of = {}, {}
    for earlier, later in pairs:
        earlier_of[later] = (*earlier_of.get(later, ()), earlier)
        later_of[earlier] = (*later_of.get(earlier, ()), later)
    return Lines(earlier_of, later_of)


def counts(rows) -> dict[Succession, int]:
    """How many rows are of each kind; one that was moved and renamed counts under both."""
    found = Counter(kind for row in rows for kind in row.kinds)
    return {kind: found[kind] for kind in Succession}


def compare_policies(earlier_plan, later_plan) -> PolicyComparison:
    """What became of every policy of the earlier plan. Three queries, however many policies."""
    earlier = {node.id: node for node in policy_tree(earlier_plan)}
    later = {node.id: node for node in policy_tree(later_plan)}
    pairs = PolicyLineage.objects.filter(later__plan=later_plan).order_by("pk")
    lines = lines_of(pairs.values_list("earlier", "later"))
    rows = [_row(node, earlier, later, lines) for node in later.values()]
    rows += [
        ComparedPolicy((Succession.ENDED,), None, (node,))
        for node in earlier.values()
        if node.id not in lines.later_of
    ]
    return PolicyComparison(earlier, later, lines, tuple(rows))


def earlier_options(plan) -> list[tuple[int, str]]:
    """(id, level, number and name) of the policies before a plan, in their order. One query."""
    if not plan.predecessor_id:
        return []
    nodes = policy_tree(plan.predecessor_id)
    return [
        (node.id, f"{'　' * (node.depth - 1)}{node.level_name}: {node.label}") for node in nodes
    ]


def _row(node, earlier, later, lines) -> ComparedPolicy:
    own = lines.earlier_of.get(node.id, ())
    ancestors = tuple(item for item in earlier.values() if item.id in own)
    sole = earlier.get(lines.sole_earlier(node.id))
    if sole is None:
        return ComparedPolicy(lines.kinds(node.id), node, ancestors)
    places = _moves(sole, node, earlier, later, lines)
    kinds = (
        Succession.CONTINUED,
        *((Succession.RENAMED,) if sole.name != node.name else ()),
        *((Succession.MOVED,) if places else ()),
    )
    return ComparedPolicy(kinds, node, ancestors, (*_differences(sole, node), *places))


def _moves(old, new, earlier, later, lines) -> tuple[Difference, ...]:
    """Another level; a policy above that does not carry on the one that stood above."""
    found = []
    if (old.axis, old.depth) != (new.axis, new.depth):
        found.append(Difference("階層", old.level_name, new.level_name))
    above, below = old.ancestor_ids[-1:], new.ancestor_ids[-1:]
    carried_on = lines.earlier_of.get(below[0], ()) if below else ()
    if above != below and not set(above).intersection(carried_on):
        found.append(Difference("上位", _label(above, earlier), _label(below, later)))
    return tuple(found)


def _label(ids, nodes) -> str:
    return nodes[ids[0]].label if ids else "最上位"


def differing(pairs, *, is_shown=False) -> tuple[Difference, ...]:
    """Differences out of (label, before, after); `is_shown`: both texts stand beside already."""
    found = [Difference(*pair) for pair in pairs if pair[1] != pair[2]]
    return tuple(Difference(item.label) if is_shown else item for item in found)


def _differences(old, new) -> tuple[Difference, ...]:
    texts = (
        ("番号", _number(old), _number(new)),
        ("名称", old.name, new.name),
        ("概要", old.summary, new.summary),
    )
    return differing(texts, is_shown=True)


def _number(node) -> str:
    return node.label.removesuffix(node.name).strip()
