"""What checklists lend to KPIs, and how the entry grid shows it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from kpis.checklist_feed import checklist_feeds
from kpis.models import Result
from kpis.progress import kpi_progress
from plans.checklists import plan_checklists
from plans.models import Checklist, ChecklistItem, ChecklistState
from tests.factories import make_kpi, make_result


def make_list(plan, *, done=33, not_yet=15, absent=10, unregistered=0, fiscal_year=2025):
    """The inventory of the domain description: 58 procedures, 33 済, 10 手続なし."""
    count = Checklist.objects.filter(plan=plan).count()
    checklist = Checklist.objects.create(plan=plan, code=f"list-{count}")
    states = ["done"] * done + ["not_yet"] * not_yet + ["absent"] * absent + [""] * unregistered
    for number, state in enumerate(states, start=1):
        item = ChecklistItem.objects.create(checklist=checklist, number=number, name=str(number))
        if state:
            ChecklistState.objects.create(item=item, fiscal_year=fiscal_year, state=state)
    return checklist


def make_fed(plan, checklist, *, measure="items", **overrides):
    fields = {"measurement_type": "ratio", "unit": "%", "decimals": 1}
    fields |= {"checklist": checklist, "checklist_measure": measure}
    return make_kpi(plan, **fields | overrides)


def feeds_of(plan, fiscal_year=2025):
    feeds = checklist_feeds(plan, kpi_progress(plan), fiscal_year)
    return {kpi_id: (feed.numerator, feed.denominator) for kpi_id, feed in feeds.items()}


def test_items_that_do_not_exist_leave_the_denominator(plan):
    kpi = make_fed(plan, make_list(plan))

    assert feeds_of(plan) == {kpi.pk: (33, 48)}


def test_counts_are_summed_where_both_are_known(plan):
    checklist = make_list(plan, done=2, not_yet=1, absent=0)
    known, half_known = ChecklistState.objects.filter(state="done")
    ChecklistState.objects.filter(pk=known.pk).update(total_count=120, done_count=30)
    ChecklistState.objects.filter(pk=half_known.pk).update(total_count=50)
    kpi = make_fed(plan, checklist, measure="counts")

    assert feeds_of(plan) == {kpi.pk: (30, 120)}
    [feed] = checklist_feeds(plan, kpi_progress(plan), 2025).values()
    assert feed.text == "30 / 120（件数のない2項目を除く）"


def test_feed_is_what_the_page_of_the_list_says(plan):
    make_fed(plan, make_list(plan, unregistered=3))

    [feed] = checklist_feeds(plan, kpi_progress(plan), 2025).values()
    [shown] = plan_checklists(plan)

    assert feed.text == f"{shown.whole.text}（未登録の3項目を除く）"


@pytest.mark.parametrize("measure", ["items", "counts"])
def test_year_without_figures_feeds_nothing(plan, measure):
    make_fed(plan, make_list(plan, done=1), measure=measure)

    assert feeds_of(plan, 2024) == {}


def test_list_in_which_nothing_exists_feeds_nothing(plan):
    make_fed(plan, make_list(plan, done=0, not_yet=0, absent=2))

    assert feeds_of(plan) == {}


def test_feeds_take_two_queries_or_none(plan, django_assert_num_queries):
    make_kpi(plan)
    rows = kpi_progress(plan)
    with django_assert_num_queries(0):
        checklist_feeds(plan, rows, 2025)

    for _ in range(3):
        make_fed(plan, make_list(plan, done=1))
    rows = kpi_progress(plan)
    with django_assert_num_queries(2):
        assert len(checklist_feeds(plan, rows, 2025)) == 3


def grid_url(plan, fiscal_year=2025):
    return f"{reverse('result_grid', args=[plan.pk])}?fiscal_year={fiscal_year}"


def line_of(visit, person, plan, fiscal_year=2025):
    return visit(person, grid_url(plan, fiscal_year)).context["lines"][0]


@pytest.mark.parametrize("count", [1, 3])
def test_grid_with_fed_kpis_takes_fourteen_queries(staff, plan, department, count_queries, count):
    for _ in range(count):
        make_fed(plan, make_list(plan, done=2), departments=[department])

    response = count_queries(14, staff, grid_url(plan))

    assert len(response.context["lines"]) == count


def test_grid_is_prefilled_from_the_list(visit, staff, plan, department):
    checklist = make_list(plan)
    make_fed(plan, checklist, departments=[department], targets={2025: "70"})

    response = visit(staff, grid_url(plan))
    line = response.context["lines"][0]

    assert (line.cells.numerator, line.cells.denominator) == ("33", "48")
    assert (line.is_changed, line.agrees_with_feed) == (True, True)
    assert (line.standing.result.text, line.standing.rate_text) == ("68.8%", "98.2%")
    page = reverse("checklist_detail", args=[plan.pk, checklist.pk])
    text = f'<a href="{page}?fiscal_year=2025">現況一覧</a>から 33 / 48'
    assert text in response.content.decode()
    assert Result.objects.count() == 0


def posted(line, **typed):
    """A line's cells as the browser sends them back, some of them typed over."""
    cells = line.cells
    fields = {
        **{"value": cells.value, "state": cells.state, "note": cells.note, "taken": cells.taken},
        **{"numerator": cells.numerator, "denominator": cells.denominator},
        **{"reference": cells.reference, "before": line.before, "version": line.version},
    }
    return {f"{name}-{line.row.id}": text for name, text in (fields | typed).items()}


def test_prefilled_line_is_saved_as_it_is_seen(visit, staff, plan, department):
    make_fed(plan, make_list(plan), departments=[department])
    line = line_of(visit, staff, plan)

    visit(staff, grid_url(plan), posted(line))

    result = Result.objects.get()
    assert (result.numerator, result.denominator, result.value) == (Decimal(33), Decimal(48), None)
    assert line_of(visit, staff, plan).is_changed is False


def test_stored_parts_that_differ_from_the_list_stay_and_are_told(visit, staff, plan, department):
    kpi = make_fed(plan, make_list(plan, done=34, not_yet=14), departments=[department])
    make_result(kpi, 2025, numerator=Decimal(33), denominator=Decimal(48))

    response = visit(staff, grid_url(plan))
    line = response.context["lines"][0]

    assert (line.cells.numerator, line.is_changed, line.agrees_with_feed) == ("33", False, False)
    assert "</a>では 34 / 48です" in response.content.decode()


def test_value_taken_back_is_not_filled_in_again(visit, staff, plan, department):
    kpi = make_fed(plan, make_list(plan), departments=[department])
    make_result(kpi, 2025, state="missing")

    line = line_of(visit, staff, plan)

    assert (line.cells.numerator, line.agrees_with_feed) == ("", False)


def test_closed_year_is_left_as_it_is(visit, staff, plan, department):
    make_fed(plan, make_list(plan, fiscal_year=2024), departments=[department])

    line = line_of(visit, staff, plan, 2024)

    assert (line.cells.numerator, line.feed) == ("", None)


def test_line_that_was_not_posted_is_not_saved(visit, staff, plan, department):
    make_fed(plan, make_list(plan), departments=[department])

    visit(staff, grid_url(plan), {"x": "y"})

    assert Result.objects.count() == 0
