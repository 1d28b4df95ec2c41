"""What checklists lend to KPIs, and how the entry grid shows it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from kpis.checklist_feed import checklist_feeds
from kpis.models import Result
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from kpis.views.grid import CLOSED_MEANWHILE
from plans.checklists import plan_checklists
from plans.models import Checklist, ChecklistItem, ChecklistState, PlanYear
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
    feeds = checklist_feeds(plan, kpi_progress(plan, EVERYTHING), fiscal_year)
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
    [feed] = checklist_feeds(plan, kpi_progress(plan, EVERYTHING), 2025).values()
    assert feed.text == "30 / 120 = 25.0%（件数のない2項目を除く）"


def test_feed_is_what_the_page_of_the_list_says(plan):
    make_fed(plan, make_list(plan, unregistered=3))

    [feed] = checklist_feeds(plan, kpi_progress(plan, EVERYTHING), 2025).values()
    [shown] = plan_checklists(plan)

    assert shown.whole.text == "33 / 48"
    assert feed.text == "33 / 48 = 68.8%（未登録の3項目を除く）"


@pytest.mark.parametrize("measure", ["items", "counts"])
def test_year_without_figures_feeds_nothing(plan, measure):
    make_fed(plan, make_list(plan, done=1), measure=measure)

    assert feeds_of(plan, 2024) == {}


def test_list_in_which_nothing_exists_feeds_nothing(plan):
    make_fed(plan, make_list(plan, done=0, not_yet=0, absent=2))

    assert feeds_of(plan) == {}


def test_feeds_take_two_queries_or_none(plan, django_assert_num_queries):
    make_kpi(plan)
    rows = kpi_progress(plan, EVERYTHING)
    with django_assert_num_queries(0):
        checklist_feeds(plan, rows, 2025)

    for _ in range(3):
        make_fed(plan, make_list(plan, done=1))
    rows = kpi_progress(plan, EVERYTHING)
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


def test_grid_shows_what_the_list_gives_and_fills_in_nothing(visit, staff, plan, department):
    checklist = make_list(plan)
    kpi = make_fed(plan, checklist, departments=[department], targets={2025: "70"})

    response = visit(staff, grid_url(plan))
    line = response.context["lines"][0]
    page = response.content.decode()

    assert (line.cells.numerator, line.is_changed, line.agrees_with_feed) == ("", False, False)
    address = reverse("checklist_detail", args=[plan.pk, checklist.pk])
    said = f'<a href="{address}?fiscal_year=2025">一覧</a>では 33 / 48 = 68.8%</p>'
    assert page.count(said) == 1
    assert page.count(f'name="take_feed" value="{kpi.pk}"') == 1
    assert page.count('name="take_feed" value="all"') == 0


def posted(line, **typed):
    """A line's cells as the browser sends them back, some of them typed over."""
    cells = line.cells
    fields = {
        **{"value": cells.value, "state": cells.state, "note": cells.note, "taken": cells.taken},
        **{"numerator": cells.numerator, "denominator": cells.denominator},
        **{"reference": cells.reference, "before": line.before, "version": line.version},
    }
    return {f"{name}-{line.row.id}": text for name, text in (fields | typed).items()}


def test_save_of_another_line_stores_nothing_of_the_list(visit, staff, plan, department):
    make_fed(plan, make_list(plan), departments=[department])
    other = make_kpi(plan, departments=[department])
    fed_line, other_line = visit(staff, grid_url(plan)).context["lines"]

    visit(staff, grid_url(plan), posted(fed_line) | posted(other_line, value="5"))

    assert list(Result.objects.values_list("kpi", "value")) == [(other.pk, Decimal(5))]


def take_over(visit, person, plan, wanted, lines, **typed):
    fields = {"take_feed": str(wanted)}
    for line in lines:
        fields |= posted(line, **typed.get(f"line_{line.row.id}", {}))
    return visit(person, grid_url(plan), fields)


