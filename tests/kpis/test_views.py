"""The grid, the list and the page of one KPI, as the people who use them."""

import datetime
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from kpis.models import Judgement, Result, Target
from kpis.tables import CHOOSABLE_COLUMNS
from plans.models import PlanYear, PolicyLevel
from tests.factories import (
    make_department,
    make_kpi,
    make_plan,
    make_plan_year,
    make_policy,
    make_result,
    put_years,
)


def grid_url(plan, fiscal_year=2025):
    return f"{reverse('result_grid', args=[plan.pk])}?fiscal_year={fiscal_year}"


def cells(kpi, value="", *, version=0, before="", **others):
    """The fields of one line as a browser posts them, with the reason of who acts for others."""
    fields = {"state": "final", "note": "", "value": value, "version": version, "before": before}
    line = {f"{name}-{kpi.pk}": text for name, text in (fields | others).items()}
    return line | {"on_behalf": "課の依頼により入力"}


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


def test_grid_saves_both_parts_and_the_time_they_were_taken(visit, staff, plan, department):
    share = make_kpi(plan, departments=[department], measurement_type="ratio", unit="%")

    visit(staff, grid_url(plan), cells(share, numerator="33", denominator="48", taken="R8.3末"))

    result = Result.objects.get()
    assert (result.numerator, result.denominator, result.value) == (33, 48, None)
    assert (result.taken_fiscal_year, result.taken_on) == (None, datetime.date(2026, 3, 31))


def test_grid_saves_a_new_time_of_the_same_value(visit, staff, plan, kpi):
    make_result(kpi, 2025, "41", taken_fiscal_year=2024)

    visit(staff, grid_url(plan), cells(kpi, "41", taken="令和7年度", version=1))

    result = Result.objects.get()
    assert (result.taken_fiscal_year, result.version) == (2025, 2)


def test_grid_keeps_both_columns_of_a_time_it_was_not_asked_to_change(visit, staff, plan, kpi):
    taken = {"taken_fiscal_year": 2024, "taken_on": datetime.date(2025, 3, 31)}
    make_result(kpi, 2025, "41", **taken)
    line = visit(staff, grid_url(plan)).context["lines"][0]

    typed = {"taken": line.cells.taken, "before": line.before, "version": 1}
    visit(staff, grid_url(plan), cells(kpi, "42", **typed))

    result = Result.objects.get()
    assert {name: getattr(result, name) for name in taken} == taken
    assert (line.cells.taken, result.value, result.version) == ("令和7年3月末", 42, 2)


def test_grid_keeps_inputs_that_cannot_be_divided(visit, staff, plan, department):
    share = make_kpi(plan, departments=[department], measurement_type="ratio", unit="%")
    parts = {"numerator": "3", "denominator": "0", "note": "対象者がいない"}

    refused = visit(staff, grid_url(plan), cells(share, **parts))
    visit(staff, grid_url(plan), cells(share, state="not_computable", **parts))

    assert refused.status_code == 422
    result = Result.objects.get()
    assert (result.state, result.numerator, result.denominator) == ("not_computable", 3, 0)


def test_grid_shows_the_loser_both_values_as_they_were_entered(
    visit, staff, dx_office, plan, department
):
    kpi = make_kpi(plan, departments=[department], measurement_type="cumulative_increment")
    make_result(kpi, 2024, "8")
    visit(dx_office, grid_url(plan), cells(kpi, "9", taken="R8.3末"))

    line = visit(staff, grid_url(plan), cells(kpi, "7")).context["lines"][0]

    assert (line.entered_text, line.theirs.text, line.theirs.taken) == (
        "7 件",
        "9 件",
        "令和8年3月末",
    )
    assert line.total_text == "累計 15 件（8 ＋ 7）"


def test_grid_leaves_untouched_words_of_several_lines_alone(visit, staff, plan, department):
    kpi = make_kpi(plan, departments=[department], measurement_type="qualitative", unit="")
    make_result(kpi, 2025, text="全課で研修した。\n次は来年度。")
    line = visit(staff, grid_url(plan)).context["lines"][0]

    typed = line.cells.value.replace("\n", "\r\n")
    visit(staff, grid_url(plan), cells(kpi, typed, before=line.before, version=1))

    assert Result.objects.get().version == 1


