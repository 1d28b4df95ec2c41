"""Sums and shares come from the list, also where the plan's own text says something else."""

from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.urls import reverse

from plans.checklist_rows import share_text
from plans.checklists import plan_checklists
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
from tests.factories import make_plan, make_policy


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
    assert applications.rows[0].done_text == "15"


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
    assert (rows.rows[1].total_text, rows.rows[1].rate_text) == ("", "")


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


def detail_url(checklist, **query):
    url = reverse("checklist_detail", args=[checklist.plan_id, checklist.pk])
    return f"{url}?{urlencode(query)}" if query else url


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_one_list_takes_eight_queries(committee, plan, count_queries, count):
    checklist = make_checklist(plan, *[("done", 5, 2)] * count)

    response = count_queries(8, committee, detail_url(checklist))

    assert len(response.context["rows"]) == count


def test_pages_are_not_found_in_other_towns(visit, outsider, committee, plan):
    checklist = make_checklist(plan, ("done", None, None))
    other_plans = reverse("checklist_detail", args=[make_plan(plan.municipality, code="b").pk, 1])

    assert visit(outsider, reverse("checklist_list", args=[plan.pk])).status_code == 404
    assert visit(outsider, detail_url(checklist)).status_code == 404
    assert visit(committee, other_plans).status_code == 404


def set_states(checklist, fiscal_year, *states):
    """The states of the list's items in a year, in order; None leaves one unregistered."""
    for item, state in zip(checklist.items.order_by("number"), states, strict=True):
        if state:
            ChecklistState.objects.create(item=item, fiscal_year=fiscal_year, state=state)


def test_item_without_a_state_is_unregistered_and_said_so(visit, committee, plan):
    checklist = make_checklist(plan, ("done", None, None), ("not_yet", None, None))
    ChecklistItem.objects.create(checklist=checklist, number=3, name="あとから")

    response = visit(committee, detail_url(checklist))

    whole = response.context["list"].whole
    assert (whole.text, whole.rate_text, whole.unregistered) == ("1 / 2", "50.0%", 1)
    assert [row.state_label for row in response.context["rows"]] == ["済", "未", "未登録"]
    assert "未登録 1件は分母に入れていません。" in response.content.decode()


def test_list_without_any_state_shows_its_items(visit, committee, plan):
    checklist = make_checklist(plan)
    ChecklistItem.objects.create(checklist=checklist, number=1, name="手続")

    shown = visit(committee, detail_url(checklist)).context["list"]

    assert (shown.fiscal_year, shown.whole.unregistered, shown.whole.rate_text) == (2025, 1, "")
    assert plan_checklists(plan)[0].fiscal_year is None


def test_development_compares_items_and_averages_nothing(visit, committee, plan):
    checklist = make_checklist(plan, *[("not_yet", None, None)] * 3)
    set_states(checklist, 2022, "not_yet", None, None)
    set_states(checklist, 2024, "done", "not_yet", "absent")
    ChecklistState.objects.filter(fiscal_year=2025).update(state="done")

    steps = visit(committee, reverse("checklist_list", args=[plan.pk])).context["checklists"][0]

    assert [
        (int(step.fiscal_year), step.tally.text, step.tally.rate_text, step.change_text)
        for step in steps.steps
    ] == [
        (2022, "0 / 1", "0.0%", ""),
        (2024, "1 / 2", "50.0%", "+1件（令和4年度比）"),
        (2025, "3 / 3", "100.0%", "+2件"),
    ]


def test_development_of_a_list_with_counts_compares_counts(plan):
    checklist = make_checklist(plan, ("done", 100, 30))
    item = checklist.items.get()
    for fiscal_year, done in ((2023, 50), (2024, 30)):
        ChecklistState.objects.create(
            item=item, fiscal_year=fiscal_year, state="done", total_count=100, done_count=done
        )

    steps = plan_checklists(plan)[0].steps

    assert [(step.shown.rate_text, step.change_text, step.unknown_text) for step in steps] == [
        ("50.0%", "", "0"),
        ("30.0%", "-20件", "0"),
        ("30.0%", "±0件", "0"),
    ]


