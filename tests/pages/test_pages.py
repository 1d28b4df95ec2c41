"""Home, dashboard, workbook download and the frame around them."""

import pytest
from django.urls import reverse

from dxplan.lib.workbooks import MIME_TYPE
from tests.factories import make_kpi, make_person, make_plan, make_plan_year, make_result


def dashboard_url(plan, fiscal_year=2025):
    return f"{reverse('dashboard', args=[plan.pk])}?fiscal_year={fiscal_year}"


def report_url(plan, fiscal_year=2025):
    return f"{reverse('report', args=[plan.pk])}?fiscal_year={fiscal_year}"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("url", "queries"), [(dashboard_url, 12), (report_url, 26)])
def test_dashboard_and_workbook_take_a_constant_number_of_queries(
    committee, plan, department, count_queries, url, queries, count
):
    for _ in range(count):
        kpi = make_kpi(plan, departments=[department], targets={2024: "1", 2025: "2"})
        make_result(kpi, 2024, "1")
        make_result(kpi, 2025, "1")

    assert count_queries(queries, committee, url(plan)).status_code == 200


def test_dashboard_tiles_lead_to_the_lists_they_count(visit, committee, plan):
    for value in ("10", "9", "1", None):
        kpi = make_kpi(plan, targets={2025: "10"})
        if value:
            make_result(kpi, 2025, value)
    shown = visit(committee, dashboard_url(plan)).context["dashboard"]

    for item in (*shown.rated_counts, *shown.other_counts):
        url = f"{reverse('kpi_list', args=[plan.pk])}?fiscal_year=2025&grade={item.grade.key}"
        assert len(visit(committee, url).context["table"].data) == item.count


def test_dashboard_compares_with_the_year_before(visit, committee, plan):
    kpi = make_kpi(plan, targets={2024: "10", 2025: "10"})
    make_result(kpi, 2024, "1")
    make_result(kpi, 2025, "10", review_state="checked")
    shown = visit(committee, dashboard_url(plan)).context["dashboard"]

    assert shown.rated_counts[0].change_text == "前年度比 +1"
    assert shown.rated_counts[3].change_text == "前年度比 -1"
    assert [summary.fiscal_year for summary in shown.history] == [2024, 2025]


def test_dashboard_of_an_empty_plan_looks_deliberate(visit, dx_office, town):
    plan = make_plan(town)
    for name in ("dashboard", "kpi_list", "result_grid", "plan_detail"):
        response = visit(dx_office, reverse(name, args=[plan.pk]))

        assert response.status_code == 200
        assert response.content.count(b'class="empty"') == 1


def test_dashboard_of_a_year_before_all_kpis(visit, committee, plan):
    make_plan_year(plan, 2023, state="closed")
    make_kpi(plan)

    response = visit(committee, dashboard_url(plan, 2023))

    assert "この年度に測定する指標はありません" in response.content.decode()


@pytest.mark.parametrize("url", [dashboard_url, report_url])
@pytest.mark.parametrize("fiscal_year", ["1999", "abc", "R7", "9" * 30])
def test_year_the_plan_has_not_is_not_found(visit, committee, plan, url, fiscal_year):
    assert visit(committee, url(plan, fiscal_year)).status_code == 404


@pytest.mark.parametrize("name", ["plan_detail", "dashboard", "kpi_list", "result_grid", "report"])
def test_plan_pages_are_not_found_in_other_towns(visit, outsider, plan, name):
    assert visit(outsider, reverse(name, args=[plan.pk])).status_code == 404
    assert visit(outsider, reverse(name, args=[10**18])).status_code == 404


@pytest.mark.parametrize("name", ["plan_detail", "dashboard", "kpi_list", "result_grid", "report"])
def test_plan_pages_are_refused_to_an_administrator_of_the_same_town(visit, town, plan, name):
    administrator = make_person("administrator", town, role="system_administrator")

    assert visit(administrator, reverse(name, args=[plan.pk])).status_code == 403


def test_workbook_is_a_download_with_a_japanese_name(visit, committee, plan):
    response = visit(committee, report_url(plan))

    assert response["Content-Type"] == MIME_TYPE
    assert response["Content-Disposition"].endswith("_%E4%BB%A4%E5%92%8C7%E5%B9%B4%E5%BA%A6.xlsx")


def test_home_tells_what_one_has_to_do(visit, staff, committee, plan, department):
    make_kpi(plan, departments=[department])
    make_result(make_kpi(plan, departments=[department]), 2025, "1", review_state="checked")
    make_kpi(plan)

    duties = visit(staff, "/").context["parts"][0]["duties"]

    assert [(duty.fiscal_year, duty.missing, duty.total) for duty in duties] == [(2025, 1, 2)]
    assert visit(committee, "/").context["parts"][0]["duties"] == []


def test_home_of_an_administrator_shows_no_plans(visit, plan):
    administrator = make_person("administrator", role="system_administrator")

    response = visit(administrator, "/")

    assert response.status_code == 200
    assert "計画を見る役割がありません" in response.content.decode()


def test_menu_offers_only_what_one_may_do(visit, staff, committee, plan):
    def labels(person):
        return [item.label for item in visit(person, "/").context["navigation"].items]

    first = ["ホーム", "計画書", "ダッシュボード", "指標一覧"]
    last = ["会議", "アクションプラン", "工程表"]
    entering = ["実績入力", "提出・承認", "評価", "年度の進行"]
    assert labels(staff) == [*first, *entering, *last, "変更履歴"]
    assert labels(committee) == [*first, "評価", *last]


def test_made_up_values_are_marked_wherever_they_show(visit, dx_office, plan, department):
    kpi = make_kpi(plan, departments=[department], targets={2025: "1"})
    make_result(kpi, 2025, "1", is_sample=True)
    names = ("dashboard", "kpi_list", "result_grid")
    urls = ["/", kpi.get_absolute_url(), *(reverse(name, args=[plan.pk]) for name in names)]

    for url in urls:
        assert "見本データ（架空の実績値）" in visit(dx_office, url).content.decode()


def test_real_values_are_not_marked_as_made_up(visit, dx_office, plan, department):
    kpi = make_kpi(plan, departments=[department], targets={2025: "1"})
    make_result(kpi, 2025, "1")

    for url in ("/", kpi.get_absolute_url(), reverse("dashboard", args=[plan.pk])):
        assert "見本データ" not in visit(dx_office, url).content.decode()


def test_private_pages_are_not_stored_and_run_no_foreign_code(visit, staff, plan):
    response = visit(staff, "/")

    assert response["Cache-Control"] == "no-store"
    assert "script-src 'self'; style-src 'self';" in response["Content-Security-Policy"]


def test_healthz_answers_without_login_or_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_unknown_page_is_a_japanese_404(visit, staff):
    response = visit(staff, "/no-such-page/")

    assert response.status_code == 404
    assert "ページが見つかりません" in response.content.decode()
