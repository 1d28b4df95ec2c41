from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from dxplan.lib.audit import audited
from dxplan.lib.plain_records import digest
from dxplan.lib.year_bounds import within_known_years
from plans.models import Meeting, Plan


class PaperKind(models.TextChoices):
    """資料の種類: what figures were frozen for."""

    MEETING = "meeting", "会議資料"
    CLOSING = "closing", "締めの記録"


class PaperQuerySet(models.QuerySet):
    def visible_to(self, access):
        return self.filter(plan__in=Plan.objects.visible_to(access).values("pk"))

    def without_contents(self):
        """Leaves the page's content and the workbook in the database, for lists."""
        return self.defer("content", "workbook")


@audited(of="plan", is_leaf=True, leave_out=("content", "workbook"))
class Paper(models.Model):
    """資料: the figures of a plan's fiscal year as they were, as a page and as a workbook.

    Nothing changes or removes one: the database refuses. `content` is a FrozenYear of
    kpis/frozen.py as JSON; `number` counts the papers made for the same.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="papers", verbose_name="計画"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("資料の種類", max_length=10, choices=PaperKind)
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name="会議",
    )
    number = models.PositiveSmallIntegerField("版")
    title = models.CharField("標題", max_length=300)
    cover = models.CharField("会議の表示", max_length=300, blank=True)
    reason = models.TextField("差し替えの理由", blank=True, max_length=1000)
    frozen_at = models.DateTimeField("確定日時")
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="確定した人"
    )
    frozen_by_name = models.CharField("確定した人の氏名", max_length=60)
    content = models.JSONField("内容")
    content_digest = models.CharField("内容の照合値", max_length=64)
    workbook = models.BinaryField("Excelファイル")
    workbook_digest = models.CharField("Excelファイルの照合値", max_length=64)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "資料"
        ordering = ["plan", "-frozen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "fiscal_year", "kind", "meeting", "number"],
                name="paper_number_unique",
                nulls_distinct=False,
                violation_error_message="この資料は確定済みです。",
            ),
            models.CheckConstraint(
                condition=Q(kind=PaperKind.MEETING, meeting__isnull=False)
                | Q(kind=PaperKind.CLOSING, meeting__isnull=True),
                name="paper_of_meeting_or_closing",
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year"), name="paper_year_known"
            ),
        ]

    def __str__(self):
        return f"{self.title}（第{self.number}版）" if self.number > 1 else self.title

    def get_absolute_url(self):
        return reverse("paper", args=[self.pk])

    @property
    def is_intact(self) -> bool:
        """Whether page and workbook still are what was frozen."""
        found = digest(self.content), sha256(self.workbook).hexdigest()
        return found == (self.content_digest, self.workbook_digest)