def test_grid_remembers_the_answer_to_a_question(visit, staff, plan, kpi):
    make_result(kpi, 2024, "4")
    asked = visit(staff, grid_url(plan), cells(kpi, "41"))
    visit(staff, grid_url(plan), cells(kpi, "41", confirmed="41"))

    visit(staff, grid_url(plan), cells(kpi, "41", note="備考だけ", version=1))

    assert asked.status_code == 422
    result = Result.objects.get(fiscal_year=2025)
    assert (result.value, result.note, result.version) == (41, "備考だけ", 2)


def check_url(plan, *kpis):
    ids = "".join(f"&kpi={kpi.pk}" for kpi in kpis)
    return f"{reverse('result_check', args=[plan.pk])}?fiscal_year=2025{ids}"


def test_check_judges_what_is_typed_and_saves_nothing(visit, staff, plan, kpi):
    response = visit(staff, check_url(plan, kpi), cells(kpi, "41"))

    [line] = response.context["lines"]
    assert (line.standing.grade.symbol, line.standing.rate_text) == ("B", "91.1%")
    assert Result.objects.count() == 0


def test_check_answers_like_the_saved_page(visit, staff, plan, kpi):
    preview = visit(staff, check_url(plan, kpi), cells(kpi, "41")).context["lines"][0].standing
    visit(staff, grid_url(plan), cells(kpi, "41"))
    saved = visit(staff, grid_url(plan)).context["lines"][0].standing

    assert (preview.grade, preview.rate_text, preview.result.text) == (
        saved.grade,
        saved.rate_text,
        saved.result.text,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_check_of_many_rows_takes_twelve_queries(
    visit, staff, plan, department, django_assert_num_queries, count
):
    kpis = [make_kpi(plan, departments=[department], targets={2025: "45"}) for _ in range(count)]
    fields = {name: text for kpi in kpis for name, text in cells(kpi, "41").items()}
    visit(staff, "/healthz")

    with django_assert_num_queries(12):
        response = visit(staff, check_url(plan, *kpis), fields)

    assert [line.standing.rate_text for line in response.context["lines"]] == ["91.1%"] * count
    answer = response.content.decode()
    for kpi in kpis:
        for place in ("judgement", "message", "state-message", "note-message"):
            assert answer.count(f'hx-swap-oob="innerHTML:#{place}-{kpi.pk}"') == 1


def test_check_judges_the_figure_that_a_strict_target_leaves_out(visit, staff, plan, department):
    kpi = make_kpi(plan, departments=[department], targets={2025: "45"}, is_strict=True)

    response = visit(staff, check_url(plan, kpi), cells(kpi, "45"))

    [line] = response.context["lines"]
    assert (line.standing.verdict_text, line.standing.grade.symbol) == ("未達成", "B")
    assert response.content.decode().count(line.standing.bound_note) == 1


def test_check_of_a_foreign_kpi_is_not_found(visit, staff, outsider, plan, kpi):
    foreign = make_kpi(make_plan(outsider.municipality))

    assert visit(staff, check_url(plan, foreign), cells(foreign, "1")).status_code == 404
    assert visit(staff, check_url(plan, kpi, foreign), cells(kpi, "1")).status_code == 404
    assert visit(staff, check_url(plan), cells(kpi, "1")).status_code == 404


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"value": "abc"}, "value"),
        ({"value": "3", "state": "not_surveyed"}, "state"),
        ({"value": "3", "taken": "きのう"}, "taken"),
        ({"state": "not_computable"}, "note"),
    ],
)
def test_refusal_stands_beside_its_cell_alone(visit, staff, plan, kpi, typed, place):
    page = visit(staff, grid_url(plan), cells(kpi, **typed)).content.decode()

    assert re.findall('data-error-of="([^"]*)"', page) == [f"{place}-{kpi.pk}"]
    wrong = [
        tag for tag in re.findall("<(?:input|select|textarea)[^>]*>", page) if "invalid" in tag
    ]
    assert [re.search('name="([^"]*)"', tag)[1] for tag in wrong] == [f"{place}-{kpi.pk}"]
    assert wrong[0].count("autofocus") == page.count("autofocus") == 1


def test_page_leads_to_the_rows_that_want_something(visit, staff, plan, department, kpi):
    wrong = make_kpi(plan, departments=[department], name="誤りのある指標")

    page = visit(staff, grid_url(plan), cells(kpi, "41") | cells(wrong, "abc")).content.decode()

    assert page.count(f'<li><a href="#kpi-{wrong.pk}">2 誤りのある指標</a></li>') == 1
    assert f'href="#kpi-{kpi.pk}"' not in page


