from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from plans.models.document import Committee
from plans.models.plan import Plan


@audited(of="plan")
class Meeting(NaturalKeyModel):
    """会議・策定経過: a meeting, survey or hearing, with what it deals with: an item a line."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "held_on", "name")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="meetings", verbose_name="計画"
    )
    committee = models.ForeignKey(
        Committee,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name="推進組織",
    )
    held_on = models.DateField("開催日")
    held_until = models.DateField("終了日", null=True, blank=True)
    name = models.CharField("名称", max_length=100)
    place = models.CharField("開催場所", max_length=100, blank=True)
    agenda = models.TextField("内容", blank=True, max_length=10_000)

    class Meta:
        verbose_name = verbose_name_plural = "会議・策定経過"
        ordering = ["plan", "held_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "held_on", "name"],
                name="meeting_unique_on_its_day",
                violation_error_message="同じ日の同じ名称の会議が登録済みです。",
            ),
            models.CheckConstraint(
                condition=Q(held_until=None) | Q(held_until__gte=F("held_on")),
                name="meeting_ends_after_start",
                violation_error_message="終了日は開催日以後にしてください。",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("meeting", args=[self.pk])

    @property
    def agenda_items(self):
        """議題, in their order."""
        return [line.strip() for line in self.agenda.splitlines() if line.strip()]
