"""The schedule by mouse and keys, and the paper form in print, in a real browser."""

import re

from playwright.sync_api import expect

BAR = "窓口予約における検討"


def schedule_of(site):
    return f"/plans/{site.plan_id('073423')}/schedule/"


def bar_of(page):
    return page.get_by_role("link", name=re.compile(BAR))


def half_width(page):
    line = page.locator(".bars__line", has=bar_of(page))
    return line.bounding_box()["width"] / 10


def drag(page, x, halves):
    box = bar_of(page).bounding_box()
    start = box["x"] + (x if x >= 0 else box["width"] + x)
    page.mouse.move(start, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(start + halves * half_width(page), box["y"] + 8, steps=8)
    page.mouse.up()


def test_bar_is_moved_by_mouse_and_saved_with_a_reason(site, visit):
    page = visit("kagamiishi-dxo", schedule_of(site))
    bar_of(page).scroll_into_view_if_needed()

    drag(page, -3, -2)  # its end, a year earlier

    expect(page.get_by_text("工程表で動かした期間を入れてあります。")).to_be_visible()
    expect(page.get_by_label("予定の終わり")).to_have_value("4055")
    page.get_by_label("見直しの理由").fill("前倒しのため")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text(f"「{BAR}」を保存しました。")).to_be_visible()
    assert site.query(
        "SELECT first_end, revised_start, revised_end FROM actionplans_stage WHERE label = %s", BAR
    ) == [(4057, 4050, 4055)]


def test_bar_is_reached_and_opened_by_keys(site, visit):
    page = visit("kagamiishi-dxo", schedule_of(site))

    bar_of(page).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=f"工程「{BAR}」")).to_be_visible()
    expect(page.get_by_text("まだ保存されていません")).to_have_count(0)


def test_plain_click_on_a_bar_opens_its_form(site, visit):
    page = visit("kagamiishi-dxo", schedule_of(site))

    bar_of(page).click()

    expect(page.get_by_role("heading", name=f"工程「{BAR}」")).to_be_visible()


def test_first_sheet_of_kami_prints_on_one_page(site, visit):
    page = visit("kami-staff", f"/actionplans/{site.action_plan_id('285854', '1')}/")

    printed = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
