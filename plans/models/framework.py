from django.db import models
from django.db.models import Q

from dxplan.accounts.models import Municipality
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel, NaturalKeyQuerySet
from plans.models.policy import Policy


@audited(of="municipality")
class Framework(NaturalKeyModel):
    """上位・関連計画 of measures: an edition of the national plan, a town's 総合計画."""

    NATURAL_KEY = ("code",)

    code = models.SlugField("コード", max_length=50, unique=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, verbose_name="市区町村"
    )
    name = models.CharField("名称", max_length=100)
    edition = models.CharField("版", max_length=50, blank=True)
    position = models.PositiveSmallIntegerField("表示順", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "上位・関連計画"
        ordering = ["position", "code"]

    def __str__(self):
        return f"{self.name} {self.edition}".strip()


class ItemClass(models.TextChoices):
    """重点取組事項かどうか: how the framework ranks an item."""

    PRIORITY = "priority", "重点取組事項"
    TOGETHER = "together", "あわせて取り組む事項"
    OPTIONAL = "optional", "必要に応じて取り組む事項"
    OWN = "own", "独自の取組"
    PLAIN = "plain", "区分なし"


class FrameworkItemQuerySet(NaturalKeyQuerySet):
    def open_to(self, plan):
        """The items a plan's policies may point to: national ones and its own town's."""
        own = Q(framework__municipality=None) | Q(framework__municipality=plan.municipality_id)
        return self.filter(own).order_by("framework__position", "framework", "position")

    def offered_in(self, plan):
        """Those of the own town's frameworks and of the national ones that the plan uses.

        All of `open_to` where it uses no national one yet.
        """
        used = Framework.objects.filter(
            Q(items__policy_links__policy__plan=plan) | Q(related_plans__plan=plan)
        )
        national = used.filter(municipality=None)
        if not national.exists():
            return self.open_to(plan)
        own = Q(framework__municipality=plan.municipality_id)
        return self.open_to(plan).filter(own | Q(framework__in=national.values("pk")))


@audited(of="framework")
class FrameworkItem(NaturalKeyModel):
    """上位・関連計画の項目."""

    NATURAL_KEY = ("framework__code", "number")

    framework = models.ForeignKey(
        Framework, on_delete=models.CASCADE, related_name="items", verbose_name="上位・関連計画"
    )
    number = models.CharField("番号", max_length=20)
    name = models.CharField("名称", max_length=200)
    item_class = models.CharField("区分", max_length=10, choices=ItemClass, default=ItemClass.PLAIN)
    position = models.PositiveSmallIntegerField("表示順", default=0)

    objects = FrameworkItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "上位・関連計画の項目"
        ordering = ["framework", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "number"], name="framework_item_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(item_class__in=ItemClass.values),
                name="framework_item_class_from_list",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.name}"


@audited(of="policy", is_leaf=True)
class PolicyFrameworkItem(NaturalKeyModel):
    """項目との対応: a policy serves an item of a framework."""

    NATURAL_KEY = (
        "policy__plan__municipality__code",
        "policy__plan__code",
        "policy__code",
        "item__framework__code",
        "item__number",
    )

    policy = models.ForeignKey(
        Policy, on_delete=models.CASCADE, related_name="framework_links", verbose_name="施策"
    )
    item = models.ForeignKey(
        FrameworkItem, on_delete=models.PROTECT, related_name="policy_links", verbose_name="項目"
    )

    class Meta:
        verbose_name = verbose_name_plural = "項目との対応"
        ordering = ["policy", "item"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "item"], name="policy_framework_item_unique")
        ]

    def __str__(self):
        return f"{self.policy} → {self.item}"
