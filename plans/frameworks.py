"""How a plan's measures answer the national plan and the town's 総合計画."""

from dataclasses import dataclass

from plans.models import ItemClass, PolicyFrameworkItem


@dataclass(frozen=True)
class ItemRow:
    """One item of a framework and the labels of all measures that serve it."""

    label: str
    class_label: str
    policies: tuple[str, ...]


@dataclass(frozen=True)
class FrameworkRows:
    """One framework as far as the plan's measures point to it."""

    name: str
    items: tuple[ItemRow, ...]


def plan_frameworks(plan) -> tuple[list[FrameworkRows], dict[int, list[str]]]:
    """Per framework its items with their measures; per policy id the items' labels. One query."""
    links = PolicyFrameworkItem.objects.filter(policy__plan=plan).select_related(
        "policy", "item__framework"
    )
    in_order = links.order_by(
        "item__framework__position", "item__framework", "item__position", "policy__code"
    )
    frameworks, by_policy = {}, {}
    for link in in_order:
        items = frameworks.setdefault(str(link.item.framework), {})
        items.setdefault(link.item, []).append(link.policy.label)
        by_policy.setdefault(link.policy_id, []).append(str(link.item))
    rows = [FrameworkRows(name, _items(items)) for name, items in frameworks.items()]
    return rows, by_policy


def _items(items):
    return tuple(_item(item, policies) for item, policies in items.items())


def _item(item, policies) -> ItemRow:
    is_plain = item.item_class == ItemClass.PLAIN
    class_label = "" if is_plain else item.get_item_class_display()
    return ItemRow(str(item), class_label, tuple(policies))
