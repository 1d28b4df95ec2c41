from django.db import models
from django.db.models import Q

from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from kpis.measurement import Milestone, TargetKind
from kpis.models.fields import TakenAt, figure_field, finite
from kpis.models.kpi import Kpi


class Target(TakenAt, NaturalKeyModel):
    """目標 of a KPI for a fiscal year: a number, a stage, or the KPI's reference series."""

    NATURAL_KEY = ("kpi__plan__municipality__code", "kpi__plan__code", "kpi__number", "fiscal_year")

    kpi = models.ForeignKey(
        Kpi, on_delete=models.CASCADE, related_name="targets", verbose_name="指標"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("目標の種類", max_length=20, choices=TargetKind.choices())
    value = figure_field("目標値")
    milestone = models.CharField("到達段階", max_length=20, blank=True, choices=Milestone.choices())

    class Meta:
        verbose_name = verbose_name_plural = "目標"
        ordering = ["kpi", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "fiscal_year"],
                name="target_unique_in_year",
                violation_error_message="この年度の目標は登録済みです。",
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year", "taken_fiscal_year"),
                name="target_years_known",
            ),
            models.CheckConstraint(
                condition=Q(kind=TargetKind.NUMBER.value, value__isnull=False, milestone="")
                | Q(kind=TargetKind.REFERENCE.value, value__isnull=True, milestone="")
                | Q(
                    kind=TargetKind.MILESTONE.value,
                    value__isnull=True,
                    milestone__in=Milestone.values(),
                ),
                name="target_is_what_its_kind_says",
            ),
            models.CheckConstraint(condition=finite("value"), name="target_value_finite"),
        ]

    def __str__(self):
        return f"{self.kpi} {self.fiscal_year}"
