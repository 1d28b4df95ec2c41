"""Departments: listed, added, renamed, merged, split, ended; what was written keeps its name."""

import datetime

import pytest

from dxplan.accounts.department_changes import (
    IN_FORCE,
    NO_SUCH_DEPARTMENT,
    NOTHING_MERGED,
    OVER,
    SAME_NAME,
    merge_departments,
    rename_department,
)
from dxplan.accounts.department_forms import NAMES_TWICE, NEEDS_ONE, ONLY_ONE
from dxplan.accounts.form_pages import CHANGED, NOTHING_CHANGED
from dxplan.accounts.models import Department
from dxplan.accounts.refusals import Stale
from dxplan.lib.address_filter import NO_SUCH_CHOICE
from tests.factories import make_department, make_kpi, make_person, make_town
from tests.races import together

TODAY = datetime.datetime(2026, 3, 2, 1, 0, tzinfo=datetime.UTC)
LAST_DAY, FIRST_DAY = datetime.date(2026, 3, 31), datetime.date(2026, 4, 1)
LAST_SECOND = datetime.datetime(2026, 3, 31, 14, 59, 59, tzinfo=datetime.UTC)
MIDNIGHT = datetime.datetime(2026, 3, 31, 15, 0, tzinfo=datetime.UTC)
LIST = "/accounts/departments/"
UNSEEN = "目に見えない文字が含まれています。入力し直してください。"
NAME_TAKEN = "同じ名前の課が登録済みです。"


@pytest.fixture(autouse=True)
def today(time_machine):
    """2 March 2026, 10 o'clock in Tokyo."""
    time_machine.move_to(TODAY, tick=False)


@pytest.fixture
def other(town):
    return make_department(town, name="町民課", position=2)


@pytest.fixture
def administrator(db):
    return make_person("admin", role="system_administrator")


def page_of(department, name=""):
    return f"{LIST}{department.pk}/{name}"


def rows(response):
    return [(row.name, row.state.label, row.people) for row in response.context["table"].data]


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def said(response):
    return [str(message) for message in response.context["messages"]]


def stored():
    """(name, first day, last day, successor) of departments, in the order they came."""
    columns = ("name", "valid_from", "valid_to", "successor__name")
    return list(Department.objects.order_by("pk").values_list(*columns))


# ---- The list and one department --------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(count_queries, dx_office, town, count):
    for place in range(count):
        make_department(town, name=f"{place}課")

    response = count_queries(7, dx_office, LIST)

    assert len(response.context["table"].data) == count


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_one_person_and_for_three(
    count_queries, dx_office, town, department, plan, count
):
    for place in range(count):
        make_person(f"staff-{place}", town, role="staff", department=department)
        make_kpi(plan, departments=[department])

    response = count_queries(12, dx_office, page_of(department))

    assert len(response.context["people"].data) == count


def test_list_shows_departments_of_today_and_to_come(visit, dx_office, staff, town, other):
    make_department(town, name="旧企画課", valid_to="2020-03-31")
    make_department(town, name="未来課", valid_from=FIRST_DAY)

    def found(query=""):
        return rows(visit(dx_office, f"{LIST}{query}"))

    now, coming, ended = ("企画課", "現在", 1), ("未来課", "予定", 0), ("旧企画課", "終了", 0)
    assert found() == [now, coming, ("町民課", "現在", 0)]
    assert found("?state=in_force") == [now, ("町民課", "現在", 0)]
    assert found("?state=coming") == [coming]
    assert found("?state=ended") == [ended]
    assert found("?state=all") == [now, ended, coming, ("町民課", "現在", 0)]
    assert visit(dx_office, f"{LIST}?state=x").context["filter"].form.errors == {
        "state": [NO_SUCH_CHOICE]
    }


def test_people_are_counted_where_their_work_lies(
    visit, dx_office, staff, town, department, time_machine
):
    time_machine.move_to(LAST_SECOND, tick=False)
    visit(dx_office, page_of(department, "rename/"), renamed())

    assert rows(visit(dx_office, LIST)) == [("企画課", "現在", 1), ("企画財政課", "予定", 0)]
    time_machine.move_to(MIDNIGHT, tick=False)
    assert rows(visit(dx_office, f"{LIST}?state=all")) == [
        ("企画課", "終了", 0),
        ("企画財政課", "現在", 1),
    ]


