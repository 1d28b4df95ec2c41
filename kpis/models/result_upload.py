from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from plans.models import Plan

KEPT_FOR = timedelta(hours=12)  # the longest session


class ResultUploadQuerySet(models.QuerySet):
    def kept_by(self, user):
        """What this person uploaded and may still confirm; nobody else may."""
        return self.filter(owner=user, uploaded_at__gt=timezone.now() - KEPT_FOR)

    def forget_old(self):
        self.filter(uploaded_at__lte=timezone.now() - KEPT_FOR).delete()


class ResultUpload(models.Model):
    """取込みの控え: what a person's workbook says, kept between its preview and its confirmation.

    No content of the plan: it is gone after half a day, and what is saved of it is on record.
    `saved_count` is how many results were saved from it, None while it waits.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    file_name = models.CharField("ファイル名", max_length=200)
    content = models.JSONField("読み取った内容")
    uploaded_at = models.DateTimeField("取込み日時", auto_now_add=True, db_index=True)
    saved_count = models.PositiveIntegerField("保存した件数", null=True)

    objects = ResultUploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "取込みの控え"

    def __str__(self):
        return self.file_name
