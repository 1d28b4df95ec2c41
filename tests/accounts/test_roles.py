"""Roles given, ended, withdrawn, and moved on 1 April without anyone at midnight."""

import datetime

import pytest
from django.urls import reverse

from dxplan.accounts.form_pages import CHANGED, NOTHING_CHANGED
from dxplan.accounts.models import Assignment, User
from dxplan.accounts.people_changes import (
    BEGUN,
    ENDS_BEFORE_START,
    ENDS_IN_PAST,
    OVER,
    end_role,
    give_role,
    set_active,
)
from dxplan.accounts.people_forms import (
    DEPARTMENT_MISSING,
    NO_SUCH_DEPARTMENT,
    NO_SUCH_ROLE,
    NOTHING_TO_MOVE,
    ROLE_MISSING,
)
from dxplan.accounts.refusals import Refused
from tests.factories import make_department, make_kpi, make_person, make_town
from tests.races import together

TODAY = datetime.datetime(2026, 3, 2, 1, 0, tzinfo=datetime.UTC)
LAST_SECOND = datetime.datetime(2026, 3, 31, 14, 59, 59, tzinfo=datetime.UTC)  # in Tokyo 23:59:59
MIDNIGHT = LAST_SECOND + datetime.timedelta(seconds=1)
DAY = datetime.date


@pytest.fixture(autouse=True)
def today(time_machine):
    """2 March 2026, 10 o'clock in Tokyo."""
    time_machine.move_to(TODAY, tick=False)


@pytest.fixture
def mate(town):
    """Another person of the DX office."""
    return make_person("mate", town, role="dx_office")


@pytest.fixture
def other(town):
    return make_department(town, name="町民課", position=2)


def page_of(person, name=""):
    return f"/accounts/people/{person.pk}/{name}"


def role_page(role, name):
    return page_of(role.user, f"roles/{role.pk}/{name}/")


def role_of(person):
    return person.assignments.get()


def roles(person):
    columns = ("role", "department__name", "valid_from", "valid_to")
    return list(person.assignments.order_by("valid_from", "pk").values_list(*columns))


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def said(response):
    return [str(message) for message in response.context["messages"]]


# ---- Given -------------------------------------------------------------------------------------


def given(place=None, /, **overrides):
    fields = {
        "role": "head",
        "department": place.pk if place else "",
        "valid_from": "R8.4.1",
        "valid_to": "R9.3.31",
        "seen": 1,
    }
    return fields | overrides


def test_role_is_given(visit, dx_office, staff, department):
    response = visit(dx_office, page_of(staff, "roles/new/"), given(department))

    assert response.url == page_of(staff)
    assert roles(staff) == [
        ("staff", "企画課", DAY(2020, 4, 1), None),
        ("head", "企画課", DAY(2026, 4, 1), DAY(2027, 3, 31)),
    ]
    role = staff.assignments.get(role="head")
    assert role.changed_by == dx_office
    assert User.objects.get(pk=staff.pk).version == 2


def test_role_given_twice_is_given_once(visit, dx_office, staff, department):
    url = page_of(staff, "roles/new/")
    visit(dx_office, url, given(department), follow=True)
    second = visit(dx_office, url, given(department), follow=True)

    assert said(second) == [NOTHING_CHANGED]
    assert staff.assignments.count() == 2


@pytest.mark.parametrize(
    ("period", "is_refused"),
    [
        ({"valid_from": "R8.4.1", "valid_to": ""}, True),
        ({"valid_from": "R8.3.2", "valid_to": "R8.4.1"}, True),
        ({"valid_from": "R8.3.2", "valid_to": "R8.3.31"}, False),
        ({"valid_from": "R10.4.1", "valid_to": ""}, False),
    ],
)
def test_same_role_at_the_same_time_is_refused(
    visit, dx_office, staff, department, period, is_refused
):
    period_held = {"valid_from": "2026-04-01", "valid_to": "2028-03-31"}
    Assignment.objects.create(user=staff, role="head", department=department, **period_held)

    response = visit(dx_office, page_of(staff, "roles/new/"), given(department, **period))

    if is_refused:
        assert response.status_code == 422
        assert errors(response) == {"__all__": ["同じ役割が、同じ期間に登録済みです。"]}
    assert staff.assignments.count() == (2 if is_refused else 3)


