from django.db import models
from django.db.models import F, Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel, NaturalKeyQuerySet
from plans.models.plan import Plan


class Tier(models.TextChoices):
    """階層の種類: what a level is called across plans, whatever its name in one plan."""

    BASIC_POLICY = "basic_policy", "基本方針"
    INITIATIVE = "initiative", "取組"
    MEASURE = "measure", "施策"


@audited(of="plan")
class PolicyLevel(NaturalKeyModel):
    """階層: one level of a plan's hierarchy, named as the plan names it.

    A plan may order its policies along more than one `axis` (体系), each with levels of its own.
    """

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "axis", "depth")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="levels", verbose_name="計画"
    )
    axis = models.CharField("体系の名称", max_length=50, blank=True)
    axis_position = models.PositiveSmallIntegerField("体系の表示順", default=1)
    depth = models.PositiveSmallIntegerField("深さ")
    tier = models.CharField("階層の種類", max_length=20, choices=Tier)
    name = models.CharField("階層の名称", max_length=50)

    class Meta:
        verbose_name = verbose_name_plural = "階層"
        ordering = ["plan", "axis_position", "depth"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "axis", "depth"],
                name="policy_level_depth_unique",
                violation_error_message="この深さの階層は登録済みです。",
            ),
            models.CheckConstraint(
                condition=Q(depth__range=(1, 9)), name="policy_level_depth_in_range"
            ),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="policy_level_tier"),
        ]

    def __str__(self):
        return self.name


class PolicyQuerySet(NaturalKeyQuerySet):
    def of_plan(self, plan):
        """The plan's policies with their level, axis after axis, siblings by position."""
        in_order = self.order_by("level__axis_position", "position", "pk")
        return in_order.filter(plan=plan).select_related("level")


@audited(of="plan")
class Policy(NaturalKeyModel):
    """方針・取組・施策: one node of a plan's hierarchy, at one of its levels."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "code")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="policies", verbose_name="計画"
    )
    level = models.ForeignKey(
        PolicyLevel, on_delete=models.PROTECT, related_name="policies", verbose_name="階層"
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上位",
    )
    further_parents = models.ManyToManyField(
        "self",
        through="PolicyLink",
        symmetrical=False,
        related_name="further_children",
        verbose_name="ほかの上位",
    )
    code = models.CharField("コード", max_length=30)
    number = models.CharField("番号", max_length=20, blank=True)
    name = models.CharField("名称", max_length=200)
    summary = models.TextField("概要", blank=True)
    position = models.PositiveSmallIntegerField("表示順", default=0)
    version = models.PositiveIntegerField("保存回数", default=1)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "方針・取組・施策"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="policy_code_unique_in_plan"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="policy_not_own_parent"),
            models.UniqueConstraint(
                fields=["level", "parent", "number"],
                condition=~Q(number=""),
                nulls_distinct=False,
                name="policy_number_unique_among_siblings",
                violation_error_message="同じ番号が、同じ上位の下にすでにあります。",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        """Number and name as printed: 「① 情報発信の充実」, 「1)行政手続きのオンライン化」."""
        return f"{self.number} {self.name}".strip()


@audited(of="policy", is_leaf=True)
class PolicyLink(NaturalKeyModel):
    """方針との対応: a policy that also serves one of another axis (a ● of a matrix)."""

    NATURAL_KEY = (
        "policy__plan__municipality__code",
        "policy__plan__code",
        "policy__code",
        "parent__plan__municipality__code",
        "parent__plan__code",
        "parent__code",
    )

    policy = models.ForeignKey(
        Policy, on_delete=models.CASCADE, related_name="links", verbose_name="施策"
    )
    parent = models.ForeignKey(
        Policy, on_delete=models.CASCADE, related_name="links_below", verbose_name="対応する方針"
    )

    class Meta:
        verbose_name = verbose_name_plural = "方針との対応"
        ordering = ["policy", "parent"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "parent"], name="policy_link_unique"),
            models.CheckConstraint(
                condition=~Q(policy=F("parent")), name="policy_link_not_to_itself"
            ),
        ]

    def __str__(self):
        return f"{self.policy} → {self.parent}"
