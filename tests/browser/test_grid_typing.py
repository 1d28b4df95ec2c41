"""Typing into the entry grid: nothing typed is lost, whatever goes wrong."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.entry_grid import (
    ONLINE,
    OPEN_DATA,
    PAPER,
    TELEWORK,
    TRAINING,
    expect_alert,
    expect_success,
    judgement_of,
    leave,
    note_of,
    part_of,
    parts_stored,
    question_when_leaving,
    row_of,
    row_of_parts,
    save,
    share_of,
    type_into,
    value_of,
)

pytestmark = pytest.mark.browser

SCRIPT = "<script>alert(1)</script> {{7*7}}"


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


def test_wrong_cell_is_marked_while_typing_until_it_is_corrected(grid):
    page = grid("kami-staff")
    wrong = page.locator("[aria-invalid=true]")
    type_into(part_of(page, PAPER, "分子"), "3")
    expect(wrong).to_have_count(1)
    expect(part_of(page, PAPER, "分母")).to_have_attribute("aria-invalid", "true")
    type_into(part_of(page, PAPER, "分母"), "4")
    expect(wrong).to_have_count(0)

    type_into(page.get_by_label(f"{PAPER}の時点"), "きのう")
    expect(page.get_by_label(f"{PAPER}の時点")).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_count(1)
    type_into(page.get_by_label(f"{PAPER}の時点"), "R8.3末")
    expect(wrong).to_have_count(0)


def test_alert_leads_to_the_row_that_was_refused(grid):
    page = grid("kami-staff")
    type_into(value_of(page, TRAINING), "一回")
    save(page)

    expect(value_of(page, TRAINING)).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name=TRAINING).click()
    expect(page).to_have_url(re.compile("#kpi-"))
    expect(row_of(page, TRAINING)).to_be_in_viewport()


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


def test_two_tabs_of_one_person_show_both_values_and_states(site, grid):
    page, other = grid("kami-staff"), grid("kami-staff")
    for tab, state, note in ((other, "確定", ""), (page, "速報", "あとのタブ")):
        type_into(part_of(tab, PAPER, "分子"), "33")
        type_into(part_of(tab, PAPER, "分母"), "48")
        tab.get_by_label(f"{PAPER}の値の状態").select_option(label=state)
        type_into(note_of(tab, PAPER), note)
        save(tab)

    conflict = page.get_by_role("group", name=f"{PAPER}: 他の人が先に保存しました")
    expect(conflict.locator(".conflict__value")).to_have_text(
        ["68.8%（33 ÷ 48）（速報）", "68.8%（33 ÷ 48）"]
    )
    expect(part_of(page, PAPER, "分子")).to_have_value("33")
    expect(note_of(page, PAPER)).to_have_value("あとのタブ")
    assert parts_stored(site, PAPER) == ("final", "33", "48", None)


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


def test_share_is_computed_from_its_parts_while_typing(site, grid):
    page = grid("kami-staff")
    type_into(part_of(page, PAPER, "分子"), "33")
    type_into(part_of(page, PAPER, "分母"), "48")

    expect(row_of_parts(page, PAPER)).to_contain_text("33 ÷ 48 × 100 = 68.8%")
    save(page)
    expect_success(page, "1件を保存しました。")
    assert parts_stored(site, PAPER) == ("final", "33", "48", None)


def test_nothing_to_divide_by_is_saved_as_not_computable_with_both_inputs(site, grid):
    page = grid("kami-staff")
    type_into(part_of(page, PAPER, "分子"), "3")
    type_into(part_of(page, PAPER, "分母"), "0")
    row = row_of_parts(page, PAPER)
    expect(row).to_contain_text("分母が0のため、率を計算できません。")

    page.get_by_label(f"{PAPER}の値の状態").select_option(label="算定不能")
    expect(row).to_contain_text("「算定不能」とする理由を備考に入力してください。")
    type_into(note_of(page, PAPER), "購入がなかったため")
    expect(row.locator("[data-label=判定]")).to_contain_text("算定不能")
    save(page)

    expect_success(page, "1件を保存しました。")
    expect(part_of(page, PAPER, "分子")).to_have_value("3")
    assert parts_stored(site, PAPER) == ("not_computable", "3", "0", None)


def test_parts_and_share_together_are_refused(site, grid):
    page = grid("kami-staff")
    type_into(part_of(page, PAPER, "分子"), "33")
    type_into(part_of(page, PAPER, "分母"), "48")
    type_into(share_of(page, PAPER), "68.8")

    expect(row_of_parts(page, PAPER)).to_contain_text(
        "率の欄は空にしてください（率は計算します）。"
    )
    save(page)
    expect_alert(page, "1件は入力内容の確認が必要なため、保存していません。")
    assert parts_stored(site, PAPER) is None


@pytest.fixture
def increments(site):
    """TRAINING measured by increments, on a baseline of 10."""
    change = "UPDATE kpis_kpi SET measurement_type = %s, baseline_value = %s WHERE name = %s"
    [before] = site.query(
        "SELECT measurement_type, baseline_value FROM kpis_kpi WHERE name = %s", TRAINING
    )
    site.query(change, "cumulative_increment", 10, TRAINING)
    yield
    site.query(change, *before, TRAINING)


def test_increment_shows_its_total_while_typing(increments, grid):
    page = grid("kami-staff")
    type_into(value_of(page, TRAINING), "9")

    expect(row_of(page, TRAINING)).to_contain_text("累計 20 回（基準値 10 ＋ 1 ＋ 0 ＋ 9）")


def test_ten_times_last_years_value_is_saved_only_after_the_confirmation(site, grid):
    page = grid("kami-staff")
    question = page.get_by_label("前年度（4 名）の10倍以上です。この値でよろしいですか。")
    type_into(value_of(page, TELEWORK), "60")
    expect(question).to_be_visible()
    save(page)
    expect_alert(page, "1件は入力内容の確認が必要なため、保存していません。")
    question.press("Space")
    expect(judgement_of(page, TELEWORK)).to_contain_text("達成率")
    expect(question).to_be_checked()
    save(page)

    expect_success(page, "1件を保存しました。")
    assert site.stored(TELEWORK)[:2] == ("final", "60")


def test_answer_is_remembered_until_the_value_changes(site, grid):
    page = grid("kami-staff")
    asked = page.locator(".grid-table__question")
    type_into(value_of(page, TELEWORK), "60")
    page.get_by_label("前年度（4 名）の10倍以上です。この値でよろしいですか。").check()
    expect(judgement_of(page, TELEWORK)).to_contain_text("達成率")
    save(page)
    expect_success(page, "1件を保存しました。")

    page.reload()
    expect(asked).to_have_count(0)
    type_into(note_of(page, TELEWORK), "備考だけ")
    expect(asked.get_by_role("checkbox")).to_be_checked()
    save(page)
    expect_success(page, "1件を保存しました。")
    assert site.stored(TELEWORK) == ("final", "60", "備考だけ", 3)

    type_into(value_of(page, TELEWORK), "61")
    expect(asked.get_by_role("checkbox")).not_to_be_checked()
    save(page)
    expect_alert(page, "1件は入力内容の確認が必要なため、保存していません。")
    assert site.stored(TELEWORK) == ("final", "60", "備考だけ", 3)


def test_falling_total_beside_an_old_note_is_asked_about(site, grid):
    page = grid("kami-staff")
    question = page.get_by_label(
        "前年度の累計（14 セット）を下回っています。"
        "入力済みの備考を理由として保存してよろしいですか。"
    )
    type_into(value_of(page, OPEN_DATA), "13")
    expect(question).to_be_visible()
    save(page)
    expect_alert(page, "1件は入力内容の確認が必要なため、保存していません。")
    question.check()
    expect(judgement_of(page, OPEN_DATA)).to_contain_text("達成率")
    save(page)

    expect_success(page, "1件を保存しました。")
    assert site.stored(OPEN_DATA)[:2] == ("final", "13")


def test_time_of_a_value_is_read_and_shown_back(site, grid):
    page = grid("kami-staff")
    type_into(value_of(page, TRAINING), "2")
    type_into(page.get_by_label(f"{TRAINING}の時点"), "R8.2末")
    expect(row_of(page, TRAINING)).to_contain_text("時点: 令和8年2月末")
    save(page)

    expect_success(page, "1件を保存しました。")
    expect(page.get_by_label(f"{TRAINING}の時点")).to_have_value("令和8年2月末")
