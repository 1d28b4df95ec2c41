from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from kpis.measurement import Milestone, RevisionCategory, TargetKind
from kpis.models.fields import TakenAt, figure_field, finite
from kpis.models.kpi import Kpi


@audited(of="kpi")
class TargetRevision(NaturalKeyModel):
    """目標の見直し of a KPI: targets from a fiscal year on, who decided them, and why."""

    NATURAL_KEY = ("kpi__plan__municipality__code", "kpi__plan__code", "kpi__number", "number")

    kpi = models.ForeignKey(
        Kpi, on_delete=models.CASCADE, related_name="revisions", verbose_name="指標"
    )
    number = models.PositiveSmallIntegerField("見直しの回")
    effective_fiscal_year = models.PositiveSmallIntegerField("適用する年度")
    decided_on = models.DateField("決定日")
    decided_by = models.CharField("決定した機関", max_length=100)
    category = models.CharField("見直しの区分", max_length=20, choices=RevisionCategory.choices())
    reason = models.TextField("理由", max_length=10_000)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="記録した人",
    )
    recorded_by_name = models.CharField("記録した人の氏名", max_length=60, blank=True)
    recorded_at = models.DateTimeField("記録日時", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "目標の見直し"
        ordering = ["kpi", "number"]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "number"], name="target_revision_number_unique"),
            models.CheckConstraint(
                condition=within_known_years("effective_fiscal_year"),
                name="target_revision_year_known",
            ),
            models.CheckConstraint(
                condition=Q(category__in=RevisionCategory.values()),
                name="target_revision_category_from_list",
            ),
            models.CheckConstraint(
                condition=Q(reason__regex=r"[^[:space:]　]"),
                name="target_revision_has_a_reason",
                violation_error_message="見直しの理由を入力してください。",
            ),
        ]

    def __str__(self):
        return f"{self.kpi} 第{self.number}回見直し"


@audited(of="kpi", is_leaf=True)
class Target(TakenAt, NaturalKeyModel):
    """目標 of a KPI for a fiscal year: a number, a range, a stage, a text, or its reference.

    Those of no `revision` are the plan's first ones. `upper_value` bounds a range, whose lower
    bound is `value`.
    """

    NATURAL_KEY = (
        "kpi__plan__municipality__code",
        "kpi__plan__code",
        "kpi__number",
        "fiscal_year",
        "revision__number",
    )

    kpi = models.ForeignKey(
        Kpi, on_delete=models.CASCADE, related_name="targets", verbose_name="指標"
    )
    revision = models.ForeignKey(
        TargetRevision,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name="見直し",
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("目標の種類", max_length=20, choices=TargetKind.choices())
    value = figure_field("目標値")
    upper_value = figure_field("目標値の上限")
    milestone = models.CharField("到達段階", max_length=20, blank=True, choices=Milestone.choices())
    is_strict = models.BooleanField("その値を含まない（超・未満）", default=False)
    text = models.CharField("目標の文章", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "目標"
        ordering = ["kpi", "fiscal_year", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "fiscal_year", "revision"],
                nulls_distinct=False,
                name="target_unique_in_year",
                violation_error_message="この年度の目標は登録済みです。",
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year", "taken_fiscal_year"),
                name="target_years_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=TargetKind.NUMBER.value,
                    value__isnull=False,
                    upper_value=None,
                    milestone="",
                    text="",
                )
                | Q(
                    kind=TargetKind.RANGE.value,
                    value__isnull=False,
                    upper_value__isnull=False,
                    upper_value__gte=F("value"),
                    milestone="",
                    text="",
                )
                | Q(
                    kind=TargetKind.REFERENCE.value,
                    value=None,
                    upper_value=None,
                    milestone="",
                    text="",
                )
                | Q(
                    kind=TargetKind.MILESTONE.value,
                    value=None,
                    upper_value=None,
                    milestone__in=Milestone.values(),
                    text="",
                )
                | Q(
                    kind=TargetKind.NONE.value,
                    value=None,
                    upper_value=None,
                    milestone="",
                    text="",
                )
                | (
                    Q(kind=TargetKind.TEXT.value, value=None, upper_value=None, milestone="")
                    & ~Q(text="")
                ),
                name="target_is_what_its_kind_says",
            ),
            models.CheckConstraint(
                condition=Q(is_strict=False)
                | Q(kind__in=[TargetKind.NUMBER.value, TargetKind.REFERENCE.value]),
                name="target_strict_only_beside_a_figure",
            ),
            models.CheckConstraint(
                condition=~Q(kind=TargetKind.NONE.value)
                | Q(revision__isnull=False, taken_fiscal_year=None, taken_on=None),
                name="target_taken_away_by_a_revision",
            ),
            models.CheckConstraint(
                condition=finite("value") & finite("upper_value"), name="target_value_finite"
            ),
        ]

    def __str__(self):
        return f"{self.kpi} {self.fiscal_year}"
