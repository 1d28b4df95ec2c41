from django.db import models

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from plans.models.policy import Policy


@audited(of="later", is_leaf=True)
class PolicyLineage(NaturalKeyModel):
    """施策の系譜: a policy of a new edition carries on one of the edition before.

    Whether it was continued, merged or split follows from how many lines meet; a policy without a
    line is new, or ended.
    """

    NATURAL_KEY = (
        "later__plan__municipality__code",
        "later__plan__code",
        "later__code",
        "earlier__plan__municipality__code",
        "earlier__plan__code",
        "earlier__code",
    )

    earlier = models.ForeignKey(
        Policy, on_delete=models.CASCADE, related_name="lines_to_later", verbose_name="前の版の施策"
    )
    later = models.ForeignKey(
        Policy, on_delete=models.CASCADE, related_name="lines_to_earlier", verbose_name="新しい施策"
    )

    class Meta:
        verbose_name = verbose_name_plural = "施策の系譜"
        ordering = ["later", "earlier"]
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="policy_lineage_unique")
        ]

    def __str__(self):
        return f"{self.earlier} → {self.later}"