def test_same_role_in_another_department_is_given(visit, dx_office, staff, other):
    visit(dx_office, page_of(staff, "roles/new/"), given(other, role="staff"))

    assert staff.assignments.count() == 2


def test_office_gives_no_role_of_an_administrator(visit, dx_office, staff):
    response = visit(dx_office, page_of(staff, "roles/new/"), given(role="system_administrator"))

    assert errors(response) == {"role": [NO_SUCH_ROLE]}


@pytest.mark.parametrize("kind", ["foreign", "unknown"])
def test_department_of_another_town_is_refused_like_an_unknown_one(
    visit, dx_office, staff, department, kind
):
    foreign = make_department(make_town(code="345458"))
    pk = foreign.pk if kind == "foreign" else 999_999

    response = visit(dx_office, page_of(staff, "roles/new/"), given(department=pk))

    assert errors(response) == {"department": [NO_SUCH_DEPARTMENT]}


def test_second_of_two_tabs_gets_the_roles_of_now(visit, dx_office, staff, department, other):
    url = page_of(staff, "roles/new/")
    visit(dx_office, url, given(department))

    response = visit(dx_office, url, given(other))

    assert response.status_code == 409
    assert errors(response) == {"__all__": [CHANGED]}
    assert [row.text for row in response.context["table"].data] == [
        "課長（企画課）",
        "担当者（企画課）",
    ]
    assert f'<option value="{other.pk}" selected>' in response.content.decode()
    assert visit(dx_office, url, given(other, seen=2)).status_code == 302


# ---- Ended and withdrawn -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_day", "stored"),
    [("R8.3.31", DAY(2026, 3, 31)), ("R8.3.2", DAY(2026, 3, 2)), ("R8.3.1", DAY(2026, 3, 1))],
)
def test_role_gets_a_last_day(visit, dx_office, staff, last_day, stored):
    url = role_page(role_of(staff), "end")

    assert visit(dx_office, url, {"valid_to": last_day, "seen": 1}).url == page_of(staff)
    assert roles(staff) == [("staff", "企画課", DAY(2020, 4, 1), stored)]


def test_role_loses_its_last_day(visit, dx_office, staff):
    staff.assignments.update(valid_to="2026-03-31")

    visit(dx_office, role_page(role_of(staff), "end"), {"valid_to": "", "seen": 1})

    assert roles(staff) == [("staff", "企画課", DAY(2020, 4, 1), None)]


def test_role_does_not_end_in_the_past(visit, dx_office, staff):
    url = role_page(role_of(staff), "end")

    response = visit(dx_office, url, {"valid_to": "R8.2.28", "seen": 1})

    assert errors(response) == {"valid_to": [ENDS_IN_PAST]}


def test_role_does_not_end_before_it_begins(visit, dx_office, staff):
    staff.assignments.update(valid_from="2026-04-01")

    response = visit(
        dx_office, role_page(role_of(staff), "end"), {"valid_to": "R8.3.31", "seen": 1}
    )

    assert errors(response) == {"valid_to": [ENDS_BEFORE_START]}


def test_role_that_is_over_stays_as_it_was(visit, dx_office, staff):
    staff.assignments.update(valid_to="2026-02-28")

    response = visit(dx_office, role_page(role_of(staff), "end"), {"valid_to": "", "seen": 1})

    assert errors(response) == {"__all__": [OVER]}
    assert roles(staff) == [("staff", "企画課", DAY(2020, 4, 1), DAY(2026, 2, 28))]


