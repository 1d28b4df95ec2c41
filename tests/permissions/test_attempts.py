"""What somebody with accounts of two towns and the source has tried to see or change.

Each line of the tables is an attempt. Ids in paths are walked in test_walk.py, ids in queries and
bodies in test_swapped_ids.py; here is what is tried beside them.
"""

import datetime
import io
import json
import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from dxplan.accounts.models import Assignment, Department, Role, TownSecurity, User
from dxplan.accounts.password_links import make_link, token_of
from dxplan.lib.audit import event_models
from kpis.models import Judgement, Kpi, Result
from plans.models import ChecklistItem, GlossaryTerm, Plan, Policy, Section
from tests.factories import make_person
from tests.permissions.conftest import UNKNOWN
from tests.permissions.test_walk import addresses

SYS, DXO, STF, HEAD, COM, AUD = Role
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()
LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery"
TO_LOGIN = "to the login"
SECRET, PART_OF_SECRET = "機密の棚卸し", "棚卸し"
ELSEWHERE = "https://evil.example/"


class CountingHasher(MD5PasswordHasher):
    """Quick, and counts its runs, which is what takes time at a login."""

    runs = 0

    def encode(self, password, salt):
        CountingHasher.runs += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


def as_role(world, role):
    client = Client()
    if role:
        client.force_login(world.people[role])
    return client


def make_administrator(world):
    """The system administrator is of no town."""
    world.people[SYS] = make_person("sysadmin", role=SYS)


def give_password(person):
    person.set_password(PASSWORD)
    person.save()
    return person


def log_in(client, person, **more):
    return client.post(LOGIN, {"username": person.username, "password": PASSWORD} | more)


def outcome(response):
    if response.status_code == 302 and response.url.startswith(LOGIN):
        return TO_LOGIN
    return response.status_code


def text_of(response):
    if response.streaming:
        return b"".join(response.streaming_content).decode()
    if response.headers.get("Content-Type", "").startswith("application/"):
        return cells_text(response)
    return response.content.decode()


