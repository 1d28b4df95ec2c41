from django.db import models
from django.db.models import F, Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from plans.models import MOST_YEARS, Plan


@audited(of="plan", is_leaf=True)
class SchedulePeriod(NaturalKeyModel):
    """工程表の期間 of a plan whose schedule prints other years than the plan's own."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code")

    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, related_name="schedule_period", verbose_name="計画"
    )
    first_fiscal_year = models.PositiveSmallIntegerField("工程表の最初の年度")
    last_fiscal_year = models.PositiveSmallIntegerField("工程表の最後の年度")
    note = models.TextField("欄外の注", blank=True, max_length=10_000)

    class Meta:
        verbose_name = verbose_name_plural = "工程表の期間"
        constraints = [
            models.CheckConstraint(
                condition=within_known_years("first_fiscal_year", "last_fiscal_year"),
                name="schedule_period_years_known",
            ),
            models.CheckConstraint(
                condition=Q(last_fiscal_year__gte=F("first_fiscal_year")),
                name="schedule_period_ends_after_start",
                violation_error_message="最後の年度は最初の年度以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(last_fiscal_year__lt=F("first_fiscal_year") + MOST_YEARS),
                name="schedule_period_twenty_years_at_most",
                violation_error_message=f"工程表の期間は{MOST_YEARS}年以内にしてください。",
            ),
        ]

    def __str__(self):
        return f"{self.first_fiscal_year}–{self.last_fiscal_year}"
