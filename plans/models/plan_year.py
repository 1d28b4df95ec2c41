from django.db import models
from django.db.models import Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from plans.models.plan import Plan


class YearState(models.TextChoices):
    """年度の状態 of a plan's year."""

    PLANNED = "planned", "予定"
    OPEN = "open", "入力受付中"
    CLOSED = "closed", "締め済み"


@audited(of="plan", is_leaf=True)
class PlanYear(NaturalKeyModel):
    """計画年度: a fiscal year for which a plan's results are asked, entered and closed."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "fiscal_year")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="years", verbose_name="計画"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状態", max_length=10, choices=YearState, default=YearState.PLANNED)
    due_on = models.DateField("回答期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "計画年度"
        ordering = ["plan", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "fiscal_year"],
                name="plan_year_unique",
                violation_error_message="この年度は登録済みです。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=YearState.values), name="plan_year_state_from_list"
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year"), name="plan_year_in_range"
            ),
        ]

    def __str__(self):
        return f"{self.plan} {self.fiscal_year}"

    @property
    def is_open(self):
        return self.state == YearState.OPEN

    @property
    def is_closed(self):
        return self.state == YearState.CLOSED

    @property
    def is_planned(self):
        return self.state == YearState.PLANNED
