from django.conf import settings
from django.db import models
from django.db.models import Q

from actionplans.models.action_plan import ActionPlan
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years


@audited(of="action_plan", is_leaf=True)
class ProgressNote(NaturalKeyModel):
    """四半期の報告 of an action plan to the mayor: on time or not, and one paragraph."""

    NATURAL_KEY = (
        "action_plan__plan__municipality__code",
        "action_plan__plan__code",
        "action_plan__number",
        "fiscal_year",
        "quarter",
    )

    action_plan = models.ForeignKey(
        ActionPlan, on_delete=models.CASCADE, related_name="notes", verbose_name="アクションプラン"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("四半期")
    is_on_time = models.BooleanField("予定どおり")
    text = models.TextField("報告", max_length=10_000)
    version = models.PositiveIntegerField("保存回数", default=1)
    is_sample = models.BooleanField("見本", default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="入力者",
    )
    entered_by_name = models.CharField("入力者の氏名", max_length=60, blank=True)
    entered_at = models.DateTimeField("入力日時", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "四半期の報告"
        ordering = ["action_plan", "fiscal_year", "quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["action_plan", "fiscal_year", "quarter"],
                name="progress_note_unique_in_quarter",
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year"), name="progress_note_year_known"
            ),
            models.CheckConstraint(
                condition=Q(quarter__range=(1, 4)), name="progress_note_quarter_of_four"
            ),
        ]

    def __str__(self):
        return f"{self.action_plan} {self.fiscal_year} 第{self.quarter}四半期"
