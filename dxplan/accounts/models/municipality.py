from django.db import models
from django.db.models import Q

from dxplan.accounts.municipality_codes import validate_municipality_code
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel


@audited()
class Municipality(NaturalKeyModel):
    """市区町村: a town; everything else belongs to exactly one."""

    NATURAL_KEY = ("code",)

    code = models.CharField(
        "全国地方公共団体コード",
        max_length=6,
        unique=True,
        validators=[validate_municipality_code],
        error_messages={"unique": "この団体コードは登録済みです。"},
    )
    name = models.CharField("市区町村名", max_length=50)
    kana = models.CharField("読み", max_length=100)
    prefecture = models.CharField("都道府県", max_length=4)

    class Meta:
        verbose_name = verbose_name_plural = "市区町村"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{6}$"), name="municipality_code_six_digits"
            )
        ]

    def __str__(self):
        return self.name
