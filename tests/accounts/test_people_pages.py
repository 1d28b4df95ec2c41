"""The list of people, one person's page, and changes of the account."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from dxplan.accounts.form_pages import CHANGED, NOTHING_CHANGED
from dxplan.accounts.models import Assignment, PasswordLink, User
from dxplan.accounts.people import BEYOND_REACH, ONESELF
from dxplan.accounts.people_changes import USERNAME_TAKEN, add_person
from dxplan.accounts.people_forms import (
    DEPARTMENT_MISSING,
    DEPARTMENT_NEEDLESS,
    ENDS_BEFORE_START,
    NO_SUCH_DEPARTMENT,
    NO_SUCH_ROLE,
)
from dxplan.lib.address_filter import NO_SUCH_CHOICE
from tests.factories import make_department, make_person, make_town
from tests.races import together

TODAY = datetime.datetime(2026, 3, 2, 1, 0, tzinfo=datetime.UTC)
UNSEEN = "目に見えない文字が含まれています。入力し直してください。"
PEOPLE = "/accounts/people/"
NEW = f"{PEOPLE}new/"


@pytest.fixture(autouse=True)
def today(time_machine):
    """2 March 2026, 10 o'clock in Tokyo."""
    time_machine.move_to(TODAY, tick=False)


@pytest.fixture
def mate(town):
    """Another person of the DX office."""
    return make_person("mate", town, role="dx_office")


@pytest.fixture
def administrator(db):
    return make_person("admin", role="system_administrator")


@pytest.fixture
def stranger(outsider):
    return make_person("stranger", outsider.municipality, role="auditor")


def page_of(person, name=""):
    return f"{PEOPLE}{person.pk}/{name}"


def typed(place=None, /, **overrides):
    fields = {
        "username": "kikaku-02",
        "name": "香美 花子",
        "role": "staff",
        "department": place.pk if place else "",
        "valid_from": "令和8年4月1日",
        "valid_to": "",
    }
    return fields | overrides


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def names(response):
    return [row.name for row in response.context["table"].data]


# ---- The list ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(
    count_queries, dx_office, town, department, count
):
    for place in range(count - 1):
        make_person(f"staff-{place}", town, role="staff", department=department)

    response = count_queries(8, dx_office, PEOPLE)

    assert len(response.context["table"].data) == count


def test_list_shows_who_has_which_role_today(visit, dx_office, staff, stranger):
    response = visit(dx_office, PEOPLE)

    rows = [(row.name, row.roles, row.coming) for row in response.context["table"].data]
    assert rows == [("office", ("DX推進担当",), ()), ("staff", ("担当者（企画課）",), ())]
    assert response.context["table"].caption == "令和8年3月2日の役割（2人を表示、全2人）"


def test_list_of_another_day_shows_the_roles_and_names_of_then(
    visit, dx_office, staff, town, department
):
    later = make_department(town, name="企画財政課", valid_from="2026-04-01")
    department.valid_to, department.successor = datetime.date(2026, 3, 31), later
    department.save()
    staff.assignments.update(valid_to="2027-03-31")
    Assignment.objects.create(user=staff, role="auditor", valid_from="2027-04-01")

    def roles_on(day):
        rows = visit(dx_office, f"{PEOPLE}?on={day}&q=staff").context["table"].data
        return rows[0].roles, rows[0].coming

    assert roles_on("R8.3.31") == (
        ("担当者（企画課） 令和9年3月31日まで",),
        ("令和9年4月1日から 監査",),
    )
    assert roles_on("R8.4.1") == (
        ("担当者（企画財政課） 令和9年3月31日まで",),
        ("令和9年4月1日から 監査",),
    )
    assert roles_on("2027-04-01") == (("監査",), ())
    assert roles_on("2019-04-01") == (
        (),
        ("令和2年4月1日から 担当者（企画課）", "令和9年4月1日から 監査"),
    )


