import datetime

import pytest

from dxplan.accounts.models import Assignment, Department, Role
from dxplan.accounts.permissions import MATRIX, Action, Reach, access_of
from tests.factories import make_department, make_person, make_town

TODAY = datetime.date(2026, 4, 1)
LAST_DAY = datetime.date(2026, 3, 31)
NONE, OWN, TOWN, EVERY_TOWN = Reach
SEE, ENTER, EXPORT = Action.SEE_PLANS, Action.ENTER_RESULTS, Action.EXPORT
DRAFTS, EDIT = Action.SEE_DRAFTS, Action.EDIT_PLAN
REVISE, OVERRIDE = Action.REVISE_TARGETS, Action.OVERRIDE
RUN_YEARS = Action.RUN_YEARS
PEOPLE = Action.MANAGE_PEOPLE
SHEETS = Action.EDIT_SHEETS
TRAIL = Action.READ_TRAIL
MEETINGS = Action.RUN_MEETINGS
IMPORT = Action.IMPORT_RESULTS
IMPORT_PLAN = Action.IMPORT_PLAN

OFFICE_ONLY = (Action.CHECK, Action.REOPEN_RESULTS, Action.RUN_YEARS)
HEADS = (Action.APPROVE, Action.SEND_BACK)
REACHES = {
    ("system_administrator", SEE): NONE,
    ("system_administrator", DRAFTS): NONE,
    ("system_administrator", EDIT): NONE,
    ("system_administrator", SHEETS): NONE,
    ("dx_office", SHEETS): TOWN,
    ("staff", SHEETS): OWN,
    ("head", SHEETS): OWN,
    ("committee", SHEETS): NONE,
    ("auditor", SHEETS): NONE,
    ("system_administrator", REVISE): NONE,
    ("system_administrator", RUN_YEARS): NONE,
    ("system_administrator", OVERRIDE): NONE,
    ("system_administrator", MEETINGS): NONE,
    ("system_administrator", ENTER): NONE,
    ("system_administrator", IMPORT): NONE,
    ("system_administrator", IMPORT_PLAN): NONE,
    ("system_administrator", EXPORT): NONE,
    ("system_administrator", PEOPLE): EVERY_TOWN,
    ("system_administrator", TRAIL): TOWN,
    ("dx_office", SEE): TOWN,
    ("dx_office", DRAFTS): TOWN,
    ("dx_office", EDIT): TOWN,
    ("dx_office", REVISE): TOWN,
    ("dx_office", RUN_YEARS): TOWN,
    ("dx_office", OVERRIDE): TOWN,
    ("dx_office", MEETINGS): TOWN,
    ("dx_office", ENTER): TOWN,
    ("dx_office", IMPORT): TOWN,
    ("dx_office", IMPORT_PLAN): TOWN,
    ("dx_office", EXPORT): TOWN,
    ("dx_office", PEOPLE): TOWN,
    ("dx_office", TRAIL): TOWN,
    ("staff", SEE): TOWN,
    ("staff", DRAFTS): OWN,
    ("staff", EDIT): NONE,
    ("staff", REVISE): NONE,
    ("staff", RUN_YEARS): NONE,
    ("staff", OVERRIDE): NONE,
    ("staff", MEETINGS): NONE,
    ("staff", ENTER): OWN,
    ("staff", IMPORT): OWN,
    ("staff", IMPORT_PLAN): NONE,
    ("staff", EXPORT): TOWN,
    ("staff", PEOPLE): NONE,
    ("staff", TRAIL): OWN,
    ("head", SEE): TOWN,
    ("head", DRAFTS): OWN,
    ("head", EDIT): NONE,
    ("head", REVISE): NONE,
    ("head", RUN_YEARS): NONE,
    ("head", OVERRIDE): NONE,
    ("head", MEETINGS): NONE,
    ("head", ENTER): OWN,
    ("head", IMPORT): OWN,
    ("head", IMPORT_PLAN): NONE,
    ("head", EXPORT): TOWN,
    ("head", PEOPLE): NONE,
    ("head", TRAIL): OWN,
    ("committee", SEE): TOWN,
    ("committee", DRAFTS): NONE,
    ("committee", EDIT): NONE,
    ("committee", REVISE): NONE,
    ("committee", RUN_YEARS): NONE,
    ("committee", OVERRIDE): NONE,
    ("committee", MEETINGS): NONE,
    ("committee", ENTER): NONE,
    ("committee", IMPORT): NONE,
    ("committee", IMPORT_PLAN): NONE,
    ("committee", EXPORT): TOWN,
    ("committee", PEOPLE): NONE,
    ("committee", TRAIL): NONE,
    ("auditor", SEE): TOWN,
    ("auditor", DRAFTS): TOWN,
    ("auditor", EDIT): NONE,
    ("auditor", REVISE): NONE,
    ("auditor", RUN_YEARS): NONE,
    ("auditor", OVERRIDE): NONE,
    ("auditor", MEETINGS): NONE,
    ("auditor", ENTER): NONE,
    ("auditor", IMPORT): NONE,
    ("auditor", IMPORT_PLAN): NONE,
    ("auditor", EXPORT): TOWN,
    ("auditor", PEOPLE): NONE,
    ("auditor", TRAIL): TOWN,
}
REACHES |= {(role, action): NONE for role in Role.values for action in (*OFFICE_ONLY, *HEADS)}
REACHES |= {("dx_office", action): TOWN for action in (*OFFICE_ONLY, *HEADS)}
REACHES |= {("head", action): OWN for action in HEADS}


