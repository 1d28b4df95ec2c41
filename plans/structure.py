"""Changes of a plan's hierarchy: what the tree editor does, each under the plan's lock.

Every function takes a `PlanEdit` (see `plans.editing`), reads the hierarchy as it is now, and
leaves a record. What another person did meanwhile shows as `Stale`; what cannot be as `Refused`.
"""

from dataclasses import dataclass

from django.db.models import PROTECT, ProtectedError

from plans.editing import PlanEdit, Stale, what_changed
from plans.models import (
    ChangeKind,
    FrameworkItem,
    Policy,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLineage,
    PolicyLink,
)
from plans.numbering import next_number, numbers_from


class Refused(Exception):
    """The change cannot be; the message says why, in Japanese."""


class NumberTaken(Refused):
    """The place is fine, but a sibling there bears the same number."""


@dataclass(frozen=True)
class PolicyFields:
    """What a form says about a policy: its texts, and the ids of what it points to."""

    number: str
    name: str
    summary: str
    item_ids: frozenset[int]
    link_ids: frozenset[int]
    earlier_ids: frozenset[int]


class Hierarchy:
    """A plan's policies and levels as they are now. Two queries."""

    def __init__(self, plan):
        self.policies = {policy.pk: policy for policy in Policy.objects.of_plan(plan)}
        self.levels = {
            (level.axis, level.depth): level for level in PolicyLevel.objects.filter(plan=plan)
        }

    def policy(self, policy_id) -> Policy:
        """Raises Stale where it was removed."""
        if policy_id not in self.policies:
            raise Stale
        return self.policies[policy_id]

    def level_below(self, parent: Policy | None, axis: str) -> PolicyLevel:
        """The level right below a policy, or the top of an axis. Raises Refused."""
        place = (parent.level.axis, parent.level.depth + 1) if parent else (axis, 1)
        if place not in self.levels:
            raise Refused("この下に置ける階層がありません。")
        return self.levels[place]

    def siblings(self, parent: Policy | None, level: PolicyLevel) -> list[Policy]:
        parent_id = parent.pk if parent else None
        return [
            policy
            for policy in self.policies.values()
            if policy.parent_id == parent_id and policy.level_id == level.pk
        ]

    def below(self, policy: Policy) -> list[Policy]:
        """All policies under one, those right below it first."""
        children = [other for other in self.policies.values() if other.parent_id == policy.pk]
        return children + [deeper for child in children for deeper in self.below(child)]


def add_policy(edit: PlanEdit, fields: PolicyFields, *, parent_id, axis="") -> Policy:
    """A new policy, last below its parent (or at the top of an axis)."""
    tree = Hierarchy(edit.plan)
    parent = tree.policy(parent_id) if parent_id else None
    level = tree.level_below(parent, axis)
    siblings = tree.siblings(parent, level)
    _refuse_taken(fields.number, siblings)
    policy = Policy.objects.create(
        plan=edit.plan,
        level=level,
        parent=parent,
        code=_free_code(tree),
        position=max((sibling.position for sibling in siblings), default=0) + 1,
        number=fields.number,
        name=fields.name,
        summary=fields.summary,
    )
    _point(policy, fields)
    edit.record(ChangeKind.ADDED, policy.label, f"{level.name}として追加")
    return policy


def edit_policy(edit: PlanEdit, fields: PolicyFields, *, policy_id, version) -> bool:
    """Changes texts and pointers; False where nothing differs. Raises Stale with what stands."""
    tree = Hierarchy(edit.plan)
    policy = tree.policy(policy_id)
    if policy.version != version:
        raise Stale(policy)
    siblings = tree.siblings(policy.parent, policy.level)
    _refuse_taken(fields.number, [other for other in siblings if other.pk != policy_id])
    before = policy_fields(policy)
    if before == fields:
        return False
    detail = what_changed(_shown(before), _shown(fields))
    subject = policy.label
    policy.number, policy.name, policy.summary = fields.number, fields.name, fields.summary
    policy.version += 1
    policy.save(update_fields=["number", "name", "summary", "version"])
    _point(policy, fields)
    edit.record(ChangeKind.EDITED, subject, detail)
    return True