def list_url(plan, query=""):
    return f"{reverse('kpi_list', args=[plan.pk])}?fiscal_year=2025{query}"


def shown(response):
    """The KPIs in the table, in its order."""
    return [line.record.row.id for line in response.context["table"].rows]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_thirteen_queries(auditor, plan, department, count_queries, count):
    for _ in range(count):
        make_kpi(plan, departments=[department], targets={2025: "1"})
    query = "&q=指標&department=企画課&state=missing&columns=policy&sort=-rate"

    for address in (list_url(plan), list_url(plan, query)):
        assert len(shown(count_queries(13, auditor, address))) == count


def test_list_filters_by_what_a_kpi_is_and_where_it_stands(visit, auditor, plan, department):
    top = make_policy(plan, name="方針")
    level = PolicyLevel.objects.create(plan=plan, depth=2, tier="measure", name="取組")
    below = make_policy(plan, parent=top, level=level)
    late = make_kpi(plan, policy=below, departments=[department], targets={2025: "10"})
    words = make_kpi(plan, policy=top, measurement_type="qualitative", name="ＤＸの浸透")
    other = make_kpi(plan, targets={2025: "10"}, number="3-1")
    make_result(late, 2025, "1", state="preliminary")
    make_result(other, 2025, "10")

    queries = {
        "": [words, late, other],
        "&grade=d": [late],
        "&department=企画課": [late],
        "&grade=a&department=企画課": [],
        "&grade=c": [],
        f"&policy={top.pk}": [words, late],
        f"&policy={below.pk}": [late],
        "&state=preliminary": [late],
        "&state=missing": [words],
        "&type=qualitative": [words],
        "&q=dx": [words],
        "&q=３-１": [other],
        "&q=　&grade=": [words, late, other],
    }
    found = {query: shown(visit(auditor, list_url(plan, query))) for query in queries}

    assert found == {query: [kpi.pk for kpi in kpis] for query, kpis in queries.items()}


def test_list_offers_only_what_the_plan_has(visit, auditor, plan, department):
    kpi = make_kpi(plan, departments=[department])
    elsewhere = make_plan(plan.municipality, code="x")
    make_kpi(elsewhere, measurement_type="milestone")

    filters = visit(auditor, list_url(plan)).context["filter"].form.fields

    assert {name: list(filters[name].choices)[1:] for name in ("policy", "department", "type")} == {
        "policy": [(kpi.policy_id, kpi.policy.label)],
        "department": [("企画課", "企画課")],
        "type": [("yearly_flow", "単年度")],
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, "x") for name in ("policy", "department", "grade", "state", "type")],
        ("policy", str(10**18)),
        ("grade", "e"),
        ("q", "あ" * 101),
    ],
)
def test_list_tells_an_invalid_condition_and_shows_all(visit, auditor, plan, kpi, name, value):
    response = visit(auditor, list_url(plan, f"&{name}={value}"))

    assert list(response.context["filter"].form.errors) == [name]
    assert shown(response) == [kpi.pk]


def test_list_keeps_conditions_columns_and_order_for_other_years(visit, auditor, plan, kpi):
    query = "&grade=a&columns=rate&columns=grade&sort=-rate"
    response = visit(auditor, list_url(plan, query))

    links = [link.url for link in response.context["years"]]
    kept = "grade=a&columns=rate&columns=grade&sort=-rate"
    assert links == [f"?fiscal_year={year}&{kept}" for year in (2024, 2025, 2026)]
    assert response.context["filter"].kept == [
        ("fiscal_year", "2025"),
        ("columns", "rate"),
        ("columns", "grade"),
        ("sort", "-rate"),
    ]
    assert response.context["columns"].kept == [
        ("fiscal_year", "2025"),
        ("grade", "a"),
        ("sort", "-rate"),
    ]


USUAL = ["指標", "担当課", "目標", "実績", "達成率", "前年度の達成率", "評語"]