def test_departments_of_another_town_are_not_found(visit, dx_office, outsider):
    foreign = make_department(outsider.municipality, name="隠れ課")
    names = ("", "correct/", "rename/", "end/", "split/", "resume/", "remove/")
    urls = [page_of(foreign, name) for name in names]

    assert {visit(dx_office, url).status_code for url in urls} == {404}
    assert {visit(dx_office, url, renamed()).status_code for url in urls[1:]} == {404}
    assert visit(dx_office, f"{LIST}?town=345458").status_code == 404
    assert visit(dx_office, f"{LIST}merge/?town=345458").status_code == 404
    assert "隠れ課" not in visit(dx_office, LIST).content.decode()


def test_staff_may_not_change_departments(visit, staff, department):
    names = ("", "correct/", "rename/", "end/", "split/", "resume/", "remove/")
    urls = [page_of(department, name) for name in names] + [f"{LIST}new/", f"{LIST}merge/"]

    assert {visit(staff, url).status_code for url in urls} == {403}
    assert {visit(staff, url, renamed()).status_code for url in urls[1:]} == {403}


def test_administrator_keeps_departments_of_any_town(visit, administrator, department):
    assert visit(administrator, LIST).url == "/accounts/towns/"
    assert rows(visit(administrator, f"{LIST}?town=285854")) == [("企画課", "現在", 0)]
    assert visit(administrator, f"{LIST}?town=none").status_code == 404
    visit(administrator, f"{LIST}new/?town=285854", {"name": "町民課"})
    assert Department.objects.get(name="町民課").municipality == department.municipality


# ---- Added and corrected ----------------------------------------------------------------------


def test_department_is_added_last(visit, dx_office, other):
    data = {"name": "福祉課", "code": "0301", "valid_from": "R8.4.1"}

    response = visit(dx_office, f"{LIST}new/", data)

    added = Department.objects.get(name="福祉課")
    assert response.url == page_of(added)
    assert (added.code, added.position, added.valid_from) == ("0301", 3, FIRST_DAY)


def test_department_added_twice_is_added_once(visit, dx_office):
    first, second = (
        visit(dx_office, f"{LIST}new/", {"name": "福祉課"}, follow=True) for _ in range(2)
    )

    assert (said(first), said(second)) == (["追加しました。"], [NOTHING_CHANGED])
    assert Department.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"name": ""}, "name", "このフィールドは必須です。"),
        ({"name": "企画\u202e課"}, "name", UNSEEN),
        ({"name": "町民課", "code": "0\u200b1"}, "code", UNSEEN),
        ({"name": "企画課", "code": "9"}, "__all__", NAME_TAKEN),
        ({"name": "町民課", "code": "0101"}, "__all__", "同じ課コードの課が登録済みです。"),
        (
            {"name": "町民課", "position": "0"},
            "position",
            "この値は 1 以上でなければなりません。",
        ),
        (
            {"name": "町民課", "valid_from": "R8.4.31"},
            "valid_from",
            "「R8.4.31」は暦にない日付です。",
        ),
    ],
)
def test_department_that_cannot_be_is_told(visit, dx_office, town, data, field, message):
    make_department(town, code="0101")

    response = visit(dx_office, f"{LIST}new/", data)

    assert response.status_code == 422
    assert errors(response) == {field: [message]}
    assert Department.objects.count() == 1


def test_typing_error_is_put_right_in_place(visit, dx_office, department):
    data = {"name": "企画調整課", "code": "0101", "position": "5", "seen": 1}

    response = visit(dx_office, page_of(department, "correct/"), data)

    assert response.url == page_of(department)
    department.refresh_from_db()
    assert (department.name, department.code, department.position, department.version) == (
        "企画調整課",
        "0101",
        5,
        2,
    )


def test_second_of_two_tabs_gets_both_names(visit, dx_office, department):
    url = page_of(department, "correct/")
    visit(dx_office, url, {"name": "企画調整課", "seen": 1})

    response = visit(dx_office, url, {"name": "企画政策課", "seen": 1})

    assert response.status_code == 409
    assert errors(response) == {"__all__": [CHANGED]}
    text = response.content.decode()
    assert 'value="企画政策課"' in text
    assert "<dd>企画調整課</dd>" in text
    assert visit(dx_office, url, {"name": "企画政策課", "seen": 2}).status_code == 302


# ---- Renamed ----------------------------------------------------------------------------------


