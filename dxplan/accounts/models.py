from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

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


@audited()
class Department(NaturalKeyModel):
    """課室: a department of a town under the name it has from one day to another."""

    NATURAL_KEY = ("municipality__code", "name")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="departments", verbose_name="市区町村"
    )
    name = models.CharField("課名", max_length=50)
    position = models.PositiveSmallIntegerField("表示順", default=0)
    valid_from = models.DateField("設置日", null=True, blank=True)
    valid_to = models.DateField("廃止日", null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="引継先"
    )

    class Meta:
        verbose_name = verbose_name_plural = "課室"
        ordering = ["municipality", "position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="department_name_unique_in_town",
                violation_error_message="同じ名前の課が登録済みです。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="department_ends_after_start",
                violation_error_message="廃止日は設置日以後にしてください。",
            ),
        ]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def get_queryset(self):
        return super().get_queryset().select_related("municipality")

    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


@audited(leave_out=("password", "last_login"))
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

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = "利用者"
        ordering = ["username"]

    def __str__(self):
        return self.name


class Role(models.TextChoices):
    """役割, in the order of the permission matrix."""

    SYSTEM_ADMINISTRATOR = "system_administrator", "システム管理者"
    DX_OFFICE = "dx_office", "DX推進担当"
    STAFF = "staff", "担当者"
    HEAD = "head", "課長"
    COMMITTEE = "committee", "推進委員"
    AUDITOR = "auditor", "監査"


DEPARTMENT_ROLES = (Role.STAFF, Role.HEAD)


class AssignmentQuerySet(models.QuerySet):
    def in_force(self, on):
        """Those that hold on the day `on`, in Tokyo."""
        return self.filter(Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on)))


@audited()
class Assignment(models.Model):
    """役割の割当て: who has which role, for which department, from which day to which."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="assignments", verbose_name="利用者"
    )
    role = models.CharField("役割", max_length=20, choices=Role)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, verbose_name="所属課"
    )
    valid_from = models.DateField("開始日")
    valid_to = models.DateField("終了日", null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "役割の割当て"
        ordering = ["user", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="assignment_role_from_list"
            ),
            models.CheckConstraint(
                condition=Q(role__in=DEPARTMENT_ROLES, department__isnull=False)
                | (~Q(role__in=DEPARTMENT_ROLES) & Q(department__isnull=True)),
                name="assignment_department_where_needed",
                violation_error_message="担当者と課長には課が必要です。他の役割には課を付けません。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="assignment_ends_after_start",
                violation_error_message="終了日は開始日以後にしてください。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()}"
