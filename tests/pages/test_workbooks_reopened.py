"""Every workbook that the product writes, opened and saved by LibreOffice: the same values."""

import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.management import call_command
from django.urls import get_resolver, reverse
from openpyxl import load_workbook

from dxplan.pages.papers import freeze_paper
from plans.models import Meeting, Plan
from tests.factories import make_person
from tests.filled_forms import fetched, handed_in
from tests.spreadsheets import saved_by_libreoffice

FIXTURES = ("kami", "kami_sample", "kami_actionplans", "kagamiishi", "kagamiishi_actionplans")
BY_PLAN = ("report", "data_xlsx", "result_workbook", "evaluation_workbook", "plan_workbook")
BLANK = {"plan_workbook_blank": "dx_office", "town_workbook": "system_administrator"}
MARKED = ("result", "evaluation")
EXACT = 15  # digits that a spreadsheet keeps


@pytest.fixture
def kami(db):
    call_command("loaddata", *FIXTURES, verbosity=0)
    return Plan.objects.get(municipality__code="285854")


@pytest.fixture
def office(kami):
    return make_person("office", kami.municipality, role="dx_office")


def values(content):
    """Every cell that holds something, by sheet and place."""
    return {
        (sheet.title, cell.coordinate): _plain(cell.value)
        for sheet in load_workbook(BytesIO(content))
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def _plain(value):
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return Decimal(f"{value:.{EXACT}g}") if isinstance(value, (int, float)) else value


def check(content, folder):
    ours = values(content)
    assert ours
    assert values(saved_by_libreoffice(content, folder)) == ours


@pytest.mark.parametrize("name", BY_PLAN)
def test_workbook_of_a_plan_holds_the_same_when_libreoffice_saved_it(
    visit, kami, office, tmp_path, name
):
    response = visit(office, reverse(name, args=[kami.pk]), query_params={"fiscal_year": "2025"})

    check(response.getvalue(), tmp_path)


@pytest.mark.parametrize("name", MARKED)
def test_marked_workbook_holds_the_same_when_libreoffice_saved_it(
    visit, kami, office, tmp_path, name
):
    form = fetched(visit, name, office, kami)
    header = {"result": "実績", "evaluation": "目標の達成度"}[name]
    form[1, header] = "=1+1では"
    form.cell(1, header).data_type = "s"
    page = handed_in(visit, name, office, kami, form)

    check(visit(office, page.context["marked_url"]).getvalue(), tmp_path)


def test_frozen_workbook_holds_the_same_when_libreoffice_saved_it(visit, kami, office, tmp_path):
    meeting = Meeting.objects.create(plan=kami, held_on=datetime.date(2026, 8, 1), name="第1回会議")
    year = kami.years.get(fiscal_year=2025)
    paper = freeze_paper(plan=kami, plan_year=year, kind="meeting", user=office, meeting=meeting)

    check(visit(office, reverse("paper_workbook", args=[paper.pk])).getvalue(), tmp_path)


@pytest.mark.parametrize(("name", "role"), BLANK.items())
def test_blank_workbook_holds_the_same_when_libreoffice_saved_it(visit, kami, tmp_path, name, role):
    town = kami.municipality if role == "dx_office" else None

    check(visit(make_person("blank", town, role=role), reverse(name)).getvalue(), tmp_path)


def test_no_workbook_is_left_out():
    written = {
        name
        for name, routes in get_resolver().reverse_dict.lists()
        if isinstance(name, str) and any(route.endswith(".xlsx") for (((route, _),), *_) in routes)
    }

    assert written == {*BY_PLAN, *BLANK, *(f"{name}_marked" for name in MARKED), "paper_workbook"}