def test_last_day_given_twice_is_harmless_and_an_old_page_gets_409(visit, dx_office, staff):
    url = role_page(role_of(staff), "end")
    visit(dx_office, url, {"valid_to": "R8.3.31", "seen": 1}, follow=True)

    again = visit(dx_office, url, {"valid_to": "R8.3.31", "seen": 1}, follow=True)
    stale = visit(dx_office, url, {"valid_to": "R8.4.30", "seen": 1})

    assert said(again) == [NOTHING_CHANGED]
    assert stale.status_code == 409
    assert stale.context["table"].data[0].period == "令和2年4月1日〜令和8年3月31日"
    assert 'value="R8.4.30"' in stale.content.decode()


def test_prepared_role_is_withdrawn_once(visit, dx_office, staff):
    prepared = Assignment.objects.create(user=staff, role="auditor", valid_from="2026-04-01")
    url = role_page(prepared, "withdraw")

    first = visit(dx_office, url, {"seen": 1}, follow=True)
    second = visit(dx_office, url, {"seen": 1}, follow=True)

    assert said(first) == ["役割を取り消しました。"]
    assert said(second) == [NOTHING_CHANGED]
    assert [role[0] for role in roles(staff)] == ["staff"]


def test_role_that_was_held_is_not_withdrawn(visit, dx_office, staff):
    response = visit(dx_office, role_page(role_of(staff), "withdraw"), {"seen": 1})

    assert errors(response) == {"__all__": [BEGUN]}
    assert staff.assignments.count() == 1


def test_role_of_another_person_is_not_found(visit, dx_office, staff, mate):
    foreign = role_of(mate)

    for name in ("end", "withdraw"):
        url = page_of(staff, f"roles/{foreign.pk}/{name}/")
        assert visit(dx_office, url).status_code == 404
    url = page_of(staff, f"roles/{foreign.pk}/end/")
    assert visit(dx_office, url, {"valid_to": "", "seen": 1}).status_code == 404


# ---- Moved -------------------------------------------------------------------------------------


def moved(person, *places, **overrides):
    fields = {
        "first_day": "令和8年4月1日",
        "ending": [role.pk for role in person.assignments.all()],
    }
    for number, (role, place) in enumerate(places, 1):
        fields |= {f"role_{number}": role, f"department_{number}": place.pk if place else ""}
    return fields | {"seen": 1} | overrides


def test_form_offers_the_next_april_and_all_roles_of_today(visit, dx_office, staff):
    form = visit(dx_office, page_of(staff, "move/")).context["form"]

    assert form["first_day"].value() == "令和8年4月1日"
    assert form["ending"].value() == [role_of(staff).pk]
    assert form.fields["ending"].choices == [
        (role_of(staff).pk, "担当者（企画課） 令和2年4月1日〜")
    ]


def test_person_is_moved_with_one_form(visit, dx_office, staff, other):
    response = visit(
        dx_office,
        page_of(staff, "move/"),
        moved(staff, ("head", other), ("committee", None)),
    )

    assert response.url == page_of(staff)
    assert roles(staff) == [
        ("staff", "企画課", DAY(2020, 4, 1), DAY(2026, 3, 31)),
        ("head", "町民課", DAY(2026, 4, 1), None),
        ("committee", None, DAY(2026, 4, 1), None),
    ]


def test_move_sent_twice_is_made_once(visit, dx_office, staff, other):
    data = moved(staff, ("head", other))
    visit(dx_office, page_of(staff, "move/"), data, follow=True)

    second = visit(dx_office, page_of(staff, "move/"), data, follow=True)

    assert said(second) == [NOTHING_CHANGED]
    assert staff.assignments.count() == 2


