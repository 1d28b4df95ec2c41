from django.conf import settings
from django.db import models
from django.db.models import Q

from actionplans.attainment import CHANGING, Attainment, NextDirection
from actionplans.models.action_plan import ActionPlan
from actionplans.models.stage import SAYS_SOMETHING
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from plans.models import Reviewed, review_constraints
from plans.review import EDITABLE

STILL_WRITTEN = Q(review_state__in=sorted(EDITABLE))


@audited(of="action_plan", is_leaf=True)
class Evaluation(Reviewed, NaturalKeyModel):
    """施策の評価 of an action plan in a fiscal year, by its department. A draft may lack things."""

    NATURAL_KEY = (
        "action_plan__plan__municipality__code",
        "action_plan__plan__code",
        "action_plan__number",
        "fiscal_year",
    )

    action_plan = models.ForeignKey(
        ActionPlan,
        on_delete=models.PROTECT,
        related_name="evaluations",
        verbose_name="アクションプラン",
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    attainment = models.CharField(
        "目標の達成度", max_length=20, choices=Attainment.choices(), blank=True
    )
    comment = models.TextField("自己評価", blank=True, max_length=10_000)
    cause = models.TextField("未達成の原因・理由", blank=True, max_length=10_000)
    direction = models.CharField(
        "翌年度の方向", max_length=20, choices=NextDirection.choices(), blank=True
    )
    direction_reason = models.TextField("方向の理由", blank=True, max_length=10_000)
    version = models.PositiveIntegerField("保存回数", default=1)
    is_sample = models.BooleanField("見本", default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="入力者",
    )
    entered_by_name = models.CharField("入力者の氏名", max_length=60, blank=True)
    entered_at = models.DateTimeField("入力日時", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "施策の評価"
        ordering = ["action_plan", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["action_plan", "fiscal_year"], name="evaluation_unique_in_year"
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year"), name="evaluation_year_known"
            ),
            models.CheckConstraint(
                condition=Q(attainment__in=["", *Attainment.values()])
                & Q(direction__in=["", *NextDirection.values()]),
                name="evaluation_choices_from_lists",
            ),
            models.CheckConstraint(
                condition=STILL_WRITTEN | (~Q(attainment="") & ~Q(direction="")),
                name="evaluation_handed_in_whole",
            ),
            models.CheckConstraint(
                condition=STILL_WRITTEN
                | Q(attainment=Attainment.ACHIEVED.value)
                | Q(cause__regex=SAYS_SOMETHING),
                name="evaluation_says_why_not_achieved",
            ),
            models.CheckConstraint(
                condition=STILL_WRITTEN
                | ~Q(direction__in=CHANGING)
                | Q(direction_reason__regex=SAYS_SOMETHING),
                name="evaluation_says_why_the_plan_changes",
            ),
            *review_constraints("evaluation"),
        ]

    def __str__(self):
        return f"{self.action_plan} {self.fiscal_year}"
