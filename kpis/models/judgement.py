from django.conf import settings
from django.db import models
from django.db.models import Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from kpis.measurement import JudgementLayer
from kpis.models.kpi import Kpi


@audited(of="kpi", is_leaf=True)
class Judgement(NaturalKeyModel):
    """評価 of a KPI's year by people: self-evaluation, the DX office's override, an opinion.

    Each layer stands beside the automatic judgement and beside the others; none replaces another.
    `symbol` is a grade of the scale of that year, kept as written.
    """

    NATURAL_KEY = (
        "kpi__plan__municipality__code",
        "kpi__plan__code",
        "kpi__number",
        "fiscal_year",
        "layer",
    )

    kpi = models.ForeignKey(
        Kpi, on_delete=models.PROTECT, related_name="judgements", verbose_name="指標"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    layer = models.CharField("評価の段階", max_length=10, choices=JudgementLayer.choices())
    symbol = models.CharField("評語", max_length=4, blank=True)
    comment = models.TextField("評価・理由・意見", blank=True, max_length=10_000)
    cause = models.TextField("未達成の原因", blank=True, max_length=10_000)
    next_step = models.TextField("今後の取組", blank=True, max_length=10_000)
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
        verbose_name = verbose_name_plural = "評価"
        ordering = ["kpi", "fiscal_year", "layer"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "fiscal_year", "layer"],
                name="judgement_unique_in_layer",
                violation_error_message="この年度の評価は登録済みです。",
            ),
            models.CheckConstraint(
                condition=Q(layer__in=JudgementLayer.values()), name="judgement_layer_from_list"
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year"), name="judgement_year_known"
            ),
            models.CheckConstraint(
                condition=~Q(layer=JudgementLayer.OFFICE.value) | ~Q(comment=""),
                name="judgement_override_has_a_reason",
                violation_error_message="判定を変える理由を入力してください。",
            ),
        ]

    def __str__(self):
        return f"{self.kpi} {self.fiscal_year} {self.get_layer_display()}"