def renamed(**overrides):
    return {"name": "企画財政課", "first_day": "R8.4.1", "seen": 1} | overrides


def test_renamed_department_ends_and_its_successor_begins(visit, dx_office, department):
    Department.objects.update(code="0101", position=7)

    response = visit(dx_office, page_of(department, "rename/"), renamed())

    assert response.url == page_of(department)
    assert stored() == [
        ("企画課", None, LAST_DAY, "企画財政課"),
        ("企画財政課", FIRST_DAY, None, None),
    ]
    later = Department.objects.get(name="企画財政課")
    assert (later.code, later.position) == ("0101", 7)


def test_rename_sent_twice_is_made_once(visit, dx_office, department):
    url = page_of(department, "rename/")
    visit(dx_office, url, renamed(), follow=True)

    assert said(visit(dx_office, url, renamed(), follow=True)) == [NOTHING_CHANGED]
    assert Department.objects.count() == 2


@pytest.mark.parametrize(
    ("fault", "field", "message"),
    [
        ({"name": "企画課"}, "name", SAME_NAME),
        ({"name": "町民課"}, "__all__", NAME_TAKEN),
        ({"name": "企画\u202e課"}, "name", UNSEEN),
        ({"first_day": ""}, "first_day", "このフィールドは必須です。"),
        (
            {"first_day": "R2.4.1"},
            "first_day",
            "「企画課」は令和2年4月1日に始まります。その翌日以後の日を入力してください。",
        ),
    ],
)
def test_rename_that_cannot_be_changes_nothing(
    visit, dx_office, department, other, fault, field, message
):
    Department.objects.filter(pk=department.pk).update(valid_from="2020-04-01")
    before = stored()

    response = visit(dx_office, page_of(department, "rename/"), renamed(**fault))

    assert response.status_code == 422
    assert errors(response) == {field: [message]}
    assert stored() == before


def test_department_that_is_to_end_is_not_renamed_again(visit, dx_office, department):
    visit(dx_office, page_of(department, "rename/"), renamed())

    response = visit(dx_office, page_of(department, "rename/"), renamed(name="未来課", seen=2))

    assert errors(response) == {
        "first_day": [
            "「企画課」は令和8年3月31日で終わることになっています。"
            "先に、その予定を取り消してください。"
        ]
    }


def test_name_may_come_back(visit, dx_office, department):
    visit(dx_office, page_of(department, "rename/"), renamed())
    later = Department.objects.get(name="企画財政課")

    visit(dx_office, page_of(later, "rename/"), renamed(name="企画課", first_day="R10.4.1"))

    assert [row[0] for row in stored()] == ["企画課", "企画財政課", "企画課"]


@pytest.mark.django_db(transaction=True)
def test_two_who_rename_at_once_give_one_name(department):
    def rename(name):
        return lambda: rename_department(
            department=department, seen=1, name=name, first_day=FIRST_DAY
        )

    outcomes = together(rename("企画財政課"), rename("未来創造課"), refusals=(Stale,))

    assert sorted(isinstance(outcome, Stale) for outcome in outcomes) == [False, True]
    assert Department.objects.count() == 2


# ---- Ended ------------------------------------------------------------------------------------


def ended(successor=None, **overrides):
    fields = {"last_day": "R8.3.31", "successor": successor.pk if successor else "", "seen": 1}
    return fields | overrides


def test_department_without_anything_ends_without_successor(visit, dx_office, department):
    visit(dx_office, page_of(department, "end/"), ended())

    assert stored() == [("企画課", None, LAST_DAY, None)]


@pytest.mark.parametrize("last_day", ["R8.3.31", "R8.3.1"])
def test_department_with_people_and_kpis_asks_for_a_successor(
    visit, dx_office, staff, department, plan, last_day
):
    make_kpi(plan, departments=[department])

    response = visit(dx_office, page_of(department, "end/"), ended(last_day=last_day))

    assert response.status_code == 422
    assert errors(response) == {
        "successor": [
            "この課には次のものがあります。引き継ぐ課を選んでください: "
            "役割の割当て 1件、指標の担当課 1件"
        ]
    }
    assert stored() == [("企画課", None, None, None)]


