"""Many cells of the entry grid filled at once: pasted blocks, and what checklists give."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.entry_grid import (
    CASHLESS,
    CONDOLENCE,
    ONLINE,
    PAPER,
    REVIEW,
    SECURITY,
    TRAINING,
    expect_success,
    note_of,
    part_of,
    parts_stored,
    question_when_leaving,
    row_of_parts,
    save,
    say_why_on_behalf,
    share_of,
    type_into,
    value_of,
)

pytestmark = pytest.mark.browser

PASTE = """(field, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const details = { clipboardData, bubbles: true, cancelable: true };
    return field.dispatchEvent(new ClipboardEvent("paste", details));
}"""


def paste(field, text):
    """Pastes as a spreadsheet's copy arrives; whether it was left to the browser itself."""
    field.focus()
    return field.evaluate(PASTE, text)


def told(page):
    return page.locator("[data-fill-message]")


def test_column_pasted_from_a_spreadsheet_fills_the_cells_downwards(site, grid):
    page = grid("kami-dxo")

    paste(value_of(page, ONLINE), "約41\r\n\r\n50.5\r\n4\r\n")

    expect(value_of(page, ONLINE)).to_have_value("約41")
    expect(share_of(page, CONDOLENCE)).to_have_value("16.8")
    expect(share_of(page, CASHLESS)).to_have_value("50.5")
    expect(page.locator("[data-filled]")).to_have_count(3)
    expect(told(page)).to_have_text("3個の欄に貼り付けました（まだ保存していません）。")
    expect(page.get_by_label("「約」は備考に残し、値は 41 でよろしいですか。")).to_be_visible()
    expect(row_of_parts(page, CASHLESS)).to_contain_text("まだ保存していません")
    assert site.stored(ONLINE) is None


def checks_of(page):
    """The addresses of the checks that a page asks for from now on."""
    asked = []
    page.on("request", lambda request: "/check/" in request.url and asked.append(request.url))
    return asked


def test_pasted_block_is_checked_in_one_request(site, grid):
    page = grid("kami-dxo")
    asked = checks_of(page)

    with page.expect_response(re.compile("/check/")):
        paste(value_of(page, ONLINE), "41\n50.5\n四\n3")

    expect(row_of_parts(page, CASHLESS)).to_contain_text("「四」は漢数字です。")
    expect(share_of(page, CASHLESS)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("まだ保存していません", exact=True)).to_have_count(2)
    assert len(asked) == 1
    assert len(re.findall("kpi=", asked[0])) == 4


def undo(page):
    page.get_by_role("button", name="貼り付けを取り消す").click()


def test_pasted_block_is_taken_back(site, grid):
    page = grid("kami-dxo")
    type_into(value_of(page, ONLINE), "40")
    paste(value_of(page, ONLINE), "41\n50.5\n四")
    expect(row_of_parts(page, CASHLESS)).to_contain_text("「四」は漢数字です。")
    asked = checks_of(page)
    undo(page)

    expect(value_of(page, ONLINE)).to_have_value("40")
    expect(value_of(page, ONLINE)).to_be_focused()
    expect(share_of(page, CONDOLENCE)).to_have_value("16.8")
    expect(share_of(page, CASHLESS)).to_have_value("33.1")
    expect(row_of_parts(page, CASHLESS)).not_to_contain_text("漢数字")
    expect(page.get_by_text("まだ保存していません", exact=True)).to_have_count(1)
    expect(told(page)).to_have_text("3個の欄を元に戻しました。")
    expect(page.get_by_role("button", name="貼り付けを取り消す")).to_be_hidden()
    assert [url.count("kpi=") for url in asked if url.count("kpi=") > 1] == [3]
    save(page)
    expect_success(page, "1件を保存しました。")
    assert site.stored(ONLINE)[:2] == ("final", "40")


def test_pasted_block_is_taken_back_by_the_usual_keys(grid):
    page = grid("kami-dxo")
    paste(value_of(page, ONLINE), "41\n50.5")
    paste(value_of(page, SECURITY), "7\n8")
    page.keyboard.press("Control+z")

    expect(value_of(page, SECURITY)).to_have_value("1")
    expect(value_of(page, ONLINE)).to_have_value("41")
    undo(page)
    expect(value_of(page, ONLINE)).to_have_value("")


