from django.conf import settings
from django.db import models
from django.db.models import Q

from dxplan.lib.audit import audited
from plans.models.plan import Plan


class ChangeKind(models.TextChoices):
    """変更の種類."""

    ADDED = "added", "追加"
    EDITED = "edited", "変更"
    MOVED = "moved", "移動"
    REORDERED = "reordered", "並べ替え"
    REMOVED = "removed", "削除"
    STATE = "state", "状態の変更"


@audited(of="plan", is_leaf=True)
class PlanChange(models.Model):
    """計画の変更の記録: what was changed in a plan, by whom, why. Names stay as they were then."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="changes", verbose_name="計画"
    )
    kind = models.CharField("種類", max_length=10, choices=ChangeKind)
    subject = models.CharField("対象", max_length=300)
    detail = models.TextField("内容", blank=True)
    reason = models.TextField("理由", blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="変更した人"
    )
    changed_by_name = models.CharField("変更した人の氏名", max_length=60)
    changed_at = models.DateTimeField("日時", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "計画の変更の記録"
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="plan_change_kind_from_list"
            )
        ]

    def __str__(self):
        return f"{self.subject} {self.get_kind_display()}"