def cells_text(response):
    book = load_workbook(io.BytesIO(response.content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row)


# What another town holds.

LISTS = ("search", "history", "history_csv", "my_history_csv", "people", "kpi_list")
QUERIES = ("", f"q={SECRET[:2]}", "q={person}", "person={person}", "kind=people", "kind=plans")


def hide_secret_in(plan, department, person):
    """Lets everything of a plan, its department and person bear words that stand nowhere else."""
    Plan.objects.filter(pk=plan).update(title=SECRET, summary=SECRET)
    Department.objects.filter(pk=department).update(name=SECRET)
    User.objects.filter(pk=person).update(name=SECRET)
    for model, names in (
        (Kpi, ("name", "definition")),
        (Policy, ("name", "summary")),
        (Section, ("title", "body")),
        (GlossaryTerm, ("term", "definition")),
    ):
        model.objects.filter(plan=plan).update(**dict.fromkeys(names, SECRET))
    ChecklistItem.objects.filter(checklist__plan=plan).update(name=SECRET)


def read_everything(client, ids, queries):
    """(address, query) of pages and files that tell something of the secret."""
    for address in addresses():
        for query in queries if address.name in LISTS else queries[:1]:
            if not address.page.get:
                continue
            url = address.url(ids)
            url = f"{url}{'&' if '?' in url else '?'}{query.format(person=ids['hidden_person'])}"
            if PART_OF_SECRET in text_of(client.get(url)):
                yield url


@pytest.mark.parametrize("role", Role, ids=str)
def test_nothing_of_another_town_is_read_anywhere(world, role):
    foreign = world.ids["foreign"]
    hide_secret_in(foreign["plan_id"], foreign["department_id"], foreign["person_id"])
    make_administrator(world)
    ids = world.ids["own"] | {"hidden_person": foreign["person_id"]}

    found = list(read_everything(as_role(world, role), ids, QUERIES))

    # An administrator of no town keeps the people of every town, and reads no plan.
    towns = ("/accounts/", "/history")
    assert [url for url in found if role != SYS or not url.startswith(towns)] == []


# Roles, accounts and departments.

ON_ONESELF = (
    "person_name",
    "person_stop",
    "person_resume",
    "person_link",
    "person_move",
    "role_new",
    "role_end",
    "role_withdraw",
    "factor_removal",
)


@pytest.mark.parametrize("name", ON_ONESELF)
@pytest.mark.parametrize(
    ("by", "on"), [(DXO, DXO), (SYS, SYS), (DXO, SYS), (DXO, "coming")], ids=str
)
def test_nobody_changes_oneself_or_a_mightier_account(world, name, by, on):
    if on == "coming":
        person = make_person("coming", world.people[DXO].municipality, role=AUD)
        person.assignments.create(role=SYS, valid_from=TODAY + DAY)
    else:
        person = world.people[on]
    role = person.assignments.order_by("pk").last()
    kwargs = {"person_id": person.pk} | ({"role_id": role.pk} if "role_" in name[:5] else {})
    kwargs = kwargs if name != "role_new" else {"person_id": person.pk}
    sent = {
        "seen": person.version,
        "name": "別人",
        "role": SYS,
        "reason": "試し",
        "valid_from": TODAY,
        "valid_to": TODAY,
        "first_day": TODAY,
        "ending": role.pk,
    }
    before = state_of_people()

    response = as_role(world, by).post(reverse(name, kwargs=kwargs), sent)

    assert response.status_code == 403
    assert state_of_people() == before


def state_of_people():
    fields = ("pk", "username", "name", "municipality", "is_active", "password", "version")
    return (
        list(User.objects.order_by("pk").values_list(*fields)),
        list(
            Assignment.objects.order_by("pk").values_list("user", "role", "department", "valid_to")
        ),
        list(Department.objects.order_by("pk").values_list()),
    )


# Role that tries, address, arguments, what is sent, answer. {own}, {other} and {foreign} stand for
# the ids of that place.
FORGED = [
    (DXO, "role_new", ("own",), {"role": "system_administrator"}, 422),
    (DXO, "role_new", ("own",), {"role": "staff", "department": "{foreign[department]}"}, 422),
    (DXO, "role_new", ("own",), {"role": "staff", "department": UNKNOWN}, 422),
    (DXO, "role_new", ("own",), {"role": "staff"}, 422),
    (DXO, "role_new", ("own",), {"role": "auditor", "valid_from": "2026-11-19"}, 422),
    (DXO, "role_new", ("own",), {"role": "auditor", "valid_to": "2026-11-01"}, 422),
    (DXO, "role_new", ("own",), {"role": "superuser"}, 422),
    (DXO, "role_new", ("own",), {"role": "auditor", "seen": -1}, 422),
    (DXO, "role_new", ("own",), {"role": "auditor", "seen": 99}, 409),
    (DXO, "role_new", ("foreign",), {"role": "auditor"}, 404),
    (DXO, "role_end", ("own", "other"), {"valid_to": "2026-11-20"}, 404),
    (DXO, "role_end", ("own", "foreign"), {"valid_to": "2026-11-20"}, 404),
    (DXO, "role_end", ("own", "own"), {"valid_to": "2020-05-01"}, 422),
    (DXO, "role_withdraw", ("own", "other"), {}, 302),
    (DXO, "role_withdraw", ("own", "foreign"), {}, 302),
    (DXO, "role_withdraw", ("own", "own"), {}, 422),
    (DXO, "person_move", ("own",), {"ending": "{other[role_id]}"}, 422),
    (DXO, "person_move", ("own",), {"ending": "{foreign[role_id]}"}, 422),
    (DXO, "person_move", ("own",), {"role_1": "system_administrator"}, 422),
    (
        DXO,
        "person_move",
        ("own",),
        {"role_1": "staff", "department_1": "{foreign[department]}"},
        422,
    ),
    (DXO, "person_new", (), {"username": "new", "role": "system_administrator"}, 422),
    (
        DXO,
        "person_new",
        (),
        {"username": "new", "role": "staff", "department": "{foreign[department]}"},
        422,
    ),
    (DXO, "person_new", (), {"username": "staff", "role": "auditor"}, 422),
    (DXO, "person_new", (), {"username": "STAFF", "role": "auditor"}, 422),
    (DXO, "person_new", (), {"username": "未来創造課の人", "role": "auditor"}, 422),
    (DXO, "department_end", ("own",), {"successor": "{foreign[department]}"}, 422),
    (DXO, "department_end", ("own",), {"successor": "{own[department]}"}, 422),
    (DXO, "department_end", ("foreign",), {"successor": "{own[department]}"}, 404),
    (DXO, "department_merge", (), {"departments": "{foreign[department]}", "name": "新課"}, 422),
    (
        DXO,
        "department_merge",
        (),
        {"departments": "{own[department]}", "successor": "{foreign[department]}"},
        422,
    ),
    (SYS, "role_end", ("office", "office"), {"valid_to": "2026-11-20"}, 422),
    (SYS, "person_stop", ("office",), {}, 422),
    (SYS, "person_move", ("office",), {"ending": "{office[role_id]}"}, 422),
    (STF, "role_new", ("own",), {"role": "dx_office"}, 403),
    (HEAD, "person_stop", ("own",), {}, 403),
    (AUD, "person_link", ("own",), {}, 403),
    (COM, "department_merge", (), {"departments": "{own[department]}", "name": "新課"}, 403),
]


@pytest.mark.parametrize(
    ("by", "name", "places", "sent", "status"),
    FORGED,
    ids=[f"{number}-{item[1]}" for number, item in enumerate(FORGED)],
)
def test_forged_forms_of_people_and_departments_change_nothing(
    world, by, name, places, sent, status
):
    office = world.people[DXO]
    ids = world.ids | {
        "office": {"person_id": office.pk, "role_id": office.assignments.get().pk},
    }
    names = ("department_id",) if name.startswith("department") else ("person_id", "role_id")
    args = [ids[place][key] for place, key in zip(places, names, strict=False)]
    usual = {
        "seen": 1,
        "name": "試す人",
        "valid_from": "2026-11-20",
        "first_day": "2026-11-20",
        "last_day": "2026-11-20",
    }
    usual = usual | ({"name": ""} if "successor" in sent else {})
    given = {key: str(value).format(**ids) for key, value in (usual | sent).items()}
    before = state_of_people()

    response = as_role(world, by).post(reverse(name, args=args), given)

    assert response.status_code == status
    assert state_of_people() == before


# Town that a person names, and the answer to an administrator of no town, an office, an auditor.
TOWNS = [
    ("285854", 200, 200, 403),
    ("345458", 200, 404, 403),
    ("000000", 404, 404, 403),
    ("none", 200, 404, 403),
    ("%00", 404, 404, 403),
    ("%F0%9F%98%80", 404, 404, 403),
    ("9" * 3000, 404, 404, 403),
    ("' OR 1=1 --", 404, 404, 403),
]


@pytest.mark.parametrize(("code", *("system", "office", "auditor")), TOWNS)
def test_town_in_the_address_opens_no_other_town(world, code, system, office, auditor):
    make_administrator(world)
    url = f"/accounts/people/?town={code}"

    answers = [as_role(world, role).get(url).status_code for role in (SYS, DXO, AUD)]

    assert answers == [system, office, auditor]


TOWN_PAGES = (
    "people",
    "person_new",
    "departments",
    "department_new",
    "department_merge",
    "town_security",
    "factor_list",
)


@pytest.mark.parametrize("name", TOWN_PAGES)
def test_town_that_cannot_be_a_code_is_unknown(world, name):
    make_administrator(world)

    assert as_role(world, SYS).get(f"{reverse(name)}?town=%00").status_code == 404


# First and last day of a role, from today on, and whether it opens the grid and a save.
SPANS = [
    (-9, None, 200, 302),
    (-9, 0, 200, 302),
    (0, 0, 200, 302),
    (-9, -1, 403, 403),
    (1, None, 403, 403),
    (1, 9, 403, 403),
]


@pytest.mark.parametrize(("first", "last", "opened", "saved"), SPANS)
def test_role_holds_from_its_first_to_its_last_day(world, first, last, opened, saved):
    day = {
        "valid_from": TODAY + first * DAY,
        "valid_to": None if last is None else TODAY + last * DAY,
    }
    Assignment.objects.filter(user=world.people[STF]).update(**day)
    ids, client = world.ids["own"], as_role(world, STF)
    url = f"/plans/{ids['plan_id']}/results/?fiscal_year=2025"

    sent = {f"value-{ids['kpi_id']}": "5", f"state-{ids['kpi_id']}": "final"}

    assert client.get(url).status_code == opened
    assert client.post(url, sent).status_code == saved


def test_department_that_has_ended_opens_nothing_of_its_successors_but_their_own(world):
    ids = world.ids["own"]
    Department.objects.filter(pk=ids["department_id"]).update(valid_to=TODAY - DAY)
    client = as_role(world, STF)

    assert judge(client, world.ids["other"], "self").status_code == 403
    assert judge(client, ids, "office").status_code == 403


# Results, judgements, lists.


def judge(client, ids, layer, year=2025):
    url = f"/kpis/{ids['kpi_id']}/judgement/?fiscal_year={year}"
    return client.post(url, {"layer": layer, f"{layer}-comment": "書き込み", f"{layer}-symbol": ""})


LAYERS = [
    (STF, "own", "self", 302),
    (STF, "own", "office", 403),
    (STF, "own", "committee", 403),
    (STF, "other", "self", 403),
    (STF, "foreign", "self", 404),
    (HEAD, "other", "self", 403),
    (HEAD, "own", "committee", 403),
    (COM, "own", "committee", 403),
    (COM, "own", "self", 403),
    (AUD, "own", "self", 403),
    (AUD, "own", "office", 403),
    (SYS, "own", "self", 403),
    (STF, "own", "", 404),
    (STF, "own", "SELF", 404),
    (STF, "own", "rule", 404),
    (DXO, "own", "rule", 404),
    (DXO, "foreign", "office", 404),
]


@pytest.mark.parametrize(("role", "place", "layer", "status"), LAYERS)
def test_judgement_is_written_only_on_ones_own_layer(world, role, place, layer, status):
    assert judge(as_role(world, role), world.ids[place], layer).status_code == status
    assert Judgement.objects.count() == (status == 302)


def test_judgement_of_another_layer_does_not_ride_along(world):
    url = f"/kpis/{world.ids['own']['kpi_id']}/judgement/?fiscal_year=2025"
    sent = {"self-comment": "自課", "office-comment": "事務局", "committee-comment": "委員会"}

    as_role(world, STF).post(url, sent | {"layer": "self"})
    as_role(world, STF).post(url, sent | {"layer": ["self", "office"]})

    assert list(Judgement.objects.values_list("layer", "comment")) == [("self", "自課")]


GRIDS = [
    (STF, ("own", "other"), 2025, 403),
    (STF, ("own", "foreign"), 2025, 404),
    (STF, ("own", "unknown"), 2025, 404),
    (STF, ("other",), 2025, 403),
    (HEAD, ("own", "other"), 2025, 403),
    (DXO, ("own", "foreign"), 2025, 404),
    (AUD, ("own",), 2025, 403),
    (COM, ("own",), 2025, 403),
    (SYS, ("own",), 2025, 403),
    (STF, ("own",), 2024, 409),
    (STF, ("own",), 2026, 409),
    (STF, ("own",), 2030, 404),
    (DXO, ("own",), 2024, 409),
    (STF, ("own",), -1, 404),
    (STF, ("own",), "2024%20", 404),
]


@pytest.mark.parametrize(("role", "places", "year", "status"), GRIDS)
def test_results_are_saved_only_of_ones_own_kpis_in_open_years(world, role, places, year, status):
    ids = world.ids | {"unknown": {"kpi_id": UNKNOWN}}
    kpis = [ids[place]["kpi_id"] for place in places]
    sent = {f"value-{kpi}": "5" for kpi in kpis} | {f"state-{kpi}": "final" for kpi in kpis}
    sent["on_behalf"] = "課の依頼により入力"
    url = f"/plans/{world.ids['own']['plan_id']}/results/?fiscal_year={year}"

    assert as_role(world, role).post(url, sent).status_code == status
    assert not Result.objects.exists()


# What an office sends to a plan that has ended, though its year is still open.
INTO_ENDED = [
    (
        "result_grid",
        ("plan_id",),
        "fiscal_year=2025",
        {"value-{kpi_id}": "5", "state-{kpi_id}": "final", "on_behalf": "課の依頼により入力"},
    ),
    ("judgement", ("kpi_id",), "fiscal_year=2025", {"layer": "office", "office-comment": "後から"}),
    (
        "checklist_entry",
        ("plan_id", "checklist_id"),
        "fiscal_year=2025",
        {"state-{checklist_item}": "done"},
    ),
    (
        "plan_edit",
        ("plan_id",),
        "",
        {"title": "改", "first_fiscal_year": "2024", "last_fiscal_year": "2026", "version": "1"},
    ),
    ("policy_remove", ("plan_id", "policy_id"), "", {"version": "1", "reason": "後から"}),
    ("kpi_remove", ("kpi_id",), "", {"version": "1", "reason": "後から"}),
    ("plan_delete", ("plan_id",), "", {"is_confirmed": "on"}),
]


@pytest.mark.parametrize(("name", "needed", "query", "sent"), INTO_ENDED)
def test_nothing_is_written_into_an_ended_plan(world, name, needed, query, sent):
    ids = world.ids["own"]
    Plan.objects.filter(pk=ids["plan_id"]).update(state="ended")
    url = f"{reverse(name, args=[ids[key] for key in needed])}?{query}"
    given = {key.format(**ids): value for key, value in sent.items()}
    before = count_events()

    assert as_role(world, DXO).post(url, given).status_code == 409
    assert count_events() == before


def count_events():
    return {model.__name__: model.objects.count() for model in event_models().values()}


# Fields that a form does not have.

RIDING = {
    "municipality": 1,
    "municipality_id": 1,
    "id": 1,
    "pk": 1,
    "is_active": "",
    "role": SYS.value,
    "password": PASSWORD,
    "is_superuser": "on",
    "session_serial": 0,
    "changed_by": 1,
    "entered_by": 1,
    "entered_by_name": "別人",
    "is_sample": "on",
    "state": "draft",
    "plan": 1,
    "predecessor": 1,
    "pgh_context": '{"user": 1}',
    "user": 1,
    "reference": "偽",
}


def test_fields_that_a_form_does_not_have_change_nothing(world):
    ids, client = world.ids["own"], as_role(world, DXO)
    person = User.objects.get(pk=ids["person_id"])
    before = User.objects.filter(pk=person.pk).values().get()

    client.post(reverse("person_name", args=[person.pk]), RIDING | {"name": "新しい名", "seen": 1})

    after = User.objects.filter(pk=person.pk).values().get()
    changed = {name: after[name] for name in after if after[name] != before[name]}
    assert changed == {"name": "新しい名", "version": 2, "changed_by_id": world.people[DXO].pk}
    assert list(person.assignments.values_list("role", flat=True)) == ["staff"]


def test_record_of_a_change_cannot_be_forged(world):
    ids, client = world.ids["own"], as_role(world, STF)
    kpi = ids["kpi_id"]
    sent = RIDING | {f"state-{kpi}": "final", f"value-{kpi}": "5", f"entered_by-{kpi}": "1"}
    headers = {
        "X-User": "1",
        "X-Request-Id": "偽".encode().decode("latin1"),
        "X-Forwarded-For": "1.2.3.4",
    }

    client.post(f"/plans/{ids['plan_id']}/results/?fiscal_year=2025&user=1", sent, headers=headers)

    [result] = Result.objects.all()
    [event] = event_models()[Result].objects.all()
    who = world.people[STF]
    assert (result.entered_by, result.entered_by_name, result.is_sample) == (who, who.name, False)
    context = (
        event.pgh_context if isinstance(event.pgh_context, dict) else event.pgh_context.metadata
    )
    assert {key: context[key] for key in ("user", "name", "roles", "town", "request")} == {
        "user": who.pk,
        "name": who.name,
        "roles": "担当者",
        "town": who.municipality_id,
        "request": f"POST /plans/{ids['plan_id']}/results/",
    }
    assert "偽" not in json.dumps(context, ensure_ascii=False)


def test_plan_from_nothing_belongs_to_ones_own_town_and_follows_no_other(world):
    foreign = world.ids["foreign"]["plan_id"]
    sent = RIDING | {
        "title": "新計画",
        "first_fiscal_year": "2027",
        "last_fiscal_year": "2029",
        "level_1": "施策",
        "predecessor": foreign,
        "state": "in_force",
    }

    as_role(world, DXO).post("/plans/new/", sent)

    plan = Plan.objects.get(title="新計画")
    assert (plan.municipality, plan.predecessor, plan.state) == (
        world.people[DXO].municipality,
        None,
        "draft",
    )


# Login, links, sessions.

NEXT = [
    ("//evil.example", "/"),
    ("https://evil.example", "/"),
    ("/\\evil.example", "/"),
    ("\\\\evil.example", "/"),
    ("http:///evil.example", "/"),
    ("javascript:alert(1)", "/"),
    ("http://testserver@evil.example/", "/"),
    (" //evil.example", "/"),
    ("\t//evil.example", "/"),
    ("/accounts/logout/", "/"),
    ("/accounts/login/?next=//evil.example", "/"),
    ("http://testserver/plans/", "http://testserver/plans/"),
    ("/plans/", "/plans/"),
]


@pytest.mark.parametrize(("asked", "led"), NEXT)
def test_login_leads_nowhere_else(world, client, asked, led):
    person = give_password(world.people[AUD])

    assert log_in(client, person, next=asked).url == led


@pytest.mark.parametrize(
    "url", [ELSEWHERE, "http://[::", "//[", "http://testserver@evil.example/", "\x7f"]
)
def test_page_named_by_htmx_leads_nowhere_else(world, client, url):
    response = client.get("/plans/", headers={"HX-Request": "true", "HX-Current-URL": url})

    assert (response.status_code, response["HX-Redirect"]) == (200, f"{LOGIN}?next=%2F")


KEPT = [
    '{"path": "//evil.example/", "fields": [], "is_complete": true}',
    '{"path": "https://evil.example/", "fields": [], "is_complete": true}',
    '{"path": "javascript:alert(1)", "fields": [], "is_complete": true}',
    '{"path": "/\\ud800", "fields": [], "is_complete": true}',
    '{"path": "/", "fields": [["a", "\\ud800"]], "is_complete": true}',
    '{"path": "/", "fields": [["a"]], "is_complete": true}',
    '{"path": "/", "fields": 1, "is_complete": true}',
    "[" * 100_000,
    "1" * 100_000,
    "null",
    "\x00",
]


@pytest.mark.parametrize("kept", KEPT, ids=range(len(KEPT)))
def test_forged_kept_input_is_nothing(world, client, kept):
    person = give_password(world.people[AUD])

    refused = client.post(LOGIN, {"username": "x", "password": "y", "kept_input": kept})
    log_in(client, person, kept_input=kept)

    assert (refused.status_code, refused.context["kept"]) == (200, None)
    assert client.get("/accounts/resend/").url == "/"


def test_kept_input_of_another_is_not_sent(world, client):
    person, other = give_password(world.people[AUD]), world.people[DXO]
    kept = {"path": "/plans/new/", "fields": [["typed_by", str(other.pk)]], "is_complete": True}

    log_in(client, person, kept_input=json.dumps(kept))

    assert client.get("/accounts/resend/").status_code == 403
    assert client.post("/plans/new/", {"typed_by": other.pk}).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "testserver.evil"])
