from django.db import models
from django.db.models import F, Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from dxplan.lib.year_bounds import within_known_years
from plans.models.plan import Plan


@audited(of="plan")
class Checklist(NaturalKeyModel):
    """現況一覧: a plan's inventory whose items are done or not, or do not exist in this town."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "code")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="checklists", verbose_name="計画"
    )
    code = models.SlugField("コード", max_length=30)
    name = models.CharField("名称", max_length=200)
    done_label = models.CharField("済の呼び方", max_length=20, default="済")
    not_yet_label = models.CharField("未の呼び方", max_length=20, default="未")
    absent_label = models.CharField("該当なしの呼び方", max_length=20, default="該当なし")
    source = models.CharField("出典", max_length=100, blank=True)
    position = models.PositiveSmallIntegerField("表示順", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "現況一覧"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="checklist_code_unique_in_plan")
        ]

    def __str__(self):
        return self.name


@audited(of="checklist")
class ChecklistItem(NaturalKeyModel):
    """現況一覧の項目."""

    NATURAL_KEY = (
        "checklist__plan__municipality__code",
        "checklist__plan__code",
        "checklist__code",
        "number",
    )

    checklist = models.ForeignKey(
        Checklist, on_delete=models.CASCADE, related_name="items", verbose_name="現況一覧"
    )
    number = models.PositiveSmallIntegerField("番号")
    group = models.CharField("区分", max_length=100, blank=True)
    name = models.CharField("名称", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "現況一覧の項目"
        ordering = ["checklist", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "number"], name="checklist_item_number_unique"
            )
        ]

    def __str__(self):
        return self.name


class ItemState(models.TextChoices):
    """項目の状態; an item that does not exist here leaves the denominator."""

    DONE = "done", "済"
    NOT_YET = "not_yet", "未"
    ABSENT = "absent", "該当なし"


@audited(of="item", is_leaf=True)
class ChecklistState(NaturalKeyModel):
    """項目の年度別の状況: an item's state in a fiscal year; how often it was done, of how many."""

    NATURAL_KEY = (*(f"item__{key}" for key in ChecklistItem.NATURAL_KEY), "fiscal_year")

    item = models.ForeignKey(
        ChecklistItem, on_delete=models.CASCADE, related_name="states", verbose_name="項目"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状態", max_length=10, choices=ItemState)
    total_count = models.PositiveIntegerField("申請数", null=True, blank=True)
    done_count = models.PositiveIntegerField("うちオンライン申請数", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "項目の年度別の状況"
        ordering = ["item", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "fiscal_year"], name="checklist_state_unique_in_year"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ItemState.values), name="checklist_state_from_list"
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year"), name="checklist_state_year_known"
            ),
            models.CheckConstraint(
                condition=Q(total_count=None)
                | Q(done_count=None)
                | Q(done_count__lte=F("total_count")),
                name="checklist_state_counts_fit",
            ),
        ]

    def __str__(self):
        return f"{self.item} {self.fiscal_year}"
