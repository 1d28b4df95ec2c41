from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from plans.models.plan import Plan

KEPT_FOR = timedelta(hours=12)  # the longest session


class UploadKind(models.TextChoices):
    """取込みの種類: what an uploaded file is to become."""

    RESULTS = "results", "実績"
    EVALUATIONS = "evaluations", "施策の評価"
    KPI_TABLE = "kpi_table", "成果指標の表"
    PLAN = "plan", "計画"
    TOWN = "town", "自治体と部署"


class UploadQuerySet(models.QuerySet):
    def kept_by(self, user, kind: UploadKind):
        """What this person uploaded and may still confirm; nobody else may."""
        return self.filter(owner=user, kind=kind, uploaded_at__gt=timezone.now() - KEPT_FOR)

    def forget_old(self):
        self.filter(uploaded_at__lte=timezone.now() - KEPT_FOR).delete()


class Upload(models.Model):
    """取込みの控え: what a person's file says, kept between its preview and its confirmation.

    No content of the plan: it is gone after half a day, and what is saved of it is on record.
    `plan` and `fiscal_year` are None where the kind has none yet. `saved_count` is how many rows
    were saved from it, None while it waits.
    """

    kind = models.CharField("取込みの種類", max_length=20, choices=UploadKind)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, null=True, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度", null=True)
    file_name = models.CharField("ファイル名", max_length=200)
    content = models.JSONField("読み取った内容")
    uploaded_at = models.DateTimeField("取込み日時", auto_now_add=True, db_index=True)
    saved_count = models.PositiveIntegerField("保存した件数", null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "取込みの控え"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=UploadKind.values), name="upload_kind_from_list"
            )
        ]

    def __str__(self):
        return self.file_name