def test_other_host_names_are_refused(world, host):
    client = as_role(world, DXO)
    url = reverse("person_link", args=[world.ids["own"]["person_id"]])

    assert client.post(url, headers={"Host": host}).status_code == 400
    address = client.post(url, headers={"X-Forwarded-Host": host}).context["address"]
    assert address.startswith("http://testserver/accounts/invite/")


def test_refused_logins_cannot_be_told_apart(world, client):
    give_password(world.people[AUD])
    stopped = give_password(world.people[COM])
    User.objects.filter(pk=stopped.pk).update(is_active=False)
    invited = world.people[HEAD].username
    tried = (world.people[AUD].username, stopped.username, invited, "nobody-at-all", "x" * 60)

    answers = set()
    for name in tried:
        CountingHasher.runs = 0
        response = client.post(LOGIN, {"username": name, "password": "wrong"})
        text = re.sub(r'value="[^"]*"|\w{64}', "", response.content.decode())
        answers.add((response.status_code, text, CountingHasher.runs))

    assert [(status, runs) for status, _, runs in answers] == [(200, 1)]


NOWHERE = (
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/inactive/",
    "/accounts/email/",
    "/accounts/3rdparty/",
    "/accounts/2fa/",
    "/accounts/social/",
    "/admin/",
    "/accounts/setup/x/",
    "/accounts/invite/x/",
    "/accounts/invite/1:2:3/",
    "/accounts/invite/%00/",
    "/accounts/setup/%00/",
    "/static/../manage.py",
    "/static/%2e%2e/%2e%2e/manage.py",
    "/.env",
)


