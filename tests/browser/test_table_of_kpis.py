"""A KPI table as it lies around: pasted, its columns told, mended, taken over, in the list."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.processes import ROOT

pytestmark = pytest.mark.browser

SCREENSHOTS = ROOT / "test-results"
TOWN = "073423"  # its plan has no KPIs
TABLE = """\
成果指標一覧（見本）

No.\t分類\t指標（KPI）\t単位\t基準値\t目標値\t\t\t所管課
\t\t\t\tR7\tR8\t令和9年度\t2028\t
1\t庁内DX\tオンライン手続数\t手続\t２７手続\t30\t35\t40\t総務課
2\t\t"窓口の待ち時間
の短縮"\t分\t12.5（R7.3末）\t10以下\t9以下\t{last}\t税務町民課
※ 基準値は令和7年3月末現在
"""
FORGET = """
DO $$ BEGIN
    SET LOCAL session_replication_role = replica;
    DELETE FROM kpis_target WHERE kpi_id IN (SELECT id FROM kpis_kpi WHERE plan_id = {plan_id});
    DELETE FROM kpis_kpiresponsibility
        WHERE kpi_id IN (SELECT id FROM kpis_kpi WHERE plan_id = {plan_id});
    DELETE FROM kpis_kpi WHERE plan_id = {plan_id};
    DELETE FROM plans_planchange WHERE plan_id = {plan_id};
END $$
"""


@pytest.fixture
def plan_id(site):
    plan_id = site.plan_id(TOWN)
    yield plan_id
    site.query(FORGET.format(plan_id=int(plan_id)))


def check(page, name, width):
    """Nothing sticks out or hinders, whatever the width."""
    page.screenshot(path=SCREENSHOTS / f"kpi-table-{name}-{width}.png", full_page=True)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(item["id"], node["html"]) for item in found for node in item["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True


def go(page, name):
    page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("width", [1280, 375])
def test_table_with_a_mistake_is_mended_and_stands_in_the_list(site, visit, plan_id, width):
    page = visit("kagamiishi-dxo", f"/plans/{plan_id}/kpis/?fiscal_year=2026", width=width)
    page.get_by_role("link", name="表から取り込む").click()
    check(page, "paste", width)
    go(page, "読み取って列を確かめる")
    expect(page.get_by_role("alert")).to_contain_text(
        "表を貼り付けるか、ファイルを選んでください。"
    )

    page.get_by_label("表を貼り付ける").fill(TABLE.format(last="3割"))
    go(page, "読み取って列を確かめる")
    check(page, "columns", width)
    expect(page.get_by_label("H列の意味")).to_have_value("target")
    expect(page.get_by_label("H列の年度")).to_have_value("2028")
    go(page, "指標の読み取りを確かめる")
    check(page, "preview", width)
    go(page, "この内容で登録する")
    expect(page.get_by_role("alert")).to_have_count(1)
    assert page.locator(".finding").first.inner_text() == "誤り"
    check(page, "errors", width)

    page.get_by_role("link", name="表を直す").last.click()
    page.get_by_label("表を貼り付ける").fill(TABLE.format(last="8.5以下"))
    go(page, "読み取って列を確かめる")
    go(page, "指標の読み取りを確かめる")
    page.get_by_label("「庁内DX」の施策").select_option(index=1)
    for name in ("オンライン手続数", "窓口の待ち時間の短縮"):
        page.get_by_label(f"「{name}」の測り方と目標の読み取りを確かめました").check()
    page.get_by_label("変更の理由").fill("見本の表による")
    go(page, "この内容で登録する")

    expect(page.get_by_role("status")).to_contain_text("指標2件を取り込みました。")
    page.goto(f"/plans/{plan_id}/kpis/?fiscal_year=2028")
    shown = page.locator("main").inner_text()
    assert "オンライン手続数" in shown
    assert "窓口の待ち時間の短縮" in shown
    targets = site.query(
        "SELECT k.name, t.fiscal_year, trim_scale(t.value)::text FROM kpis_target t"
        " JOIN kpis_kpi k ON k.id = t.kpi_id WHERE k.plan_id = %s ORDER BY k.position, 2",
        plan_id,
    )
    assert targets == [
        ("オンライン手続数", 2026, "30"),
        ("オンライン手続数", 2027, "35"),
        ("オンライン手続数", 2028, "40"),
        ("窓口の待ち時間の短縮", 2026, "10"),
        ("窓口の待ち時間の短縮", 2027, "9"),
        ("窓口の待ち時間の短縮", 2028, "8.5"),
    ]


@pytest.mark.parametrize("width", [1280, 375])
def test_table_without_kpis_says_what_to_look_at(visit, plan_id, width):
    page = visit("kagamiishi-dxo", f"/plans/{plan_id}/kpis/table/", width=width)
    page.get_by_label("表を貼り付ける").fill("指標\tR8\n※ 未定\t")
    go(page, "読み取って列を確かめる")
    go(page, "指標の読み取りを確かめる")

    expect(page.get_by_role("heading", name="指標の行がありません")).to_be_visible()
    check(page, "empty", width)