def test_work_that_was_taken_over_keeps_a_department_too(visit, dx_office, staff, department):
    visit(dx_office, page_of(department, "rename/"), renamed())
    later = Department.objects.get(name="企画財政課")

    response = visit(dx_office, page_of(later, "end/"), ended(last_day="R9.3.31"))

    assert errors(response) == {
        "successor": ["この課には次のものがあります。引き継ぐ課を選んでください: 役割の割当て 1件"]
    }


def test_people_whose_roles_end_with_it_do_not_keep_it(visit, dx_office, staff, department):
    staff.assignments.update(valid_to=LAST_DAY)

    assert visit(dx_office, page_of(department, "end/"), ended()).status_code == 302


def test_ended_department_has_its_successor(visit, dx_office, staff, department, other):
    visit(dx_office, page_of(department, "end/"), ended(other))

    assert stored()[0] == ("企画課", None, LAST_DAY, "町民課")


def test_end_sent_twice_is_harmless_and_an_old_page_gets_409(visit, dx_office, department, other):
    url = page_of(department, "end/")
    visit(dx_office, url, ended(other), follow=True)

    again = visit(dx_office, url, ended(other), follow=True)
    stale = visit(dx_office, url, ended(other, last_day="R9.3.31"))

    assert said(again) == [NOTHING_CHANGED]
    assert stale.status_code == 409
    assert "〜令和8年3月31日" in stale.content.decode()


@pytest.mark.parametrize("kind", ["foreign", "unknown", "itself", "ended"])
def test_successor_that_is_no_choice_is_refused_alike(
    visit, dx_office, town, department, outsider, kind
):
    choices = {
        "foreign": make_department(outsider.municipality),
        "unknown": Department(pk=999_999),
        "itself": department,
        "ended": make_department(town, name="旧課", valid_to="2020-03-31"),
    }

    response = visit(dx_office, page_of(department, "end/"), ended(choices[kind]))

    assert errors(response) == {"successor": [NO_SUCH_DEPARTMENT]}


@pytest.mark.parametrize(
    "period", [{"valid_from": "2026-05-01"}, {"valid_to": "2026-03-31"}, {"valid_to": FIRST_DAY}]
)
def test_successor_must_be_there_on_the_day_after(visit, dx_office, town, department, period):
    later = make_department(town, name="未来課", **period)

    response = visit(dx_office, page_of(department, "end/"), ended(later))

    if period == {"valid_to": FIRST_DAY}:
        assert response.status_code == 302
    else:
        assert errors(response) == {
            "successor": [
                "「未来課」は令和8年4月1日には置かれていません。ほかの課を選んでください。"
            ]
        }


def test_planned_end_is_taken_back(visit, dx_office, department, other):
    visit(dx_office, page_of(department, "end/"), ended(other))
    visit(dx_office, page_of(department, "resume/"), {"seen": 2}, follow=True)
    assert stored()[0] == ("企画課", None, None, None)

    again = visit(dx_office, page_of(department, "resume/"), {"seen": 2}, follow=True)
    assert said(again) == [NOTHING_CHANGED]


def test_end_that_has_come_is_not_taken_back(visit, dx_office, department, other, time_machine):
    time_machine.move_to(LAST_SECOND, tick=False)
    visit(dx_office, page_of(department, "end/"), ended(other))
    time_machine.move_to(MIDNIGHT, tick=False)

    response = visit(dx_office, page_of(department, "resume/"), {"seen": 2})

    assert errors(response) == {"__all__": [OVER]}
    assert stored()[0] == ("企画課", None, LAST_DAY, "町民課")


def test_rename_is_taken_back_with_the_department_planned_for_it(
    visit, dx_office, staff, department
):
    Department.objects.update(code="0101")
    visit(dx_office, page_of(department, "rename/"), renamed())

    visit(dx_office, page_of(department, "resume/"), {"seen": 2})

    assert stored() == [("企画課", None, None, None)]


def test_department_planned_for_several_stays_until_the_last_is_taken_back(
    visit, dx_office, department, other
):
    visit(dx_office, f"{LIST}merge/", merged(department, other, name="総合政策課"))

    visit(dx_office, page_of(department, "resume/"), {"seen": 2})
    assert [row[0] for row in stored()] == ["企画課", "町民課", "総合政策課"]
    visit(dx_office, page_of(other, "resume/"), {"seen": 2})
    assert stored() == [("企画課", None, None, None), ("町民課", None, None, None)]