def test_what_was_typed_over_a_pasted_block_stays_when_it_is_taken_back(grid):
    page = grid("kami-dxo")
    paste(value_of(page, ONLINE), "41\n50.5")
    type_into(value_of(page, ONLINE), "42")
    value_of(page, ONLINE).press("Control+z")  # the browser's own: it knows what was typed
    expect(share_of(page, CONDOLENCE)).to_have_value("50.5")

    type_into(value_of(page, ONLINE), "42")
    undo(page)

    expect(value_of(page, ONLINE)).to_have_value("42")
    expect(share_of(page, CONDOLENCE)).to_have_value("16.8")
    expect(told(page)).to_have_text(
        "1個の欄を元に戻しました。後から入力し直した1個の欄はそのままです。"
    )


def test_two_columns_pasted_go_into_the_parts_of_a_share(site, grid):
    page = grid("kami-dxo")

    paste(part_of(page, CONDOLENCE, "分子"), "33\t48\n1,234\t4,800")

    for kpi, numerator, denominator in ((CONDOLENCE, "33", "48"), (CASHLESS, "1,234", "4,800")):
        expect(part_of(page, kpi, "分子")).to_have_value(numerator)
        expect(part_of(page, kpi, "分母")).to_have_value(denominator)
    expect(told(page)).to_have_text("4個の欄に貼り付けました（まだ保存していません）。")
    share_of(page, CONDOLENCE).fill("")
    expect(row_of_parts(page, CONDOLENCE)).to_contain_text("33 ÷ 48 × 100 = 68.8%")


def test_stage_is_pasted_by_its_name(grid):
    page = grid("kami-dxo")

    paste(page.get_by_label(re.compile("^町HP上アンケート.*の率だけ")), "70\n準備中\n終わった")

    expect(page.get_by_label(f"{REVIEW}の実績")).to_have_value("preparing")
    expect(told(page)).to_have_text(
        "2個の欄に貼り付けました（まだ保存していません）。"
        "入る欄がないため、1個の値は使っていません。"
    )


def test_pasted_block_longer_than_the_grid_says_how_much_was_left(grid):
    page = grid("kami-dxo")

    paste(value_of(page, TRAINING), "5\t7\n6\n7")

    expect(value_of(page, TRAINING)).to_have_value("5")
    expect(told(page)).to_have_text(
        "1個の欄に貼り付けました（まだ保存していません）。"
        "行が足りないため、2行は使っていません。"
        "入る欄がないため、1個の値は使っていません。"
    )


def test_pasted_cells_are_saved_like_typed_ones_and_leaving_asks(site, grid):
    page = grid("kami-dxo")
    paste(value_of(page, SECURITY), "3\n2")
    value_of(page, TRAINING).press("Tab")
    say_why_on_behalf(page)
    assert question_when_leaving(page, stay=True) == "beforeunload"

    page.keyboard.press("Control+s")

    expect_success(page, "2件を保存しました。")
    assert (site.stored(SECURITY)[:2], site.stored(TRAINING)[:2]) == (
        ("final", "3"),
        ("final", "2"),
    )


def test_single_cell_and_a_text_are_pasted_by_the_browser_itself(grid):
    page = grid("kami-staff")

    assert paste(value_of(page, ONLINE), "41\r\n") is True
    assert paste(note_of(page, ONLINE), "一行目\n二行目") is True
    assert paste(value_of(page, ONLINE), "41\n42") is False


FED = (PAPER, CONDOLENCE, CASHLESS)  # the last two have values of their own in the demo


@pytest.fixture
def feeds(site):
    """Three shares of 香美町 fed by a list of three items: two done, one not yet."""
    [[plan_id]] = site.query(
        "SELECT plan_id FROM kpis_kpi WHERE name = %s",
        PAPER,
    )
    [[checklist_id]] = site.query(
        "INSERT INTO plans_checklist (plan_id, code, name, done_label, not_yet_label,"
        " absent_label, source, position) VALUES (%s, 'fed', '手続', '済', '未', '手続なし', '', 9)"
        " RETURNING id",
        plan_id,
    )
    for number, state in enumerate(("done", "done", "not_yet"), 1):
        [[item_id]] = site.query(
            'INSERT INTO plans_checklistitem (checklist_id, number, "group", name)'
            " VALUES (%s, %s, '', '手続') RETURNING id",
            *(checklist_id, number),
        )
        site.query(
            "INSERT INTO plans_checkliststate (item_id, fiscal_year, state) VALUES (%s, 2025, %s)",
            *(item_id, state),
        )
    change = "UPDATE kpis_kpi SET checklist_id = %s, checklist_measure = %s WHERE name = ANY(%s)"
    site.query(change, checklist_id, "items", list(FED))
    yield
    site.query(change, None, "", list(FED))
    items = "SELECT id FROM plans_checklistitem WHERE checklist_id = %s"
    site.query(f"DELETE FROM plans_checkliststate WHERE item_id IN ({items})", checklist_id)
    site.query("DELETE FROM plans_checklistitem WHERE checklist_id = %s", checklist_id)
    site.query("DELETE FROM plans_checklist WHERE id = %s", checklist_id)


