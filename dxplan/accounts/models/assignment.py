import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from dxplan.accounts.models.department import Department, DepartmentOn
from dxplan.accounts.models.exclusion import at_the_same_time, same
from dxplan.accounts.models.user import User
from dxplan.lib.audit import audited


class Role(models.TextChoices):
    """役割, in the order of the permission matrix."""

    SYSTEM_ADMINISTRATOR = "system_administrator", "システム管理者"
    DX_OFFICE = "dx_office", "DX推進担当"
    STAFF = "staff", "担当者"
    HEAD = "head", "課長"
    COMMITTEE = "committee", "推進委員"
    AUDITOR = "auditor", "監査"


DEPARTMENT_ROLES = (Role.STAFF, Role.HEAD)
FOR_EVER = datetime.date.max


class AssignmentQuerySet(models.QuerySet):
    def in_force(self, on):
        """Those that hold on the day `on`, in Tokyo."""
        return self.filter(Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on)))

    def not_ended(self, on):
        """Those that hold on the day `on` or will."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def with_department_on(self, on):
        """Adds `department_name`, the name that the department then had."""
        return self.annotate(department_name=_name_on(on))

    def with_department_names(self):
        """Adds the department's `name_at_first` and `name_at_last`, on the role's own days."""
        last_day = Coalesce(OuterRef("valid_to"), FOR_EVER)
        return self.annotate(
            name_at_first=_name_on(OuterRef("valid_from")), name_at_last=_name_on(last_day)
        )


def _name_on(day):
    then = Department.objects.filter(pk=DepartmentOn(OuterRef("department"), day))
    return Subquery(then.values("name"))


@audited(of="user", is_leaf=True)
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
    changed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="最後に変更した人",
    )

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
            models.CheckConstraint(
                condition=Q(changed_by=None) | ~Q(changed_by=F("user")),
                name="assignment_not_changed_by_oneself",
                violation_error_message="自分の役割は変更できません。",
            ),
            ExclusionConstraint(
                name="assignment_once_at_a_time",
                expressions=[
                    same("user", "int8range"),
                    same("role", "textrange"),
                    same("department", "int8range"),
                    at_the_same_time(),
                ],
                violation_error_message="同じ役割が、同じ期間に登録済みです。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()}"
