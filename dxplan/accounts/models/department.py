from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse

from dxplan.accounts.models.exclusion import at_the_same_time, same
from dxplan.accounts.models.municipality import Municipality
from dxplan.lib.audit import audited
from dxplan.lib.natural_keys import NaturalKeyModel, NaturalKeyQuerySet


class OnDay(Func):
    """A database function of a department and a day; the database alone knows who follows whom."""

    def __init__(self, department, day):
        day = day if hasattr(day, "resolve_expression") else Value(day)
        super().__init__(department, Cast(day, models.DateField()))


class DepartmentOn(OnDay):
    """The id of the department that carries on another's work on a day.

    `DepartmentOn("department", day)`: the department itself until its last day, then its
    successor, and so on.
    """

    function = "department_on"
    output_field = models.BigIntegerField()


class DepartmentsBehind(OnDay):
    """The ids of that department and of all whose work it has taken over by that day."""

    function = "departments_behind"
    output_field = ArrayField(models.BigIntegerField())


class DepartmentQuerySet(NaturalKeyQuerySet):
    def get_by_natural_key(self, municipality_code, name):
        """A name may come back years later; fixtures mean the department that has it last."""
        found = self.filter(municipality__code=municipality_code, name=name)
        return found.order_by(F("valid_to").desc(nulls_first=True))[:1].get()

    def visible_to(self, access):
        """The departments of the person's own town; of any town for a system administrator."""
        return self if access.manages_every_town else self.of_town(access.municipality_id)

    def of_town(self, municipality_id):
        return self.filter(municipality=municipality_id)

    def in_force(self, on):
        """Those that exist on the day `on`."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on)
        )

    def not_ended(self, on):
        """Those that exist on the day `on` or will."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on))


@audited(of="municipality")
class Department(NaturalKeyModel):
    """課室: a department of a town under the name it has from one day to another.

    What a department is responsible for goes over to its successor on the day after its last,
    for nothing refers to the successor before: see DepartmentOn.
    """

    NATURAL_KEY = ("municipality__code", "name")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="departments", verbose_name="市区町村"
    )
    code = models.CharField("課コード", max_length=20, blank=True)
    name = models.CharField("課名", max_length=50)
    position = models.PositiveSmallIntegerField("表示順", default=0)
    valid_from = models.DateField("設置日", null=True, blank=True)
    valid_to = models.DateField("廃止日", null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="引継先",
    )
    version = models.PositiveIntegerField("保存回数", default=1)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "課室"
        ordering = ["municipality", "position", "name"]
        constraints = [
            ExclusionConstraint(
                name="department_name_unique_in_town",
                expressions=[
                    same("municipality", "int8range"),
                    same("name", "textrange"),
                    at_the_same_time(),
                ],
                violation_error_message="同じ名前の課が登録済みです。",
            ),
            ExclusionConstraint(
                name="department_code_unique_in_town",
                expressions=[
                    same("municipality", "int8range"),
                    same("code", "textrange"),
                    at_the_same_time(),
                ],
                condition=~Q(code=""),
                violation_error_message="同じ課コードの課が登録済みです。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="department_ends_after_start",
                violation_error_message="廃止日は設置日以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(valid_to__isnull=False),
                name="department_with_successor_ends",
                violation_error_message="引継先がある課には廃止日が必要です。",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("department_detail", args=[self.pk])

    def exists_on(self, day):
        return not (self.begins_after(day) or self.ended_before(day))

    def begins_after(self, day):
        return self.valid_from is not None and self.valid_from > day

    def ended_before(self, day):
        return self.valid_to is not None and self.valid_to < day