@pytest.mark.parametrize(
    ("query", "columns", "errors"),
    [
        ("", USUAL, 0),
        ("&columns=rate&columns=policy", ["指標", "施策", "達成率"], 0),
        ("&columns=rate&columns=secret", USUAL, 1),
    ],
)
def test_list_shows_the_columns_chosen(visit, auditor, plan, kpi, query, columns, errors):
    context = visit(auditor, list_url(plan, query)).context

    assert [column.header for column in context["table"].columns] == columns
    assert len(context["columns"].errors) == errors


def test_list_fills_every_column(visit, auditor, plan, department):
    kpi = make_kpi(
        plan,
        departments=[department],
        targets={2024: "10", 2025: "10", 2026: "20"},
        baseline_value=5,
        baseline_fiscal_year=2023,
        taken_fiscal_year=2023,
    )
    for fiscal_year, value in ((2024, "1"), (2025, "9")):
        make_result(kpi, fiscal_year, value, taken_fiscal_year=fiscal_year)
    Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="self", symbol="A")
    query = "".join(f"&columns={name}" for name, _ in CHOOSABLE_COLUMNS)

    table = visit(auditor, list_url(plan, query)).context["table"]

    cells = {column.header: cell for row in table.rows for column, cell in row.items()}
    badges = {name: cells.pop(name) for name in ("自己評価", "評語")}
    del cells["指標"]
    assert cells == {
        "番号": "1",
        "施策": "(1) 施策1",
        "担当課": "企画課",
        "基準値": "5 件",
        "最終目標": "20 件",
        "目標": "10 件",
        "期待値": "15 件",
        "実績": "9 件",
        "時点": "令和7年度",
        "判定": "未達成",
        "達成率": "90.0%",
        "前年度の達成率": "10.0%",
        "進捗率": "26.7%",
    }
    assert {name: "達成</span>" in text for name, text in badges.items()} == {
        "自己評価": True,
        "評語": True,
    }


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("rate", ["い", "あ"]),
        ("-rate", ["あ", "い"]),
        ("name", ["あ", "い"]),
        ("-name", ["い", "あ"]),
        ("number", ["い", "あ"]),
        ("-number", ["あ", "い"]),
        ("grade", ["あ", "い"]),
        ("-grade", ["い", "あ"]),
    ],
)
def test_list_sorts_also_by_what_it_does_not_show(visit, auditor, plan, sort, names):
    for name, number, value in (("い", "9", "1"), ("あ", "10", "5")):
        make_result(make_kpi(plan, name=name, number=number, targets={2025: "10"}), 2025, value)

    table = visit(auditor, list_url(plan, f"&sort={sort}&columns=target")).context["table"]

    assert [row.record.row.name for row in table.rows] == names


def test_list_of_a_year_in_which_nothing_is_measured_says_so(visit, auditor, plan):
    make_kpi(plan, first_fiscal_year=2026)

    page = visit(auditor, list_url(plan)).content.decode()

    assert page.count("この年度に測定する指標はありません") == 1


def test_kpi_page_of_another_town_is_not_found(visit, outsider, plan, kpi):
    assert visit(outsider, kpi.get_absolute_url()).status_code == 404
    assert visit(outsider, reverse("kpi_detail", args=[10**18])).status_code == 404


def test_kpi_page_explains_every_figure(visit, auditor, plan, kpi):
    make_result(kpi, 2025, "41")

    years = visit(auditor, kpi.get_absolute_url()).context["years"]

    _, lines, remarks = years[1]
    explained = {line.label: line.text for line in lines}
    assert explained["判定"] == (
        "増加: 実績 ≧ 目標 なら達成。41 ＜ 45 → 未達成（四捨五入前の値で比較）"
    )
    assert explained["達成率"] == "対目標比 実績÷目標: 実績 41 ÷ 目標 45 → 91.1%"
    assert explained["進捗率"] == "基準値がないため、計算できません。"
    assert explained["評語"] == (
        "達成率 91.1% は 80.0%以上 → B 概ね達成。基準「A〜D（100・80・50）」標準"
    )
    assert remarks == []


@pytest.mark.parametrize("count", [1, 3])
def test_kpi_page_takes_a_constant_number_of_queries(auditor, plan, count_queries, count):
    kpis = [make_kpi(plan, targets={2025: "1"}) for _ in range(count)]

    count_queries(13, auditor, kpis[0].get_absolute_url())