@pytest.mark.parametrize("path", NOWHERE)
def test_pages_that_are_not_there(db, client, path):
    assert client.get(path).status_code == 404


def test_link_works_once_for_one_account_until_the_next(world, client):
    office, person = world.people[DXO], give_password(world.people[AUD])
    typed = {"new_password1": "tokonoma no kakejiku", "new_password2": "tokonoma no kakejiku"}
    older, newer = (token_of(make_link(by=office, person=person)) for _ in range(2))
    others = token_of(make_link(by=office, person=world.people[COM]))
    forged = f"{others.partition(':')[0]}:{newer.partition(':')[2]}"

    def send(token, browser=client):
        return browser.post(f"/accounts/invite/{token}/", typed).status_code

    assert [send(token) for token in (older, forged, newer[:-1], f"0{newer}")] == [404] * 4
    assert send(newer, as_role(world, STF)) == 200  # of somebody else: told, not done
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)
    assert [send(newer), send(newer)] == [302, 404]
    User.objects.filter(pk=world.people[COM].pk).update(is_active=False)
    assert send(others) == 404


ENDING = {
    "stopped": lambda person: User.objects.filter(pk=person.pk).update(is_active=False),
    "role ended": lambda person: person.assignments.update(valid_to=TODAY),
    "role withdrawn": lambda person: person.assignments.all().delete(),
    "other password": give_password,
}


