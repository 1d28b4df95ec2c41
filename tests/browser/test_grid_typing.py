"""Typing into the entry grid: nothing typed is lost, whatever goes wrong."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ONLINE = "オンライン申請業務の拡充"  # 手続, a running total: 39 last year, nothing yet this year
OPEN_DATA = "オープンデータ公表セット数の増加"  # セット, a running total: 14 last year, 17 now
TRAINING = "ICTリテラシー研修"  # 回, nothing yet this year
SCRIPT = "<script>alert(1)</script> {{7*7}}"


def value_of(page, kpi):
    return page.get_by_label(f"{kpi}の実績")


def note_of(page, kpi):
    return page.get_by_label(f"{kpi}の備考")


def row_of(page, kpi):
    return page.get_by_role("row").filter(has=value_of(page, kpi))


def judgement_of(page, kpi):
    return row_of(page, kpi).locator("[data-label=判定]")


def type_into(field, text):
    field.fill("")
    field.press_sequentially(text)


def save(page):
    page.get_by_role("button", name="保存する").click()


def expect_success(page, text):
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^\s*完了\s*{text}\s*$"))


def expect_alert(page, text):
    expect(page.get_by_role("alert")).to_have_text(re.compile(rf"^\s*確認\s*{text}\s*$"))


def test_wrong_cell_keeps_what_was_typed_and_the_rest_is_saved(site, grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "41件")
    type_into(note_of(page, ONLINE), "3月末の数")
    type_into(value_of(page, TRAINING), "１")
    save(page)

    expect_alert(page, "1件を保存しました。1件は入力内容の確認が必要なため、保存していません。")
    expect(value_of(page, ONLINE)).to_have_value("41件")
    expect(note_of(page, ONLINE)).to_have_value("3月末の数")
    expect(row_of(page, ONLINE)).to_contain_text(
        "「41件」の単位「件」は使えません。この欄の単位は「手続」です。（例: 12）"
    )
    expect(judgement_of(page, ONLINE)).to_have_text(re.compile("入力内容を確認してください。"))
    assert (site.stored(ONLINE), site.stored(TRAINING)) == (None, ("final", "1", "", 1))


def test_corrected_cell_is_saved(site, grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "四十")
    save(page)
    expect_alert(page, "1件は入力内容の確認が必要なため、保存していません。")
    type_into(value_of(page, ONLINE), "40")
    save(page)

    expect_success(page, "1件を保存しました。")
    assert site.stored(ONLINE) == ("final", "40", "", 1)


def race(grid):
    """The DX office saves 40; then the staff, who saw no value yet, tries 41 and another cell."""
    page, other = grid("kami-staff"), grid("kami-dxo")
    type_into(value_of(other, ONLINE), "40")
    type_into(note_of(other, ONLINE), "窓口から聞いた数")
    save(other)
    expect_success(other, "1件を保存しました。")

    type_into(value_of(page, ONLINE), "41")
    type_into(note_of(page, ONLINE), "台帳の数")
    type_into(value_of(page, TRAINING), "2")
    save(page)
    return page


def test_loser_of_a_race_sees_both_values_and_loses_nothing(site, grid):
    page = race(grid)

    expect_alert(
        page,
        "1件を保存しました。1件は他の人が先に保存していました。どちらの値にするか選んでください。",
    )
    conflict = page.get_by_role("group", name=f"{ONLINE}: 他の人が先に保存しました")
    expect(conflict.locator(".conflict__value")).to_have_text(["41 手続", "40 手続"])
    expect(conflict.locator(".note")).to_have_text(["備考: 台帳の数", "備考: 窓口から聞いた数"])
    expect(conflict).to_contain_text("保存済みの値（DX推進担当（見本）、")
    expect(value_of(page, ONLINE)).to_have_value("41")
    expect(note_of(page, ONLINE)).to_have_value("台帳の数")
    assert site.stored(ONLINE) == ("final", "40", "窓口から聞いた数", 1)
    assert site.stored(TRAINING) == ("final", "2", "", 1)


def test_loser_who_chooses_the_own_value_saves_it(site, grid):
    page = race(grid)
    page.get_by_label("自分の値で保存する").check()
    save(page)

    expect_success(page, "1件を保存しました。")
    expect(value_of(page, ONLINE)).to_have_value("41")
    assert site.stored(ONLINE) == ("final", "41", "台帳の数", 2)


def test_loser_who_chooses_the_other_value_keeps_it(site, grid):
    page = race(grid)
    page.get_by_label("保存済みの値を残す").check()
    save(page)

    expect_success(page, "変更はありませんでした。")
    expect(value_of(page, ONLINE)).to_have_value("40")
    assert site.stored(ONLINE) == ("final", "40", "窓口から聞いた数", 1)


def test_loser_who_chooses_nothing_is_asked_again(site, grid):
    page = race(grid)
    save(page)

    expect_alert(page, "1件は他の人が先に保存していました。どちらの値にするか選んでください。")
    expect(value_of(page, ONLINE)).to_have_value("41")
    assert site.stored(ONLINE) == ("final", "40", "窓口から聞いた数", 1)


def test_double_click_saves_once(site, grid):
    page = grid("kami-staff")
    type_into(value_of(page, OPEN_DATA), "18")
    page.get_by_role("button", name="保存する").dblclick()

    expect_success(page, "1件を保存しました。")
    note = "元データの整形に時間がかかり7セットが未公表"
    assert site.stored(OPEN_DATA) == ("final", "18", note, 2)


def test_year_closed_meanwhile_is_told_and_nothing_typed_is_lost(site, grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "41")
    type_into(note_of(page, ONLINE), "台帳の数")
    site.query("UPDATE plans_planyear SET state = 'closed' WHERE fiscal_year = 2025")
    save(page)

    expect_alert(page, "この年度は入力を締め切りました。入力した内容は保存されていません。")
    expect(value_of(page, ONLINE)).to_have_value("41")
    expect(note_of(page, ONLINE)).to_have_value("台帳の数")
    expect(page.get_by_role("button", name="保存する")).to_have_count(0)
    assert site.stored(ONLINE) is None


def leave(page):
    page.get_by_role("link", name="ホーム").first.click(no_wait_after=True)


def question_when_leaving(page, *, stay):
    """Follows a link, waits until the browser asks, and answers."""
    page.once("dialog", lambda dialog: dialog.dismiss() if stay else dialog.accept())
    with page.expect_event("dialog") as asked:
        leave(page)
    return asked.value.type


def test_leaving_with_unsaved_input_asks(grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "41")

    assert question_when_leaving(page, stay=True) == "beforeunload"
    expect(value_of(page, ONLINE)).to_have_value("41")
    assert question_when_leaving(page, stay=False) == "beforeunload"
    expect(page.get_by_role("heading", level=1)).to_have_text("ホーム")


def test_leaving_a_refused_input_asks(grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "四十")
    save(page)
    expect_alert(page, "1件は入力内容の確認が必要なため、保存していません。")

    value_of(page, ONLINE).press("Tab")  # browsers ask only where something was done
    assert question_when_leaving(page, stay=True) == "beforeunload"
    expect(value_of(page, ONLINE)).to_have_value("四十")


def test_leaving_after_saving_asks_nothing(grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "41")
    save(page)
    expect_success(page, "1件を保存しました。")

    leave(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("ホーム")


def test_script_in_a_note_is_text_on_every_page(site, grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "40")
    type_into(note_of(page, ONLINE), SCRIPT)
    save(page)

    expect_success(page, "1件を保存しました。")
    expect(note_of(page, ONLINE)).to_have_value(SCRIPT)
    page.get_by_role("link", name=ONLINE).click()
    expect(page.get_by_text(f"備考: {SCRIPT}", exact=True)).to_be_visible()
    page.get_by_role("link", name="ダッシュボード").click()
    late = page.get_by_role("region", name="遅れている指標").get_by_role("row")
    expect(late.filter(has_text=ONLINE).get_by_role("cell").last).to_have_text(SCRIPT)


def test_script_typed_as_a_value_is_text_in_the_refusal(grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "<img src=x onerror=alert(1)>")

    refusal = row_of(page, ONLINE).locator(".field__error")
    expect(refusal).to_have_text(
        "「<img src=x onerror=alert(1)>」のような比較は目標の欄でだけ使えます。（例: 12）"
    )


def test_rough_number_is_saved_only_after_the_confirmation(site, grid):
    page = grid("kami-staff")
    question = page.get_by_label("「約」は備考に残し、値は 40 でよろしいですか。")
    type_into(value_of(page, ONLINE), "約40")
    expect(question).to_be_visible()
    save(page)
    expect_alert(page, "1件は入力内容の確認が必要なため、保存していません。")
    assert site.stored(ONLINE) is None

    question.press("Space")
    expect(judgement_of(page, ONLINE)).to_contain_text("達成率 88.9%")
    expect(question).to_be_checked()
    expect(question).to_be_focused()
    save(page)

    expect_success(page, "1件を保存しました。")
    assert site.stored(ONLINE) == ("final", "40", "約", 1)


def test_rough_number_changed_after_the_confirmation_is_asked_about_again(site, grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "約40")
    page.get_by_label("「約」は備考に残し、値は 40 でよろしいですか。").click()
    expect(judgement_of(page, ONLINE)).to_contain_text("達成率 88.9%")
    type_into(value_of(page, ONLINE), "約4")
    expect(page.get_by_label("「約」は備考に残し、値は 4 でよろしいですか。")).not_to_be_checked()
    save(page)

    expect_alert(page, "1件は入力内容の確認が必要なため、保存していません。")
    assert site.stored(ONLINE) is None


def test_falling_total_is_saved_only_with_a_reason(site, grid):
    page = grid("kami-staff")
    type_into(value_of(page, ONLINE), "38")
    save(page)
    expect_alert(page, "1件は入力内容の確認が必要なため、保存していません。")
    expect(row_of(page, ONLINE)).to_contain_text(
        "前年度の累計（39 手続）を下回っています。正しい場合は、理由を備考に入力してください。"
    )

    type_into(note_of(page, ONLINE), "1手続を統合したため")
    expect(judgement_of(page, ONLINE)).to_contain_text("達成率 84.4%")
    save(page)

    expect_success(page, "1件を保存しました。")
    assert site.stored(ONLINE) == ("final", "38", "1手続を統合したため", 1)