def test_move_of_today_sent_twice_is_made_once(visit, dx_office, staff, other):
    data = moved(staff, ("head", other), first_day="R8.3.2")
    visit(dx_office, page_of(staff, "move/"), data, follow=True)

    assert said(visit(dx_office, page_of(staff, "move/"), data, follow=True)) == [NOTHING_CHANGED]
    assert roles(staff) == [
        ("staff", "企画課", DAY(2020, 4, 1), DAY(2026, 3, 1)),
        ("head", "町民課", DAY(2026, 3, 2), None),
    ]


def test_retiring_person_only_loses_the_roles(visit, dx_office, staff):
    visit(dx_office, page_of(staff, "move/"), moved(staff))

    assert roles(staff) == [("staff", "企画課", DAY(2020, 4, 1), DAY(2026, 3, 31))]


def test_role_that_is_not_chosen_goes_on(visit, dx_office, staff, other):
    visit(dx_office, page_of(staff, "move/"), moved(staff, ("head", other), ending=[]))

    assert roles(staff) == [
        ("staff", "企画課", DAY(2020, 4, 1), None),
        ("head", "町民課", DAY(2026, 4, 1), None),
    ]


@pytest.mark.parametrize(
    ("fault", "field", "message"),
    [
        ({"ending": [], "role_1": "", "department_1": ""}, "__all__", NOTHING_TO_MOVE),
        ({"role_1": ""}, "role_1", ROLE_MISSING),
        ({"department_1": ""}, "department_1", DEPARTMENT_MISSING),
        ({"department_1": 999_999}, "department_1", NO_SUCH_DEPARTMENT),
        ({"role_1": "system_administrator", "department_1": ""}, "role_1", NO_SUCH_ROLE),
        ({"ending": [999_999]}, "ending", NO_SUCH_ROLE),
        ({"first_day": "R8.3.1", "ending": []}, "__all__", "開始日は今日以後にしてください。"),
        ({"first_day": ""}, "first_day", "このフィールドは必須です。"),
        (
            {"first_day": "R2.4.1", "role_1": "", "department_1": ""},
            "__all__",
            "担当者は、異動日より後に始まる役割です。先に取り消してください。",
        ),
        (
            {"first_day": "R8.2.1", "role_1": "", "department_1": ""},
            "__all__",
            ENDS_IN_PAST,
        ),
    ],
)
def test_move_that_cannot_be_changes_nothing(visit, dx_office, staff, other, fault, field, message):
    data = moved(staff, ("head", other), **fault)

    response = visit(dx_office, page_of(staff, "move/"), data)

    assert response.status_code == 422
    assert errors(response) == {field: [message]}
    assert roles(staff) == [("staff", "企画課", DAY(2020, 4, 1), None)]


def test_moved_person_changes_places_at_midnight(
    visit, dx_office, staff, other, plan, department, time_machine
):
    make_kpi(plan, departments=[department])
    make_kpi(plan, departments=[other])
    visit(dx_office, page_of(staff, "move/"), moved(staff, ("staff", other)))

    def grid():
        url = f"{reverse('result_grid', args=[plan.pk])}?fiscal_year=2025"
        return [line.row.number for line in visit(staff, url).context["lines"]]

    time_machine.move_to(LAST_SECOND, tick=False)
    assert grid() == ["1"]
    time_machine.move_to(MIDNIGHT, tick=False)
    assert grid() == ["2"]


def test_new_office_comes_in_at_midnight_and_the_old_one_goes(
    visit, dx_office, mate, staff, time_machine
):
    visit(dx_office, page_of(staff, "move/"), moved(staff, ("dx_office", None)))
    visit(dx_office, page_of(mate, "move/"), moved(mate, ("auditor", None)))

    def statuses():
        return [visit(person, "/accounts/people/").status_code for person in (staff, mate)]

    time_machine.move_to(LAST_SECOND, tick=False)
    assert statuses() == [403, 200]
    time_machine.move_to(MIDNIGHT, tick=False)
    assert statuses() == [200, 403]


# ---- Nobody left alone -------------------------------------------------------------------------


