from django.conf import settings
from django.db import models
from django.db.models import Q

from dxplan.accounts.models import Department
from dxplan.lib.audit import audited
from kpis.models.kpi import Kpi
from plans.models import Meeting, Plan, Policy

LONGEST_NAME = 40  # characters of a text by which an opinion is called


class OpinionKind(models.TextChoices):
    """意見・決定の種類."""

    OPINION = "opinion", "意見"
    DECISION = "decision", "決定"


class OpinionQuerySet(models.QuerySet):
    def visible_to(self, access):
        return self.filter(meeting__plan__in=Plan.objects.visible_to(access).values("pk"))

    def open(self):
        """The points that nobody has called settled yet."""
        return self.filter(settled_on=None)


@audited(of="meeting")
class Opinion(models.Model):
    """意見・決定: what a meeting said of a measure, a KPI, or (with neither) of the whole plan.

    With the department's response, and from when on the point counts as settled. What is said
    and what is responded have versions of their own, since other people write them.
    """

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="opinions", verbose_name="会議"
    )
    policy = models.ForeignKey(
        Policy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name="施策",
    )
    kpi = models.ForeignKey(
        Kpi,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name="指標",
    )
    kind = models.CharField("種類", max_length=10, choices=OpinionKind)
    text = models.TextField("内容", max_length=10_000)
    version = models.PositiveIntegerField("保存回数", default=1)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="記録した人",
    )
    recorded_by_name = models.CharField("記録した人の氏名", max_length=60)
    recorded_at = models.DateTimeField("記録日時")
    response = models.TextField("対応", blank=True, max_length=10_000)
    response_version = models.PositiveIntegerField("対応の保存回数", default=0)
    responded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="対応を入力した人",
    )
    responded_by_name = models.CharField("対応を入力した人の氏名", max_length=60, blank=True)
    responded_at = models.DateTimeField("対応の入力日時", null=True, blank=True)
    settled_on = models.DateField("対応済みとした日", null=True, blank=True)
    settled_by_name = models.CharField("対応済みとした人の氏名", max_length=60, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "意見・決定"
        ordering = ["meeting", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OpinionKind.values), name="opinion_kind_from_list"
            ),
            models.CheckConstraint(
                condition=Q(policy=None) | Q(kpi=None), name="opinion_about_one_thing"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="opinion_says_something"),
            models.CheckConstraint(
                condition=Q(responded_at=None, response="") | Q(responded_at__isnull=False),
                name="opinion_response_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None, settled_by_name="")
                | (Q(settled_on__isnull=False) & ~Q(settled_by_name="")),
                name="opinion_settled_by_someone",
            ),
        ]

    def __str__(self):
        line = " ".join(self.text.split())
        return line if len(line) <= LONGEST_NAME else f"{line[:LONGEST_NAME]}…"

    @property
    def is_settled(self):
        return self.settled_on is not None


@audited(of="opinion", is_leaf=True)
class OpinionResponsibility(models.Model):
    """意見の担当課: which department responds to an opinion."""

    opinion = models.ForeignKey(
        Opinion, on_delete=models.CASCADE, related_name="responsibilities", verbose_name="意見"
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="opinion_responsibilities",
        verbose_name="課",
    )

    class Meta:
        verbose_name = verbose_name_plural = "意見の担当課"
        ordering = ["opinion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opinion", "department"], name="opinion_responsibility_unique"
            )
        ]

    def __str__(self):
        return str(self.department)
