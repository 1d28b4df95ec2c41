from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.urls import reverse

from dxplan.accounts.models import Department, DepartmentOn
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel, NaturalKeyQuerySet
from dxplan.lib.year_bounds import within_known_years
from kpis.measurement import ChecklistMeasure, Direction, MeasurementType, RateFormula
from kpis.models.fields import TakenAt, figure_field, finite
from plans.models import Checklist, Plan, Policy


class KpiQuerySet(NaturalKeyQuerySet):
    def visible_to(self, access):
        return self.filter(plan__in=Plan.objects.visible_to(access).values("pk"))

    def with_departments(self, on):
        """Fetches the responsibilities with `carrier`, who carries them on a day: one query."""
        responsibilities = KpiResponsibility.objects.carried_on(on).select_related("department")
        return self.prefetch_related(models.Prefetch("responsibilities", responsibilities))


@audited(of="plan")
class Kpi(TakenAt, NaturalKeyModel):
    """成果指標 of a policy. `taken_…` is the 時点 of the baseline."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "number")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="kpis", verbose_name="計画"
    )
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="kpis", verbose_name="施策"
    )
    number = models.CharField("指標番号", max_length=20)
    position = models.PositiveSmallIntegerField("表示順", default=0)
    name = models.CharField("指標名", max_length=200)
    definition = models.TextField("定義", blank=True)
    target_wording = models.CharField("計画書の数値目標", max_length=200, blank=True)
    unit = models.CharField("単位", max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField("小数点以下の桁数", default=0)
    measurement_type = models.CharField(
        "測定の種類", max_length=20, choices=MeasurementType.choices()
    )
    direction = models.CharField("目指す方向", max_length=20, choices=Direction.choices())
    rate_formula = models.CharField(
        "達成率の計算式",
        max_length=20,
        choices=RateFormula.choices(),
        default=RateFormula.TO_TARGET.value,
    )
    source = models.CharField("出典", max_length=200, blank=True)
    reference_name = models.CharField("参照値の名称", max_length=50, blank=True)
    first_fiscal_year = models.PositiveSmallIntegerField("測定開始年度")
    last_fiscal_year = models.PositiveSmallIntegerField("測定終了年度")
    baseline_fiscal_year = models.PositiveSmallIntegerField("基準年度", null=True, blank=True)
    baseline_value = figure_field("基準値")
    baseline_reference = figure_field("基準時点の参照値")
    checklist = models.ForeignKey(
        Checklist,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="kpis",
        verbose_name="算出のもとにする現況一覧",
    )
    checklist_measure = models.CharField(
        "一覧からの算出", max_length=10, choices=ChecklistMeasure.choices(), blank=True
    )
    version = models.PositiveIntegerField("保存回数", default=1)
    departments = models.ManyToManyField(
        Department, through="KpiResponsibility", related_name="kpis", verbose_name="担当課"
    )

    objects = KpiQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "成果指標"
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="kpi_number_unique_in_plan",
                violation_error_message="この指標番号は登録済みです。",
            ),
            models.CheckConstraint(
                condition=Q(measurement_type__in=MeasurementType.values()),
                name="kpi_measurement_type_from_list",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values()), name="kpi_direction_from_list"
            ),
            models.CheckConstraint(
                condition=Q(rate_formula__in=RateFormula.values()),
                name="kpi_rate_formula_from_list",
            ),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="kpi_decimals_storable"),
            models.CheckConstraint(
                condition=Q(checklist=None, checklist_measure="")
                | Q(
                    checklist__isnull=False,
                    checklist_measure__in=ChecklistMeasure.values(),
                    measurement_type=MeasurementType.RATIO.value,
                ),
                name="kpi_checklist_feeds_a_ratio",
                violation_error_message="現況一覧から算出できるのは、測定の種類が「率」の指標です。",
            ),
            models.CheckConstraint(
                condition=within_known_years(
                    "first_fiscal_year",
                    "last_fiscal_year",
                    "baseline_fiscal_year",
                    "taken_fiscal_year",
                ),
                name="kpi_years_known",
            ),
            models.CheckConstraint(
                condition=finite("baseline_value") & finite("baseline_reference"),
                name="kpi_baseline_finite",
            ),
            models.CheckConstraint(
                condition=Q(last_fiscal_year__gte=models.F("first_fiscal_year")),
                name="kpi_ends_after_start",
                violation_error_message="測定終了年度は測定開始年度以後にしてください。",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("kpi_detail", args=[self.pk])


class KpiResponsibilityQuerySet(NaturalKeyQuerySet):
    def carried_on(self, on):
        """Adds `carrier`: id, name and position of the department in charge on a day.

        This is the department named here, or the one that has taken over its work by then.
        """
        still = models.When(department__successor=None, then=models.F("department"))
        then = Department.objects.filter(pk=models.OuterRef("carrier_id"))
        row = JSONObject(id="pk", name="name", position="position")
        return self.alias(
            carrier_id=models.Case(still, default=DepartmentOn("department", on))
        ).annotate(carrier=models.Subquery(then.values(row=row)))


@audited(of="kpi", is_leaf=True)
class KpiResponsibility(NaturalKeyModel):
    """指標の担当課. `is_sample` marks one made up for the demo, not named by the plan."""

    NATURAL_KEY = (
        "kpi__plan__municipality__code",
        "kpi__plan__code",
        "kpi__number",
        "department__municipality__code",
        "department__name",
    )

    kpi = models.ForeignKey(
        Kpi, on_delete=models.CASCADE, related_name="responsibilities", verbose_name="指標"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, verbose_name="担当課")
    is_sample = models.BooleanField("見本", default=False)

    objects = KpiResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指標の担当課"
        ordering = ["kpi", "department"]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "department"], name="kpi_responsibility_unique")
        ]

    def __str__(self):
        return f"{self.kpi} {self.department}"
