"""The levels with which a new plan begins; later they are edited with the document's parts."""

from plans.models import PolicyLevel, Tier

MOST_LEVELS = 4


def tiers(count: int) -> list[Tier]:
    """What levels are called across plans, from the top: basic policies first, measures last."""
    between = [Tier.INITIATIVE] * (count - 2)
    return [Tier.BASIC_POLICY, *between, Tier.MEASURE] if count > 1 else [Tier.MEASURE]


def create_levels(plan, names: list[str]) -> None:
    """Gives a plan levels of these names, from the top. One query."""
    PolicyLevel.objects.bulk_create(
        PolicyLevel(plan=plan, depth=depth, name=name, tier=tier)
        for depth, (name, tier) in enumerate(zip(names, tiers(len(names)), strict=True), 1)
    )
