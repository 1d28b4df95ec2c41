from django.db import models
from django.db.models import F, Q

from actionplans.models.action_plan import ActionPlan
from actionplans.schedule import FIRST_HALF, LAST_HALF, HalfYear, Span, span_of
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel

SAYS_SOMETHING = r"[^[:space:]　]"
HALVES = ("first_start", "first_end", "revised_start", "revised_end", "actual_start", "actual_end")


class Placement(models.TextChoices):
    """工程を載せるところ: a sheet may go into more detail than the plan's schedule."""

    BOTH = "both", "個票と工程表"
    SHEET = "sheet", "個票のみ"
    SCHEDULE = "schedule", "工程表のみ"


class HalfYearField(models.PositiveSmallIntegerField):
    """A half fiscal year (see actionplans/schedule.py); the trail tells it in words."""

    def in_words(self, value) -> str:
        return HalfYear(value).label

    def deconstruct(self):
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.PositiveSmallIntegerField", args, options


def optional_half(verbose_name):
    return HalfYearField(verbose_name, null=True, blank=True)


@audited(of="action_plan", is_leaf=True)
class Stage(NaturalKeyModel):
    """工程: a bar of the schedule. Stages in one `line` (段) follow each other: 検討 → 導入.

    What was planned first stays; a revision stands beside it with its reason.
    """

    NATURAL_KEY = (
        "action_plan__plan__municipality__code",
        "action_plan__plan__code",
        "action_plan__number",
        "position",
    )

    action_plan = models.ForeignKey(
        ActionPlan, on_delete=models.CASCADE, related_name="stages", verbose_name="アクションプラン"
    )
    position = models.PositiveSmallIntegerField("表示順")
    line = models.PositiveSmallIntegerField("段", default=1)
    line_name = models.CharField("段の見出し", max_length=100, blank=True)
    label = models.CharField("工程", max_length=200)
    placement = models.CharField(
        "載せるところ", max_length=10, choices=Placement, default=Placement.BOTH
    )
    is_milestone = models.BooleanField("節目", default=False)
    first_start = HalfYearField("当初の始まり")
    first_end = HalfYearField("当初の終わり")
    revised_start = optional_half("見直し後の始まり")
    revised_end = optional_half("見直し後の終わり")
    revision_reason = models.TextField("見直しの理由", blank=True, max_length=10_000)
    actual_start = optional_half("着手")
    actual_end = optional_half("完了")
    is_stopped = models.BooleanField("中止", default=False)
    stopped_reason = models.TextField("中止の理由", blank=True, max_length=10_000)
    carry_over_reason = models.TextField("繰越の理由", blank=True, max_length=10_000)
    is_sample = models.BooleanField("見本", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "工程"
        ordering = ["action_plan", "line", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["action_plan", "position"],
                name="stage_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(*[Q(**{f"{name}__range": (FIRST_HALF, LAST_HALF)}) for name in HALVES]),
                name="stage_halves_known",
            ),
            models.CheckConstraint(
                condition=Q(first_end__gte=F("first_start"))
                & (Q(revised_end=None) | Q(revised_end__gte=F("revised_start")))
                & (Q(actual_end=None) | Q(actual_end__gte=F("actual_start"))),
                name="stage_ends_after_start",
                violation_error_message="終わりは始まり以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(revised_start=None, revised_end=None)
                | Q(
                    revised_start__isnull=False,
                    revised_end__isnull=False,
                    revision_reason__regex=SAYS_SOMETHING,
                ),
                name="stage_revised_with_a_reason",
                violation_error_message="見直しの理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(actual_end=None) | Q(actual_start__isnull=False),
                name="stage_ended_after_it_began",
                violation_error_message="完了した工程には、着手の時期も必要です。",
            ),
            models.CheckConstraint(
                condition=Q(is_stopped=False) | Q(stopped_reason__regex=SAYS_SOMETHING),
                name="stage_stopped_with_a_reason",
                violation_error_message="中止の理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(is_milestone=False)
                | (
                    Q(first_start=F("first_end"))
                    & (Q(revised_start=None) | Q(revised_start=F("revised_end")))
                ),
                name="stage_milestone_in_one_half",
                violation_error_message="節目は一つの半期に置いてください。",
            ),
            models.CheckConstraint(
                condition=Q(label__regex=SAYS_SOMETHING), name="stage_has_a_label"
            ),
            models.CheckConstraint(
                condition=Q(placement__in=Placement.values), name="stage_placement_from_list"
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def first(self) -> Span:
        return span_of(self.first_start, self.first_end)

    @property
    def revised(self) -> Span | None:
        return span_of(self.revised_start, self.revised_end)

    @property
    def planned(self) -> Span:
        """The plan now in force."""
        return self.revised or self.first
