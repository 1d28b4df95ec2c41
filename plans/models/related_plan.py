from django.db import models
from django.db.models import Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from plans.models.framework import Framework
from plans.models.plan import Plan


class Relation(models.TextChoices):
    """計画どうしの関係, seen from the plan that names the other."""

    ABOVE = "above", "上位計画"
    NATIONAL = "national", "国の計画"
    PREFECTURAL = "prefectural", "県の計画"
    BESIDE = "beside", "関連計画"
    BELOW = "below", "実施計画"
    BEFORE = "before", "前の計画"


@audited(of="plan", is_leaf=True)
class RelatedPlan(NaturalKeyModel):
    """上位・関連する計画 that a plan names; `framework` where measures point to its items."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "name")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="related_plans", verbose_name="計画"
    )
    name = models.CharField("計画名", max_length=200)
    relation = models.CharField("関係", max_length=20, choices=Relation)
    period = models.CharField("期間・時期", max_length=100, blank=True)
    note = models.CharField("説明", max_length=300, blank=True)
    framework = models.ForeignKey(
        Framework,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="related_plans",
        verbose_name="項目の一覧",
    )
    position = models.PositiveSmallIntegerField("表示順", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "上位・関連する計画"
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"],
                name="related_plan_unique",
                violation_error_message="同じ名前の計画が登録済みです。",
            ),
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values), name="related_plan_relation_from_list"
            ),
        ]

    def __str__(self):
        return self.name
