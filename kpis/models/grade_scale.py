from django.conf import settings
from django.db import models
from django.db.models import Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from kpis.grade_scales import ScaleBasis
from plans.models import Plan


@audited(of="plan")
class GradeScale(NaturalKeyModel):
    """評語の基準 of a plan from a fiscal year on; each change is a new version."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "version")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="grade_scales", verbose_name="計画"
    )
    version = models.PositiveSmallIntegerField("版")
    effective_fiscal_year = models.PositiveSmallIntegerField("適用する年度")
    name = models.CharField("名称", max_length=100)
    basis = models.CharField("評語の基準", max_length=10, choices=ScaleBasis.choices())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="登録した人",
    )
    made_at = models.DateTimeField("登録日時", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "評語の基準"
        ordering = ["plan", "version"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "version"], name="grade_scale_version_unique"),
            models.CheckConstraint(
                condition=Q(basis__in=ScaleBasis.values()), name="grade_scale_basis_from_list"
            ),
            models.CheckConstraint(
                condition=within_known_years("effective_fiscal_year"),
                name="grade_scale_year_known",
            ),
        ]

    def __str__(self):
        return f"{self.name}（第{self.version}版）"


@audited(of="scale", is_leaf=True)
class GradeStep(NaturalKeyModel):
    """評語の段階 of a scale, from the best to the worst; `lower` in percent, none for the last."""

    NATURAL_KEY = (*(f"scale__{key}" for key in GradeScale.NATURAL_KEY), "position")

    scale = models.ForeignKey(
        GradeScale, on_delete=models.CASCADE, related_name="steps", verbose_name="評語の基準"
    )
    position = models.PositiveSmallIntegerField("順序")
    symbol = models.CharField("記号", max_length=4)
    name = models.CharField("名称", max_length=30)
    lower = models.DecimalField("下限（%）", max_digits=6, decimal_places=1, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "評語の段階"
        ordering = ["scale", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["scale", "position"], name="grade_step_position_unique"
            ),
            models.UniqueConstraint(fields=["scale", "symbol"], name="grade_step_symbol_unique"),
        ]

    def __str__(self):
        return f"{self.symbol} {self.name}"
