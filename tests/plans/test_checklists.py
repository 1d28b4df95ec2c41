"""Sums and shares come from the list, also where the plan's own text says something else."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from plans.checklists import plan_checklists, share_text
from plans.models import (
    Checklist,
    ChecklistItem,
    ChecklistState,
    Committee,
    CommitteeSeat,
    Framework,
    FrameworkItem,
    GlossaryTerm,
    Plan,
    PolicyFrameworkItem,
)
from tests.database import constraint_names, refusal_of
from tests.factories import make_policy


@pytest.fixture
def mamurogawa(db):
    call_command("loaddata", "mamurogawa", verbosity=0)
    return Plan.objects.get(municipality__name="真室川町")


def make_checklist(plan, *states, code="procedures"):
    """A checklist with one item per (state, total, done) of 2025."""
    checklist = Checklist.objects.create(plan=plan, code=code, name="手続", absent_label="手続なし")
    for number, (state, total, done) in enumerate(states, 1):
        item = ChecklistItem.objects.create(
            checklist=checklist, number=number, name=f"手続{number}"
        )
        ChecklistState.objects.create(
            item=item, fiscal_year=2025, state=state, total_count=total, done_count=done
        )
    return checklist


def test_procedures_of_mamurogawa_are_counted_from_the_list(mamurogawa):
    whole = plan_checklists(mamurogawa)[0]

    assert [(tally.text, tally.absent, tally.rate_text) for tally in whole.tallies] == [
        ("4 / 12", 10, "33.3%"),
        ("29 / 36", 0, "80.6%"),  # the plan's text says 30
        ("33 / 48", 10, "68.8%"),
    ]
    assert whole.whole.not_yet == 15  # the plan's text says 16
    assert len(whole.rows) == 58


def test_systems_and_data_sets_of_mamurogawa(mamurogawa):
    _, systems, data_sets, _ = plan_checklists(mamurogawa)

    assert (systems.whole.text, systems.whole.absent, len(systems.rows)) == ("16 / 16", 4, 20)
    assert (data_sets.whole.text, len(data_sets.rows)) == ("0 / 22", 22)


def test_applications_of_mamurogawa_add_up(mamurogawa):
    applications = plan_checklists(mamurogawa)[3]

    assert (applications.done_count, applications.total_count) == (2560, 10999)
    assert applications.count_rate_text == "23.3%"
    assert applications.rows[0].done_count == 15


def test_absent_items_leave_the_denominator(plan):
    make_checklist(plan, ("done", None, None), ("not_yet", None, None), ("absent", None, None))

    assert plan_checklists(plan)[0].whole.text == "1 / 2"


def test_list_of_nothing_that_exists_here_has_no_share(plan):
    make_checklist(plan, ("absent", None, None))

    assert plan_checklists(plan)[0].whole.rate_text == ""


def test_items_without_counts_are_not_zero(plan):
    make_checklist(plan, ("done", 10, 5), ("done", None, None))
    rows = plan_checklists(plan)[0]

    assert (rows.done_count, rows.total_count) == (5, 10)
    assert rows.rows[1].rate_text == ""


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(33, 48, "68.8%"), (0, 22, "0.0%"), (0, 0, ""), (None, 5, ""), (5, None, "")],
)
def test_share_text(part, whole, text):
    assert share_text(part, whole) == text


@pytest.mark.parametrize("count", [1, 3])
def test_checklist_page_takes_six_queries(committee, plan, count_queries, count):
    for number in range(count):
        make_checklist(plan, ("done", None, None), code=f"list-{number}")

    response = count_queries(6, committee, reverse("checklist_list", args=[plan.pk]))

    assert len(response.context["checklists"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_reference_page_takes_seven_queries(committee, plan, count_queries, count):
    for number in range(count):
        body = Committee.objects.create(plan=plan, name=f"推進本部{number}")
        CommitteeSeat.objects.create(committee=body, position=1, post="町長")
        GlossaryTerm.objects.create(plan=plan, term=f"用語{number}", definition="説明")

    count_queries(7, committee, reverse("plan_reference", args=[plan.pk]))


@pytest.mark.parametrize("name", ["checklist_list", "plan_reference"])
def test_pages_are_not_found_in_other_towns(visit, outsider, plan, name):
    assert visit(outsider, reverse(name, args=[plan.pk])).status_code == 404


def test_plan_page_shows_which_measures_serve_an_item(visit, committee, plan):
    framework = Framework.objects.create(
        code="national", name="自治体DX推進計画", edition="第3.0版"
    )
    item = FrameworkItem.objects.create(
        framework=framework, number="①", name="フロントヤード改革", item_class="priority"
    )
    policies = [make_policy(plan), make_policy(plan)]
    for policy in policies:
        PolicyFrameworkItem.objects.create(policy=policy, item=item)

    document = visit(committee, reverse("plan_detail", args=[plan.pk])).context["document"]

    shown = document.frameworks[0]
    assert (shown.name, shown.items[0].class_label) == ("自治体DX推進計画 第3.0版", "重点取組事項")
    assert shown.items[0].policies == tuple(policy.label for policy in policies)
    assert document.axes[0].nodes[0].framework_items == ("① フロントヤード改革",)


FAULTS = [
    ("checklist_code_unique_in_plan", Checklist, {"code": "a"}),
    ("checklist_item_number_unique", ChecklistItem, {"number": 1}),
    ("checklist_state_unique_in_year", ChecklistState, {"fiscal_year": 2025}),
    ("checklist_state_from_list", ChecklistState, {"state": "maybe"}),
    ("checklist_state_year_known", ChecklistState, {"fiscal_year": 1949}),
    ("checklist_state_counts_fit", ChecklistState, {"total_count": 1, "done_count": 2}),
    ("glossary_term_unique_in_plan", GlossaryTerm, {"term": "DX"}),
    ("committee_name_unique_in_plan", Committee, {"name": "本部"}),
    ("committee_seat_position_unique", CommitteeSeat, {"position": 1}),
    ("framework_item_number_unique", FrameworkItem, {"number": "①"}),
    ("framework_item_class_from_list", FrameworkItem, {"item_class": "other"}),
]


@pytest.fixture
def pairs(plan):
    """Two of each, so that setting all alike makes twins."""
    first = make_checklist(plan, ("done", 1, 1), ("done", 1, 1), code="a")
    make_checklist(plan, code="b")
    ChecklistState.objects.create(item=first.items.first(), fiscal_year=2024, state="done")
    framework = Framework.objects.create(code="national", name="計画")
    for number in "12":
        GlossaryTerm.objects.create(plan=plan, term=number, definition="説明")
        body = Committee.objects.create(plan=plan, name=number)
        FrameworkItem.objects.create(framework=framework, number=number, name="項目")
    for position in (1, 2):
        CommitteeSeat.objects.create(committee=body, position=position, post="町長")


def test_every_constraint_is_violated_here():
    models = (Checklist, ChecklistItem, ChecklistState, GlossaryTerm, Committee, CommitteeSeat)
    tried = {name for name, _, _ in FAULTS}

    assert constraint_names(*models, Framework, FrameworkItem) == tried


@pytest.mark.parametrize(("constraint", "model", "fault"), FAULTS)
def test_row_that_cannot_be_is_refused(pairs, constraint, model, fault):
    assert refusal_of(lambda: model.objects.update(**fault)) == constraint


def test_second_link_to_an_item_is_refused(plan, pairs):
    policy, item = make_policy(plan), FrameworkItem.objects.first()
    PolicyFrameworkItem.objects.create(policy=policy, item=item)
    twin = PolicyFrameworkItem(policy=policy, item=item)

    assert refusal_of(lambda: PolicyFrameworkItem.objects.bulk_create([twin])) == (
        "policy_framework_item_unique"
    )