def place_policy(
    edit: PlanEdit, *, policy_id, parent_id, axis="", index: int, number: str | None = None
) -> bool:
    """Puts a policy (with all below it) at a place among the policies under a parent.

    `index` counts from 0 among the others there; `number` replaces the printed number. False where
    it stands there already, so that the same request sent twice is harmless.
    """
    tree = Hierarchy(edit.plan)
    policy = tree.policy(policy_id)
    parent = tree.policy(parent_id) if parent_id else None
    if parent and (parent == policy or parent in tree.below(policy)):
        raise Refused("自分自身や、自分の下にあるものの下には移動できません。")
    level = tree.level_below(parent, axis)
    others = [other for other in tree.siblings(parent, level) if other != policy]
    number = policy.number if number is None else number
    _refuse_taken(number, others)
    order = [*others[:index], policy, *others[index:]]
    is_moved = (policy.parent_id, policy.level_id) != (parent_id or None, level.pk)
    if not is_moved and number == policy.number and order == tree.siblings(parent, level):
        return False
    detail = _place_text(policy, parent, level) if is_moved else f"{order.index(policy) + 1}番目へ"
    shifted = _shift(tree, policy, level)
    policy.parent, policy.level, policy.number = parent, level, number
    for position, sibling in enumerate(order, 1):
        sibling.position = position
    Policy.objects.bulk_update([*order, *shifted], ["parent", "level", "number", "position"])
    kind = ChangeKind.MOVED if is_moved else ChangeKind.REORDERED
    edit.record(kind, policy.label, detail)
    return True


def renumber(edit: PlanEdit, *, parent_id, axis="") -> bool:
    """Numbers the policies under a parent on from the lowest of their numbers, in their order."""
    tree = Hierarchy(edit.plan)
    parent = tree.policy(parent_id) if parent_id else None
    siblings = tree.siblings(parent, tree.level_below(parent, axis))
    numbers = _numbers_in_order([policy.number for policy in siblings])
    changed = [
        (policy, number)
        for policy, number in zip(siblings, numbers, strict=True)
        if policy.number != number
    ]
    detail = "\n".join(f"{policy.name}: {policy.number} → {number}" for policy, number in changed)
    Policy.objects.filter(pk__in=[policy.pk for policy, _ in changed]).update(number="")
    for policy, number in changed:
        policy.number = number
    Policy.objects.bulk_update([policy for policy, _ in changed], ["number"])
    if changed:
        edit.record(ChangeKind.EDITED, parent.label if parent else "最上位", detail)
    return bool(changed)


def remove_policy(edit: PlanEdit, *, policy_id) -> None:
    """Removes a policy with all below it. Raises Refused where something keeps them."""
    tree = Hierarchy(edit.plan)
    policy = tree.policy(policy_id)
    gone = [policy, *tree.below(policy)]
    try:
        for depth in sorted({item.level.depth for item in gone}, reverse=True):
            here = [item.pk for item in gone if item.level.depth == depth]
            Policy.objects.filter(pk__in=here).delete()
    except ProtectedError as error:
        names = "、".join(str(item) for item in error.protected_objects)
        raise Refused(f"次のものが付いているため、削除できません: {names}") from error
    edit.record(
        ChangeKind.REMOVED, policy.label, "\n".join(f"あわせて削除: {item}" for item in gone[1:])
    )


@dataclass(frozen=True)
class Hanging:
    """What hangs on a policy or on those below it, of one kind."""

    kind: str
    names: tuple[str, ...]
    keeps: bool


def hanging_on(policy: Policy) -> list[Hanging]:
    """What would go with a policy, or `keeps` it from being removed. One query per kind."""
    tree = Hierarchy(policy.plan)
    below = tree.below(tree.policy(policy.pk))
    ids = [policy.pk, *(item.pk for item in below)]
    found = [Hanging("下にある方針・取組・施策", tuple(str(item) for item in below), keeps=False)]
    for relation in Policy._meta.related_objects:
        if relation.related_model is Policy:
            continue
        rows = relation.related_model.objects.filter(**{f"{relation.field.name}__in": ids})
        names = tuple(str(row) for row in _with_names(rows))
        label = relation.related_model._meta.verbose_name
        found.append(Hanging(label, names, keeps=relation.on_delete is PROTECT))
    return [item for item in found if item.names]