def test_list_is_narrowed_by_department_role_state_and_words(
    visit, dx_office, staff, mate, town, department
):
    invited = make_person("invited", town, role="head", department=department)
    invited.set_unusable_password()
    invited.save()
    User.objects.filter(pk=mate.pk).update(is_active=False, password="!")
    User.objects.filter(pk=staff.pk).update(password="md5$something")

    def found(query):
        return names(visit(dx_office, f"{PEOPLE}?{query}"))

    assert found(f"department={department.pk}") == ["invited", "staff"]
    assert found("role=dx_office") == ["mate", "office"]
    assert found("state=active") == ["staff"]
    assert found("state=invited") == ["invited", "office"]
    assert found("state=stopped") == ["mate"]
    assert found("q=ＯＦＦ") == ["office"]
    assert found(f"department={department.pk}&role=head&on=2019-04-01") == []


@pytest.mark.parametrize("pk", ["foreign", "999999", "x"])
def test_department_of_another_town_is_refused_like_an_unknown_one(visit, dx_office, outsider, pk):
    foreign = make_department(outsider.municipality, name="隠れ課")
    response = visit(dx_office, f"{PEOPLE}?department={foreign.pk if pk == 'foreign' else pk}")

    assert response.context["filter"].form.errors == {"department": [NO_SUCH_CHOICE]}
    assert "隠れ課" not in response.content.decode()


def test_day_that_cannot_be_read_is_told_and_today_is_shown(visit, dx_office):
    response = visit(dx_office, f"{PEOPLE}?on=R8.13.1")

    assert list(response.context["filter"].form.errors) == ["on"]
    assert response.context["table"].caption == "令和8年3月2日の役割（1人を表示、全1人）"


# ---- One person --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_person_costs_the_same_for_one_role_and_for_three(
    count_queries, dx_office, staff, count
):
    for year in range(count - 1):
        Assignment.objects.create(
            user=staff, role="auditor", valid_from=f"203{year}-04-01", valid_to=f"203{year}-05-01"
        )

    response = count_queries(7, dx_office, page_of(staff))

    assert len(response.context["table"].data) == count


def test_page_tells_all_roles_the_latest_first(visit, dx_office, staff, town, department):
    later = make_department(town, name="企画財政課", valid_from="2026-04-01")
    department.valid_to, department.successor = datetime.date(2026, 3, 31), later
    department.save()
    Assignment.objects.create(
        user=staff, role="committee", valid_from="2026-05-01", valid_to="2026-05-31"
    )
    Assignment.objects.create(
        user=staff, role="auditor", valid_from="2019-04-01", valid_to="2020-03-31"
    )

    rows = visit(dx_office, page_of(staff)).context["table"].data

    assert [(row.role.label, row.place, row.period, row.state.label) for row in rows] == [
        ("推進委員", "", "令和8年5月1日〜令和8年5月31日", "予定"),
        ("担当者", "企画課 → 企画財政課", "令和2年4月1日〜", "現在"),
        ("監査", "", "平成31年4月1日〜令和2年3月31日", "終了"),
    ]


def test_page_of_oneself_can_only_be_read(visit, dx_office):
    response = visit(dx_office, page_of(dx_office))

    assert response.context["obstacle"] == ONESELF
    assert "人事異動" not in response.content.decode()


def test_page_of_an_administrator_can_only_be_read_by_the_office(visit, dx_office, mate):
    Assignment.objects.create(user=mate, role="system_administrator", valid_from="2030-04-01")

    response = visit(dx_office, page_of(mate))

    assert response.context["obstacle"] == BEYOND_REACH


# ---- Who may -----------------------------------------------------------------------------------

CHANGES = ("name/", "stop/", "resume/", "move/", "roles/new/")


@pytest.mark.parametrize("role", ["staff", "head", "committee", "auditor"])
def test_others_may_not_see_people_or_departments(visit, town, department, mate, role):
    own = department if role in ("staff", "head") else None
    person = make_person("someone", town, role=role, department=own)
    urls = [PEOPLE, NEW, page_of(mate), "/accounts/towns/", "/accounts/departments/"]
    urls += [page_of(mate, name) for name in CHANGES]

    assert {visit(person, url).status_code for url in urls} == {403}
    assert visit(person, page_of(mate, "link/"), {}).status_code == 403
    assert "利用者と課室" not in visit(person, "/").content.decode()


