from django.conf import settings
from django.db import models
from django.db.models import Q

from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from kpis.measurement import Milestone, ValueState
from kpis.models.fields import TakenAt, figure_field, finite
from kpis.models.kpi import Kpi

STATES_WITH_VALUE = [state.value for state in ValueState if state.has_value]


class Result(TakenAt, NaturalKeyModel):
    """実績 of a KPI for a fiscal year. `version` counts its saves and guards against lost ones."""

    NATURAL_KEY = ("kpi__plan__municipality__code", "kpi__plan__code", "kpi__number", "fiscal_year")

    kpi = models.ForeignKey(
        Kpi, on_delete=models.PROTECT, related_name="results", verbose_name="指標"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("値の状態", max_length=20, choices=ValueState.choices())
    value = figure_field("実績値")
    milestone = models.CharField("到達段階", max_length=20, blank=True, choices=Milestone.choices())
    reference = figure_field("参照値")
    note = models.TextField("備考", blank=True)
    is_sample = models.BooleanField("見本", default=False)
    version = models.PositiveIntegerField("版", default=1)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="入力者",
    )
    entered_at = models.DateTimeField("入力日時", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "実績"
        ordering = ["kpi", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "fiscal_year"],
                name="result_unique_in_year",
                violation_error_message="この年度の実績は登録済みです。",
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year", "taken_fiscal_year"),
                name="result_years_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=STATES_WITH_VALUE, value__isnull=False, milestone="")
                | Q(
                    state__in=STATES_WITH_VALUE,
                    value__isnull=True,
                    milestone__in=Milestone.values(),
                )
                | (
                    Q(state__in=ValueState.values(), value__isnull=True, milestone="")
                    & ~Q(state__in=STATES_WITH_VALUE)
                ),
                name="result_value_as_its_state_says",
            ),
            models.CheckConstraint(
                condition=finite("value") & finite("reference"), name="result_figures_finite"
            ),
        ]

    def __str__(self):
        return f"{self.kpi} {self.fiscal_year}"
