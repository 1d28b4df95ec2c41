from django.conf import settings
from django.db import models
from django.db.models import Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from kpis.measurement import Milestone, ValueState
from kpis.models.fields import TakenAt, figure_field, finite
from kpis.models.kpi import Kpi
from plans.models import Reviewed, review_constraints

STATES_WITH_VALUE = [state.value for state in ValueState if state.has_value]
NO_PARTS = Q(numerator=None, denominator=None)
# A number, a stage, the two parts of a share (which can be divided), or words.
HAS_ONE_VALUE = (
    (Q(value__isnull=False, milestone="", text="") & NO_PARTS)
    | (Q(value=None, milestone__in=Milestone.values(), text="") & NO_PARTS)
    | (Q(value=None, milestone="", text="", numerator__isnull=False) & ~Q(denominator=0))
    | (Q(value=None, milestone="") & ~Q(text="") & NO_PARTS)
)


@audited(of="kpi", is_leaf=True)
class Result(TakenAt, Reviewed, NaturalKeyModel):
    """実績 of a KPI for a fiscal year. `version` counts its saves and guards against lost ones."""

    NATURAL_KEY = ("kpi__plan__municipality__code", "kpi__plan__code", "kpi__number", "fiscal_year")

    kpi = models.ForeignKey(
        Kpi, on_delete=models.PROTECT, related_name="results", verbose_name="指標"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("値の状態", max_length=20, choices=ValueState.choices())
    value = figure_field("実績値")
    milestone = models.CharField("到達段階", max_length=20, blank=True, choices=Milestone.choices())
    numerator = figure_field("分子")
    denominator = figure_field("分母")
    text = models.TextField("実績の文章", blank=True)
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
    entered_by_name = models.CharField("入力者の氏名", max_length=60, blank=True)
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
                condition=(Q(state__in=STATES_WITH_VALUE) & HAS_ONE_VALUE)
                | (
                    Q(state__in=ValueState.values(), value=None, milestone="", text="")
                    & ~Q(state__in=STATES_WITH_VALUE)
                ),
                name="result_value_as_its_state_says",
            ),
            models.CheckConstraint(
                condition=finite("value")
                & finite("reference")
                & finite("numerator")
                & finite("denominator"),
                name="result_figures_finite",
            ),
            models.CheckConstraint(
                condition=NO_PARTS
                | Q(
                    numerator__isnull=False,
                    denominator__isnull=False,
                    state__in=[*STATES_WITH_VALUE, ValueState.NOT_COMPUTABLE.value],
                ),
                name="result_parts_come_in_pairs",
            ),
            *review_constraints("result"),
        ]

    def __str__(self):
        return f"{self.kpi} {self.fiscal_year}"
