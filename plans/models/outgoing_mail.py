import datetime

from django.db import models
from django.db.models import Q

from plans.models.notice import Notice

LONGEST_WAIT = datetime.timedelta(days=3)


class MailState(models.TextChoices):
    """メールの状態."""

    WAITING = "waiting", "送信待ち"
    SENT = "sent", "送信済み"
    FAILED = "failed", "送信できず"


class OutgoingMailQuerySet(models.QuerySet):
    def waiting(self, now):
        """Those still to be sent: none to accounts that were stopped, and none that is old news."""
        waiting = self.filter(state=MailState.WAITING, notice__person__is_active=True)
        return waiting.filter(made_at__gt=now - LONGEST_WAIT)

    def due(self, now):
        """Those to be tried now, the oldest first."""
        return self.waiting(now).filter(next_try_at__lte=now).order_by("pk")


class OutgoingMail(models.Model):
    """送信待ちのメール: a notice on its way to a mail address, written with the notice itself."""

    notice = models.OneToOneField(
        Notice, on_delete=models.CASCADE, related_name="mail", verbose_name="お知らせ"
    )
    address = models.CharField("宛先", max_length=254)
    state = models.CharField("状態", max_length=10, choices=MailState, default=MailState.WAITING)
    made_at = models.DateTimeField("作成日時")
    tries = models.PositiveSmallIntegerField("送信を試みた回数", default=0)
    next_try_at = models.DateTimeField("次に送信を試みる日時")
    trouble = models.CharField("送信できなかった理由", max_length=300, blank=True)
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "送信待ちのメール"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="outgoing_mail_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MailState.values), name="outgoing_mail_state_from_list"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | ~Q(state="sent"),
                name="outgoing_mail_sent_has_its_time",
            ),
        ]

    def __str__(self):
        return f"{self.notice} {self.get_state_display()}"