def leaves(day):
    return f"{day}からDX推進担当がひとりもいなくなります。先に、後任の役割を登録してください。"


@pytest.fixture
def administrator(db):
    return make_person("admin", role="system_administrator")


def test_last_of_the_office_is_not_moved_away(visit, administrator, dx_office):
    response = visit(administrator, page_of(dx_office, "move/"), moved(dx_office))

    assert errors(response) == {"__all__": [leaves("令和8年4月1日")]}
    assert roles(dx_office) == [("dx_office", None, DAY(2020, 4, 1), None)]


def test_last_of_the_office_is_moved_once_the_successor_is_prepared(
    visit, administrator, dx_office, staff
):
    Assignment.objects.create(user=staff, role="dx_office", valid_from="2026-04-01")

    assert visit(administrator, page_of(dx_office, "move/"), moved(dx_office)).status_code == 302


def test_successor_who_comes_too_late_leaves_a_gap(visit, administrator, dx_office, staff):
    Assignment.objects.create(user=staff, role="dx_office", valid_from="2026-04-02")

    response = visit(administrator, page_of(dx_office, "move/"), moved(dx_office))

    assert errors(response) == {"__all__": [leaves("令和8年4月1日")]}


def test_office_of_another_town_or_a_stopped_one_is_no_successor(
    visit, administrator, dx_office, mate, outsider
):
    User.objects.filter(pk=mate.pk).update(is_active=False)

    response = visit(administrator, page_of(dx_office, "move/"), moved(dx_office))

    assert errors(response) == {"__all__": [leaves("令和8年4月1日")]}


def test_prepared_successor_is_not_withdrawn(visit, dx_office, mate, staff):
    mate.assignments.all().delete()
    dx_office.assignments.update(valid_to="2026-03-31")
    prepared = Assignment.objects.create(user=staff, role="dx_office", valid_from="2026-04-01")

    response = visit(dx_office, role_page(prepared, "withdraw"), {"seen": 1})

    assert errors(response) == {"__all__": [leaves("令和8年4月1日")]}


def test_last_administrator_is_not_ended(visit, administrator, town):
    other = make_person("admin-02", role="system_administrator")
    administrator.assignments.update(valid_to="2026-03-31")

    response = visit(administrator, page_of(other, "move/"), moved(other))

    assert errors(response) == {
        "__all__": [
            "令和8年4月1日からシステム管理者がひとりもいなくなります。"
            "先に、後任の役割を登録してください。"
        ]
    }


# ---- At the same moment ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_end_each_other_leave_one(dx_office, mate):
    def end(by, person):
        role = role_of(person)
        return lambda: end_role(
            by=by, person_id=person.pk, seen=1, role_id=role.pk, last_day=DAY(2026, 3, 31)
        )

    outcomes = together(end(dx_office, mate), end(mate, dx_office), refusals=(Refused,))

    assert sorted(map(str, outcomes)) == ["True", leaves("令和8年4月1日")]
    assert Assignment.objects.filter(valid_to=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_of_different_towns_who_stop_each_other_leave_one(town):
    one = make_person("admin-01", town, role="system_administrator")
    two = make_person("admin-02", make_town(code="345458"), role="system_administrator")

    def stop(by, person):
        return lambda: set_active(by=by, person_id=person.pk, seen=1, is_active=False)

    outcomes = together(stop(one, two), stop(two, one), refusals=(Refused,))

    assert sorted(isinstance(outcome, Refused) for outcome in outcomes) == [False, True]
    assert User.objects.filter(is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_role_given_at_the_same_moment_is_given_once(dx_office, mate, staff, department):
    role = {
        "role": "head",
        "department": department,
        "valid_from": DAY(2026, 4, 1),
        "valid_to": None,
    }

    def give(by):
        return lambda: give_role(by=by, person_id=staff.pk, seen=1, role=role)

    assert sorted(together(give(dx_office), give(mate))) == [False, True]
    assert staff.assignments.count() == 2
