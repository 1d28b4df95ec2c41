from django.conf import settings
from django.db import models

from dxplan.accounts.models import Department
from dxplan.lib.audit import audited
from dxplan.lib.year_bounds import within_known_years
from plans.models.plan import Plan


@audited(of="plan", is_leaf=True)
class Reminder(models.Model):
    """督促の記録: which department was reminded of a plan's year, by whom, and who was told.

    Names are those of then. `sending` tells a form that was sent twice from a second reminder.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="reminders", verbose_name="計画"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    sending = models.UUIDField("送信番号")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name="課"
    )
    department_name = models.CharField("課名", max_length=50)
    people_names = models.TextField("お知らせした人", blank=True)
    message = models.TextField("添えた言葉", blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="送った人",
    )
    sent_by_name = models.CharField("送った人の氏名", max_length=60)
    sent_at = models.DateTimeField("日時")

    class Meta:
        verbose_name = verbose_name_plural = "督促の記録"
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["plan", "fiscal_year", "-sent_at"], name="reminder_of_year")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sending", "department"], name="reminder_once_a_sending"
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year"), name="reminder_year_in_range"
            ),
        ]

    def __str__(self):
        return self.department_name
