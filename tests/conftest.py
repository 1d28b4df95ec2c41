"""Everyone's fixtures: the test cluster's folder, known people of one town, and an outsider."""

import os
import tempfile
from pathlib import Path

# Before settings load: a data folder of the tests' own, and plain static file names.
os.environ.setdefault("DXPLAN_DATA_DIR", str(Path(tempfile.gettempdir()) / "dxplan-tests"))
os.environ["DXPLAN_DEBUG"] = "1"

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
def outsider(db):
    """The DX office of another town."""
    return make_person("outsider", make_town(code="345458", name="神石高原町"), role="dx_office")


@pytest.fixture
def page(client):
    """Opens a page as a person: `page(staff, url)`; `data` posts a form."""

    def open_page(person, url, data=None, **options):
        client.force_login(person)
        if data is None:
            return client.get(url, **options)
        return client.post(url, data, **options)

    return open_page
