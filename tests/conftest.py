"""Everyone's fixtures: known people of one town, and an outsider."""

import pytest

from tests.factories import make_department, make_person, make_plan, make_plan_year, make_town


@pytest.fixture
def town(db):
    return make_town()


@pytest.fixture
def department(town):
    return make_department(town, name="企画課")


@pytest.fixture
def plan(town):
    """A plan of 2024–2026 with the years closed, open, planned."""
    plan = make_plan(town)
    for fiscal_year, state in ((2024, "closed"), (2025, "open"), (2026, "planned")):
        make_plan_year(plan, fiscal_year, state=state)
    return plan


@pytest.fixture
def dx_office(town):
    return make_person("office", town, role="dx_office")


@pytest.fixture
def staff(town, department):
    return make_person("staff", town, role="staff", department=department)


@pytest.fixture
def committee(town):
    return make_person("committee", town, role="committee")


@pytest.fixture
def auditor(town):
    """One who reads everything, drafts too, and changes nothing."""
    return make_person("auditor", town, role="auditor")


@pytest.fixture
def outsider(db):
    """The DX office of another town."""
    return make_person("outsider", make_town(code="345458", name="神石高原町"), role="dx_office")


@pytest.fixture
def visit(client):
    """Opens a page as a person: `visit(staff, url)`; `data` posts a form."""

    signed_in = []

    def open_as(person, url, data=None, **options):
        if signed_in != [person]:
            client.force_login(person)
            signed_in[:] = [person]
        if data is None:
            return client.get(url, **options)
        return client.post(url, data, **options)

    return open_as


@pytest.fixture
def count_queries(visit, django_assert_num_queries):
    """Asserts the literal number of queries with which a signed-in person opens a page."""

    def count(number, person, url):
        visit(person, "/healthz")
        with django_assert_num_queries(number):
            return visit(person, url)

    return count
