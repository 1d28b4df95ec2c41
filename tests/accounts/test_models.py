"""What the database refuses about towns, departments, people and roles."""

import datetime

import pytest
from django.utils import timezone

from dxplan.accounts.models import Assignment, Department, Municipality, PasswordLink, User
from tests.database import constraint_names, refusal_of
from tests.factories import make_department, make_person, make_town

FIRST_DAY = datetime.date(2026, 4, 1)
DAY = datetime.timedelta(days=1)
LAST_DAY = FIRST_DAY - DAY

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
        "assignment_not_changed_by_oneself",
        "assignment_once_at_a_time",
        "department_name_unique_in_town",
        "department_code_unique_in_town",
        "department_ends_after_start",
        "department_with_successor_ends",
        "municipality_code_six_digits",
        "password_link_not_made_for_oneself",
        "user_not_changed_by_oneself",
    }

    assert constraint_names(Municipality, Department, User, Assignment, PasswordLink) == tried


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


def test_department_of_a_taken_code_is_refused(town):
    make_department(town, name="企画課", code="0101")
    twin = Department(municipality=town, name="総務課", code="0101")

    assert refusal_of(lambda: Department.objects.bulk_create([twin])) == (
        "department_code_unique_in_town"
    )


def test_departments_without_a_code_are_many(town):
    make_department(town, name="企画課")
    make_department(town, name="総務課")

    assert Department.objects.filter(code="").count() == 2


def test_name_and_code_come_back_after_their_department_ended(town):
    first = make_department(town, code="0101", valid_to=LAST_DAY)
    second = make_department(town, code="0101", valid_from=FIRST_DAY)

    assert set(Department.objects.filter(name="企画課", code="0101")) == {first, second}
    assert Department.objects.get_by_natural_key(town.code, "企画課") == second


def test_name_is_taken_until_the_last_day(town):
    make_department(town, valid_to=FIRST_DAY)
    twin = Department(municipality=town, name="企画課", valid_from=FIRST_DAY)

    assert refusal_of(lambda: Department.objects.bulk_create([twin])) == (
        "department_name_unique_in_town"
    )


def hand_over(earlier, later, last_day=LAST_DAY):
    own = Department.objects.filter(pk=earlier.pk)
    return lambda: own.update(valid_to=last_day, successor=later)


def test_successor_of_a_department_without_end_is_refused(town, department):
    later = make_department(town, name="総合政策課")

    assert refusal_of(hand_over(department, later, None)) == "department_with_successor_ends"


def test_successor_in_another_town_is_refused(department):
    later = make_department(make_town(code="345458"), name="総合政策課")

    assert refusal_of(hand_over(department, later)) == "department_successor_of_own_town"


@pytest.mark.parametrize(
    "period",
    [
        {"valid_from": FIRST_DAY + DAY},
        {"valid_to": LAST_DAY},
        {"valid_to": LAST_DAY - DAY},
    ],
    ids=["comes later", "ends with it", "ended before"],
)
def test_successor_that_does_not_exist_on_the_day_after_is_refused(town, department, period):
    later = make_department(town, name="総合政策課", **period)

    assert refusal_of(hand_over(department, later)) == "department_successor_takes_over"


def test_successor_cannot_be_taken_away_later(town, department):
    later = make_department(town, name="総合政策課", valid_from=FIRST_DAY)
    hand_over(department, later)()
    own = Department.objects.filter(pk=later.pk)

    assert refusal_of(lambda: own.update(valid_from=FIRST_DAY + DAY)) == (
        "department_successor_takes_over"
    )


def test_departments_cannot_succeed_each_other_in_a_circle(town, department):
    later = make_department(town, name="総合政策課", valid_from=FIRST_DAY)
    hand_over(department, later)()

    assert refusal_of(hand_over(later, department, FIRST_DAY)) == "department_successor_takes_over"
    assert refusal_of(hand_over(department, department)) == "department_successor_takes_over"