@pytest.mark.parametrize("change", ENDING.values(), ids=ENDING)
def test_session_ends_with_what_it_rested_on(world, change):
    client = as_role(world, STF)
    change(User.objects.get(pk=world.people[STF].pk))

    assert outcome(client.get("/plans/")) == TO_LOGIN
    assert client.post("/plans/", headers={"HX-Request": "true"}).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "partial"])
def test_password_without_the_code_opens_nothing(world, client, headers):
    person = give_password(world.people[DXO])
    TOTP.activate(person, generate_totp_secret())
    assert log_in(client, person).url == "/accounts/second-factor/login/"

    opened = [
        (address.name, method)
        for address in addresses()
        for method, row in (("get", address.page.get), ("post", address.page.post))
        if row
        and not is_refused(getattr(client, method)(address.url(world.ids["own"]), headers=headers))
    ]

    assert opened == []


def is_refused(response):
    led = response.headers.get("HX-Redirect", "") or response.headers.get("Location", "")
    return led.startswith(LOGIN) or response.headers.get("X-Session-Ended") == "1"


def test_who_must_register_a_second_factor_goes_nowhere_else(world):
    town = world.people[DXO].municipality
    TownSecurity.objects.create(municipality=town, required_roles=[DXO])
    client, overview = as_role(world, DXO), "/accounts/second-factor/"
    opened = []
    for address in addresses():
        response = client.get(address.url(world.ids["own"]))
        if address.page.get and getattr(response, "url", "") != overview:
            opened.append(address.name)

    assert sorted(opened) == sorted(
        (
            "account_reauthenticate",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_index",
            "password_change",
        )
    )


