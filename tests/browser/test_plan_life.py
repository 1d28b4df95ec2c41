"""A plan copied, revised and compared by hand: by keyboard, by mouse, and back to nothing."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def tree(page):
    return [" ".join(text.split()) for text in page.locator(".tree__name").all_inner_texts()]


def row(page, name):
    return page.locator(".tree__row", has=page.get_by_text(name, exact=False)).first


def save(page, **fields):
    for label, text in fields.items():
        page.get_by_label(label, exact=False).first.fill(text)
    page.get_by_role("button", name="保存する").click()


def test_new_edition_is_made_revised_and_compared(site, visit):
    plan = site.plan_id("345458")
    page = visit("jinsekikogen-dxo", f"/plans/{plan}/")
    page.get_by_role("link", name="新しい版をつくる").click()
    page.get_by_label("計画名").fill("第3次DX推進計画")
    page.get_by_role("button", name="下書きをつくる").click()
    draft = re.search(r"/plans/(\d+)/", page.url)[1]
    assert draft != str(plan)

    revise(page, draft)
    compare(page, draft)
    expect_old_plan_untouched(visit, plan)
    throw_away(page, draft)


def revise(page, draft):
    page.goto(f"/plans/{draft}/structure/")
    first, second = [name for name in tree(page) if name.startswith("重点取組")][:2]

    row(page, second).get_by_role("link", name="編集").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_text("移動しました。")).to_be_visible()
    assert [name for name in tree(page) if name.startswith("重点取組")][:2] == [second, first]

    row(page, second).locator(".tree__grip").drag_to(
        row(page, first), target_position={"x": 200, "y": 40}
    )
    expect(page.get_by_text("移動しました。")).to_be_visible()
    assert [name for name in tree(page) if name.startswith("重点取組")][:2] == [first, second]

    row(page, first).get_by_role("link", name="編集").click()
    save(page, 名称="名前を変えた取組")
    expect(page.get_by_text("「名前を変えた取組」を保存しました。")).to_be_visible()

    page.get_by_role("link", name=re.compile("の下に重点取組を追加")).click()
    save(page, 名称="新しく始める取組")
    expect(page.get_by_text("を追加しました。")).to_be_visible()


def compare(page, draft):
    page.goto(f"/plans/{draft}/comparison/?changed=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("前の計画との比較")
    expect(page.locator("main")).to_contain_text("名前を変えた取組")
    expect(page.locator("main")).to_contain_text("新しく始める取組")


def expect_old_plan_untouched(visit, plan):
    page = visit("jinsekikogen-committee", f"/plans/{plan}/")
    expect(page.get_by_text("名前を変えた取組")).to_have_count(0)


def throw_away(page, draft):
    page.goto(f"/plans/{draft}/delete/")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("削除")).click()
    page.goto(f"/plans/{draft}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("見つかりません")
