from django.db import models

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from plans.models.plan import Plan


@audited(of="plan", is_leaf=True)
class GlossaryTerm(NaturalKeyModel):
    """用語: a word that a plan explains."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "term")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="glossary_terms", verbose_name="計画"
    )
    term = models.CharField("用語", max_length=100)
    reading = models.CharField("読み", max_length=100, blank=True)
    definition = models.TextField("説明")
    position = models.PositiveSmallIntegerField("表示順", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "用語"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "term"], name="glossary_term_unique_in_plan")
        ]

    def __str__(self):
        return self.term


@audited(of="plan")
class Committee(NaturalKeyModel):
    """推進組織: a body that steers or carries a plan."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "name")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="committees", verbose_name="計画"
    )
    name = models.CharField("名称", max_length=100)
    duty = models.TextField("役割", blank=True)
    position = models.PositiveSmallIntegerField("表示順", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "推進組織"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="committee_name_unique_in_plan")
        ]

    def __str__(self):
        return self.name


@audited(of="committee", is_leaf=True)
class CommitteeSeat(NaturalKeyModel):
    """推進組織の構成員: a seat by post, never by a person's name."""

    NATURAL_KEY = (*(f"committee__{key}" for key in Committee.NATURAL_KEY), "position")

    committee = models.ForeignKey(
        Committee, on_delete=models.CASCADE, related_name="seats", verbose_name="推進組織"
    )
    position = models.PositiveSmallIntegerField("表示順")
    role = models.CharField("役", max_length=50, blank=True)
    post = models.CharField("職", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "推進組織の構成員"
        ordering = ["committee", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "position"], name="committee_seat_position_unique"
            )
        ]

    def __str__(self):
        return f"{self.role} {self.post}".strip()
