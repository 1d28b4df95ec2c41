"""Every address × method × role × place, against the matrix of the safety rules."""

from dataclasses import dataclass, replace

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from dxplan.accounts.models import Role
from plans.part_kinds import KINDS
from tests.permissions.conftest import UNKNOWN
from tests.permissions.pages import (
    EVERY,
    GET,
    HISTORIES,
    LEAVING,
    ORDERED_PARTS,
    OWN,
    PAGES,
    POST,
    PUBLIC,
    SENT,
)

PLACES = ("own", "other", "foreign")
BY_DEPARTMENT = ("kpi_id", "kpis", "opinion_id", "action_id")  # what departments answer for
LOGIN, ALLOWED, FORBIDDEN, NOT_FOUND, NO_METHOD = "login", "allowed", 403, 404, 405


def names():
    return [name for name in get_resolver().reverse_dict if isinstance(name, str)]


def arguments_of(name):
    [(_, arguments)] = get_resolver().reverse_dict.getlist(name)[0][0]
    return tuple(arguments)


@dataclass(frozen=True)
class Address:
    name: str
    kind: str = ""

    @property
    def page(self):
        page = PAGES[self.name]
        return replace(page, get=HISTORIES[self.kind][0]) if self.is_history else page

    @property
    def is_history(self):
        return "slug" in self.arguments

    @property
    def arguments(self):
        return arguments_of(self.name)

    @property
    def picks_a_kpi(self):
        """Whether what is sent names a KPI."""
        return any("{kpi_id}" in name for name in SENT.get(self.name, {}))

    def kwargs(self, ids):
        found = {name: ids.get(name) for name in self.arguments}
        if self.is_history:
            return {"slug": self.kind, "row_id": ids[HISTORIES[self.kind][1]]}
        if "pk" in found:
            found["pk"] = UNKNOWN
        if self.kind:
            found["kind"] = self.kind
            found |= {"part_id": ids[self.kind]} if "part_id" in found else {}
        if "item_id" in found:
            found["item_id"] = ids[self.page.about]
        return found

    def url(self, ids):
        url = reverse(self.name, kwargs=self.kwargs(ids))
        return f"{url}?{self.page.query.format(**ids)}" if self.page.query else url

    def sent(self, ids):
        ids = ids | {"part": ids.get(self.kind)}
        fields = SENT.get(self.name, {}).items()
        return {name.format(**ids): text.format(**ids) for name, text in fields}


def addresses():
    for name in PAGES:
        arguments = arguments_of(name)
        kinds = KINDS if "kind" in arguments else HISTORIES if "slug" in arguments else ("",)
        yield from (Address(name, kind) for kind in kinds)


def expected(address, method, role, place):
    """What the rules say of one cell."""
    row = address.page.get if method == GET else address.page.post
    if role is None:
        return LOGIN
    if row is None:
        return NO_METHOD
    reach = row.get(role)
    if address.page.has_nothing:
        return NOT_FOUND
    if "pk" in address.arguments:
        return ALLOWED  # asks to confirm who one is, whatever the id
    if place == "foreign" and address.arguments and reach != EVERY:
        return NOT_FOUND
    carried = {
        *address.arguments,
        *address.page.query_ids,
        "kpi_id" if address.kind == "kpis" else "",
        "kpi_id" if method == POST and address.picks_a_kpi else "",
    }
    needs_department = set(BY_DEPARTMENT) & carried
    if reach is None or (reach == OWN and place == "other" and needs_department):
        return FORBIDDEN
    is_unordered = address.name == "part_list" and address.kind not in ORDERED_PARTS
    return NOT_FOUND if method == POST and is_unordered else ALLOWED


def outcome(response):
    if response.status_code in (FORBIDDEN, NOT_FOUND, NO_METHOD):
        return response.status_code
    if response.status_code == 302 and response.url.startswith(reverse("login")):
        return LOGIN
    assert response.status_code < 500, response
    return ALLOWED


def ask(client, method, address, ids):
    """The outcome of one request, whose changes are undone."""
    url = address.url(ids)
    with transaction.atomic():
        response = client.get(url) if method == GET else client.post(url, address.sent(ids))
        transaction.set_rollback(True)
    return outcome(response)


def cells(role):
    for address in addresses():
        for method in (GET, POST):
            for place in PLACES:
                yield address, method, place, expected(address, method, role, place)


def test_every_address_of_the_site_is_in_the_matrix():
    known = [*PAGES, *PUBLIC, *LEAVING]

    assert sorted(names()) == sorted(known)


def test_the_walk_is_long_enough():
    assert sum(1 for role in (*Role, None) for _ in cells(role)) >= 2_500


@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role.value if role else "nobody")
def test_every_address_answers_a_role_as_the_matrix_says(world, client, role):
    if role:
        client.force_login(world.people[role])

    wrong = [
        (address.name, address.kind, method, place, rule, answer)
        for address, method, place, rule in cells(role)
        if (answer := ask(client, method, address, world.ids[place])) != rule
    ]

    assert wrong == [], "\n".join(map(str, wrong))
