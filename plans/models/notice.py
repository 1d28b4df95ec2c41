from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dxplan.lib.audit import audited
from dxplan.lib.year_bounds import within_known_years
from plans.models.plan import Plan


class NoticeKind(models.TextChoices):
    """お知らせの種類."""

    OPENED = "opened", "照会の開始"
    DUE_SOON = "due_soon", "回答期限の1週間前"
    OVERDUE = "overdue", "期限超過"
    REMINDED = "reminded", "督促"
    SUBMITTED = "submitted", "提出"
    RETURNED = "returned", "差戻し"
    APPROVED = "approved", "承認"
    CLOSED = "closed", "年度の締め"
    REOPENED = "reopened", "受付の再開"
    MAIL_TROUBLE = "mail_trouble", "メールの不具合"


# What mail cannot tell: that it does not arrive.
MAILABLE = tuple(kind for kind in NoticeKind if kind != NoticeKind.MAIL_TROUBLE)


class NoticeQuerySet(models.QuerySet):
    def of(self, person):
        return self.filter(person=person)

    def unread(self):
        return self.filter(read_at=None)


class Notice(models.Model):
    """お知らせ: what a person is told inside the product, in the words of when it happened.

    It is the person's, whatever department that person moves to. `event_key` names the happening:
    nobody is told twice of the same.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notices",
        db_index=False,  # the indexes below begin with it
        verbose_name="宛先",
    )
    kind = models.CharField("種類", max_length=20, choices=NoticeKind)
    event_key = models.CharField("できごと", max_length=200)
    plan = models.ForeignKey(
        Plan,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="計画",
    )
    fiscal_year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    title = models.CharField("件名", max_length=200)
    text = models.TextField("内容", blank=True)
    link = models.CharField("開くページ", max_length=300, blank=True)
    made_at = models.DateTimeField("日時")
    read_at = models.DateTimeField("既読日時", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "お知らせ"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_newest_first"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["event_key"], name="notice_by_event"),
            models.Index(fields=["made_at"], name="notice_oldest_first"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "event_key"], name="notice_once_an_event"),
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values), name="notice_kind_from_list"
            ),
            models.CheckConstraint(
                condition=within_known_years("fiscal_year"), name="notice_year_in_range"
            ),
            # It is followed without a question: only to pages of this site.
            models.CheckConstraint(
                condition=Q(link="") | Q(link__regex=r"^/([^/\\]|$)"),
                name="notice_link_within_the_site",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_unread(self):
        return self.read_at is None

    @property
    def lines(self):
        return self.text.splitlines()


@audited(of="person", is_leaf=True)
class NoticeChoice(models.Model):
    """お知らせのメール設定: which kinds of notices come to a person by mail too, and where."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notice_choice",
        verbose_name="利用者",
    )
    mail_address = models.CharField("メールアドレス", max_length=254, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=NoticeKind),
        verbose_name="メールで受け取るお知らせ",
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name = verbose_name_plural = "お知らせのメール設定"
        constraints = [
            models.CheckConstraint(
                condition=Q(kinds__contained_by=list(MAILABLE)),
                name="notice_choice_kinds_from_list",
            ),
        ]

    def __str__(self):
        return f"{self.person}"
