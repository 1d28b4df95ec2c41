"""A year's evaluations by workbook: mistakes come back marked, mended ones reach the paper."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.entry_workbooks import (
    check_accessible,
    check_printable,
    fetched,
    filled_in,
    findings,
    hand_in,
    remarks_of,
)
from tests.processes import ROOT

pytestmark = pytest.mark.browser

SCREENSHOTS = ROOT / "test-results"
DEGREE, SELF, CAUSE = "目標の達成度", "自己評価", "未達成の原因・理由"
NEXT, WHY = "翌年度の方向", "方向の理由"
MISTAKES = (
    ("1", DEGREE, "◎"),
    ("1", SELF, "=1/0"),
    ("1", NEXT, "続ける"),
    ("1", WHY, "あ" * 10_001),
)
SAID = {
    "1": "「◎」は選べません。達成・一部達成・未達成から選んでください。\n"
    "「続ける」は選べません。継続・拡充・見直し・完了・廃止から選んでください。\n"
    "10,000字までです（現在10,001字）。\n"
    "「#DIV/0!」は表計算ソフトのエラー値です。値を入力してください。"
}
COMMENT = "窓口の電子化を進めた。\n𠮷野・髙﨑 <script>alert(1)</script> {{7*7}}"
MENDED = (
    *(("1", DEGREE, "一部達成"), ("1", SELF, COMMENT), ("1", CAUSE, "人手が足りなかった。")),
    *(("1", NEXT, "見直し"), ("1", WHY, "対象を絞る。")),
)
STORED = """
SELECT a.number, e.attainment, e.comment, e.direction, e.on_behalf_reason, e.version
FROM actionplans_evaluation e JOIN actionplans_actionplan a ON a.id = e.action_plan_id
WHERE e.fiscal_year = 2025 ORDER BY a.number
"""
FORGET = """
DO $$ BEGIN SET LOCAL session_replication_role = replica;
DELETE FROM actionplans_evaluation WHERE fiscal_year = 2025; END $$
"""


@pytest.fixture
def paths(site):
    """Where evaluations are handed in, and the committee's workbook; nothing evaluated yet."""
    plan = f"/plans/{site.plan_id('285854')}"
    site.query(FORGET)
    yield f"{plan}/evaluations/upload/?fiscal_year=2025", f"{plan}/report.xlsx?fiscal_year=2025"
    site.query(FORGET)


def test_year_is_evaluated_with_mistakes_mended_and_stands_in_the_committees_workbook(
    site, visit, paths, tmp_path
):
    upload, report = paths
    page = visit("kami-staff", upload)
    check_accessible(page)
    form = fetched(page, "様式を受け取る（Excel）")

    hand_in(page, filled_in(form, MISTAKES, tmp_path))

    assert findings(page) == ["誤り", "1件"]
    check_accessible(page)
    marked = fetched(page, "印の付いたファイルを受け取る（Excel）")
    check_printable(marked, tmp_path)
    assert remarks_of(marked) == (SAID, 4)

    page.get_by_role("link", name="直したファイルを取り込む").click()
    hand_in(page, filled_in(marked, MENDED, tmp_path))

    assert findings(page) == ["新規", "1件"]
    check_accessible(page)
    page.set_viewport_size({"width": 375, "height": 800})
    page.screenshot(path=SCREENSHOTS / "evaluations-by-workbook-375.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.get_by_role("button", name="この内容で保存する").dblclick()

    expect(page.get_by_role("status")).to_contain_text("Excelファイルから1件を保存しました。")
    assert site.query(STORED) == [("1", "partly", COMMENT, "review", "", 1)]
    row = page.get_by_role("row").filter(has_text="行政手続きのオンライン化")
    assert row.get_by_role("cell").all_inner_texts()[-3:] == ["一部達成", "見直し", "入力中"]

    content = visit("kami-dxo", "/").context.request.get(report).body()
    lines = load_workbook(BytesIO(content))["個票 1"].iter_rows(values_only=True)
    [evaluated] = [line for line in lines if line[0] == "令和7年度 (2025年度)"][-1:]
    assert [text for text in evaluated if text][1:] == ["一部達成", "人手が足りなかった。"]


def test_dx_office_evaluates_for_others_with_a_reason_and_settles_a_conflict(
    site, visit, paths, tmp_path
):
    upload, _ = paths
    office = visit("kami-dxo", upload)
    form = fetched(office, "様式を受け取る（Excel）")
    staff = visit("kami-staff", upload)
    hand_in(staff, filled_in(fetched(staff, "様式を受け取る（Excel）"), MENDED, tmp_path))
    staff.get_by_role("button", name="この内容で保存する").click()
    expect(staff.get_by_role("status")).to_contain_text("1件を保存しました。")

    hand_in(office, filled_in(form, [("1", SELF, "推進室"), ("2", DEGREE, "達成")], tmp_path))

    assert findings(office) == ["競合", "1件", "新規", "1件", "変更なし", "17件"]
    check_accessible(office)
    office.screenshot(path=SCREENSHOTS / "evaluations-by-workbook-conflict.png", full_page=True)
    sides = office.locator(".import-sides tbody tr")
    assert sides.get_by_role("cell").all_inner_texts() == ["推進室", COMMENT, "―"]
    office.get_by_label("保存済みの内容を残す").check()
    office.get_by_role("button", name="この内容で保存する").click()
    expect(office.get_by_role("alert")).to_contain_text(
        "ほかの課の評価を変える理由を入力してください。"
    )
    check_accessible(office)
    expect(office.get_by_label("保存済みの内容を残す")).to_be_checked()
    office.get_by_label("代理入力の理由").fill("担当課の依頼のため")
    office.get_by_role("button", name="この内容で保存する").click()

    expect(office.get_by_role("status")).to_contain_text("1件を保存しました。")
    assert site.query(STORED) == [
        ("1", "partly", COMMENT, "review", "", 1),
        ("2", "achieved", "", "", "担当課の依頼のため", 1),
    ]
