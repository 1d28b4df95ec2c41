"""The second factor as people meet it: app and codes, passkeys of a virtual device, rules."""

import base64
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, watch

pytestmark = pytest.mark.browser

LEVELS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
PERSON, OFFICE = "kokonoe-auditor", "kokonoe-dxo"
OVERVIEW = "/accounts/second-factor/"
NOT_HERE = "この接続ではパスキーを使えません。"


@pytest.fixture
def site(site):
    """Nobody has a second factor, before and after."""
    yield site
    for table in ("mfa_authenticator", "accounts_townsecurity", "accounts_factorremoval"):
        site.query(f"DELETE FROM {table}")
    site.query("DELETE FROM accounts_logintally")


@pytest.fixture
def at_localhost(site, chromium):
    """A window under the one plain address where browsers have passkeys; no page may complain."""
    address, problems, contexts = site.address.replace("127.0.0.1", "localhost"), [], []

    def opened(path, *, width=1280):
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": 900}, locale="ja-JP"
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, address, problems)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


class Device:
    """A virtual authenticator that a page's browser finds built in."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.name = {"authenticatorId": made["authenticatorId"]}

    def knows_its_person(self, *, is_known):
        self.session.send("WebAuthn.setUserVerified", self.name | {"isUserVerified": is_known})

    def credentials(self):
        return self.session.send("WebAuthn.getCredentials", self.name)["credentials"]


def log_in(page, username=PERSON):
    page.goto("/accounts/login/")
    page.get_by_label("利用者ID").fill(username)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン", exact=True).click()


def log_out(page):
    page.get_by_role("button", name="ログアウト").click()


def heading(page):
    return page.get_by_role("heading", level=1)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def app_code(secret, steps=0):
    """What an app shows that was given the secret, now or some steps of 30 seconds later."""
    key = base64.b32decode(secret)
    return TOTP(key, 6, SHA1(), 30).generate(int(time.time()) + 30 * steps).decode()


def violations(page):
    found = Axe().run(page, options=LEVELS).response["violations"]
    return [(item["id"], node["html"]) for item in found for node in item["nodes"]]


def register_app(page):
    page.goto(f"{OVERVIEW}app/")
    secret = page.locator(".secret").inner_text().strip()
    page.get_by_label("認証アプリに表示された6桁のコード").fill(app_code(secret))
    press(page, "登録する")
    expect(heading(page)).to_have_text("予備コード")
    return secret


def register_passkey(page, name):
    page.goto(f"{OVERVIEW}passkeys/add/")
    page.get_by_label("名前").fill(name)
    press(page, "登録する")


def test_app_is_registered_and_its_code_asked_for_at_login(site, visit):
    page = visit(None, "/accounts/login/")
    log_in(page)
    page.goto(f"{OVERVIEW}app/")
    picture = page.get_by_alt_text("認証アプリに登録するためのQRコード")
    assert picture.evaluate("image => image.naturalWidth") > 0
    secret = register_app(page)
    codes = page.locator(".codes li").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="テキストで保存する").click()
    assert download.value.suggested_filename == "dxplan-recovery-codes.txt"
    assert download.value.path().read_text().split() == codes
    page.get_by_role("link", name="保管したので次へ進む").click()
    expect(heading(page)).to_have_text("ホーム")

    log_out(page)
    log_in(page)
    expect(heading(page)).to_have_text("二要素認証")
    page.get_by_label("コード").fill("000000")
    press(page, "ログイン")
    expect(page.get_by_role("alert")).to_contain_text("コードが違うか、使用済みか")
    page.get_by_label("コード").fill(app_code(secret, steps=1))
    press(page, "ログイン")
    expect(heading(page)).to_have_text("ホーム")

    log_out(page)
    log_in(page)
    page.get_by_label("コード").fill(codes[0])
    press(page, "ログイン")
    expect(page.locator(".message--warning")).to_contain_text("残りは9個です。")


def test_passkey_is_registered_used_renamed_and_removed(site, at_localhost):
    page = at_localhost("/accounts/login/")
    device = Device(page)
    log_in(page)
    register_passkey(page, "職場のPC")
    expect(heading(page)).to_have_text("予備コード")
    assert [item["isResidentCredential"] for item in device.credentials()] == [True]

    log_out(page)
    log_in(page)
    press(page, "パスキーを使う")
    expect(heading(page)).to_have_text("ホーム")

    log_out(page)
    page.goto("/accounts/login/?next=/accounts/second-factor/")
    press(page, "パスキーでログイン")
    expect(heading(page)).to_have_text("二要素認証")

    page.get_by_role("link", name="名前を変える").click()
    page.get_by_label("名前").fill("机の鍵")
    press(page, "保存する")
    expect(page.get_by_role("rowheader", name="机の鍵")).to_be_visible()
    page.get_by_role("link", name="外す").click()
    press(page, "外す")
    expect(page.locator(".message--success")).to_contain_text("パスキーを外しました。")
    log_out(page)
    log_in(page)
    expect(heading(page)).to_have_text("ホーム")


def test_device_that_refuses_is_told_and_can_be_tried_again(site, at_localhost):
    page = at_localhost("/accounts/login/")
    device = Device(page)
    log_in(page)
    device.knows_its_person(is_known=False)
    register_passkey(page, "職場のPC")
    expect(page.get_by_role("alert")).to_contain_text("パスキーを使えませんでした。")
    assert violations(page) == []

    device.knows_its_person(is_known=True)
    press(page, "登録する")
    expect(heading(page)).to_have_text("予備コード")
    register_passkey(page, "同じPC")
    expect(page.get_by_role("alert")).to_contain_text("この装置は登録済みです。")


@pytest.mark.parametrize("width", [1280, 375])
def test_address_without_passkeys_says_so(site, visit, width):
    page = visit(None, "/accounts/login/", width=width)
    expect(page.get_by_role("button", name="パスキーでログイン")).to_be_hidden()
    log_in(page)
    page.goto(f"{OVERVIEW}passkeys/add/")

    expect(page.get_by_role("note")).to_contain_text(NOT_HERE)
    expect(page.get_by_role("button", name="登録する")).to_be_hidden()
    assert violations(page) == []


def test_town_requires_a_factor_and_helps_who_lost_it(site, visit):
    office, person = visit(None, "/accounts/login/"), visit(None, "/accounts/login/")
    log_in(office, OFFICE)
    office.goto("/accounts/security/")
    office.get_by_label("監査").check()
    press(office, "保存する")
    expect(office.locator(".message--success")).to_contain_text("保存しました")

    log_in(person)
    expect(heading(person)).to_have_text("二要素認証")
    expect(person.get_by_role("alert")).to_contain_text("二要素認証の登録が必要です。")
    person.get_by_role("link", name="ホーム").first.click()
    expect(heading(person)).to_have_text("二要素認証")
    register_app(person)
    person.get_by_role("link", name="保管したので次へ進む").click()
    expect(heading(person)).to_have_text("ホーム")
    person.goto(f"{OVERVIEW}app/remove/")
    expect(heading(person)).to_have_text("認証アプリは外せません")

    office.get_by_role("link", name="利用者の登録状況").click()
    office.get_by_role("row", name="監査（見本）").get_by_role("link", name="解除する").click()
    office.get_by_label("解除の理由").fill("スマートフォンの紛失")
    press(office, "解除する")
    expect(office.locator(".message--success")).to_contain_text("二要素認証を解除しました。")
    person.goto("/")
    expect(heading(person)).to_have_text("二要素認証")


@pytest.mark.parametrize("width", [1280, 375])
def test_pages_break_no_accessibility_rule(site, at_localhost, width):
    page = at_localhost("/accounts/login/", width=width)
    Device(page)
    found = {"login": violations(page)}
    log_in(page, OFFICE)

    def look(name, path):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found[name] = violations(page)

    look("nothing yet", OVERVIEW)
    look("app", f"{OVERVIEW}app/")
    register_app(page)
    found["codes"] = violations(page)
    register_passkey(page, "職場のPC")
    expect(heading(page)).to_have_text("二要素認証")
    found["overview"] = violations(page)
    look("passkey", f"{OVERVIEW}passkeys/add/")
    look("app removal", f"{OVERVIEW}app/remove/")
    look("new codes", f"{OVERVIEW}codes/new/")
    look("rules", "/accounts/security/")
    look("people", "/accounts/security/people/")
    for way in ("password", "code", "passkey"):
        look(way, f"/accounts/confirm/{way}/")
    log_out(page)
    log_in(page, OFFICE)
    expect(heading(page)).to_have_text("二要素認証")
    found["second factor"] = violations(page)

    assert found == {name: [] for name in found}
