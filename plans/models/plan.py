from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from dxplan.accounts.models import Municipality
from dxplan.accounts.permissions import Action, Reach
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel, NaturalKeyQuerySet
from dxplan.lib.year_bounds import within_known_years

MOST_YEARS = 20


class PlanState(models.TextChoices):
    """計画の状態: a plan is drafted, in force, and ended."""

    DRAFT = "draft", "策定中"
    IN_FORCE = "in_force", "実施中"
    ENDED = "ended", "終了"


class PlanQuerySet(NaturalKeyQuerySet):
    def visible_to(self, access):
        """The plans of the person's own town: the one place where towns are kept apart.

        Drafts only for those who see drafts of the whole town.
        """
        own = self.filter(municipality_id=access.municipality_id).select_related("municipality")
        sees_drafts = access.reach(Action.SEE_DRAFTS) == Reach.TOWN
        return own if sees_drafts else own.exclude(state=PlanState.DRAFT)

    def current_first(self):
        """Plans in force, then drafts, then ended ones; the latest of each first."""
        place = models.Case(
            models.When(state=PlanState.IN_FORCE, then=0),
            models.When(state=PlanState.DRAFT, then=1),
            default=2,
        )
        return self.order_by(place, "-last_fiscal_year", "-first_fiscal_year", "-pk")


@audited(of="municipality")
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
    state = models.CharField(
        "計画の状態", max_length=10, choices=PlanState, default=PlanState.IN_FORCE
    )
    predecessor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name="前の計画",
    )
    version = models.PositiveIntegerField("保存回数", default=1)

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
            models.CheckConstraint(
                condition=Q(last_fiscal_year__lt=F("first_fiscal_year") + MOST_YEARS),
                name="plan_lasts_twenty_years_at_most",
                violation_error_message=f"計画期間は{MOST_YEARS}年以内にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_from_list"
            ),
            models.CheckConstraint(
                condition=Q(predecessor=None) | Q(predecessor__lt=F("id")),
                name="plan_follows_an_earlier_one",
                violation_error_message="前の計画には、先に登録した計画を選んでください。",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("plan_detail", args=[self.pk])

    @property
    def is_draft(self):
        return self.state == PlanState.DRAFT

    @property
    def is_in_force(self):
        return self.state == PlanState.IN_FORCE

    @property
    def is_ended(self):
        return self.state == PlanState.ENDED
