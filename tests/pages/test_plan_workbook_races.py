"""A plan's workbook confirmed twice at the same moment, and beside somebody else's change."""

import pytest

from dxplan.lib.exchange.book import Options
from dxplan.lib.spreadsheets.reading import read_workbook
from dxplan.pages.plan_workbook_reading import compare, read_plan_book
from dxplan.pages.plan_workbook_saving import ChangedMeanwhile, TakenOver, take_over_plan
from plans.editing import plan_edit
from plans.models import ChangeKind, GlossaryTerm, Plan, UploadKind
from plans.uploads import keep
from tests.factories import furnish, make_person, make_plan, make_plan_year, make_town
from tests.plan_workbooks import opened, put, saved
from tests.races import together

PAIRS = 8
OWN = Options(is_own=True)


@pytest.fixture
def draft(transactional_db):
    plan = furnish(make_plan(make_town(), code="draft", state="draft"))
    for year in (2024, 2025, 2026):
        make_plan_year(plan, year, state="planned")
    return plan


@pytest.fixture
def office(draft):
    return make_person("office", draft.municipality, role="dx_office")


def kept(book, office, *, plan=None):
    """What an uploaded workbook says, and the marks of what it is compared with."""
    typed = read_plan_book(read_workbook(saved(book)), office.municipality)
    upload = keep(
        kind=UploadKind.PLAN,
        owner=office,
        name="計画.xlsx",
        plan=plan,
        content=typed.packed() | {"is_new": plan is None},
    )
    return upload, frozenset(compare(plan, typed, OWN).marks) if plan else frozenset()


def test_new_draft_confirmed_twice_is_one(draft, office):
    for number in range(PAIRS):
        book = opened(draft)
        put(book, "計画", 1, 計画名=f"計画{number}")
        upload, seen = kept(book, office)
        asked = {"upload": upload, "user": office, "options": Options(), "seen": seen}

        first, second = together(*[lambda asked=asked: take_over_plan(**asked)] * 2)

        assert first == second == TakenOver(Plan.objects.get(title=f"計画{number}"), first.count)


def test_change_of_a_draft_beside_a_confirmation_is_never_overwritten(draft, office):
    """Whoever comes second finds what the first left, or is told."""
    for number in range(PAIRS):
        book = opened(draft)
        put(book, "用語", 1, 説明=f"ファイルの説明{number}")
        upload, seen = kept(book, office, plan=draft)
        asked = {"upload": upload, "user": office, "options": OWN, "seen": seen}

        def change(number=number):
            with plan_edit(plan=draft, user=office, reason="") as edit:
                GlossaryTerm.objects.filter(plan=draft).update(definition=f"画面の説明{number}")
                edit.record(ChangeKind.EDITED, "用語")

        taken, _ = together(
            lambda asked=asked: take_over_plan(**asked), change, refusals=ChangedMeanwhile
        )

        told = GlossaryTerm.objects.get(plan=draft).definition
        assert told == f"画面の説明{number}"
        assert isinstance(taken, ChangedMeanwhile) or taken.count == 1
