"""A department's year by workbook: filled in with mistakes, come back marked, mended, saved."""

import re

import pytest
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
from tests.hostile_workbooks import wide_row
from tests.processes import ROOT

pytestmark = pytest.mark.browser

SCREENSHOTS = ROOT / "test-results"
MISTAKES = (
    ("1-1-1", "実績", "27件"),
    ("1-1-4", "実績", "30～40"),
    ("1-3-1", "実績", "3割"),
    ("1-4-1", "実績", 17.5),
    ("1-4-2", "分子", 5),
    ("1-5-1", "実績", "済"),
    ("2-1-1", "分子", 3),
    ("2-2-1", "実績", "=1/0"),
    ("2-2-2", "時点", "いつか"),
    ("2-2-3", "実績", "ー5"),
)
SAID = {
    "1-1-1": "「27件」の単位「件」は使えません。この欄の単位は「手続」です。（例: 12）",
    "1-1-4": "「30～40」は範囲です。一つの値を入力してください。（例: 12）",
    "1-3-1": "「調査なし」では値を入力できません。",
    "1-4-1": "「17.5」は小数の桁が多すぎます。この欄は整数です。（例: 12）",
    "1-4-2": "分子と分母は、両方を入力してください。",
    "1-5-1": "到達段階を一覧から選んでください。",
    "2-1-1": "この指標では入力しない欄です。空にしてください。",
    "2-2-1": "「#DIV/0!」は表計算ソフトのエラー値です。値を入力してください。",
    "2-2-2": "「いつか」は時点として読み取れません。",
    "2-2-3": "「ー5」の先頭は長音などで、マイナスではありません。（例: -5）",
}
MENDED = (
    ("1-1-1", "実績", 41),
    ("1-1-4", "実績", "４施策"),
    ("1-3-1", "実績", 72.5),
    ("1-3-1", "値の状態", "速報"),
    ("1-4-1", "実績", 20),
    ("1-4-2", "実績", None),
    ("1-4-2", "分母", 8),
    ("1-5-1", "実績", "完了"),
    ("2-1-1", "分子", None),
    ("2-2-1", "実績", 5),
    ("2-2-2", "時点", "R8.3末"),
    ("2-2-3", "実績", "１２．５％"),
    ("2-3-1", "実績", "2回"),
    ("2-3-2", "実績", "約1"),
)
SAVED = {
    "オンライン申請業務の拡充": ("final", "41"),
    "地域社会デジタル化施策の立案": ("final", "4"),
    "全国学力・学習状況調査の満足度向上(児童生徒のICT機器活用)": ("preliminary", "72.5"),
    "オープンデータ公表セット数の増加": ("final", "20"),
    "AI/RPAを利用した業務数の増加": ("final", "5"),
    "紙の使用枚数の削減": ("final", "12.5"),
    "職員向け情報セキュリティ研修の実施": ("final", "2"),
    "ICTリテラシー研修": ("final", "1"),
}


@pytest.fixture
def upload_path(site):
    return f"/plans/{site.plan_id('285854')}/results/upload/?fiscal_year=2025"


def test_year_filled_in_with_ten_mistakes_is_mended_and_stands_in_the_dashboard(
    site, visit, upload_path, tmp_path
):
    page = visit("kami-staff", upload_path)
    check_accessible(page)
    form = fetched(page, "様式を受け取る（Excel）")

    hand_in(page, filled_in(form, MISTAKES, tmp_path))

    assert findings(page) == ["誤り", "10件", "変更なし", "2件"]
    check_accessible(page)
    page.screenshot(path=SCREENSHOTS / "results-by-workbook-errors.png", full_page=True)
    marked = fetched(page, "印の付いたファイルを受け取る（Excel）")
    check_printable(marked, tmp_path)
    remarks, commented = remarks_of(marked)
    assert commented == 11  # two cells of one line contradict each other
    assert {number: text[: len(SAID[number])] for number, text in remarks.items()} == SAID

    page.get_by_role("link", name="直したファイルを取り込む").click()
    hand_in(page, filled_in(marked, MENDED, tmp_path))

    assert findings(page) == ["確認", "1件", "新規", "2件", "変更", "6件", "変更なし", "3件"]
    check_accessible(page)
    page.set_viewport_size({"width": 375, "height": 800})
    page.screenshot(path=SCREENSHOTS / "results-by-workbook-mended-375.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="この内容で保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("まだ何も保存していません。")
    page.get_by_role("checkbox", name="「約」は備考に残し、値は 1 でよろしいですか。").check()
    page.get_by_role("button", name="この内容で保存する").click()

    expect(page.get_by_role("status")).to_have_text(
        re.compile(r"完了\s*Excelファイルから9件を保存しました。")
    )
    assert {name: site.stored(name)[:2] for name in SAVED} == SAVED
    page.get_by_role("link", name="ダッシュボード").click()
    matrix = page.get_by_role("region", name="指標と年度の一覧")
    row = matrix.get_by_role("row").filter(has_text="オンライン申請業務の拡充")
    assert row.get_by_role("cell").last.inner_text().split()[:3] == ["B", "概ね達成", "41"]


def test_conflict_is_shown_with_all_three_values_and_settled(site, visit, upload_path, tmp_path):
    name = "テレワーク実施申請者数の増加"
    page = visit("kami-staff", upload_path)
    form = fetched(page, "様式を受け取る（Excel）")
    grid = visit("kami-head", upload_path.replace("upload/", ""))
    grid.get_by_label(f"{name}の実績（名）").fill("8")
    grid.get_by_role("button", name="保存する").last.click()
    expect(grid.get_by_role("status")).to_contain_text("1件を保存しました。")

    hand_in(page, filled_in(form, [("2-2-2", "実績", 7)], tmp_path))

    assert findings(page) == ["競合", "1件", "変更なし", "11件"]
    check_accessible(page)
    page.screenshot(path=SCREENSHOTS / "results-by-workbook-conflict.png", full_page=True)
    row = page.locator(".import-sides tbody tr")
    assert row.inner_text().split() == ["実績", "7", "8", "6"]
    page.get_by_label("保存済みの内容を残す").check()
    page.get_by_role("button", name="この内容で保存する").click()
    expect(page.get_by_role("status")).to_contain_text("0件を保存しました。")
    assert site.stored(name)[1] == "8"


def test_pages_answer_while_a_hostile_file_is_read(visit, upload_path):
    page = visit("kami-staff", upload_path)
    other = visit("kami-dxo", upload_path)
    file = {"name": "x.xlsx", "mimeType": "application/octet-stream", "buffer": wide_row()}
    page.get_by_label("入力したファイル").set_input_files(file)

    with page.expect_navigation(timeout=25_000):
        page.get_by_role("button", name="取り込んで確認する").click(no_wait_after=True)
        for _ in range(5):
            other.goto(upload_path, timeout=5_000)

    expect(page.locator("h1")).to_have_text("実績入力のファイルの読み取り 令和7年度")
    refused = page.get_by_text("ファイルが複雑すぎて読み取れません。")
    expect(refused).to_be_visible(timeout=25_000)
    page.get_by_role("link", name="やり直す").click()
    expect(page.get_by_label("入力したファイル")).to_be_visible()
