"""The DX office reminds a department; its staff sees so, and gets to the work by the keyboard."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WORDS = "委員会の資料をつくるため、今週中に入力をお願いします。"


@pytest.fixture
def forget_notices(site):
    yield
    for table in ("plans_notice", "plans_reminder"):
        site.query(f"DELETE FROM {table}")


@pytest.mark.parametrize("width", [1280, 375])
def test_reminder_reaches_the_staff_and_leads_to_the_grid(site, visit, forget_notices, width):
    plan = f"/plans/{site.plan_id('285854')}"
    office = visit("kami-dxo", f"{plan}/years/2025/remind/", width=width)
    expect(office.get_by_role("checkbox", name="企画課")).to_be_checked()
    for other in ("町民課", "福祉課"):
        office.get_by_role("checkbox", name=other).uncheck()
    office.get_by_label("添える言葉").fill(WORDS)
    office.get_by_role("button", name="選んだ課に送る").click()
    expect(office.get_by_role("status")).to_contain_text("1課に督促を送りました（企画課）。")
    expect(office.get_by_role("table").last).to_contain_text("担当者（見本）、課長（見本）")

    own = visit("kami-staff", "/", width=width)
    bell = own.get_by_role("link", name="お知らせ 1 件が未読")
    expect(bell).to_be_visible()
    bell.click()
    expect(own.get_by_text(WORDS)).to_be_visible()
    own.get_by_role("button", name="令和7年度の実績の入力をお願いします", exact=True).press("Enter")
    expect(own).to_have_url(f"{site.address}{plan}/results/?fiscal_year=2025")
    expect(own.get_by_role("link", name="お知らせ", exact=True)).to_be_visible()

    own.goto("/notices/?state=unread")
    expect(own.get_by_text("未読のお知らせはありません")).to_be_visible()
    own.get_by_role("link", name="すべて", exact=True).click()
    expect(own.get_by_text(WORDS)).to_be_visible()
