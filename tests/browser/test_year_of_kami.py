"""One year of 香美町 played by five people, from the opening to the closing and once more.

The office opens the year, a department enters, its head sends back and approves, the office checks
and overrides, the committee meets, the year is closed, reopened by two, mended, closed again; and
the trail tells all of it.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.entry_grid import ONLINE, OPEN_DATA, TRAINING, value_of

pytestmark = pytest.mark.browser

OFFICE, SECOND_OFFICE = "kami-dxo", "kami-dxo2"
STAFF, HEAD, COMMITTEE = "kami-staff", "kami-head", "kami-committee"
SECOND_PASSWORD = "kasumi no hama de aruku"
MESSAGE = "5月29日までにご回答ください。"
CAUSE, NEXT_STEP = "広報が足りなかった。", "窓口で案内する。"
SENT_BACK = "研修の回数に、庁内勉強会も含めてください。"
OVERRIDE = "公開の準備は済んでいるため。"
OPINION = "使われ方も見てほしい。"
RESPONSE = "四半期ごとに利用数を数えます。"
WHY_CLOSED = "ほかの課の回答は翌年度に確かめるため。"
WHY_REOPENED = "研修の回数に誤りが見つかったため。"


@pytest.fixture
def plan_id(site):
    """香美町's plan with 2025 still to be opened, and nothing of it entered."""
    plan_id = site.plan_id("285854")
    _start_over(site, plan_id)
    yield plan_id
    _start_over(site, plan_id)
    site.query(
        "DO $$ BEGIN SET LOCAL session_replication_role = replica;"
        "UPDATE plans_planyear SET state = 'open' WHERE fiscal_year = 2025"
        f" AND plan_id = {plan_id}; END $$"
    )


def _start_over(site, plan_id):
    own = f"kpi_id IN (SELECT id FROM kpis_kpi WHERE plan_id = {plan_id}) AND fiscal_year = 2025"
    person = f"(SELECT id FROM accounts_user WHERE username = '{SECOND_OFFICE}')"
    year = f"(SELECT id FROM plans_planyear WHERE plan_id = {plan_id} AND fiscal_year = 2025)"
    site.query(
        "DO $$ BEGIN SET LOCAL session_replication_role = replica;"
        f"DELETE FROM kpis_result WHERE {own};"
        f"DELETE FROM kpis_judgement WHERE {own};"
        f"DELETE FROM kpis_paper WHERE plan_id = {plan_id};"
        f"DELETE FROM kpis_opinion WHERE meeting_id IN"
        f" (SELECT id FROM plans_meeting WHERE plan_id = {plan_id} AND name = '第9回推進本部会議');"
        f"DELETE FROM plans_meeting WHERE plan_id = {plan_id} AND name = '第9回推進本部会議';"
        f"DELETE FROM plans_yearreopening WHERE plan_year_id = {year};"
        f"DELETE FROM plans_notice WHERE plan_id = {plan_id};"
        f"UPDATE plans_planyear SET state = 'planned', version = 1, opened_by_id = NULL,"
        f" closed_by_id = NULL, closed_at = NULL, message = '' WHERE id = {year};"
        f"DELETE FROM accounts_assignment WHERE user_id = {person};"
        f"DELETE FROM accounts_passwordlink WHERE user_id = {person};"
        f"DELETE FROM plans_notice WHERE person_id = {person};"
        f"DELETE FROM accounts_user WHERE username = '{SECOND_OFFICE}'; END $$"
    )


def test_a_year_is_played_from_opening_to_closing_and_reopened(site, visit, plan_id):
    office = visit(OFFICE, "/")
    second = _add_second_office(site, visit, office)
    _open_the_year(office, plan_id)

    staff = visit(STAFF, "/")
    _enter_and_hand_in(site, staff, plan_id)
    head = visit(HEAD, "/")
    _send_back_and_approve(head)
    _mend_and_hand_in_again(staff, plan_id)
    _approve_all(head)
    _check_and_override(site, office, plan_id)

    meeting = _hold_a_meeting(site, office, plan_id)
    _respond(staff, meeting)
    _read_the_paper(visit, meeting)

    _close(office, plan_id)
    _reopen_by_two(office, second, plan_id)
    _correct_after_reopening(site, office, staff, head, plan_id)
    _close(office, plan_id)

    _expect_two_records(office, plan_id)
    _expect_the_trail_to_tell_it(office, plan_id)


def _add_second_office(site, visit, office):
    office.get_by_role("link", name="利用者と課室").click()
    office.get_by_role("link", name="利用者を追加").click()
    office.get_by_label("利用者ID").fill(SECOND_OFFICE)
    office.get_by_label("氏名").fill("余部 次郎（見本）")
    office.get_by_label("役割").select_option("DX推進担当")
    office.get_by_role("button", name="追加してリンクを発行する").click()
    address = office.locator(".address").inner_text()
    second = visit(None, address.removeprefix(site.address))
    for place in (1, 2):
        second.locator(f"#id_new_password{place}").fill(SECOND_PASSWORD)
    second.get_by_role("button", name="パスワードを設定する").click()
    sign_in(second, SECOND_OFFICE, SECOND_PASSWORD)
    return second


