"""Ids of another town in queries, bodies, hidden fields and choices: answered like unknown ones.

Ids in paths are walked in test_walk.py.
"""

import re

import pytest
from django.db import transaction
from django.urls import reverse

from dxplan.accounts.models import Role
from tests.permissions.conftest import UNKNOWN

SHEET = {
    "number": "9",
    "title": "取組",
    "kpis-TOTAL_FORMS": "1",
    "kpis-INITIAL_FORMS": "0",
    "stages-TOTAL_FORMS": "1",
    "stages-INITIAL_FORMS": "0",
}
# Address, its own arguments, then query and body with {id} where the swapped id stands, and what
# the id names.
CARRIED = [
    ("policy_new", {}, "under=p{id}", None, "policy_id"),
    ("policy_new", {}, "under=t{id}", None, "levels"),
    ("policy_move", {}, "to=p{id}", None, "policy_id"),
    ("policy_move", {}, "", {"place": "p{id}"}, "policy_id"),
    ("structure", {}, "", {"place": "{id}:p{parent}:0"}, "policy_id"),
    ("structure", {}, "", {"place": "{policy_id}:p{id}:0"}, "parent"),
    ("structure", {}, "", {"renumber": "p{id}"}, "parent"),
    ("policy_edit", {}, "", {"name": "名", "items": "{id}"}, "framework_item"),
    ("policy_edit", {}, "", {"name": "名", "links": "{id}"}, "policy_id"),
    ("policy_edit", {}, "", {"name": "名", "earlier": "{id}"}, "policy_id"),
    ("kpi_new", {}, "policy={id}", None, "policy_id"),
    ("kpi_new", {}, "", {"name": "名", "policy": "{id}"}, "policy_id"),
    ("kpi_new", {}, "", {"name": "名", "departments": "{id}"}, "department"),
    ("kpi_new", {}, "", {"name": "名", "checklist": "{id}"}, "checklist_id"),
    ("kpi_edit", {}, "", {"name": "名", "policy": "{id}"}, "policy_id"),
    ("kpi_edit", {}, "", {"name": "名", "departments": "{id}"}, "department"),
    ("kpi_edit", {}, "", {"name": "名", "checklist": "{id}"}, "checklist_id"),
    ("kpi_list", {}, "policy={id}", None, "policy_id"),
    ("kpi_list", {}, "department={id}", None, "department"),
    ("policy_list", {}, "department={id}", None, "department"),
    ("remind", {"fiscal_year": 2025}, "", {"departments": "{id}"}, "department"),
    ("judgement_list", {}, "department={id}", None, "department"),
    ("action_plan_new", {}, "policy={id}", None, "policy_id"),
    ("action_plan_new", {}, "", SHEET | {"policy": "{id}"}, "policy_id"),
    ("action_plan_new", {}, "", SHEET | {"department": "{id}"}, "department"),
    ("action_plan_new", {}, "", SHEET | {"kpis-0-kpi": "{id}"}, "kpi_id"),
    ("action_plan_edit", {}, "", SHEET | {"stages-0-id": "{id}"}, "stage_id"),
    ("stage_edit", {"stage_id": "{id}"}, "", None, "stage_id"),
    ("schedule", {}, "department={id}", None, "department"),
    ("search", {}, "q=施策&plan={id}", None, "plan_id"),
    ("search", {}, "q=施策&plan={id}", None, "draft"),
    ("part_new", {"kind": "sections"}, "", {"title": "章", "after": "{id}"}, "sections"),
    ("part_new", {"kind": "meetings"}, "", {"name": "会議", "committee": "{id}"}, "committees"),
    ("part_new", {"kind": "related-plans"}, "", {"name": "計画", "framework": "{id}"}, "framework"),
    ("opinion_new", {}, "", {"kind": "opinion", "text": "文", "about": "k{id}"}, "kpi_id"),
    ("opinion_new", {}, "", {"kind": "opinion", "text": "文", "about": "p{id}"}, "policy_id"),
    ("opinion_new", {}, "", {"text": "文", "departments": "{id}"}, "department"),
    ("opinion_edit", {}, "", {"kind": "opinion", "text": "文", "about": "k{id}"}, "kpi_id"),
    ("part_list", {"kind": "sections"}, "", {"place": "{id}:0"}, "sections"),
    ("checklist_check", {}, "fiscal_year=2025&item={id}", {}, "checklist_item"),
    ("checklist_entry", {}, "fiscal_year=2025", {"state-{id}": "done"}, "checklist_item"),
    ("result_check", {}, "fiscal_year=2025&kpi={id}", {"value-{id}": "1"}, "kpi_id"),
    ("result_grid", {}, "fiscal_year=2025", {"value-{id}": "1", "state-{id}": "final"}, "kpi_id"),
]
CHANGING = ('csrfmiddlewaretoken" value=', 'X-CSRFToken": ', "session-ends-in=")
TOKEN = re.compile(rf'({"|".join(CHANGING)})"[^"]+|(番号：)[0-9a-f]+')


def arguments(name, given, ids):
    resolved = {
        "plan_id": ids["plan_id"],
        "kpi_id": ids["kpi_id"],
        "policy_id": ids["policy_id"],
        "checklist_id": ids["checklist_id"],
        "meeting_id": ids["meeting_id"],
        "opinion_id": ids["opinion_id"],
        "action_id": ids["action_id"],
    }
    needed = {
        "policy_move": ("plan_id", "policy_id"),
        "policy_edit": ("plan_id", "policy_id"),
        "kpi_edit": ("kpi_id",),
        "search": (),
        "opinion_new": ("meeting_id",),
        "opinion_edit": ("opinion_id",),
        "action_plan_edit": ("action_id",),
        "stage_edit": ("action_id",),
        "checklist_check": ("plan_id", "checklist_id"),
        "checklist_entry": ("plan_id", "checklist_id"),
    }.get(name, ("plan_id",))
    return {key: resolved[key] for key in needed} | given


def answer(client, name, given, query, body, ids, swapped):
    """Status and text of the answer, with the swapped id made the same in both."""
    values = ids | {"id": swapped}
    given = {key: str(text).format(**values) for key, text in given.items()}
    url = f"{reverse(name, kwargs=arguments(name, given, ids))}?{query.format(**values)}"
    with transaction.atomic():
        if body is None:
            response = client.get(url)
        else:
            sent = {key.format(**values): text.format(**values) for key, text in body.items()}
            response = client.post(url, sent)
        transaction.set_rollback(True)
    text = TOKEN.sub(r"\1\2", response.content.decode())
    return response.status_code, re.sub(rf"\b{swapped}\b", "…", text)


@pytest.mark.parametrize(
    ("name", "given", "query", "body", "thing"),
    CARRIED,
    ids=[f"{item[0]}-{item[4]}-{number}" for number, item in enumerate(CARRIED)],
)
def test_id_of_another_town_is_answered_like_an_unknown_one(
    world, client, name, given, query, body, thing
):
    client.force_login(world.people[Role.DX_OFFICE])
    ids = world.ids["own"]

    foreign = answer(client, name, given, query, body, ids, world.ids["foreign"][thing])
    unknown = answer(client, name, given, query, body, ids, UNKNOWN)

    assert foreign[0] == unknown[0]
    assert [
        (mine, theirs)
        for mine, theirs in zip(foreign[1].splitlines(), unknown[1].splitlines(), strict=True)
        if mine != theirs
    ] == []
    assert foreign[0] in (200, 404, 409, 422)
    assert foreign[0] != 200 or body is None
