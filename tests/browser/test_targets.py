"""Targets typed by keyboard: how each is read shows before it is saved, and then judges."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# %, falling; 27.9 in 2026.
CASH = "キャッシュレス決裁に対応した税、公共料金の窓口現金収納割合の減少"


@pytest.fixture
def revisions(site):
    """Leaves no revision behind, past all triggers; the demo has none."""
    yield
    site.query(
        "DO $$ BEGIN SET LOCAL session_replication_role = replica;"
        "DELETE FROM kpis_target WHERE revision_id IS NOT NULL;"
        "DELETE FROM kpis_targetrevision; END $$"
    )


def type_over(page, label, text):
    """Into the field of a label, whatever stands there, by keyboard alone."""
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def said_below(page, year):
    return page.locator(f"#id_target_{year}_check")


def test_strict_target_is_echoed_while_typed_and_judges_the_page(site, visit, revisions):
    page = visit("jinsekikogen-dxo", f"/kpis/{site.kpi_id(CASH)}/revisions/new/")

    type_over(page, "令和8年度の目標", "２７．９％未満")
    expect(said_below(page, 2026)).to_have_text("入力「２７．９％未満」→ 27.9%未満")
    type_over(page, "令和9年度の目標", "27超")
    expect(said_below(page, 2027)).to_have_text(
        "目指す方向が「減少」の指標なので、「27超」は登録できません。"
    )
    type_over(page, "令和9年度の目標", "26")
    expect(said_below(page, 2027)).to_have_text("入力「26」→ 26.0%以下")
    type_over(page, "令和10年度の目標", "なし")
    expect(said_below(page, 2028)).to_have_text("入力「なし」→ 目標なし")
    expect(page.get_by_label("令和10年度の目標", exact=True)).to_be_focused()

    type_over(page, "決定日※必須", "R8.5.20")
    type_over(page, "決定した機関※必須", "推進本部会議")
    page.get_by_label("見直しの区分").select_option("midterm")
    type_over(page, "理由※必須", "見本の理由")
    page.get_by_role("button", name="見直しを登録する").press("Enter")

    year = page.get_by_role("row", name="2026年度")
    expect(year.get_by_role("cell").nth(0)).to_contain_text("27.9%未満")
    expect(year.get_by_role("cell").nth(2)).to_contain_text("未達成")
    expect(year.get_by_role("cell").nth(3)).to_have_text("100.0%")
    expect(year).to_contain_text("目標「27.9%未満」はその値ちょうどを含まないため")
    expect(page.get_by_role("row", name="2028年度")).to_contain_text("目標なし")