def _overview(page, plan_id):
    page.goto(f"/plans/{plan_id}/years/?fiscal_year=2025")


def _open_the_year(office, plan_id):
    _overview(office, plan_id)
    office.get_by_role("link", name="照会を始める").click()
    office.get_by_label("回答期限").fill("R9.5.29")
    office.get_by_label("照会文").fill(MESSAGE)
    office.get_by_role("button", name="照会を始める").click()
    expect(office.get_by_role("status")).to_contain_text("令和7年度の受付を始めました。")


def _enter_and_hand_in(site, staff, plan_id):
    """Three KPIs of the department's list; one of them is late and needs its cause first."""
    staff.reload()
    expect(staff.get_by_text("令和7年度の実績の照会が始まりました").first).to_be_visible()
    staff.get_by_role("link", name=re.compile("令和7年度の実績を入力して提出する")).click()
    expect(staff.get_by_text(MESSAGE).first).to_be_visible()
    for kpi, text in ((ONLINE, "41"), (OPEN_DATA, "17"), (TRAINING, "1")):
        value_of(staff, kpi).fill(text)
    staff.get_by_role("button", name="保存して提出する").click()
    late = staff.get_by_role("alert")
    expect(late).to_contain_text("未達成のため、原因と今後の取組の入力が必要です。")
    for kpi in (ONLINE, OPEN_DATA):
        _say_why(staff, site.kpi_id(kpi))
    staff.goto(f"/plans/{plan_id}/results/?fiscal_year=2025")
    staff.get_by_role("button", name="保存して提出する").click()
    expect(staff.get_by_role("status")).to_contain_text("件を提出しました。")


def _say_why(page, kpi_id):
    page.goto(f"/kpis/{kpi_id}/judgement/?fiscal_year=2025")
    own = page.locator("#layer-self")
    own.get_by_label(re.compile("未達成の原因")).fill(CAUSE)
    own.get_by_label(re.compile("今後の取組")).fill(NEXT_STEP)
    own.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("を保存しました。")


def _line(page, kpi):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=re.compile(kpi)))


def _send_back_and_approve(head):
    head.get_by_role("link", name=re.compile("提出された実績を承認する")).click()
    line = _line(head, TRAINING)
    line.get_by_role("checkbox").check()
    head.get_by_role("button", name="差し戻す").click()
    expect(head.get_by_role("alert")).to_contain_text("差戻しの理由を入力してください。")
    line = _line(head, TRAINING)
    line.get_by_role("textbox").fill(SENT_BACK)
    head.get_by_role("button", name="差し戻す").click()
    expect(head.get_by_role("status")).to_contain_text("1件を差し戻しました。")
    _approve_all(head)


def _approve_all(head):
    head.goto("/")
    head.get_by_role("link", name=re.compile("提出された実績を承認する")).click()
    head.get_by_role("link", name=re.compile("件をすべて選ぶ")).click()
    head.get_by_role("button", name="承認する").click()
    expect(head.get_by_role("status")).to_contain_text("件を承認しました。")


def _mend_and_hand_in_again(staff, plan_id):
    staff.goto("/")
    expect(staff.get_by_text("令和7年度の実績が差し戻されました").first).to_be_visible()
    staff.goto(f"/plans/{plan_id}/results/?fiscal_year=2025")
    expect(staff.get_by_text(SENT_BACK).first).to_be_visible()
    expect(value_of(staff, ONLINE)).to_be_disabled()
    value_of(staff, TRAINING).fill("2")
    staff.get_by_role("button", name="保存して提出する").click()
    expect(staff.get_by_text("1件を提出しました。")).to_be_visible()


def _check_and_override(site, office, plan_id):
    office.goto("/")
    office.get_by_role("link", name=re.compile("承認された実績を確認する")).click()
    office.get_by_role("link", name=re.compile("件をすべて選ぶ")).click()
    office.get_by_role("button", name="確認済みにする").click()
    expect(office.get_by_role("status")).to_contain_text("3件を確認済みにしました。")
    office.goto(f"/kpis/{site.kpi_id(OPEN_DATA)}/judgement/?fiscal_year=2025")
    layer = office.locator("#layer-office")
    layer.get_by_label(re.compile("変更後の評語")).select_option(label="B 概ね達成")
    layer.get_by_label(re.compile("判定を変える理由")).fill(OVERRIDE)
    layer.get_by_role("button").click()
    expect(office.get_by_role("status")).to_contain_text("を保存しました。")