def test_people_of_another_town_are_not_found(visit, dx_office, stranger):
    urls = [page_of(stranger), *(page_of(stranger, name) for name in CHANGES)]
    urls += [page_of(User(pk=999_999)), f"{PEOPLE}?town=345458", f"{NEW}?town=345458"]
    urls += [f"{PEOPLE}?town=none", f"{PEOPLE}?town=999999"]

    assert {visit(dx_office, url).status_code for url in urls} == {404}
    assert {visit(dx_office, url, {"seen": 1}).status_code for url in urls[1:6]} == {404}
    assert visit(dx_office, page_of(stranger, "link/"), {}).status_code == 404


def test_people_without_a_town_are_not_found_by_the_office(visit, dx_office, administrator):
    assert visit(dx_office, page_of(administrator)).status_code == 404


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_changes_oneself(visit, dx_office, administrator, name):
    for person in (dx_office, administrator):
        assert visit(person, page_of(person, name)).status_code == 403
        assert visit(person, page_of(person, name), typed(seen=1)).status_code == 403
        person.refresh_from_db()
        assert (person.version, person.is_active, person.assignments.count()) == (1, True, 1)


def test_nobody_makes_a_link_for_oneself(visit, dx_office):
    assert visit(dx_office, page_of(dx_office, "link/"), {}).status_code == 403
    assert PasswordLink.objects.count() == 0


@pytest.mark.parametrize("name", [*CHANGES, "link/"])
def test_office_does_not_change_administrators(visit, dx_office, mate, name):
    Assignment.objects.create(user=mate, role="system_administrator", valid_from="2030-04-01")

    assert visit(dx_office, page_of(mate, name), typed(seen=1)).status_code == 403


