from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from dxplan.accounts.models.assignment import Role
from dxplan.accounts.models.municipality import Municipality
from dxplan.accounts.models.user import User
from dxplan.lib.audit import audited


class TownSecurityQuerySet(models.QuerySet):
    def of_town(self, town):
        """The town's settings; unsaved defaults where it has set nothing, or for nobody's town."""
        found = self.filter(municipality=town).first() if town else None
        return found or self.model(municipality=town)


@audited(of="municipality", is_leaf=True)
class TownSecurity(models.Model):
    """二要素認証の設定: what a town offers beside the password, and of whom it asks it."""

    municipality = models.OneToOneField(
        Municipality, on_delete=models.CASCADE, related_name="security", verbose_name="市区町村"
    )
    offers_totp = models.BooleanField("認証アプリを使えるようにする", default=True)
    offers_passkeys = models.BooleanField("パスキーを使えるようにする", default=True)
    required_roles = ArrayField(
        models.CharField(max_length=20, choices=Role),
        verbose_name="二要素認証を必須にする役割",
        default=list,
        blank=True,
    )
    version = models.PositiveIntegerField("版", default=1)

    objects = TownSecurityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "二要素認証の設定"
        constraints = [
            models.CheckConstraint(
                condition=Q(required_roles__contained_by=Role.values),
                name="town_security_roles_from_list",
            ),
            models.CheckConstraint(
                condition=Q(required_roles=[]) | Q(offers_totp=True) | Q(offers_passkeys=True),
                name="town_security_requires_what_it_offers",
                violation_error_message="必須にする役割があるときは、認証アプリかパスキーを使えるようにしてください。",
            ),
        ]

    def __str__(self):
        return f"{self.municipality} 二要素認証の設定"


@audited(of="person", is_leaf=True)
class FactorRemoval(models.Model):
    """二要素認証の解除: who took away whose second factor, when and why."""

    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="factor_removals", verbose_name="対象の利用者"
    )
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="解除した人"
    )
    removed_at = models.DateTimeField("解除した日時", auto_now_add=True)
    factors = models.CharField("解除したもの", max_length=200)
    reason = models.CharField("理由", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "二要素認証の解除"
        ordering = ["-removed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("removed_by")), name="factor_removal_by_another_person"
            ),
            models.CheckConstraint(
                condition=Q(reason__regex=r"[^[:space:]　]"), name="factor_removal_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.factors}"
