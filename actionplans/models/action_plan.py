from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.urls import reverse

from dxplan.accounts.models import Department, DepartmentOn
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel, NaturalKeyQuerySet
from kpis.models import Kpi
from plans.models import Plan, Policy


class Continuity(models.TextChoices):
    """新規・継続."""

    NEW = "new", "新規"
    CONTINUED = "continued", "継続"


class ActionPlanQuerySet(NaturalKeyQuerySet):
    def visible_to(self, access):
        return self.filter(plan__in=Plan.objects.visible_to(access).values("pk"))

    def of_plan(self, plan):
        return self.filter(plan=plan).order_by("position", "pk")

    def carried_on(self, on):
        """Adds `carrier`: id and name of the department in charge on a day, as of KPIs."""
        still = models.When(department__successor=None, then=models.F("department"))
        then = Department.objects.filter(pk=models.OuterRef("carrier_id"))
        return self.alias(
            carrier_id=models.Case(still, default=DepartmentOn("department", on))
        ).annotate(carrier=models.Subquery(then.values(row=JSONObject(id="pk", name="name"))))


@audited(of="plan")
class ActionPlan(NaturalKeyModel):
    """アクションプラン: one sheet (個票) of a measure, or of the plan as a whole.

    `version` counts the saves of the sheet with its KPIs and stages, and guards against lost ones.
    """

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "number")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="action_plans", verbose_name="計画"
    )
    policy = models.ForeignKey(
        Policy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="action_plans",
        verbose_name="施策",
    )
    number = models.CharField("施策NO.", max_length=20)
    position = models.PositiveSmallIntegerField("表示順", default=0)
    title = models.CharField("事業名", max_length=200)
    continuity = models.CharField("新規・継続", max_length=10, choices=Continuity, blank=True)
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="action_plans",
        verbose_name="担当課",
    )
    upper_plan = models.CharField("総合計画の名称", max_length=100, blank=True)
    upper_policy = models.CharField("総合計画の基本方針名", max_length=200, blank=True)
    upper_measure = models.CharField("総合計画の主要施策名", max_length=200, blank=True)
    overview = models.TextField("事業の概要", blank=True, max_length=10_000)
    effect = models.TextField("事業の効果", blank=True, max_length=10_000)
    remarks = models.TextField("備考", blank=True, max_length=10_000)
    reference_due = models.CharField("目標時期（参考）", max_length=50, blank=True)
    version = models.PositiveIntegerField("保存回数", default=1)
    kpis = models.ManyToManyField(Kpi, through="ActionPlanKpi", related_name="action_plans")

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "アクションプラン"
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="action_plan_number_unique_in_plan",
                violation_error_message="この施策NO.は登録済みです。別の番号にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(continuity__in=["", *Continuity.values]),
                name="action_plan_continuity_from_list",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    def get_absolute_url(self):
        return reverse("action_plan", args=[self.pk])


@audited(of="action_plan", is_leaf=True)
class ActionPlanKpi(NaturalKeyModel):
    """アクションプランの指標: a KPI on a sheet, in the sheet's order."""

    NATURAL_KEY = (
        "action_plan__plan__municipality__code",
        "action_plan__plan__code",
        "action_plan__number",
        "kpi__number",
    )

    action_plan = models.ForeignKey(
        ActionPlan,
        on_delete=models.CASCADE,
        related_name="kpi_links",
        verbose_name="アクションプラン",
    )
    kpi = models.ForeignKey(
        Kpi, on_delete=models.CASCADE, related_name="action_plan_links", verbose_name="指標"
    )
    position = models.PositiveSmallIntegerField("表示順", default=0)
    due = models.CharField("達成時期", max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "アクションプランの指標"
        ordering = ["action_plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["action_plan", "kpi"], name="action_plan_kpi_unique")
        ]

    def __str__(self):
        return f"{self.action_plan} {self.kpi}"