def test_count_known_by_half_is_left_out_and_said_so(visit, committee, plan):
    checklist = make_checklist(plan, ("done", 10, 4), ("done", None, 0), ("not_yet", 7, None))

    response = visit(committee, detail_url(checklist))

    counts = response.context["list"].counts
    assert (counts.text, counts.rate_text, counts.unknown) == ("4 / 10", "40.0%", 2)
    assert "件数の分からない2件の項目は" in response.content.decode()


def test_years_to_choose_are_those_with_states_and_the_open_ones(visit, committee, plan):
    checklist = make_checklist(plan, ("done", None, None))
    set_states(checklist, 2023, "not_yet")
    set_states(checklist, 2024, "done")
    ChecklistState.objects.filter(fiscal_year=2025).delete()

    response = visit(committee, detail_url(checklist, state="done"))

    assert [
        (year.label, year.url, year.is_current, year.is_closed)
        for year in response.context["years"]
    ] == [
        ("令和5年度", "?state=done&fiscal_year=2023", False, False),
        ("令和6年度", "?state=done&fiscal_year=2024", True, True),
        ("令和7年度", "?state=done&fiscal_year=2025", False, False),
    ]


@pytest.mark.parametrize("text", ["2026", "1900", "abc", "２０２５"])
def test_year_without_states_that_is_not_open_is_not_found(visit, committee, plan, text):
    checklist = make_checklist(plan, ("done", None, None))

    assert visit(committee, detail_url(checklist, fiscal_year=text)).status_code == 404


FILTERED = [
    ({"state": "done"}, [1]),
    ({"state": "not_yet"}, [2, 4]),
    ({"state": "unregistered"}, [5]),
    ({"group": "住民"}, [1, 2]),
    ({"group": "住民", "state": "not_yet"}, [2]),
    ({"state": "absent"}, [3]),
    ({"state": "nonsense"}, [1, 2, 3, 4, 5]),
    ({"fiscal_year": "2024", "state": "unregistered"}, [1, 2, 3, 4]),
    ({"fiscal_year": "2024", "state": "done"}, [5]),
]


@pytest.mark.parametrize(("query", "numbers"), FILTERED)
def test_items_are_filtered_by_state_and_group(visit, committee, plan, query, numbers):
    states = ("done", "not_yet", "absent", "not_yet", "done")
    checklist = make_checklist(plan, *[(state, None, None) for state in states])
    checklist.items.filter(number__lte=2).update(group="住民")
    ChecklistState.objects.filter(item__number=5).update(fiscal_year=2024)

    context = visit(committee, detail_url(checklist, **{"fiscal_year": 2025} | query)).context

    assert [row.number for row in context["rows"]] == numbers
    assert len(context["list"].rows) == 5


def test_names_and_groups_are_shown_as_text(visit, committee, plan):
    checklist = make_checklist(plan, ("done", None, None))
    Checklist.objects.update(name="<script>1</script>", source="{{7*7}}", done_label="<b>")
    checklist.items.update(name="<script>2</script>", group="<script>3</script>")

    page = visit(committee, detail_url(checklist)).content.decode()

    assert "{{7*7}}" in page
    assert [text for text in ("<script>1", "<script>2", "<script>3", "<b>") if text in page] == []


def test_buttons_stand_only_for_the_dx_office_of_a_living_plan(visit, dx_office, committee, plan):
    checklist = make_checklist(plan, ("done", None, None))

    def offers(person):
        context = visit(person, detail_url(checklist)).context
        return context["may_edit"], context["entry_year"]

    assert offers(committee)[0] is False
    assert offers(dx_office) == (True, 2025)
    Plan.objects.update(state="ended")
    assert offers(dx_office)[0] is False


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