def test_list_is_taken_over_when_told_and_all_that_was_typed_stays(visit, staff, plan, department):
    kpi = make_fed(plan, make_list(plan), departments=[department])
    other = make_kpi(plan, departments=[department])
    lines = visit(staff, grid_url(plan)).context["lines"]

    own = {"value": "70", "state": "not_surveyed", "note": "台帳"}
    typed = {f"line_{kpi.pk}": own, f"line_{other.pk}": {"value": "abc", "note": "まだ"}}
    response = take_over(visit, staff, plan, kpi.pk, lines, **typed)
    fed, kept = response.context["lines"]

    assert (response.status_code, Result.objects.count()) == (200, 0)
    cells = fed.cells
    assert (cells.value, cells.numerator, cells.denominator) == ("", "33", "48")
    assert (cells.state, cells.note, fed.agrees_with_feed) == ("final", "台帳", True)
    assert (kept.cells.value, kept.cells.note, kept.is_refused) == ("abc", "まだ", True)
    assert [str(message) for message in response.context["messages"]] == [
        "1件に一覧の値を入れました。まだ保存していません。「保存する」を押してください。"
    ]
    assert "data-unsaved" in response.content.decode()

    saved = visit(staff, grid_url(plan), posted(fed))
    result = Result.objects.get()
    assert (saved.status_code, result.numerator, result.denominator) == (302, 33, 48)


def test_all_lists_are_taken_over_where_nobody_said_anything(visit, staff, plan, department):
    fresh, differing, unsurveyed, typed = (
        make_fed(plan, make_list(plan, done=number), departments=[department])
        for number in (5, 6, 7, 8)
    )
    make_result(differing, 2025, numerator=Decimal(1), denominator=Decimal(2))
    make_result(unsurveyed, 2025, state="not_surveyed")
    response = visit(staff, grid_url(plan))
    lines = response.context["lines"]

    assert response.context["untouched_feeds"] == 2
    assert 'name="take_feed" value="all"' in response.content.decode()
    answer = take_over(visit, staff, plan, "all", lines, **{f"line_{typed.pk}": {"numerator": "3"}})

    assert [line.cells.numerator for line in answer.context["lines"]] == ["5", "1", "", "3"]
    assert fresh.pk == answer.context["lines"][0].row.id


@pytest.mark.parametrize("wanted", ["0", "x", "", "9" * 30])
def test_list_of_no_line_is_not_taken_over(visit, staff, plan, department, wanted):
    make_fed(plan, make_list(plan), departments=[department])
    lines = visit(staff, grid_url(plan)).context["lines"]

    response = take_over(visit, staff, plan, wanted, lines)

    assert (response.status_code, response.context["lines"][0].cells.numerator) == (200, "")


def test_list_is_not_taken_over_into_a_year_closed_meanwhile(visit, staff, plan, department):
    kpi = make_fed(plan, make_list(plan), departments=[department])
    lines = visit(staff, grid_url(plan)).context["lines"]
    PlanYear.objects.filter(plan=plan, fiscal_year=2025).update(state="closed")

    response = take_over(visit, staff, plan, kpi.pk, lines, **{f"line_{kpi.pk}": {"note": "台帳"}})

    assert (response.status_code, response.context["alert"]) == (409, CLOSED_MEANWHILE)
    cells = response.context["lines"][0].cells
    assert (cells.numerator, cells.note) == ("", "台帳")


def test_take_over_with_another_departments_line_is_refused(visit, staff, plan, department):
    kpi = make_fed(plan, make_list(plan), departments=[department])
    other = make_fed(plan, make_list(plan))
    lines = visit(staff, grid_url(plan)).context["lines"]

    fields = {"take_feed": str(kpi.pk), f"state-{other.pk}": "final"}

    assert visit(staff, grid_url(plan), fields).status_code == 403
    assert len(lines) == 1


def test_check_says_whether_what_is_typed_agrees_with_the_list(visit, staff, plan, department):
    kpi = make_fed(plan, make_list(plan), departments=[department])
    line = line_of(visit, staff, plan)
    url = f"{reverse('result_check', args=[plan.pk])}?fiscal_year=2025&kpi={kpi.pk}"

    same = visit(staff, url, posted(line, numerator="33", denominator="48")).content.decode()
    other = visit(staff, url, posted(line, numerator="34", denominator="48")).content.decode()

    assert "33 / 48 = 68.8%（入力と同じです）</p>" in same
    assert "take_feed" not in same
    told = "33 / 48 = 68.8%。入力と異なります（理由があれば、そのままで構いません）。</p>"
    assert told in other
    assert other.count("take_feed") == 1


def test_stored_parts_that_differ_from_the_list_stay_and_are_told(visit, staff, plan, department):
    kpi = make_fed(plan, make_list(plan, done=34, not_yet=14), departments=[department])
    make_result(kpi, 2025, numerator=Decimal(33), denominator=Decimal(48))

    response = visit(staff, grid_url(plan))
    line = response.context["lines"][0]

    assert (line.cells.numerator, line.is_changed, line.agrees_with_feed) == ("33", False, False)
    assert "34 / 48 = 70.8%。入力と異なります" in response.content.decode()


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
