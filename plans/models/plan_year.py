from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from plans.models.fields import person_field, person_name_field
from plans.models.plan import Plan


class YearState(models.TextChoices):
    """年度の状態 of a plan's year."""

    PLANNED = "planned", "予定"
    OPEN = "open", "入力受付中"
    CLOSED = "closed", "締め済み"


@audited(of="plan")
class PlanYear(NaturalKeyModel):
    """計画年度: a fiscal year for which a plan's results are asked, entered and closed."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "fiscal_year")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="years", verbose_name="計画"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状態", max_length=10, choices=YearState, default=YearState.PLANNED)
    due_on = models.DateField("回答期限", null=True, blank=True)
    message = models.TextField("照会文", blank=True, max_length=2000)
    # Where the DX office approves for departments that have no head of their own.
    office_approves = models.BooleanField("DX推進担当による承認", default=False)
    version = models.PositiveIntegerField("保存回数", default=1)
    opened_by = person_field("受付を始めた人")
    opened_by_name = person_name_field("受付を始めた人の氏名")
    opened_at = models.DateTimeField("受付の開始日時", null=True, blank=True)
    closed_by = person_field("締めた人")
    closed_by_name = person_name_field("締めた人の氏名")
    closed_at = models.DateTimeField("締めた日時", null=True, blank=True)
    closing_reason = models.TextField("締めたときの確認事項", blank=True, max_length=1000)

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


@audited(of="plan_year", is_leaf=True)
class YearReopening(models.Model):
    """締めた年度の再開: one person of the DX office asks for it, another grants or declines it.

    `is_granted` is unknown until then. The database reopens a year only on a granted one, once.
    """

    plan_year = models.ForeignKey(
        PlanYear, on_delete=models.CASCADE, related_name="reopenings", verbose_name="計画年度"
    )
    reason = models.TextField("再開の理由", max_length=1000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="申し出た人",
    )
    asked_by_name = models.CharField("申し出た人の氏名", max_length=60)
    asked_at = models.DateTimeField("申出日時", auto_now_add=True)
    is_granted = models.BooleanField("再開を認めた", null=True, blank=True)
    answer = models.TextField("回答", blank=True, max_length=1000)
    answered_by = person_field("回答した人")
    answered_by_name = person_name_field("回答した人の氏名")
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "締めた年度の再開"
        ordering = ["plan_year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_year"],
                condition=Q(is_granted=None),
                name="year_reopening_one_at_a_time",
                violation_error_message="この年度の再開は、すでに申し出があります。",
            ),
            models.CheckConstraint(
                condition=~Q(is_granted=True) | (Q(answered_by__isnull=False)),
                name="year_reopening_granted_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(is_granted=True, answered_by=F("asked_by")),
                name="year_reopening_granted_by_another",
                violation_error_message="再開は、申し出た人とは別の人が認めてください。",
            ),
        ]

    def __str__(self):
        return f"{self.plan_year} {self.reason}"

    @property
    def is_pending(self):
        return self.is_granted is None
