"""The conditions by which the lists of people and departments can be narrowed."""

import django_filters
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils import timezone

from dxplan.accounts.departments import DepartmentState
from dxplan.accounts.models import Assignment, Department, DepartmentOn, Role, User
from dxplan.accounts.people import PersonState
from dxplan.lib.address_filter import NO_SUCH_CHOICE, AddressFilter, OptionFilter, WordsFilter
from dxplan.lib.form_fields import DayField

INVITED = Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
STATES = {
    PersonState.ACTIVE: Q(is_active=True) & ~INVITED,
    PersonState.INVITED: Q(is_active=True) & INVITED,
    PersonState.STOPPED: Q(is_active=False),
}


class DayFilter(django_filters.Filter):
    """A day that the other conditions and the rows refer to; it leaves nobody out."""

    field_class = DayField

    def filter(self, queryset, value):
        return queryset


def _day(text):
    """The day in an address; None where there is none that can be read."""
    try:
        return DayField(required=False).clean(text)
    except ValidationError:
        return None


class PeopleFilter(AddressFilter):
    """People by what they are on a day, today where the address names none."""

    q = WordsFilter(label="氏名・利用者IDに含む語", fields=("name", "username"))
    department = OptionFilter(label="課", method="filter_department")
    role = OptionFilter(label="役割", choices=Role.choices, method="filter_role")
    state = OptionFilter(label="状態", choices=PersonState.choices(), method="filter_state")
    on = DayFilter(label="この日の役割（例: R8.4.1）")

    class Meta:
        model = User
        fields = []

    def __init__(self, data, people, *, town):
        self.day = _day(data.get("on", "")) or timezone.localdate()
        there = Department.objects.of_town(town.pk).in_force(self.day) if town else ()
        options = {"department": [(row.pk, row.name) for row in there]}
        super().__init__(data, people, options=options)

    def filter_department(self, people, _, department):
        there = Assignment.objects.alias(now=DepartmentOn(F("department"), self.day))
        there = there.in_force(self.day).filter(now=department)
        return people.filter(pk__in=there.values("user"))

    def filter_role(self, people, _, role):
        return people.filter(
            pk__in=Assignment.objects.in_force(self.day).filter(role=role).values("user")
        )

    def filter_state(self, people, _, state):
        return people.filter(STATES[PersonState(state)])


class DepartmentFilter(AddressFilter):
    """Departments by their state today; those that have ended only where they are asked for."""

    state = django_filters.ChoiceFilter(
        label="状態",
        method="filter_state",
        empty_label="現在と予定",
        choices=[*DepartmentState.choices(), ("all", "すべて")],
        error_messages={"invalid_choice": NO_SUCH_CHOICE},
    )

    class Meta:
        model = Department
        fields = []

    def filter_queryset(self, departments):
        found = super().filter_queryset(departments)
        return found if self.is_active else found.not_ended(timezone.localdate())

    def filter_state(self, departments, _, state):
        today = timezone.localdate()
        if state == DepartmentState.COMING:
            return departments.filter(valid_from__gt=today)
        if state == DepartmentState.ENDED:
            return departments.filter(valid_to__lt=today)
        return departments.in_force(today) if state == DepartmentState.IN_FORCE else departments