def test_kpi_page_reads_as_printed(visit, auditor, plan):
    printed = {
        "target_wording": "庁舎滞在時間20%削減",
        "baseline_fiscal_year": 2023,
        "taken_fiscal_year": 2022,
    }
    kpi = make_kpi(plan, baseline_value=Decimal(10), **printed)
    text = visit(auditor, kpi.get_absolute_url()).content.decode()

    assert '<p class="lead">計画書の数値目標: 庁舎滞在時間20%削減</p>' in text
    assert '<th scope="row">基準値<span class="table__sub">令和5年度</span></th>' in text
    assert '10 件<span class="table__sub">時点 令和4年度</span>' in text


def test_kpi_page_says_where_there_is_no_way_to_go(visit, auditor, plan):
    kpi = make_kpi(plan, baseline_value=Decimal(30), targets={2025: 30})
    make_result(kpi, 2025, 30)
    standing, lines, _ = visit(auditor, kpi.get_absolute_url()).context["years"][1]

    assert (standing.verdict_text, standing.progress_text) == ("達成（維持）", "算定対象外")
    explained = {line.label: line.text for line in lines}
    assert explained["進捗率"] == "基準値と最終目標が同じため、対象外です。"


def test_kpi_page_leads_to_first_targets_until_there_are_some(visit, dx_office, plan, kpi):
    new = make_kpi(plan)

    def leads_to(kpi):
        return [url for _, url in visit(dx_office, kpi.get_absolute_url()).context["changes"]]

    edit = [reverse("kpi_edit", args=[item.pk]) for item in (new, kpi)]
    assert leads_to(new) == [edit[0], reverse("kpi_targets", args=[new.pk])]
    assert leads_to(kpi) == [edit[1], reverse("revision_new", args=[kpi.pk])]


def test_kpi_page_offers_writing_only_to_those_who_may(visit, staff, auditor, plan, kpi):
    def link(person):
        [(label, _)] = visit(person, kpi.get_absolute_url()).context["judgement_links"]
        return label

    assert link(staff) == "令和7年度の評価を見る・入力する"
    assert link(auditor) == "令和7年度の評価を見る"


def test_kpi_page_says_nothing_of_a_trend_before_the_first_result(visit, auditor, kpi):
    few = "実績が3年分に満たないため、傾向は示しません。"
    before = visit(auditor, kpi.get_absolute_url()).content.decode()
    make_result(kpi, 2025, 1)
    after = visit(auditor, kpi.get_absolute_url()).content.decode()

    assert (before.count(few), after.count(few)) == (0, 1)


def test_kpi_page_tells_words_as_prose(visit, auditor, plan):
    kpi = make_kpi(plan, measurement_type="qualitative", unit="", definition="聞き取り\n毎年12月")
    make_result(kpi, 2025, text="浸透した。\n研修も行った。")
    text = visit(auditor, kpi.get_absolute_url()).content.decode()

    assert '<td class="prose-cell" data-label="実績">浸透した。<br>研修も行った。</td>' in text
    assert "<dd>聞き取り<br>毎年12月</dd>" in text


def test_kpi_page_keeps_what_was_said_of_earlier_years(visit, auditor, plan, kpi):
    put_years(PlanYear.objects.filter(plan=plan), "open")
    for fiscal_year, comment in ((2024, "前々年度の意見"), (2025, "前年度の意見")):
        Judgement.objects.create(
            kpi=kpi, fiscal_year=fiscal_year, layer="committee", comment=comment
        )
    page = visit(auditor, kpi.get_absolute_url())

    assert page.context["judged"].fiscal_year == 2026
    assert [item.fiscal_year for item in page.context["judged_before"]] == [2025, 2024]
    assert page.content.decode().count("前々年度の意見") == 1


def test_planned_year_shows_targets_but_asks_for_nothing(visit, auditor, plan):
    kpi = make_kpi(plan)
    Target.objects.create(kpi=kpi, fiscal_year=2026, kind="number", value=5)
    make_plan_year(plan, 2027, state="planned")

    standings = visit(auditor, kpi.get_absolute_url()).context["years"]

    assert (standings[2][0].grade.name, standings[2][0].result.text) == ("受付前", "")


def test_note_without_a_value_is_still_missing_on_grid_and_home(visit, staff, plan, kpi):
    visit(staff, grid_url(plan), cells(kpi, "", note="集計待ち"))

    assert visit(staff, grid_url(plan)).context["missing"] == 1
    assert visit(staff, "/").context["parts"][0]["duties"][0].missing == 1