def _with_names(rows):
    """The rows with what their names are made of, so that naming them costs no query each."""
    return rows.select_related(
        *(field.name for field in rows.model._meta.fields if field.related_model)
    )


def policy_fields(policy: Policy) -> PolicyFields:
    """What a policy says now, as a form would say it. Three queries."""
    return PolicyFields(
        number=policy.number,
        name=policy.name,
        summary=policy.summary,
        item_ids=frozenset(policy.framework_links.values_list("item", flat=True)),
        link_ids=frozenset(policy.links.values_list("parent", flat=True)),
        earlier_ids=frozenset(policy.lines_to_earlier.values_list("earlier", flat=True)),
    )


def suggested_number(plan, *, parent_id, axis="") -> str:
    """The number that follows the last one below a parent. Two queries."""
    tree = Hierarchy(plan)
    parent = tree.policies.get(parent_id)
    siblings = tree.siblings(parent, tree.level_below(parent, axis))
    return next_number(siblings[-1].number) if siblings else ""


def _refuse_taken(number, others):
    if number and any(other.number == number for other in others):
        raise NumberTaken(
            f"番号「{number}」は、同じ上位の下にすでにあります。別の番号にしてください。"
        )


def _free_code(tree):
    taken = {policy.code for policy in tree.policies.values()}
    return next(code for n in range(1, len(taken) + 2) if (code := f"added-{n}") not in taken)


def _shift(tree, policy, level):
    """Gives all below a policy their levels for its new one; returns them."""
    below = tree.below(policy)
    for item in below:
        depth = item.level.depth + level.depth - policy.level.depth
        if (level.axis, depth) not in tree.levels:
            raise Refused("移動すると階層が足りなくなります。下にあるものを先に移動してください。")
        item.level = tree.levels[level.axis, depth]
    return below


def _place_text(policy, parent, level):
    before = policy.parent.label if policy.parent else "最上位"
    after = parent.label if parent else "最上位"
    return f"上位: {before} → {after}\n階層: {policy.level} → {level}"


def _numbers_in_order(numbers):
    first = min((number for number in numbers if number), key=_place_in_sequence, default="")
    following = numbers_from(first, len(numbers))
    if not following:
        raise Refused("番号の付け方が分からないため、振り直せません。先頭に番号を付けてください。")
    return following


def _place_in_sequence(number):
    return len(number), number


def _point(policy, fields):
    """Makes framework items, links to other axes and lineage what the form says."""
    _make_so(policy.framework_links, "item", fields.item_ids, PolicyFrameworkItem, policy)
    _make_so(policy.links, "parent", fields.link_ids, PolicyLink, policy)
    lines = policy.lines_to_earlier
    lines.exclude(earlier__in=fields.earlier_ids).delete()
    kept = set(lines.values_list("earlier", flat=True))
    PolicyLineage.objects.bulk_create(
        PolicyLineage(later=policy, earlier_id=item) for item in sorted(fields.earlier_ids - kept)
    )


def _make_so(rows, name, ids, model, policy):
    rows.exclude(**{f"{name}__in": ids}).delete()
    kept = set(rows.values_list(name, flat=True))
    model.objects.bulk_create(
        model(policy=policy, **{f"{name}_id": item}) for item in sorted(ids - kept)
    )


def _shown(fields: PolicyFields) -> dict[str, str]:
    """A policy's fields as words, for the record. Three queries."""

    def names(model, ids):
        return "、".join(str(row) for row in model.objects.filter(pk__in=ids))

    return {
        "番号": fields.number,
        "名称": fields.name,
        "概要": fields.summary,
        "対応する項目": names(FrameworkItem, fields.item_ids),
        "対応する方針": names(Policy, fields.link_ids),
        "前の版の施策": names(Policy, fields.earlier_ids),
    }
