"""Typing into the entry grid: nothing typed is lost, whatever goes wrong."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ONLINE = "オンライン申請業務の拡充"  # 手続, a running total: 39 last year, nothing yet this year
OPEN_DATA = "オープンデータ公表セット数の増加"  # セット, a running total: 14 last year, 17 now
TRAINING = "ICTリテラシー研修"  # 回, nothing yet this year
PAPER = "紙の使用枚数の削減"  # %, a share, 8.3 last year, nothing yet this year
CONDOLENCE = "お悔やみ手続き等に伴う庁舎滞在時間の短縮"  # %, a share, 16.8 now; the second row
CASHLESS = "キャッシュレス決済利用比率の向上"  # %, a share; the third row
TELEWORK = "テレワーク実施申請者数の増加"  # 名, 4 last year, 6 now
SECURITY = "職員向け情報セキュリティ研修の実施"  # 回, the last row but one
REVIEW = "アナログ規制の点検・見直しの実施"  # a milestone
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


def part_of(page, kpi, part):
    return page.get_by_label(f"{kpi}の{part}", exact=True)


def share_of(page, kpi):
    return page.get_by_label(f"{kpi}の率だけ")


def test_share_is_computed_from_its_parts_while_typing(site, grid):
    page = grid("kami-staff")
    type_into(part_of(page, PAPER, "分子"), "33")
    type_into(part_of(page, PAPER, "分母"), "48")

    expect(row_of_parts(page, PAPER)).to_contain_text("33 ÷ 48 × 100 = 68.8%")
    save(page)
    expect_success(page, "1件を保存しました。")
    assert parts_stored(site, PAPER) == ("final", "33", "48", None)


def row_of_parts(page, kpi):
    return page.get_by_role("row").filter(has=part_of(page, kpi, "分子"))


def parts_stored(site, kpi):
    rows = site.query(
        "SELECT state, trim_scale(numerator)::text, trim_scale(denominator)::text, value"
        " FROM kpis_result WHERE fiscal_year = 2025 AND kpi_id = %s",
        site.kpi_id(kpi),
    )
    return rows[0] if rows else None


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


def test_time_of_a_value_is_read_and_shown_back(site, grid):
    page = grid("kami-staff")
    type_into(value_of(page, TRAINING), "2")
    type_into(page.get_by_label(f"{TRAINING}の時点"), "R8.2末")
    expect(row_of(page, TRAINING)).to_contain_text("時点: 令和8年2月末")
    save(page)

    expect_success(page, "1件を保存しました。")
    expect(page.get_by_label(f"{TRAINING}の時点")).to_have_value("令和8年2月末")


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
    return page.locator("[data-paste-message]")


def test_column_pasted_from_a_spreadsheet_fills_the_cells_downwards(site, grid):
    page = grid("kami-dxo")

    paste(value_of(page, ONLINE), "約41\r\n\r\n50.5\r\n4\r\n")

    expect(value_of(page, ONLINE)).to_have_value("約41")
    expect(share_of(page, CONDOLENCE)).to_have_value("16.8")
    expect(share_of(page, CASHLESS)).to_have_value("50.5")
    expect(page.locator("[data-pasted]")).to_have_count(3)
    expect(told(page)).to_have_text("3個の欄に貼り付けました（まだ保存していません）。")
    expect(page.get_by_label("「約」は備考に残し、値は 41 でよろしいですか。")).to_be_visible()
    expect(row_of_parts(page, CASHLESS)).to_contain_text("まだ保存していません")
    assert site.stored(ONLINE) is None


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
