from django.db import models
from django.db.models import Deferrable, Q

from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel
from plans.models.plan import Plan


class SectionContent(models.TextChoices):
    """節の内容: what the product itself prints in a section, below its text."""

    TEXT = "", "本文だけ"
    RELATED_PLANS = "related_plans", "上位・関連する計画"
    POLICIES = "policies", "計画の体系"
    MATRIX = "matrix", "方針との対応"
    FRAMEWORKS = "frameworks", "上位・関連計画の項目との対応"
    KPIS = "kpis", "成果指標"
    CHECKLISTS = "checklists", "現況一覧"
    COMMITTEES = "committees", "推進体制"
    MEETINGS = "meetings", "会議・策定経過"
    GLOSSARY = "glossary", "用語の説明"


@audited(of="plan", is_leaf=True)
class Section(NaturalKeyModel):
    """章・節 of a plan document: a heading as printed, a text in own words, and a content."""

    NATURAL_KEY = ("plan__municipality__code", "plan__code", "position")

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="sections", verbose_name="計画"
    )
    position = models.PositiveSmallIntegerField("表示順")
    depth = models.PositiveSmallIntegerField(
        "見出しの段階", choices=[(1, "章"), (2, "節"), (3, "項")], default=1
    )
    number = models.CharField("番号", max_length=20, blank=True)
    title = models.CharField("見出し", max_length=200)
    body = models.TextField("本文", blank=True, max_length=10_000)
    content = models.CharField(
        "節の内容",
        max_length=20,
        choices=SectionContent,
        default=SectionContent.TEXT,
        blank=True,
    )
    version = models.PositiveIntegerField("保存回数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "章・節"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="section_position_unique",
                deferrable=Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(depth__range=(1, 3)), name="section_depth_in_range"),
            models.CheckConstraint(
                condition=Q(content__in=SectionContent.values), name="section_content_from_list"
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}".strip()
