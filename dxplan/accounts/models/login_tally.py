from django.db import models, transaction


class LoginTallyQuerySet(models.QuerySet):
    def locked(self, subject, address, now):
        """The tally, made where missing, and held until the transaction ends."""
        new = self.model(subject=subject, address=address, counted_at=now, forgotten_at=now)
        # An insert that meets the row updates it and thereby waits for whoever holds it.
        self.bulk_create(
            [new],
            update_conflicts=True,
            unique_fields=["subject", "address"],
            update_fields=["subject"],
        )
        return self.get(subject=subject, address=address)

    def forget_old(self, now, most=100):
        """Deletes what no longer says anything; waits for nobody."""
        with transaction.atomic():
            old = self.filter(forgotten_at__lt=now).select_for_update(skip_locked=True)
            self.filter(pk__in=[tally.pk for tally in old[:most]]).delete()


class LoginTally(models.Model):
    """ログイン失敗の記録: wrong passwords for an account, from one address or from elsewhere."""

    subject = models.CharField("対象", max_length=30)
    address = models.CharField("接続元", max_length=50, blank=True)
    failures = models.PositiveIntegerField("失敗回数", default=0)
    counted_at = models.DateTimeField("最後に数えた日時")
    paused_until = models.DateTimeField("受付停止の終わり", null=True)
    succeeded_at = models.DateTimeField("最後に成功した日時", null=True)
    forgotten_at = models.DateTimeField("不要になる日時", db_index=True)

    objects = LoginTallyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "ログイン失敗の記録"
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "address"], name="login_tally_unique_for_subject_and_address"
            )
        ]

    def __str__(self):
        return f"{self.subject} {self.address}"