def _hold_a_meeting(site, office, plan_id):
    office.goto(f"/plans/{plan_id}/meetings/")
    office.get_by_role("link", name="会議を追加する").click()
    office.locator("#id_name").fill("第9回推進本部会議")
    office.locator("#id_held_on").fill("R9.8.2")
    office.locator("#id_agenda").fill("令和7年度の進捗状況")
    office.get_by_role("button", name=re.compile("追加|保存")).click()
    office.goto(f"/plans/{plan_id}/meetings/")
    office.get_by_role("link", name="第9回推進本部会議").first.click()
    meeting = office.url
    office.get_by_role("link", name="この会議の資料を確定する").click()
    office.locator("select[name=fiscal_year]").select_option("2025")
    office.get_by_role("button", name="資料を確定する").click()
    expect(office.get_by_role("status")).to_be_visible()
    office.goto(meeting)
    office.get_by_role("link", name="意見・決定を記録する").click()
    about = office.locator("#id_about option", has_text=OPEN_DATA)
    office.locator("#id_about").select_option(about.get_attribute("value"))
    office.locator("#id_text").fill(OPINION)
    office.get_by_role("button", name="保存する").click()
    expect(office.get_by_text(OPINION).first).to_be_visible()
    return meeting


def _respond(staff, meeting):
    staff.goto(meeting)
    staff.get_by_role("link", name=re.compile("^対応を入力")).click()
    staff.locator("#id_text").fill(RESPONSE)
    staff.get_by_role("button", name="保存する").click()
    expect(staff.get_by_text(RESPONSE).first).to_be_visible()


def _read_the_paper(visit, meeting):
    """The committee reads what was frozen: the values, the override, what is behind and why."""
    committee = visit(COMMITTEE, meeting)
    expect(committee.get_by_text(RESPONSE).first).to_be_visible()
    committee.get_by_role("link", name=re.compile("進捗状況報告")).first.click()
    page = committee.locator("main")
    for text in ("41 手続", "17 セット", CAUSE, OVERRIDE):
        expect(page).to_contain_text(text)


def _close(office, plan_id):
    _overview(office, plan_id)
    office.get_by_role("link", name="年度を締める").click()
    expect(office.get_by_text("実績が未入力です。")).to_be_visible()
    office.get_by_label("そのまま締める理由").fill(WHY_CLOSED)
    office.get_by_role("button", name="令和7年度を締める").click()
    expect(office.get_by_role("status")).to_contain_text("令和7年度を締めました。")


def _reopen_by_two(office, second, plan_id):
    office.get_by_role("link", name="入力を再開する").click()
    office.get_by_label("再開の理由").fill(WHY_REOPENED)
    office.get_by_role("button", name="再開を申し出る").click()
    expect(office.get_by_role("button", name="再開を認める")).to_have_count(0)
    second.goto(f"/plans/{plan_id}/years/2025/reopen/")
    expect(second.get_by_text(WHY_REOPENED).first).to_be_visible()
    second.get_by_role("button", name="再開を認める").click()
    expect(second.get_by_role("status")).to_contain_text("入力の受付を再開しました。")


def _correct_after_reopening(site, office, staff, head, plan_id):
    office.goto(f"/plans/{plan_id}/results/review/?fiscal_year=2025&state=checked")
    line = _line(office, TRAINING)
    line.get_by_role("checkbox").check()
    line.get_by_role("textbox").fill(WHY_REOPENED)
    office.get_by_role("button", name="承認を取り消す").click()
    expect(office.get_by_role("status")).to_contain_text("1件を承認前に戻しました。")
    staff.goto(f"/plans/{plan_id}/results/?fiscal_year=2025")
    value_of(staff, TRAINING).fill("3")
    staff.get_by_role("button", name="保存して提出する").click()
    expect(staff.get_by_text("1件を提出しました。")).to_be_visible()
    _approve_all(head)
    assert site.stored(TRAINING)[1] == "3"


def _expect_two_records(office, plan_id):
    _overview(office, plan_id)
    records = office.get_by_role("heading", name="締めの記録").locator("..").get_by_role("link")
    expect(records).to_have_count(2)
    records.last.click()
    first = office.locator("main")
    expect(office.get_by_role("row", name=re.compile(TRAINING)).first).to_contain_text("2 回")
    expect(first).to_contain_text("41 手続")
    _overview(office, plan_id)
    records.first.click()
    expect(office.get_by_role("row", name=re.compile(TRAINING)).first).to_contain_text("3 回")


def _expect_the_trail_to_tell_it(office, plan_id):
    office.goto(f"/history/plans/{plan_id}/")
    told = office.locator("main")
    for text in (SENT_BACK, OVERRIDE, OPINION, RESPONSE, WHY_CLOSED, WHY_REOPENED, "余部 次郎"):
        expect(told).to_contain_text(text)
