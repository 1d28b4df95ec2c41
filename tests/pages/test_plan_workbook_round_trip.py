"""Every town's plan out into a workbook and back again: the same cells, and nothing changed."""

import pytest
from django.core.management import call_command

from dxplan.lib.audit import event_models
from dxplan.lib.exchange.book import Options
from dxplan.lib.exchange.findings import LineFinding
from dxplan.lib.spreadsheets.reading import read_workbook
from dxplan.pages.plan_workbook_file import plan_workbook
from dxplan.pages.plan_workbook_reading import compare, is_own, read_plan_book
from dxplan.pages.plan_workbook_saving import take_over_plan
from plans.models import Plan, PlanState, UploadKind
from plans.uploads import keep
from tests.factories import make_person
from tests.spreadsheets import saved_by_libreoffice

TOWNS = {
    "jinsekikogen": ("jinsekikogen",),
    "kami": ("kami", "kami_actionplans", "kami_sample"),
    "mamurogawa": ("mamurogawa",),
    "kagamiishi": ("kagamiishi", "kagamiishi_actionplans"),
    "kokonoe": ("kokonoe",),
}


def load(name):
    call_command("loaddata", *TOWNS[name], verbosity=0)
    return Plan.objects.get()


def cells_of(plan):
    """Every sheet's cells but those that say which plan it is, and the hidden marks."""
    book = read_plan_book(read_workbook(plan_workbook(plan)), plan.municipality)
    return {
        name: [
            {header: cell.text for header, cell in row.cells.items() if header != "計画コード"}
            for row in table.rows
        ]
        for name, table in book.tables.items()
    }


def kept(person, content, plan=None):
    book = read_plan_book(read_workbook(content), person.municipality)
    packed = book.packed() | {"is_new": plan is None}
    return keep(kind=UploadKind.PLAN, owner=person, name="計画.xlsx", content=packed, plan=plan)


def problems_of(preview):
    return [
        (line.sheet, line.number, line.label, line.finding.value, line.note,
         [(item.header, item.typed, item.message) for item in line.problems],
         [(item.header, item.before, item.after) for item in line.changes])
        for line in preview.lines
        if line.finding not in (LineFinding.NEW, LineFinding.UNCHANGED) or line.changes
    ]  # fmt: skip


def draft_of(name):
    """The DX office, and a draft made from the workbook of its town's plan."""
    plan = load(name)
    person = make_person("office", plan.municipality, role="dx_office")
    upload = kept(person, plan_workbook(plan))
    return person, take_over_plan(
        upload=upload, user=person, options=Options(), seen=frozenset()
    ).plan


@pytest.mark.django_db
@pytest.mark.parametrize("name", TOWNS)
def test_plan_of_a_town_comes_back_as_a_new_draft_with_the_same_cells(name):
    _, draft = draft_of(name)
    plan = Plan.objects.get(state=PlanState.IN_FORCE)

    assert draft.state == PlanState.DRAFT
    assert cells_of(draft) == cells_of(plan)


@pytest.mark.django_db
@pytest.mark.parametrize("name", TOWNS)
@pytest.mark.parametrize("way", ["as it is", "saved by LibreOffice"])
def test_draft_stays_as_it_is_when_its_workbook_comes_back(name, way, tmp_path):
    person, draft = draft_of(name)
    content = plan_workbook(draft)
    content = saved_by_libreoffice(content, tmp_path) if "Libre" in way else content
    upload = kept(person, content, draft)
    events = count_events()
    book = read_plan_book(read_workbook(content), draft.municipality)
    options = Options(is_own=is_own(book, draft))
    preview = compare(draft, book, options)

    taken = take_over_plan(
        upload=upload, user=person, options=options, seen=frozenset(preview.marks)
    )

    assert problems_of(preview) == []
    assert (options.is_own, taken.count, count_events()) == (True, 0, events)


def count_events():
    return {model: events.objects.count() for model, events in event_models().items()}