def test_who_must_register_a_second_factor_cannot_turn_the_rule_off(world):
    town = world.people[DXO].municipality
    TownSecurity.objects.create(municipality=town, required_roles=[DXO])

    response = as_role(world, DXO).post("/accounts/security/", {"seen": 1})

    assert response.url == "/accounts/second-factor/"
    assert TownSecurity.objects.get(municipality=town).required_roles == [DXO]


# How requests are made.


METHODS = ("put", "patch", "delete", "head", "options", "trace")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", [DXO, AUD, None], ids=str)
def test_other_methods_neither_read_nor_write_another_towns(world, role, method):
    client, before = as_role(world, role), count_events()

    answers = {
        outcome(getattr(client, method)(address.url(world.ids["foreign"])))
        for address in addresses()
        if address.arguments and "pk" not in address.arguments and not address.page.has_nothing
    }

    assert answers <= ({404, 405} if role else {TO_LOGIN})
    assert count_events() == before


@pytest.mark.parametrize(
    ("headers", "query", "sent"),
    [
        ({"X-HTTP-Method-Override": "DELETE"}, "", {}),
        ({"X-Method-Override": "POST"}, "", {}),
        ({}, "_method=DELETE", {}),
        ({}, "", {"_method": "PUT"}),
        ({"X-Original-URL": "/plans/1/"}, "", {}),
        ({"X-Rewrite-URL": "/plans/1/"}, "", {}),
    ],
)
def test_method_and_address_are_those_of_the_request(world, headers, query, sent):
    client = as_role(world, AUD)
    url = reverse("plan_delete", args=[world.ids["own"]["draft"]])

    assert client.post(f"{url}?{query}", sent, headers=headers).status_code == 403
    assert Plan.objects.filter(pk=world.ids["own"]["draft"]).exists()


ODD_IDS = ("0", "-1", "9" * 18, "9" * 30, "１", "1%00", "1;1", "1%2f..", "%252e%252e", "1.0", "1e1")
WITH_IDS = (
    "/plans/{}/",
    "/kpis/{}/",
    "/history/plans/{}/",
    "/history/people/{}.csv",
    "/history/kpis/{}/recent/",
    "/accounts/people/{}/",
    "/accounts/departments/{}/",
    "/plans/{}/data.csv",
    "/plans/{}/report.xlsx",
)


@pytest.mark.parametrize("path", WITH_IDS)
def test_odd_ids_are_unknown(world, path):
    client = as_role(world, DXO)

    answers = {text: client.get(path.format(text)).status_code for text in ODD_IDS}

    assert answers == dict.fromkeys(ODD_IDS, 404)
