from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from plans.models.plan import Plan

KEPT_FOR = timedelta(hours=12)  # the longest session


class WorkState(models.TextChoices):
    """作業の状態."""

    WAITING = "waiting", "順番待ち"
    RUNNING = "running", "実行中"
    DONE = "done", "完了"
    FAILED = "failed", "失敗"


UNFINISHED = (WorkState.WAITING, WorkState.RUNNING)


class WorkQuerySet(models.QuerySet):
    def of(self, person):
        """What this person asked for and may still look at; nobody else may. Without files."""
        own = self.filter(person=person, asked_at__gt=timezone.now() - KEPT_FOR)
        return own.select_related("plan").defer("given", "file")

    def unfinished(self):
        return self.filter(state__in=UNFINISHED)

    def forget_old(self):
        self.filter(asked_at__lte=timezone.now() - KEPT_FOR).delete()


class Work(models.Model):
    """作業: something that takes long, asked for by a person, done by a process beside the pages.

    No content of the plan: it is gone after half a day, and what it changed is on record. `given`
    is an uploaded file to read, `file` one that was made; `rights` are the person's when it ran.
    `said` is the sentence at its end, which leads on to `address` or to the file; where the work
    has failed, `address` is where to try again.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="works",
        verbose_name="依頼者",
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, null=True, related_name="+", verbose_name="計画"
    )
    kind = models.CharField("種類", max_length=40)
    title = models.CharField("内容", max_length=200)
    arguments = models.JSONField("条件", default=dict)
    given = models.BinaryField("受け取ったファイル", null=True)
    same_as = models.CharField("依頼の要約", max_length=64)
    reference = models.CharField("お問い合わせ番号", max_length=8)
    state = models.CharField("状態", max_length=10, choices=WorkState, default=WorkState.WAITING)
    tries = models.PositiveSmallIntegerField("始めた回数", default=0)
    doing = models.CharField("実行中の内容", max_length=100, blank=True)
    steps_done = models.PositiveIntegerField("済んだ数", default=0)
    steps = models.PositiveIntegerField("全体の数", default=0)
    asked_at = models.DateTimeField("依頼日時", auto_now_add=True)
    started_at = models.DateTimeField("開始日時", null=True)
    ended_at = models.DateTimeField("終了日時", null=True)
    seen_at = models.DateTimeField("結果を見た日時", null=True)
    rights = models.CharField("実行時の権限の要約", max_length=64, blank=True)
    said = models.TextField("結果", blank=True)
    address = models.CharField("開くページ", max_length=300, blank=True)
    file = models.BinaryField("ファイル", null=True)
    file_name = models.CharField("ファイル名", max_length=200, blank=True)
    mime_type = models.CharField("ファイルの種類", max_length=100, blank=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "作業"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "-id"], name="work_newest_first"),
            models.Index(fields=["person"], condition=Q(seen_at=None), name="work_unseen"),
            models.Index(fields=["id"], condition=Q(state__in=UNFINISHED), name="work_unfinished"),
            models.Index(fields=["asked_at"], name="work_oldest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=WorkState.values), name="work_state_from_list"
            ),
            models.UniqueConstraint(
                fields=["person", "same_as"],
                condition=Q(state__in=UNFINISHED),
                name="work_asked_once",
            ),
            # It is followed without a question: only to pages of this site.
            models.CheckConstraint(
                condition=Q(address="") | Q(address__regex=r"^/([^/\\]|$)"),
                name="work_address_within_the_site",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_waiting(self):
        return self.state == WorkState.WAITING

    @property
    def is_running(self):
        return self.state == WorkState.RUNNING

    @property
    def is_done(self):
        return self.state == WorkState.DONE

    @property
    def has_failed(self):
        return self.state == WorkState.FAILED

    @property
    def is_unfinished(self):
        return self.state in UNFINISHED

    @property
    def is_unseen(self):
        return self.seen_at is None and not self.is_unfinished

    @property
    def now(self):
        """What is to be said of it now."""
        if self.is_waiting:
            return "順番を待っています。"
        if self.is_running:
            return f"{self.doing or '始めています'}…"
        return self.said or "できました。"
