"""What the database refuses about towns, departments, people and roles."""

import datetime

import pytest

from dxplan.accounts.models import Assignment, Department, Municipality, User
from tests.database import constraint_names, refusal_of
from tests.factories import make_department, make_person, make_town

FIRST_DAY = datetime.date(2026, 4, 1)

# Faults of an auditor's assignment; `department` stands for a department of the town.
ASSIGNMENT_FAULTS = [
    ("assignment_role_from_list", {"role": "mayor"}),
    ("assignment_role_from_list", {"role": ""}),
    ("assignment_department_where_needed", {"role": "staff"}),
    ("assignment_department_where_needed", {"role": "head"}),
    ("assignment_department_where_needed", {"department": True}),
    ("assignment_ends_after_start", {"valid_to": datetime.date(2026, 3, 31)}),
]


def test_every_constraint_is_violated_here():
    tried = {name for name, _ in ASSIGNMENT_FAULTS} | {
        "department_name_unique_in_town",
        "department_ends_after_start",
        "municipality_code_six_digits",
    }

    assert constraint_names(Municipality, Department, User, Assignment) == tried


@pytest.mark.parametrize(("constraint", "fault"), ASSIGNMENT_FAULTS)
def test_assignment_that_cannot_be_is_refused(dx_office, department, constraint, fault):
    fields = {"user": dx_office, "role": "auditor", "valid_from": FIRST_DAY} | fault
    if "department" in fault:
        fields["department"] = department

    assert refusal_of(lambda: Assignment.objects.bulk_create([Assignment(**fields)])) == constraint


def test_assignment_of_one_day_is_accepted(dx_office):
    day = {"valid_from": FIRST_DAY, "valid_to": FIRST_DAY}
    Assignment.objects.bulk_create([Assignment(user=dx_office, role="auditor", **day)])

    assert dx_office.assignments.filter(**day).count() == 1


@pytest.mark.parametrize("code", ["28585", "2858541", "28585x", "２８５８５４", ""])
def test_municipality_code_of_other_shape_is_refused(town, code):
    def change():
        Municipality.objects.update(code=code)

    assert refusal_of(change) in ("municipality_code_six_digits", "StringDataRightTruncation")


@pytest.mark.parametrize("code", ["285850", "285853", "063650", "000000"])
def test_municipality_code_with_a_wrong_check_digit_is_refused(town, code):
    assert refusal_of(lambda: Municipality.objects.update(code=code)) == (
        "municipality_code_check_digit"
    )


@pytest.mark.parametrize("code", ["345458", "285854", "063657", "073423", "444618", "011002"])
def test_right_municipality_code_is_accepted(town, code):
    assert Municipality.objects.update(code=code) == 1


def test_department_that_ends_before_it_starts_is_refused(department):
    def change():
        Department.objects.update(
            valid_from=FIRST_DAY, valid_to=FIRST_DAY - datetime.timedelta(days=1)
        )

    assert refusal_of(change) == "department_ends_after_start"


def test_department_of_a_taken_name_is_refused(town):
    make_department(town, name="企画課")
    twin = Department(municipality=town, name="企画課")

    assert refusal_of(lambda: Department.objects.bulk_create([twin])) == (
        "department_name_unique_in_town"
    )


def test_department_may_be_called_like_another_towns(town):
    make_department(town, name="企画課")
    make_department(make_town(code="345458"), name="企画課")

    assert Department.objects.filter(name="企画課").count() == 2


def test_town_of_a_taken_code_is_refused(town):
    twin = Municipality(code=town.code, name="村岡町", kana="むらおかちょう", prefecture="兵庫県")

    assert refusal_of(lambda: Municipality.objects.bulk_create([twin])) == (
        "accounts_municipality_code_key"
    )


def test_person_of_a_taken_username_is_refused(town):
    make_person("kikaku-01", town, role="auditor")
    twin = User(username="kikaku-01", name="別人")

    assert refusal_of(lambda: User.objects.bulk_create([twin])) == "accounts_user_username_key"


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ({"position": -1}, "accounts_department_position_check"),
        ({"position": 40_000}, "NumericValueOutOfRange"),
        ({"name": "課" * 51}, "StringDataRightTruncation"),
        ({"name": None}, "NotNullViolation"),
    ],
)
def test_department_that_does_not_fit_is_refused(department, fault, refusal):
    own = Department.objects.filter(pk=department.pk)

    assert refusal_of(lambda: own.update(**fault)) == refusal


def test_names_outside_the_usual_planes_stay_as_they_are(town):
    person = make_person("kikaku-02", town, role="auditor")
    User.objects.filter(pk=person.pk).update(name="髙﨑 𠮷郎か\u3099😀")

    assert User.objects.get(pk=person.pk).name == "髙﨑 𠮷郎か\u3099😀"
