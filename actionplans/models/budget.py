from django.db import models
from django.db.models import Q

from actionplans.amounts import LARGEST
from actionplans.models.action_plan import ActionPlan
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years

AMOUNTS = (
    *("budgeted", "settled", "national", "prefectural", "other_source", "general"),
    "running_cost",
)


def amount_field(verbose_name):
    """Thousand yen; blank means not known, never zero."""
    return models.BigIntegerField(verbose_name, null=True, blank=True)


@audited(of="action_plan", is_leaf=True)
class Budget(NaturalKeyModel):
    """事業費 of an action plan in a fiscal year, in thousand yen. No rating is drawn from it."""

    NATURAL_KEY = (
        "action_plan__plan__municipality__code",
        "action_plan__plan__code",
        "action_plan__number",
        "fiscal_year",
    )

    action_plan = models.ForeignKey(
        ActionPlan,
        on_delete=models.CASCADE,
        related_name="budgets",
        verbose_name="アクションプラン",
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    budgeted = amount_field("予算額")
    settled = amount_field("決算額")
    national = amount_field("国の支出金")
    prefectural = amount_field("県の支出金")
    other_source = amount_field("その他の財源")
    general = amount_field("一般財源")
    running_cost = amount_field("運用経費")
    version = models.PositiveIntegerField("保存回数", default=1)
    is_sample = models.BooleanField("見本", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "事業費"
        ordering = ["action_plan", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["action_plan", "fiscal_year"], name="budget_unique_in_year"
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year"), name="budget_year_known"
            ),
            models.CheckConstraint(
                condition=Q(*[Q(**{f"{name}__range": (0, LARGEST)}) for name in AMOUNTS]),
                name="budget_amounts_in_range",
                violation_error_message="金額は0以上にしてください。",
            ),
        ]

    def __str__(self):
        return f"{self.action_plan} {self.fiscal_year}"
