import datetime

from dxplan.accounts.models import Department, User
from dxplan.accounts.role_holders import dx_office_of, people_of_departments
from tests.factories import make_department, make_person, make_town

TODAY = datetime.date(2026, 4, 1)
YESTERDAY = datetime.date(2026, 3, 31)


def names(people):
    return sorted(person.username for person in people)


def test_staff_and_heads_of_the_departments_are_found(town, department, dx_office, committee):
    other = make_department(town, name="町民課")
    for username, role, place in (
        ("staff", "staff", department),
        ("head", "head", department),
        ("elsewhere", "staff", other),
    ):
        make_person(username, town, role=role, department=place)

    assert names(people_of_departments([department.pk], TODAY)) == ["head", "staff"]
    assert names(people_of_departments([department.pk], TODAY, roles=["head"])) == ["head"]
    assert names(people_of_departments([department.pk, other.pk], TODAY)) == [
        "elsewhere",
        "head",
        "staff",
    ]
    assert names(people_of_departments([], TODAY)) == []


def test_a_person_with_two_roles_in_a_department_is_one(staff, department):
    staff.assignments.create(role="head", department=department, valid_from="2020-04-01")

    assert names(people_of_departments([department.pk], TODAY)) == ["staff"]


def test_roles_that_have_ended_or_not_begun_and_stopped_accounts_do_not_count(town, department):
    for username, first, last, is_active in (
        ("ended", "2020-04-01", YESTERDAY, True),
        ("coming", "2026-04-02", None, True),
        ("stopped", "2020-04-01", None, False),
        ("last day", "2020-04-01", TODAY, True),
        ("first day", TODAY, None, True),
    ):
        person = make_person(
            username, town, role="staff", department=department, is_active=is_active
        )
        person.assignments.update(valid_from=first, valid_to=last)

    assert names(people_of_departments([department.pk], TODAY)) == ["first day", "last day"]


def test_a_department_that_ended_stands_for_its_successor_from_the_day_after(town, department):
    later = make_department(town, name="企画財政課", valid_from=TODAY)
    Department.objects.filter(pk=department.pk).update(valid_to=YESTERDAY, successor=later)
    make_person("stayed", town, role="staff", department=department)
    new = User.objects.create(username="new", name="new", municipality=town)
    new.assignments.create(role="staff", department=later, valid_from=TODAY)

    for place in (department, later):
        assert names(people_of_departments([place.pk], TODAY)) == ["new", "stayed"]
    assert names(people_of_departments([department.pk], YESTERDAY)) == ["stayed"]
    assert names(people_of_departments([later.pk], YESTERDAY)) == []


def test_the_dx_office_is_that_of_the_town_on_the_day(town, dx_office, outsider, staff):
    gone = make_person("gone", town, role="dx_office")
    gone.assignments.update(valid_to=YESTERDAY)
    make_person("stopped", town, role="dx_office", is_active=False)

    assert names(dx_office_of(town.pk, TODAY)) == ["office"]
    assert names(dx_office_of(town.pk, YESTERDAY)) == ["gone", "office"]


def test_departments_of_other_towns_bring_nobody(staff):
    elsewhere = make_department(make_town(code="345458", name="神石高原町"))

    assert names(people_of_departments([elsewhere.pk], TODAY)) == []