def test_same_role_twice_at_a_time_is_refused(staff, department):
    twin = Assignment(user=staff, role="staff", department=department, valid_from=FIRST_DAY)

    assert refusal_of(lambda: Assignment.objects.bulk_create([twin])) == "assignment_once_at_a_time"


def test_same_role_without_department_twice_at_a_time_is_refused(dx_office):
    dx_office.assignments.update(valid_to=FIRST_DAY)
    twin = Assignment(user=dx_office, role="dx_office", valid_from=FIRST_DAY)

    assert refusal_of(lambda: Assignment.objects.bulk_create([twin])) == "assignment_once_at_a_time"


def test_same_role_is_accepted_afterwards_and_elsewhere(town, staff, department):
    staff.assignments.update(valid_to=LAST_DAY)
    other = make_department(town, name="町民課")
    fields = {"user": staff, "role": "staff", "valid_from": FIRST_DAY}
    Assignment.objects.create(department=department, **fields)
    Assignment.objects.create(department=other, **fields)
    Assignment.objects.create(department=department, **fields | {"role": "head"})

    assert staff.assignments.count() == 4


@pytest.mark.parametrize(
    ("period", "is_accepted"),
    [
        ({}, True),
        ({"valid_from": FIRST_DAY}, True),
        ({"valid_from": FIRST_DAY + DAY}, False),
        ({"valid_to": FIRST_DAY}, True),
        ({"valid_to": LAST_DAY}, False),
    ],
)
def test_role_is_given_only_for_a_department_that_then_exists(dx_office, town, period, is_accepted):
    place = make_department(town, name="町民課", **period)
    role = Assignment(user=dx_office, role="staff", department=place, valid_from=FIRST_DAY)

    if is_accepted:
        assert Assignment.objects.bulk_create([role]) == [role]
    else:
        assert refusal_of(lambda: Assignment.objects.bulk_create([role])) == (
            "assignment_department_exists"
        )


def test_role_for_a_department_that_has_a_successor_by_then_is_accepted(dx_office, town):
    later = make_department(town, name="総合政策課", valid_from=FIRST_DAY)
    place = make_department(town, name="町民課", valid_to=LAST_DAY, successor=later)
    fields = {"role": "staff", "department": place, "valid_from": FIRST_DAY}

    assert Assignment.objects.create(user=dx_office, **fields).department == place


def test_role_for_a_department_of_another_town_is_refused(dx_office):
    foreign = make_department(make_town(code="345458"))
    role = Assignment(user=dx_office, role="staff", department=foreign, valid_from=FIRST_DAY)

    assert refusal_of(lambda: Assignment.objects.bulk_create([role])) == (
        "assignment_department_of_own_town"
    )


def test_person_without_town_is_nothing_but_administrator(db):
    person = make_person("admin", role="system_administrator")
    role = Assignment(user=person, role="auditor", valid_from=FIRST_DAY)

    assert refusal_of(lambda: Assignment.objects.bulk_create([role])) == (
        "assignment_without_town_for_administrators_only"
    )


def test_person_stays_in_the_town(dx_office):
    other = make_town(code="345458")
    own = User.objects.filter(pk=dx_office.pk)

    assert refusal_of(lambda: own.update(municipality=other)) == "user_stays_in_town"
    assert refusal_of(lambda: own.update(municipality=None)) == "user_stays_in_town"


def test_nobody_changes_oneself(dx_office, staff):
    own, roles = User.objects.filter(pk=dx_office.pk), dx_office.assignments.all()
    link = PasswordLink(user=dx_office, made_by=dx_office, made_at=timezone.now())

    assert refusal_of(lambda: own.update(changed_by=dx_office)) == "user_not_changed_by_oneself"
    assert refusal_of(lambda: roles.update(changed_by=dx_office)) == (
        "assignment_not_changed_by_oneself"
    )
    assert refusal_of(lambda: PasswordLink.objects.bulk_create([link])) == (
        "password_link_not_made_for_oneself"
    )
    assert own.update(changed_by=staff) == 1


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