def test_planned_department_with_roles_stays_when_the_rename_is_taken_back(
    visit, dx_office, staff, department
):
    visit(dx_office, page_of(department, "rename/"), renamed())
    later = Department.objects.get(name="企画財政課")
    staff.assignments.create(role="head", department=later, valid_from=FIRST_DAY)

    visit(dx_office, page_of(department, "resume/"), {"seen": 2})

    assert stored() == [("企画課", None, None, None), ("企画財政課", FIRST_DAY, None, None)]


def test_department_to_come_is_not_removed_under_its_predecessor(visit, dx_office, department):
    visit(dx_office, page_of(department, "rename/"), renamed())
    later = Department.objects.get(name="企画財政課")

    refused = visit(dx_office, page_of(later, "remove/"), {"seen": 1})

    assert errors(refused) == {
        "__all__": [
            "「企画課」から引き継ぐことになっています。先に、その課の予定を取り消してください。"
        ]
    }


def test_department_to_come_is_removed(visit, dx_office, department):
    visit(dx_office, page_of(department, "split/"), split(names="防災課"))
    new = Department.objects.get(name="防災課")

    assert visit(dx_office, page_of(new, "remove/"), {"seen": 1}).url == LIST
    assert stored() == [("企画課", None, None, None)]


def test_department_to_come_with_roles_is_not_removed(visit, dx_office, staff, town):
    later = make_department(town, name="未来課", valid_from=FIRST_DAY)
    staff.assignments.create(role="head", department=later, valid_from=FIRST_DAY)

    response = visit(dx_office, page_of(later, "remove/"), {"seen": 1})

    assert errors(response) == {
        "__all__": ["この課には次のものがあるため、取り消せません: 役割の割当て 1件"]
    }


def test_department_that_exists_is_not_removed(visit, dx_office, department):
    response = visit(dx_office, page_of(department, "remove/"), {"seen": 1})

    assert errors(response) == {"__all__": [IN_FORCE]}


# ---- Merged -----------------------------------------------------------------------------------


def merged(*departments, **overrides):
    fields = {"departments": [item.pk for item in departments], "first_day": "R8.4.1"}
    return fields | overrides


def test_departments_merge_into_a_new_one(visit, dx_office, department, other):
    response = visit(dx_office, f"{LIST}merge/", merged(department, other, name="総合政策課"))

    assert response.url == page_of(Department.objects.get(name="総合政策課"))
    assert stored() == [
        ("企画課", None, LAST_DAY, "総合政策課"),
        ("町民課", None, LAST_DAY, "総合政策課"),
        ("総合政策課", FIRST_DAY, None, None),
    ]


def test_departments_merge_into_one_of_them(visit, dx_office, department, other):
    data = merged(department, other, successor=other.pk)
    first = visit(dx_office, f"{LIST}merge/", data, follow=True)
    second = visit(dx_office, f"{LIST}merge/", data, follow=True)

    assert stored() == [("企画課", None, LAST_DAY, "町民課"), ("町民課", None, None, None)]
    assert said(first) == ["統合を登録しました。引き継ぐ課を表示しています。"]
    assert said(second) == [NOTHING_CHANGED]


def test_merged_department_may_take_over_a_name_and_a_code(visit, dx_office, department, other):
    Department.objects.filter(pk=department.pk).update(code="0101")

    visit(dx_office, f"{LIST}merge/", merged(department, other, name="企画課"))

    assert stored()[2] == ("企画課", FIRST_DAY, None, None)
    assert list(Department.objects.filter(code="0101").values_list("name", flat=True)) == [
        "企画課",
        "企画課",
    ]


def test_merge_sent_twice_is_made_once(visit, dx_office, department, other):
    data = merged(department, other, name="総合政策課")
    visit(dx_office, f"{LIST}merge/", data, follow=True)

    assert said(visit(dx_office, f"{LIST}merge/", data, follow=True)) == [NOTHING_CHANGED]
    assert Department.objects.count() == 3