@pytest.fixture
def other_department(town):
    return make_department(town, name="町民課")


def assign(user, role, department=None, valid_from=TODAY, valid_to=None):
    return Assignment.objects.create(
        user=user, role=role, department=department, valid_from=valid_from, valid_to=valid_to
    )


def test_reaches_are_told_for_every_role_and_action():
    assert set(REACHES) == {(role, action) for role in Role.values for action in Action}
    assert {action: len(reaches) for action, reaches in MATRIX.items()} == dict.fromkeys(Action, 6)


@pytest.mark.parametrize(("role", "action"), REACHES)
def test_role_reaches_as_far_as_the_matrix_says(town, department, other_department, role, action):
    own = department if role in ("staff", "head") else None
    access = access_of(make_person("someone", town, role=role, department=own), TODAY)
    reach = REACHES[role, action]

    assert access.reach(action) == reach
    assert access.may(action) == (reach > NONE)
    assert access.may_for(action, [department.pk]) == (reach > NONE)
    assert access.may_for(action, [other_department.pk]) == (reach >= TOWN)
    assert access.may_for(action, []) == (reach >= TOWN)
    assert access.department_ids(action) == (frozenset({department.pk} if reach == OWN else ()))


@pytest.mark.parametrize(
    ("today", "is_in_force"),
    [
        (datetime.date(2026, 3, 31), False),
        (datetime.date(2026, 4, 1), True),
        (datetime.date(2027, 3, 31), True),
        (datetime.date(2027, 4, 1), False),
    ],
)
def test_role_holds_from_its_first_to_its_last_day(town, today, is_in_force):
    person = make_person("moving", town, role="auditor")
    person.assignments.update(valid_from="2026-04-01", valid_to="2027-03-31")

    assert access_of(person, today).may(SEE) == is_in_force


def test_role_without_last_day_goes_on(town):
    person = make_person("staying", town, role="auditor")

    assert access_of(person, datetime.date(2100, 1, 1)).may(SEE)


def test_transfer_in_april_changes_the_department_overnight(town, department, other_department):
    person = make_person("moving", town, role="staff", department=department)
    person.assignments.update(valid_to="2026-03-31")
    assign(person, "staff", other_department)

    before, after = (access_of(person, day) for day in (datetime.date(2026, 3, 31), TODAY))

    assert before.department_ids(ENTER) == frozenset({department.pk})
    assert after.department_ids(ENTER) == frozenset({other_department.pk})


def test_two_roles_add_up(town, department, other_department):
    person = make_person("busy", town, role="committee")
    assign(person, "staff", department)
    access = access_of(person, TODAY)

    assert (access.reach(SEE), access.reach(ENTER)) == (TOWN, OWN)
    assert access.may_for(ENTER, [department.pk, other_department.pk])
    assert not access.may_for(ENTER, [other_department.pk])
    assert access.role_names == ("担当者", "推進委員")


def test_wider_role_is_not_bound_to_the_narrower_ones_department(
    town, department, other_department
):
    person = make_person("busy", town, role="dx_office")
    assign(person, "staff", department)

    assert access_of(person, TODAY).may_for(ENTER, [other_department.pk])


def test_two_departments_are_both_ones_own(town, department, other_department):
    person = make_person("busy", town, role="staff", department=department)
    assign(person, "head", other_department)
    third = make_department(town, name="福祉課")
    access = access_of(person, TODAY)

    assert access.department_ids(ENTER) == frozenset({department.pk, other_department.pk})
    assert access.may_for(ENTER, [other_department.pk])
    assert not access.may_for(ENTER, [third.pk])