def feed_button(page, kpi):
    return page.get_by_role("button", name=f"{kpi}に一覧の値を使う")


def test_figures_of_a_list_are_taken_over_in_place_and_saved_only_then(feeds, site, grid):
    page = grid("kami-dxo")
    row = row_of_parts(page, CASHLESS)
    expect(row).to_contain_text("一覧では 2 / 3 = 66.7%。入力と異なります")
    asked = checks_of(page)
    feed_button(page, CASHLESS).click()

    expect(part_of(page, CASHLESS, "分子")).to_have_value("2")
    expect(part_of(page, CASHLESS, "分母")).to_have_value("3")
    expect(share_of(page, CASHLESS)).to_have_value("")
    expect(part_of(page, CASHLESS, "分子")).to_be_focused()
    expect(row).to_contain_text("一覧では 2 / 3 = 66.7%（入力と同じです）")
    expect(row).to_contain_text("まだ保存していません")
    expect(feed_button(page, CASHLESS)).to_have_count(0)
    assert len(asked) == 1
    assert parts_stored(site, CASHLESS)[1:3] == (None, None)

    page.get_by_role("button", name="一覧の値を取り消す").click()
    expect(share_of(page, CASHLESS)).to_have_value("33.1")
    feed_button(page, CASHLESS).click()
    save(page)
    expect_success(page, "1件を保存しました。")
    assert parts_stored(site, CASHLESS) == ("preliminary", "2", "3", None)


def test_save_of_something_else_takes_no_figures_of_a_list_over(feeds, site, grid):
    page = grid("kami-dxo")
    type_into(value_of(page, ONLINE), "41")
    save(page)

    expect_success(page, "1件を保存しました。")
    assert parts_stored(site, PAPER) is None


def test_all_lists_are_taken_over_where_nobody_said_anything(feeds, site, grid):
    site.query(
        "DELETE FROM kpis_result WHERE fiscal_year = 2025 AND kpi_id = %s",
        site.kpi_id(CONDOLENCE),
    )
    page = grid("kami-dxo")
    asked = checks_of(page)
    page.get_by_role("button", name="一覧の値をまとめて使う").click()

    for kpi, numerator in ((PAPER, "2"), (CONDOLENCE, "2"), (CASHLESS, "")):
        expect(part_of(page, kpi, "分子")).to_have_value(numerator)
    expect(told(page)).to_have_text("2件に一覧の値を入れました（まだ保存していません）。")
    expect(row_of_parts(page, PAPER)).to_contain_text("入力と同じです")
    assert len(asked) == 1


@pytest.fixture
def plain_grid(site, chromium):
    """The grid as `kami-dxo` sees it in a browser without scripts."""
    context = chromium.new_context(base_url=site.address, java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(f"/accounts/login/?next=/plans/{site.plan_id('285854')}/results/?fiscal_year=2025")
    page.get_by_label("利用者ID").fill("kami-dxo")
    page.get_by_label("パスワード").fill(site.password)
    page.get_by_role("button", name="ログイン").click()
    yield page
    context.close()


def test_without_scripts_a_list_is_taken_over_and_enter_saves(feeds, site, plain_grid):
    page = plain_grid
    value_of(page, ONLINE).fill("四十一")
    say_why_on_behalf(page)
    feed_button(page, PAPER).click()

    expect(part_of(page, PAPER, "分子")).to_have_value("2")
    expect(value_of(page, ONLINE)).to_have_value("四十一")
    assert parts_stored(site, PAPER) is None

    value_of(page, ONLINE).fill("41")
    value_of(page, ONLINE).press("Enter")
    expect_success(page, "2件を保存しました。")
    assert parts_stored(site, PAPER) == ("final", "2", "3", None)
