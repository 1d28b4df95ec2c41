from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from dxplan.accounts.models import Municipality
from dxplan.lib.natural_keys import NaturalKeyModel, NaturalKeyQuerySet
from dxplan.lib.year_bounds import within_known_years


class PlanQuerySet(NaturalKeyQuerySet):
    def visible_to(self, access):
        """The plans of the person's own town: the one place where towns are kept apart."""
        return self.filter(municipality_id=access.municipality_id).select_related("municipality")


class Plan(NaturalKeyModel):
    """計画: one edition of a town's DX promotion plan."""

    NATURAL_KEY = ("municipality__code", "code")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="plans", verbose_name="市区町村"
    )
    code = models.SlugField("計画コード", max_length=30)
    title = models.CharField("計画名", max_length=200)
    edition = models.CharField("版", max_length=50, blank=True)
    philosophy = models.CharField("基本理念", max_length=200, blank=True)
    summary = models.TextField("概要", blank=True)
    first_fiscal_year = models.PositiveSmallIntegerField("開始年度")
    last_fiscal_year = models.PositiveSmallIntegerField("終了年度")
    adopted_month = models.DateField("策定年月", null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "計画"
        ordering = ["municipality", "-first_fiscal_year", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code"],
                name="plan_code_unique_in_town",
                violation_error_message="この計画コードは登録済みです。",
            ),
            models.CheckConstraint(
                condition=Q(last_fiscal_year__gte=F("first_fiscal_year")),
                name="plan_ends_after_start",
                violation_error_message="終了年度は開始年度以後にしてください。",
            ),
            models.CheckConstraint(
                condition=within_known_years("first_fiscal_year", "last_fiscal_year"),
                name="plan_years_known",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("plan_detail", args=[self.pk])