def test_two_actions_at_once_need_one_role_that_has_both(town, department):
    person = make_person("busy", town, role="system_administrator")
    assign(person, "committee")
    both = access_of(person, TODAY)
    assign(person, "staff", department)
    three = access_of(person, TODAY)

    assert (both.reach(TRAIL), both.reach(SEE), both.reach(TRAIL, SEE)) == (TOWN, TOWN, NONE)
    assert (three.reach(TRAIL), three.reach(TRAIL, SEE)) == (TOWN, OWN)


def test_person_without_roles_may_nothing(town):
    person = make_person("former", town, role="auditor")
    person.assignments.all().delete()
    access = access_of(person, TODAY)

    assert [access.reach(action) for action in Action] == [NONE] * len(Action)
    assert access.role_names == ()


@pytest.mark.parametrize(
    ("role", "given"),
    [
        ("system_administrator", list(Role)),
        ("dx_office", ["dx_office", "staff", "head", "committee", "auditor"]),
        ("staff", []),
        ("head", []),
        ("committee", []),
        ("auditor", []),
    ],
)
def test_only_administrators_give_the_administrators_role(town, department, role, given):
    own = department if role in ("staff", "head") else None
    access = access_of(make_person("someone", town, role=role, department=own), TODAY)

    assert list(access.given_roles) == given
    assert access.manages_every_town == (role == "system_administrator")


def end(department, successor, last_day=LAST_DAY):
    Department.objects.filter(pk=department.pk).update(valid_to=last_day, successor=successor)


@pytest.fixture
def renamed(town, department):
    """企画課 is 企画財政課 from 1 April on."""
    later = make_department(town, name="企画財政課", valid_from=TODAY)
    end(department, later)
    return later


def test_work_of_a_renamed_department_goes_over_at_midnight(town, department, renamed):
    person = make_person("staying", town, role="staff", department=department)

    before, after = access_of(person, LAST_DAY), access_of(person, TODAY)

    assert before.department_ids(ENTER) == {department.pk}
    assert after.department_ids(ENTER) == {department.pk, renamed.pk}
    assert not before.may_for(ENTER, [renamed.pk])
    assert after.may_for(ENTER, [renamed.pk])
    assert after.may_for(ENTER, [department.pk])


def test_newcomer_of_a_renamed_department_is_responsible_for_what_it_had(
    town, department, renamed, other_department
):
    person = make_person("new", town, role="auditor")
    assign(person, "staff", renamed)

    assert access_of(person, TODAY).department_ids(ENTER) == {department.pk, renamed.pk}


def test_merged_departments_share_their_work_from_the_day_on(town, department, other_department):
    merged = make_department(town, name="総合政策課", valid_from=TODAY)
    end(department, merged)
    end(other_department, merged)
    person = make_person("staying", town, role="head", department=department)

    assert access_of(person, LAST_DAY).department_ids(ENTER) == {department.pk}
    assert access_of(person, TODAY).department_ids(ENTER) == {
        department.pk,
        other_department.pk,
        merged.pk,
    }


def test_work_goes_along_a_chain_of_successors(town, department, renamed):
    next_year = datetime.date(2027, 4, 1)
    last = make_department(town, name="みらい創造課", valid_from=next_year)
    end(renamed, last, next_year - datetime.timedelta(days=1))
    person = make_person("staying", town, role="staff", department=department)

    assert access_of(person, TODAY).department_ids(ENTER) == {department.pk, renamed.pk}
    assert access_of(person, next_year).department_ids(ENTER) == {
        department.pk,
        renamed.pk,
        last.pk,
    }


def test_departments_of_another_town_are_never_covered(town, department, renamed):
    make_department(make_town(code="345458"), name="企画財政課", valid_from=TODAY)
    person = make_person("staying", town, role="staff", department=department)

    assert access_of(person, TODAY).department_ids(ENTER) == {department.pk, renamed.pk}


def test_access_is_one_query(town, department, django_assert_num_queries):
    person = make_person("busy", town, role="staff", department=department)
    assign(person, "committee")

    with django_assert_num_queries(1):
        access = access_of(person, TODAY)
        assert access.may(SEE)
        assert access.may_for(ENTER, [department.pk])


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-03-31T14:59:59+00:00", 200),  # the last second of 31 March in Tokyo
        ("2026-03-31T15:00:00+00:00", 403),
    ],
)
def test_page_asks_for_the_day_in_tokyo(visit, staff, plan, time_machine, now, status):
    staff.assignments.update(valid_to="2026-03-31")
    time_machine.move_to(datetime.datetime.fromisoformat(now), tick=False)

    assert visit(staff, plan.get_absolute_url()).status_code == status
