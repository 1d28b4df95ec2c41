"""What somebody has tried with hostile names, without the token, and for a glimpse of drafts."""

import csv
import io
import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from dxplan.accounts.models import Department, Role, User
from kpis.models import Kpi, KpiResponsibility
from plans.models import Plan, Policy
from tests.permissions.conftest import UNKNOWN
from tests.permissions.test_attempts import (
    ELSEWHERE,
    QUERIES,
    as_role,
    count_events,
    hide_secret_in,
    judge,
    read_everything,
    text_of,
)
from tests.permissions.test_walk import addresses

SYS, DXO, STF, HEAD, COM, AUD = Role

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "{% now 'Y' %}",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "＝1+1",
    "\t=1+1",
)
SHOWING = (
    "kpi_list",
    "kpi_detail",
    "kpi_edit",
    "policy_list",
    "structure",
    "plan_detail",
    "dashboard",
    "result_grid",
    "judgement",
    "judgement_list",
    "people",
    "departments",
    "history",
    "history_csv",
    "object_history",
    "object_history_csv",
    "data_csv",
    "data_xlsx",
    "codes_csv",
    "metadata_csv",
    "report",
    "result_workbook",
    "result_upload",
    "evaluation_workbook",
    "evaluation_upload",
)
RUNNING = re.compile(r"<script>alert|<img src=x|\b49\b(?=</)")
FORMULA = re.compile(r"\s*[=+@＝＋－＠-](?![0-9.]*\Z)")


@pytest.mark.parametrize("role", [STF, HEAD, COM, SYS], ids=str)
@pytest.mark.parametrize("is_deleted", [False, True], ids=["standing", "deleted"])
def test_nothing_of_a_draft_is_read_by_who_sees_no_drafts(world, role, is_deleted):
    ids = world.ids["own"]
    draft = Plan.objects.get(pk=ids["draft"])
    KpiResponsibility.objects.create(kpi=draft.kpis.get(), department_id=ids["department_id"])
    kpi = draft.kpis.get().pk
    hide_secret_in(draft.pk, UNKNOWN, UNKNOWN)
    if is_deleted:
        as_role(world, DXO).post(reverse("plan_delete", args=[draft.pk]), {"is_confirmed": "on"})
    client = as_role(world, role)

    found = list(read_everything(client, ids | {"hidden_person": UNKNOWN}, QUERIES))
    asked = [
        client.get(f"/history/{of}/{pk}{end}").status_code
        for of, pk in (("plans", draft.pk), ("kpis", kpi))
        for end in ("/", ".csv", "/recent/")
    ]

    assert found == []
    assert asked == [404] * 6
    assert Plan.objects.filter(pk=draft.pk).exists() is not is_deleted


def test_nothing_is_sent_without_the_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people[DXO])
    headers = {"Origin": ELSEWHERE.rstrip("/")}
    sent = {"typed_by": world.people[DXO].pk}
    before = count_events()

    answers = {
        (address.name, client.post(address.url(world.ids["own"]), body, headers=extra).status_code)
        for address in addresses()
        if address.page.post and not address.kind
        for body, extra in (({}, {}), (sent, {}), (sent, headers), (sent, {"Origin": "null"}))
    }

    assert {status for _, status in answers} == {403}
    assert count_events() == before


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_text_on_pages_and_in_files(world, name):
    ids, client = world.ids["own"], as_role(world, DXO)
    hide = {"name": name}
    with transaction.atomic():
        Kpi.objects.filter(pk=ids["kpi_id"]).update(**hide, definition=name, source=name, unit="件")
        Policy.objects.filter(pk=ids["policy_id"]).update(**hide, summary=name)
        User.objects.filter(pk=world.people[STF].pk).update(**hide)
        Department.objects.filter(pk=ids["department_id"]).update(**hide)
    judge(as_role(world, STF), ids, "self")
    found = []
    for address in addresses():
        if address.name in SHOWING and address.kind in ("", "kpis", "plans"):
            response = client.get(address.url(ids))
            text = text_of(response)
            is_page = response.headers["Content-Type"].startswith("text/html")
            found += [address.name] if is_page and RUNNING.search(text) else []
            if address.name.endswith("csv"):
                lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
                found += [cell for line in lines for cell in line if FORMULA.match(cell)]
            if response.headers["Content-Type"].startswith("application/vnd"):
                found += formulas_in(response)

    assert found == []


def formulas_in(response):
    book = load_workbook(io.BytesIO(response.content))
    return [
        cell.value
        for sheet in book
        for row in sheet
        for cell in row
        if cell.data_type == "f" and ("1+1" in str(cell.value) or "SUM(1)" in str(cell.value))
    ]
