"""A new colleague: added by the office, logged in with an own password, moved on 1 April."""

import datetime

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in

pytestmark = pytest.mark.browser

USERNAME, NAME = "kami-shinjin", "但馬 花子（見本）"
OWN_PASSWORD = "tajima no ushi to kani"
FIRST_DEPARTMENT, SECOND_DEPARTMENT = "町民課", "企画課"


@pytest.fixture
def forget_newcomer(site):
    yield
    newcomer = "user_id IN (SELECT id FROM accounts_user WHERE username = %s)"
    for table in ("accounts_assignment", "accounts_passwordlink"):
        site.query(f"DELETE FROM {table} WHERE {newcomer}", USERNAME)
    site.query("DELETE FROM accounts_user WHERE username = %s", USERNAME)


def test_new_colleague_is_added_invited_and_moved(site, visit, forget_newcomer):
    office = visit("kami-dxo", "/")
    address = add_newcomer(office)
    own = set_password(visit, site, address)
    grid = f"/plans/{site.plan_id('285854')}/results/?fiscal_year=2025"
    own.goto(grid)
    before = kpis_shown(own)

    move(office)
    log_in_again(own, grid)
    assert kpis_shown(own) == before

    let_april_come(site)
    log_in_again(own, grid)
    assert before & kpis_shown(own) == set()
    assert kpis_shown(own) == kpis_of(site, SECOND_DEPARTMENT)


def add_newcomer(page):
    page.get_by_role("link", name="利用者と課室").click()
    page.get_by_role("link", name="利用者を追加").click()
    page.get_by_label("利用者ID").fill(USERNAME)
    page.get_by_label("氏名").fill(NAME)
    page.get_by_label("役割").select_option("担当者")
    page.get_by_role("button", name="追加してリンクを発行する").click()
    expect(page.get_by_role("alert")).to_contain_text("担当者と課長には、課を選んでください。")
    expect(page.get_by_label("氏名")).to_have_value(NAME)
    page.locator("#id_department").select_option(FIRST_DEPARTMENT)
    page.get_by_role("button", name="追加してリンクを発行する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("パスワード設定リンク")
    return page.locator(".address").inner_text()


def set_password(visit, site, address):
    page = visit(None, address.removeprefix(site.address))
    expect(page.get_by_text(USERNAME)).to_be_visible()
    for place in (1, 2):
        page.locator(f"#id_new_password{place}").fill(OWN_PASSWORD)
    page.get_by_role("button", name="パスワードを設定する").click()
    expect(page.get_by_text("パスワードを設定しました。")).to_be_visible()
    sign_in(page, USERNAME, OWN_PASSWORD)
    dead = visit(None, address.removeprefix(site.address))
    expect(dead.get_by_role("heading", level=1)).to_have_text("このリンクは使えません")
    return page


def move(page):
    page.get_by_role("link", name=f"{NAME}さんのページへ").click()
    page.get_by_role("link", name="人事異動").click()
    page.get_by_label("1つ目の役割").select_option("担当者")
    page.get_by_label("1つ目の課").select_option(SECOND_DEPARTMENT)
    page.get_by_role("button", name="異動を登録する").click()
    expect(page.get_by_text("異動を登録しました。")).to_be_visible()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text(SECOND_DEPARTMENT)
    expect(rows.nth(0)).to_contain_text("予定")
    expect(rows.nth(1)).to_contain_text(FIRST_DEPARTMENT)
    expect(rows.nth(1)).to_contain_text("3月31日")


def let_april_come(site):
    """The clock cannot be turned, so the days of the move are: 1 April is today."""
    days = "(SELECT max(valid_from) - %s::date FROM accounts_assignment WHERE user_id = %s)"
    today, person = datetime.datetime.now(datetime.UTC).date(), site.person_id(USERNAME)
    site.query(
        f"UPDATE accounts_assignment SET valid_from = valid_from - {days},"
        f" valid_to = valid_to - {days} WHERE user_id = %s",
        *(today, person, today, person, person),
    )


def log_in_again(page, path):
    """A session ends when its person's roles change."""
    page.goto("/")
    expect(page.get_by_role("button", name="ログイン", exact=True)).to_be_visible()
    sign_in(page, USERNAME, OWN_PASSWORD)
    page.goto(path)


def kpis_shown(page):
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return set(page.locator("tbody th a").all_inner_texts())


def kpis_of(site, department):
    rows = site.query(
        "SELECT k.number, k.name FROM kpis_kpi k JOIN kpis_kpiresponsibility r ON r.kpi_id = k.id"
        " JOIN accounts_department d ON d.id = r.department_id WHERE d.name = %s"
        " AND d.municipality_id = (SELECT id FROM accounts_municipality WHERE code = '285854')",
        department,
    )
    return {f"{number} {name}" for number, name in rows}
