from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from dxplan.accounts.models.municipality import Municipality
from dxplan.lib.audit import audited


class UserQuerySet(models.QuerySet):
    def visible_to(self, access):
        """The people of the person's own town; everyone for a system administrator."""
        if access.manages_every_town:
            return self
        return self.filter(municipality__isnull=False, municipality=access.municipality_id)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_queryset(self):
        return super().get_queryset().select_related("municipality")

    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


@audited(of="municipality", leave_out=("password", "last_login", "session_serial"))
class User(AbstractBaseUser):
    """利用者: a person with an account; a system administrator may belong to no town."""

    username = models.CharField(
        "利用者ID",
        max_length=60,
        unique=True,
        error_messages={"unique": "この利用者IDは使われています。"},
    )
    name = models.CharField("氏名", max_length=60)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, verbose_name="市区町村"
    )
    is_active = models.BooleanField("有効", default=True)
    # So that a new password is on record, though never the password.
    password_changed_at = models.DateTimeField("パスワードの変更日時", null=True, blank=True)
    # Raised by the database with every change of the account or its roles; sessions end with it.
    session_serial = models.PositiveIntegerField("セッションの世代", default=0, editable=False)
    version = models.PositiveIntegerField("保存回数", default=1)
    changed_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="最後に変更した人",
    )

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = "利用者"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(changed_by=None) | ~Q(changed_by=F("id")),
                name="user_not_changed_by_oneself",
                violation_error_message="自分の利用者情報は変更できません。",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("person", args=[self.pk])

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    @property
    def is_invited(self):
        """Whether the account still waits for its first password."""
        return self.password.startswith(UNUSABLE_PASSWORD_PREFIX) or not self.password


@audited(of="user", is_leaf=True)
class PasswordLink(models.Model):
    """パスワード設定リンク: lets a person set the own password once, within a week.

    Only the person's latest link works, and only until it was used.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="password_links", verbose_name="利用者"
    )
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="発行した人"
    )
    made_at = models.DateTimeField("発行日時")
    used_at = models.DateTimeField("使用日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "パスワード設定リンク"
        ordering = ["user", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(made_by=F("user")), name="password_link_not_made_for_oneself"
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.made_at:%Y-%m-%d}"
