"""The page of a work while it runs: how far it is, what it comes to, and how one takes it away."""

import re

import pytest
from playwright.sync_api import expect

from plans.work_running import LOCKS_FROM
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser

PUT = """
INSERT INTO plans_work (person_id, kind, title, arguments, same_as, reference, state, tries, doing,
    steps_done, steps, rights, said, address, file_name, mime_type, asked_at)
VALUES (%s, 'test', %s, '{}', %s, 'ab12cd34', 'done', 1, '個票を書いています', 12, 40,
    '', '', '', '', '', now())
RETURNING id
"""


@pytest.fixture
def put(site):
    """Puts a work of the DX office into a state; the product's own process takes it for busy."""
    with site.connect() as connection:
        connection.autocommit = True

        def put(title, state):
            person = site.person_id("kami-dxo")
            [pk] = connection.execute(PUT, [person, title, title]).fetchone()
            connection.execute("SELECT pg_advisory_lock(%s)", [LOCKS_FROM + pk])
            connection.execute("UPDATE plans_work SET state = %s WHERE id = %s", [state, pk])
            return pk

        yield put
        connection.execute("DELETE FROM plans_work")


@pytest.mark.parametrize("width", [1280, 375])
def test_page_follows_a_work_and_leads_on_at_its_end(site, visit, put, width):
    pk = put("計画の取込み", "running")
    page = visit("kami-dxo", f"/works/{pk}/", width=width)
    status = page.locator(".work__said")
    expect(status).to_have_text("個票を書いています…")
    expect(page.get_by_text("12 / 40")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    site.query("UPDATE plans_work SET steps_done = 30 WHERE id = %s", pk)
    expect(page.get_by_text("30 / 40")).to_be_visible()
    site.query("UPDATE plans_work SET doing = 'まとめています', steps = 0 WHERE id = %s", pk)
    expect(status).to_have_text("まとめています…")
    expect(page.get_by_role("progressbar")).not_to_have_attribute("value", re.compile("."))

    site.query(
        "UPDATE plans_work SET state = 'done', address = '/plans/', said = '読み取りました。'"
        " WHERE id = %s",
        pk,
    )
    expect(page).to_have_url(f"{site.address}/plans/")
    expect(page.get_by_text("読み取りました。")).to_be_visible()


def test_waiting_work_is_taken_away_by_the_keyboard(site, visit, put):
    pk = put("計画の取込み", "waiting")
    page = visit("kami-dxo", "/")
    page.get_by_role("link", name="作業 1 件が実行中または未確認").click()
    page.get_by_role("link", name="計画の取込み").click()
    button = page.get_by_role("button", name="取りやめる")
    button.focus()
    page.wait_for_timeout(2500)  # the page has asked again meanwhile
    expect(button).to_be_focused()
    other = visit("kami-dxo", f"/works/{pk}/")

    page.keyboard.press("Enter")

    expect(page.get_by_text("作業「計画の取込み」を取りやめました。")).to_be_visible()
    expect(page.get_by_text("作業はありません")).to_be_visible()
    expect(other.get_by_text("この作業はもうありません。")).to_be_visible()


def test_failed_work_says_so_with_a_number(site, visit, put):
    pk = put("計画の取込み", "running")
    page = visit("kami-dxo", f"/works/{pk}/", width=375)
    said = "処理の途中で不具合が起きました。"
    site.query("UPDATE plans_work SET state = 'failed', said = %s WHERE id = %s", said, pk)

    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("お問い合わせ番号：ab12cd34")).to_be_visible()
    assert violations(page) == []