@pytest.mark.parametrize(
    ("fault", "field", "message"),
    [
        ({"name": ""}, "name", NEEDS_ONE),
        ({"successor": "own"}, "name", ONLY_ONE),
        ({"departments": []}, "departments", "このフィールドは必須です。"),
        ({"departments": [999_999]}, "departments", NO_SUCH_DEPARTMENT),
        ({"departments": "own"}, "departments", NOTHING_MERGED),
        ({"departments": "own", "successor": "own", "name": ""}, "departments", NOTHING_MERGED),
        ({"successor": 999_999, "name": ""}, "successor", NO_SUCH_DEPARTMENT),
        ({"name": "福祉課"}, "__all__", NAME_TAKEN),
    ],
)
def test_merge_that_cannot_be_changes_nothing(
    visit, dx_office, town, department, other, fault, field, message
):
    make_department(town, name="福祉課")
    fault = {name: department.pk if value == "own" else value for name, value in fault.items()}

    response = visit(
        dx_office, f"{LIST}merge/", merged(department, other, name="総合政策課") | fault
    )

    assert response.status_code == 422
    assert errors(response) == {field: [message]}
    assert {row[2] for row in stored()} == {None}


def test_department_that_ends_already_is_not_merged(visit, dx_office, department, other):
    visit(dx_office, page_of(department, "rename/"), renamed())

    response = visit(dx_office, f"{LIST}merge/", merged(department, other, name="総合政策課"))

    assert list(errors(response)) == ["departments"]
    assert Department.objects.count() == 2 + 1


def test_department_of_another_town_is_not_merged(visit, dx_office, department, outsider):
    foreign = make_department(outsider.municipality)

    response = visit(dx_office, f"{LIST}merge/", merged(department, foreign, name="総合政策課"))

    assert errors(response) == {"departments": [NO_SUCH_DEPARTMENT]}


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_at_once_merge_once(town, department, other):
    def merge():
        return merge_departments(
            town=town,
            ids=[department.pk, other.pk],
            successor_id=None,
            name="総合政策課",
            first_day=FIRST_DAY,
        )

    outcomes = together(merge, merge)

    assert sorted(is_new for _, is_new in outcomes) == [False, True]
    assert Department.objects.count() == 3


# ---- Split ------------------------------------------------------------------------------------


def split(**overrides):
    fields = {"names": "デジタル推進課\n防災課", "first_day": "R8.4.1", "goes_on": "yes"}
    return fields | {"seen": 1} | overrides


def test_split_department_goes_on_beside_the_new_ones(visit, dx_office, department):
    visit(dx_office, page_of(department, "split/"), split())

    assert stored() == [
        ("企画課", None, None, None),
        ("デジタル推進課", FIRST_DAY, None, None),
        ("防災課", FIRST_DAY, None, None),
    ]


def test_split_department_ends_and_the_first_takes_over(visit, dx_office, department):
    Department.objects.update(code="0101")

    visit(dx_office, page_of(department, "split/"), split(names="企画課\n防災課", goes_on="no"))

    assert stored() == [
        ("企画課", None, LAST_DAY, "企画課"),
        ("企画課", FIRST_DAY, None, None),
        ("防災課", FIRST_DAY, None, None),
    ]


def test_split_sent_twice_is_made_once(visit, dx_office, department):
    url = page_of(department, "split/")
    visit(dx_office, url, split(), follow=True)

    assert said(visit(dx_office, url, split(), follow=True)) == [NOTHING_CHANGED]
    assert Department.objects.count() == 3


@pytest.mark.parametrize(
    ("names", "field", "message"),
    [
        (" \n ", "names", "このフィールドは必須です。"),
        ("防災課\n防災課", "names", NAMES_TWICE),
        ("防災\u202e課", "names", UNSEEN),
        ("課" * 51, "names", f"「{'課' * 51}」は長すぎます。課名は50字までです。"),
        ("防災課\n企画課", "__all__", NAME_TAKEN),
    ],
)
def test_split_that_cannot_be_changes_nothing(visit, dx_office, department, names, field, message):
    response = visit(dx_office, page_of(department, "split/"), split(names=names))

    assert response.status_code == 422
    assert errors(response) == {field: [message]}
    assert stored() == [("企画課", None, None, None)]


def test_people_and_kpis_can_be_prepared_for_the_new_department(
    visit, dx_office, staff, department
):
    visit(dx_office, page_of(department, "split/"), split(names="防災課"))
    new = Department.objects.get(name="防災課")
    move = visit(dx_office, f"/accounts/people/{staff.pk}/move/").context["form"]

    assert (new.pk, "防災課（令和8年4月1日から）") in move.fields["department_1"].choices


def test_department_named_like_another_towns_is_no_twin(visit, dx_office, department):
    make_department(make_town(code="345458"), name="福祉課")

    assert visit(dx_office, f"{LIST}new/", {"name": "福祉課"}).status_code == 302