def test_administrator_sees_people_of_every_town_and_no_plan(
    visit, administrator, plan, staff, stranger
):
    assert visit(administrator, PEOPLE).url == "/accounts/towns/"
    assert names(visit(administrator, f"{PEOPLE}?town=285854")) == ["staff"]
    assert names(visit(administrator, f"{PEOPLE}?town=345458")) == ["outsider", "stranger"]
    assert names(visit(administrator, f"{PEOPLE}?town=none")) == ["admin"]
    assert visit(administrator, f"{PEOPLE}?town=999999").status_code == 404
    assert visit(administrator, page_of(stranger, "name/")).status_code == 200
    assert visit(administrator, plan.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_towns_costs_the_same_for_one_and_for_three(count_queries, administrator, count):
    for code in ("285854", "345458", "063657")[:count]:
        make_department(make_town(code=code))

    response = count_queries(5, administrator, "/accounts/towns/")

    rows = [(row.people, row.departments) for row in response.context["table"].data]
    assert rows == [*[(0, 1)] * count, (1, 0)]


def test_menu_leads_to_the_people(visit, dx_office, administrator):
    for person in (dx_office, administrator):
        [entry] = [
            item
            for item in visit(person, "/").context["navigation"].items
            if item.label == "利用者と課室"
        ]
        assert entry.url == PEOPLE


# ---- A new account -----------------------------------------------------------------------------


def test_account_is_made_with_a_role_and_a_link(visit, dx_office, town, department):
    response = visit(dx_office, NEW, typed(department))

    person = User.objects.get(username="kikaku-02")
    assert (person.name, person.municipality, person.is_invited) == ("香美 花子", town, True)
    [role] = person.assignments.values_list("role", "department", "valid_from", "valid_to")
    assert role == ("staff", department.pk, datetime.date(2026, 4, 1), None)
    assert response.context["address"].startswith("http://testserver/accounts/invite/")
    assert response.context["address"] in response.content.decode()
    assert person.changed_by == dx_office


def test_username_is_kept_in_small_letters(visit, dx_office, department):
    visit(dx_office, NEW, typed(department, username="Kikaku-02"))

    assert User.objects.filter(username="kikaku-02").exists()


def test_same_form_sent_twice_makes_one_account_and_the_second_link_counts(
    client, visit, dx_office, department
):
    first, second = (visit(dx_office, NEW, typed(department)) for _ in range(2))
    client.logout()

    assert User.objects.filter(username="kikaku-02").count() == 1
    assert Assignment.objects.filter(user__username="kikaku-02").count() == 1
    assert client.get(first.context["address"]).status_code == 404
    assert client.get(second.context["address"]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_same_username_taken_in_two_towns_at_once_makes_one_account(dx_office, outsider):
    role = {
        "role": "auditor",
        "department": None,
        "valid_from": datetime.date(2026, 3, 2),
        "valid_to": None,
    }

    def add(by):
        fields = {"town": by.municipality, "username": "kikaku-02", "name": "花子", "role": role}
        return lambda: add_person(by=by, **fields)

    outcomes = together(add(dx_office), add(outsider), refusals=(ValidationError,))

    assert sorted(isinstance(outcome, ValidationError) for outcome in outcomes) == [False, True]
    assert Assignment.objects.filter(user__username="kikaku-02").count() == 1


@pytest.mark.parametrize("taken", ["staff", "STAFF", "stranger"])
def test_taken_username_is_refused_and_nothing_typed_is_lost(
    visit, dx_office, staff, stranger, department, taken
):
    response = visit(dx_office, NEW, typed(department, username=taken))

    assert response.status_code == 422
    assert errors(response) == {"username": [USERNAME_TAKEN]}
    assert 'value="香美 花子"' in response.content.decode()
    assert PasswordLink.objects.count() == 0


@pytest.mark.parametrize(
    ("fault", "field", "message"),
    [
        (
            {"name": "香美\u202e花子"},
            "name",
            "目に見えない文字が含まれています。入力し直してください。",
        ),
        ({"name": "  "}, "name", "このフィールドは必須です。"),
        (
            {"name": "名" * 61},
            "name",
            "この値は 60 文字以下でなければなりません( 61 文字になっています)。",
        ),
        (
            {"username": "企画"},
            "username",
            "半角の英字、数字、ハイフン、下線で入力してください。",
        ),
        ({"role": "system_administrator", "department": ""}, "role", NO_SUCH_ROLE),
        ({"role": "mayor"}, "role", NO_SUCH_ROLE),
        ({"department": ""}, "department", DEPARTMENT_MISSING),
        ({"role": "auditor"}, "department", DEPARTMENT_NEEDLESS),
        ({"department": "999999"}, "department", NO_SUCH_DEPARTMENT),
        ({"department": "x"}, "department", NO_SUCH_DEPARTMENT),
        ({"valid_to": "R8.3.31"}, "valid_to", ENDS_BEFORE_START),
        ({"valid_from": "R8.3.1"}, "valid_from", "開始日は今日以後にしてください。"),
        (
            {"valid_from": "R8.4"},
            "valid_from",
            "日まで入力してください。例: 令和5年8月9日",
        ),
    ],
)
def test_wrong_input_is_told_and_nobody_is_made(
    visit, dx_office, department, fault, field, message
):
    response = visit(dx_office, NEW, typed(department, **fault))

    assert response.status_code == 422
    assert errors(response) == {field: [message]}
    assert User.objects.count() == 1


def test_department_of_another_town_is_no_choice(visit, dx_office, outsider):
    foreign = make_department(outsider.municipality)

    assert errors(visit(dx_office, NEW, typed(foreign))) == {"department": [NO_SUCH_DEPARTMENT]}


def test_ended_department_is_no_choice(visit, dx_office, town):
    ended = make_department(town, valid_to="2026-03-01")

    assert errors(visit(dx_office, NEW, typed(ended))) == {"department": [NO_SUCH_DEPARTMENT]}


def test_department_must_be_there_on_the_first_day(visit, dx_office, town):
    closing = make_department(town, valid_to="2026-03-31")

    assert errors(visit(dx_office, NEW, typed(closing))) == {
        "department": [
            "「企画課」は令和8年4月1日には置かれていません。ほかの課を選ぶか、日を改めてください。"
        ]
    }


def test_role_does_not_outlive_a_department_without_successor(visit, dx_office, town):
    closing = make_department(town, valid_to="2026-04-30")

    response = visit(dx_office, NEW, typed(closing))

    assert errors(response) == {
        "valid_to": ["「企画課」は令和8年4月30日で終わります。終了日をその日以前にしてください。"]
    }
    assert visit(dx_office, NEW, typed(closing, valid_to="R8.4.30")).status_code == 200


def test_administrator_makes_accounts_of_any_town(visit, administrator, town, department):
    visit(administrator, f"{NEW}?town=285854", typed(department))
    visit(
        administrator,
        f"{NEW}?town=none",
        typed(username="admin-02", role="system_administrator"),
    )

    assert User.objects.get(username="kikaku-02").municipality == town
    assert User.objects.get(username="admin-02").municipality is None


def test_accounts_of_no_town_are_administrators_only(visit, administrator):
    response = visit(administrator, f"{NEW}?town=none", typed(role="dx_office"))

    assert errors(response) == {"role": [NO_SUCH_ROLE]}


# ---- Changes of an account ---------------------------------------------------------------------


def test_name_is_changed(visit, dx_office, staff):
    response = visit(dx_office, page_of(staff, "name/"), {"name": "但馬 太郎", "seen": 1})

    assert response.url == page_of(staff)
    staff.refresh_from_db()
    assert (staff.name, staff.version, staff.changed_by) == ("但馬 太郎", 2, dx_office)


def test_unchanged_name_is_no_change(visit, dx_office, staff):
    response = visit(dx_office, page_of(staff, "name/"), {"name": "staff", "seen": 1}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [NOTHING_CHANGED]
    staff.refresh_from_db()
    assert staff.version == 1


def test_second_of_two_tabs_gets_both_names(visit, dx_office, staff):
    url = page_of(staff, "name/")
    visit(dx_office, url, {"name": "但馬 太郎", "seen": 1})

    response = visit(dx_office, url, {"name": "但馬 次郎", "seen": 1})

    assert response.status_code == 409
    assert errors(response) == {"__all__": [CHANGED]}
    text = response.content.decode()
    assert 'value="但馬 次郎"' in text
    assert "<dd>但馬 太郎</dd>" in text
    assert visit(dx_office, url, {"name": "但馬 次郎", "seen": 2}).status_code == 302


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999"])
def test_form_without_a_version_changes_nothing(visit, dx_office, staff, seen):
    response = visit(dx_office, page_of(staff, "name/"), {"name": "但馬 太郎", "seen": seen})

    assert response.status_code == 422
    staff.refresh_from_db()
    assert staff.name == "staff"


def test_stopped_person_is_out_and_comes_back(visit, dx_office, staff, plan):
    visit(dx_office, page_of(staff, "stop/"), {"seen": 1})
    assert visit(staff, "/").status_code == 302

    visit(dx_office, page_of(staff, "resume/"), {"seen": 2})
    assert visit(staff, plan.get_absolute_url()).status_code == 200
    assert staff.assignments.count() == 1


def test_stopping_twice_is_harmless(visit, dx_office, staff):
    visit(dx_office, page_of(staff, "stop/"), {"seen": 1}, follow=True)
    response = visit(dx_office, page_of(staff, "stop/"), {"seen": 1}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [NOTHING_CHANGED]


def test_last_of_the_office_is_not_stopped(visit, administrator, dx_office):
    response = visit(administrator, page_of(dx_office, "stop/"), {"seen": 1})

    assert response.status_code == 422
    assert errors(response) == {
        "__all__": [
            "令和8年3月2日からDX推進担当がひとりもいなくなります。"
            "先に、後任の役割を登録してください。"
        ]
    }
    dx_office.refresh_from_db()
    assert dx_office.is_active


def test_one_of_two_administrators_is_stopped(visit, administrator):
    other = make_person("admin-02", role="system_administrator")

    visit(administrator, page_of(other, "stop/"), {"seen": 1})

    other.refresh_from_db()
    assert not other.is_active
