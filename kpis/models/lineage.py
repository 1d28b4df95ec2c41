from django.db import models

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from kpis.models.kpi import Kpi


@audited(of="later", is_leaf=True)
class KpiLineage(NaturalKeyModel):
    """指標の系譜: a KPI of a new edition carries on one of the edition before."""

    NATURAL_KEY = (
        "later__plan__municipality__code",
        "later__plan__code",
        "later__number",
        "earlier__plan__municipality__code",
        "earlier__plan__code",
        "earlier__number",
    )

    earlier = models.ForeignKey(
        Kpi, on_delete=models.CASCADE, related_name="lines_to_later", verbose_name="前の版の指標"
    )
    later = models.ForeignKey(
        Kpi, on_delete=models.CASCADE, related_name="lines_to_earlier", verbose_name="新しい指標"
    )

    class Meta:
        verbose_name = verbose_name_plural = "指標の系譜"
        ordering = ["later", "earlier"]
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="kpi_lineage_unique")
        ]

    def __str__(self):
        return f"{self.earlier} → {self.later}"
