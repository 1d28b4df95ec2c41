"""A whole plan by workbook: taken out of one plan, mended, and taken over as a new draft."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.entry_workbooks import check_accessible, fetched
from tests.plan_workbooks import put, saved
from tests.processes import ROOT
from tests.spreadsheets import saved_by_libreoffice

pytestmark = pytest.mark.browser

SCREENSHOTS = ROOT / "test-results"


def hand_in(page, content):
    file = {"name": "計画.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("取り込むファイル").set_input_files(file)
    page.get_by_role("button", name="取り込んで確認する").click()


def mended(book, folder, **cells):
    put(book, "計画", 1, 計画名="香美町DX推進計画（次期案）")
    put(book, "成果指標", 1, **cells)
    return saved_by_libreoffice(saved(book), folder)


def test_plan_taken_out_is_mended_and_becomes_a_new_draft(site, visit, tmp_path):
    page = visit("kami-dxo", f"/plans/{site.plan_id('285854')}/")
    content = fetched(page, "計画をExcelで出力")
    page.goto("/plans/workbook/")
    check_accessible(page)

    hand_in(page, mended(load_workbook(BytesIO(content)), tmp_path, 施策コード="9-9-9"))

    expect(page.get_by_role("heading", name="取込みの確認")).to_be_visible(timeout=30_000)
    assert page.locator(".findings").first.inner_text().split()[:2] == ["誤り", "1件"]
    expect(page.get_by_text("「9-9-9」は、シート「方針・施策」にありません。")).to_be_visible()
    check_accessible(page)
    page.screenshot(path=SCREENSHOTS / "plan-by-workbook-errors.png", full_page=True)

    page.get_by_role("link", name="直したファイルを取り込む").click()
    hand_in(page, mended(load_workbook(BytesIO(content)), tmp_path))
    page.get_by_role("button", name="この内容で保存する").click(timeout=30_000)

    expect(page.locator("h1")).to_contain_text("香美町DX推進計画（次期案）", timeout=30_000)
    check_accessible(page)
