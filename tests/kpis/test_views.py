"""The grid, the list and the page of one KPI, as the people who use them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from kpis.models import Result, Target
from tests.factories import (
    make_department,
    make_kpi,
    make_plan,
    make_plan_year,
    make_result,
)


def grid_url(plan, fiscal_year=2025):
    return f"{reverse('result_grid', args=[plan.pk])}?fiscal_year={fiscal_year}"


def cells(kpi, value="", *, version=0, before="", **others):
    """The fields of one line as a browser posts them."""
    fields = {"state": "final", "note": "", "value": value, "version": version, "before": before}
    return {f"{name}-{kpi.pk}": text for name, text in (fields | others).items()}


@pytest.fixture
def kpi(plan, department):
    return make_kpi(plan, departments=[department], targets={2025: "45"}, unit="手続")


@pytest.mark.parametrize("count", [1, 3])
def test_grid_takes_twelve_queries(staff, plan, department, count_queries, count):
    for _ in range(count):
        make_kpi(plan, departments=[department], targets={2025: "1"})

    response = count_queries(12, staff, grid_url(plan))

    assert len(response.context["lines"]) == count


def test_grid_shows_only_own_departments(visit, staff, dx_office, plan, kpi):
    other = make_kpi(plan, departments=[make_department(plan.municipality, name="町民課")])
    unassigned = make_kpi(plan)

    def shown(person):
        return [line.row.id for line in visit(person, grid_url(plan)).context["lines"]]

    assert shown(staff) == [kpi.pk]
    assert shown(dx_office) == [kpi.pk, other.pk, unassigned.pk]


def test_grid_saves_what_was_typed(visit, staff, plan, kpi):
    response = visit(staff, grid_url(plan), cells(kpi, "４１手続", note="年度末"))

    assert (response.status_code, response.url) == (302, grid_url(plan))
    result = Result.objects.get()
    assert (result.value, result.note, result.entered_by) == (Decimal(41), "年度末", staff)


def test_grid_saves_the_rest_when_one_cell_is_wrong(visit, staff, plan, department, kpi):
    wrong = make_kpi(plan, departments=[department])

    response = visit(staff, grid_url(plan), cells(kpi, "41") | cells(wrong, "abc", note="大事"))

    assert response.status_code == 422
    assert response.context["alert"] == (
        "1件を保存しました。1件は入力内容の確認が必要なため、保存していません。"
    )
    assert [line.cells.value for line in response.context["lines"]] == ["41", "abc"]
    assert response.context["lines"][1].cells.note == "大事"
    assert list(Result.objects.values_list("kpi", "value")) == [(kpi.pk, Decimal(41))]


def test_grid_tells_the_loser_both_values(visit, staff, dx_office, plan, kpi):
    visit(dx_office, grid_url(plan), cells(kpi, "44"))

    response = visit(staff, grid_url(plan), cells(kpi, "41", note="私の備考"))

    line = response.context["lines"][0]
    assert response.status_code == 409
    assert (line.cells.value, line.cells.note) == ("41", "私の備考")
    assert (line.theirs.text, line.theirs.who, line.theirs.version) == ("44 手続", "office", 1)
    assert Result.objects.get().value == 44


@pytest.mark.parametrize(("choice", "value"), [("mine", 41), ("theirs", 44)])
def test_grid_settles_a_conflict_as_chosen(visit, staff, dx_office, plan, kpi, choice, value):
    visit(dx_office, grid_url(plan), cells(kpi, "44"))

    response = visit(staff, grid_url(plan), cells(kpi, "41", resolve=choice, standing_version="1"))

    assert response.status_code == 302
    assert Result.objects.get().value == value


def test_grid_leaves_untouched_lines_alone(visit, staff, dx_office, plan, kpi):
    """A page that was opened long ago and posts other lines unchanged overwrites nothing."""
    visit(staff, grid_url(plan))
    old = visit(staff, grid_url(plan)).context["lines"][0]
    visit(dx_office, grid_url(plan), cells(kpi, "44"))

    response = visit(staff, grid_url(plan), cells(kpi, "", before=old.before))

    assert response.status_code == 302
    assert Result.objects.get().value == 44


def test_grid_sent_twice_acts_once(visit, staff, plan, kpi):
    for _ in range(2):
        response = visit(staff, grid_url(plan), cells(kpi, "41"))

    assert response.status_code == 302
    assert Result.objects.get().version == 1


def test_grid_takes_a_value_back(visit, staff, plan, kpi):
    make_result(kpi, 2025, "41")

    visit(staff, grid_url(plan), cells(kpi, "", version=1))

    result = Result.objects.get()
    assert (result.state, result.value) == ("missing", None)


@pytest.mark.parametrize("fiscal_year", [2024, 2026])
def test_grid_of_a_year_that_is_not_open_saves_nothing(visit, staff, plan, kpi, fiscal_year):
    response = visit(staff, grid_url(plan, fiscal_year), cells(kpi, "41"))

    assert response.status_code == 409
    assert response.context["alert"] == (
        "この年度は入力を締め切りました。入力した内容は保存されていません。"
    )
    assert response.context["lines"][0].cells.value == "41"
    assert Result.objects.count() == 0


@pytest.mark.parametrize(
    "fiscal_year", ["1900", "2023", "99999", "R7", "２０２５", "-1", "2025.0", "'; --"]
)
def test_grid_of_a_year_the_plan_has_not_is_not_found(visit, staff, plan, kpi, fiscal_year):
    assert visit(staff, grid_url(plan, fiscal_year)).status_code == 404
    assert visit(staff, grid_url(plan, fiscal_year), cells(kpi, "1")).status_code == 404


def test_grid_refuses_another_departments_kpi(visit, staff, plan, kpi):
    other = make_kpi(plan, departments=[make_department(plan.municipality, name="町民課")])

    response = visit(staff, grid_url(plan), cells(kpi, "41") | cells(other, "1"))

    assert response.status_code == 403
    assert Result.objects.count() == 0


@pytest.mark.parametrize("is_real", [True, False])
def test_grid_refuses_another_towns_kpi_like_one_that_is_not_there(
    visit, staff, outsider, plan, kpi, is_real
):
    foreign = make_kpi(make_plan(outsider.municipality))
    if not is_real:
        foreign.pk = 10**15

    response = visit(staff, grid_url(plan), cells(kpi, "41") | cells(foreign, "1"))

    assert response.status_code == 404
    assert Result.objects.count() == 0


@pytest.mark.parametrize(
    "oddity",
    [
        {"version": "x"},
        {"version": "-1"},
        {"version": "９"},
        {"version": "9" * 40},
        {"before": "{{7*7}}"},
        {"resolve": "everything"},
        {"state": ["final", "final"]},
    ],
)
def test_grid_survives_odd_hidden_fields(visit, staff, plan, kpi, oddity):
    response = visit(staff, grid_url(plan), cells(kpi, "41", **oddity))

    assert response.status_code == 302
    assert Result.objects.get().value == 41


@pytest.mark.parametrize("role", ["committee", "outsider"])
def test_grid_is_closed_to_those_who_enter_nothing(request, visit, plan, kpi, role):
    person = request.getfixturevalue(role)
    expected = {"committee": 403, "outsider": 404}[role]

    assert visit(person, grid_url(plan)).status_code == expected
    assert visit(person, grid_url(plan), cells(kpi, "1")).status_code == expected
    assert Result.objects.count() == 0


def check_url(plan, kpi):
    return f"{reverse('result_check', args=[plan.pk])}?fiscal_year=2025&kpi={kpi.pk}"


def test_check_judges_what_is_typed_and_saves_nothing(visit, staff, plan, kpi):
    response = visit(staff, check_url(plan, kpi), cells(kpi, "41"))

    line = response.context["line"]
    assert (line.standing.grade.symbol, line.standing.rate_text) == ("B", "91.1%")
    assert Result.objects.count() == 0


def test_check_answers_like_the_saved_page(visit, staff, plan, kpi):
    preview = visit(staff, check_url(plan, kpi), cells(kpi, "41")).context["line"].standing
    visit(staff, grid_url(plan), cells(kpi, "41"))
    saved = visit(staff, grid_url(plan)).context["lines"][0].standing

    assert (preview.grade, preview.rate_text, preview.result.text) == (
        saved.grade,
        saved.rate_text,
        saved.result.text,
    )


def test_check_of_a_foreign_kpi_is_not_found(visit, staff, outsider, plan):
    foreign = make_kpi(make_plan(outsider.municipality))

    assert visit(staff, check_url(plan, foreign), cells(foreign, "1")).status_code == 404


def list_url(plan, query=""):
    return f"{reverse('kpi_list', args=[plan.pk])}?fiscal_year=2025{query}"


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_twelve_queries(committee, plan, count_queries, count):
    for _ in range(count):
        make_kpi(plan, targets={2025: "1"})

    count_queries(12, committee, list_url(plan))


def test_list_filters_by_grade_and_department(visit, committee, plan, department):
    late = make_kpi(plan, departments=[department], targets={2025: "10"})
    make_result(late, 2025, "1")
    make_result(make_kpi(plan, targets={2025: "10"}), 2025, "10")

    def shown(query):
        table = visit(committee, list_url(plan, query)).context["table"]
        return [line.row.id for line in table.data]

    assert shown("&grade=d") == [late.pk]
    assert shown("&department=企画課") == [late.pk]
    assert shown("&grade=a&department=企画課") == []
    assert len(shown("&grade=unknown")) == 2


@pytest.mark.parametrize(("sort", "values"), [("rate", ["1", "5"]), ("-rate", ["5", "1"])])
def test_list_sorts_by_rate(visit, committee, plan, sort, values):
    make_kpi(plan)
    for value in ("5", "1"):
        make_result(make_kpi(plan, name=value, targets={2025: "10"}), 2025, value)

    table = visit(committee, list_url(plan, f"&sort={sort}")).context["table"]

    names = [row.record.row.name for row in table.rows]
    assert [name for name in names if name in values] == values


def test_kpi_page_of_another_town_is_not_found(visit, outsider, plan, kpi):
    assert visit(outsider, kpi.get_absolute_url()).status_code == 404
    assert visit(outsider, reverse("kpi_detail", args=[10**18])).status_code == 404


def test_kpi_page_explains_every_figure(visit, committee, plan, kpi):
    make_result(kpi, 2025, "41")

    standings = visit(committee, kpi.get_absolute_url()).context["standings"]

    standing, found_reasons = standings[1]
    assert standing.achievement.rate.working == "実績 41 ÷ 目標 45"
    assert found_reasons == ["進捗率: 基準値がないため、計算できません。"]


@pytest.mark.parametrize("count", [1, 3])
def test_kpi_page_takes_a_constant_number_of_queries(committee, plan, count_queries, count):
    kpis = [make_kpi(plan, targets={2025: "1"}) for _ in range(count)]

    count_queries(12, committee, kpis[0].get_absolute_url())


def test_planned_year_shows_targets_but_asks_for_nothing(visit, committee, plan):
    kpi = make_kpi(plan)
    Target.objects.create(kpi=kpi, fiscal_year=2026, kind="number", value=5)
    make_plan_year(plan, 2027, state="planned")

    standings = visit(committee, kpi.get_absolute_url()).context["standings"]

    assert (standings[2][0].grade.name, standings[2][0].result.text) == ("受付前", "")


def test_note_without_a_value_is_still_missing_on_grid_and_home(visit, staff, plan, kpi):
    visit(staff, grid_url(plan), cells(kpi, "", note="集計待ち"))

    assert visit(staff, grid_url(plan)).context["missing"] == 1
    assert visit(staff, "/").context["parts"][0]["duties"][0].missing == 1
