"""The product's main job in a real browser: from a typed result to the committee's workbook."""

import re

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.processes import ROOT
from tests.spreadsheets import displayed_sheets

pytestmark = pytest.mark.browser

SCREENSHOTS = ROOT / "test-results"
KPI = "オンライン申請業務の拡充"
TOWNS = {
    "jinsekikogen": "345458",
    "kami": "285854",
    "mamurogawa": "063657",
    "kagamiishi": "073423",
    "kokonoe": "444618",
}
NAME = "香美町_DX推進計画_進捗状況報告書_令和7年度.xlsx"
MOST_TABS = 100


def tab_to(page, target):
    """Presses Tab until `target` has the focus, as a person without a mouse does."""
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by {MOST_TABS} tabs")


def words(locator):
    return locator.inner_text().split()


def test_result_typed_by_keyboard_reaches_every_output(site, visit, tmp_path):
    page = visit(None, "/")
    log_in_by_keyboard(page, site.password)
    page.get_by_role("link", name="令和7年度の実績を入力して提出する").click()
    type_result_by_keyboard(page)
    save_by_keyboard(page)
    check_dashboard(page)
    check_report(download_report(page, tmp_path), tmp_path)
    check_kpi_page(page)


def log_in_by_keyboard(page, password):
    tab_to(page, page.get_by_label("利用者ID"))
    page.keyboard.type("kami-staff")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ホーム")


def type_result_by_keyboard(page):
    expect(page.get_by_role("heading", level=1)).to_have_text("実績入力 令和7年度 (2025年度)")
    cell = page.get_by_label(f"{KPI}の実績")
    row = page.get_by_role("row").filter(has=cell)
    judgement = row.locator("[data-label=判定]")
    assert words(judgement) == ["未報告"]

    tab_to(page, cell)
    page.keyboard.type("４１手続")

    expect(judgement).to_contain_text("91.1%")
    assert words(judgement) == ["B", "概ね達成", "達成率", "91.1%", "まだ保存していません"]
    expect(row).to_contain_text("入力「４１手続」→ 読み取り 41")


def save_by_keyboard(page):
    tab_to(page, page.get_by_role("button", name="保存する"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"完了\s*1件を保存しました。"))
    expect(page.get_by_label(f"{KPI}の実績")).to_have_value("41")


def check_dashboard(page):
    page.get_by_role("link", name="ダッシュボード").click()
    matrix = page.get_by_role("region", name="指標と年度の一覧")
    row = matrix.get_by_role("row").filter(has_text=KPI)
    assert words(row.get_by_role("cell").last) == [
        "B",
        "概ね達成",
        "41",
        "手続",
        "目標",
        "45",
        "手続",
    ]


def download_report(page, folder):
    dashboard, downloads = page.url, []
    page.on("download", lambda download: downloads.append(download))
    page.get_by_role("button", name="委員会資料（Excel）をダウンロード").click()
    while not downloads:  # at once, or on a busy machine from the page of the work
        page.wait_for_timeout(100)
        if "/works/" in page.url:
            with page.expect_download(timeout=60_000):
                page.get_by_role("link", name="をダウンロード").click(timeout=120_000)
    assert downloads[0].suggested_filename == NAME
    downloads[0].save_as(folder / "report.xlsx")
    page.goto(dashboard)
    return folder / "report.xlsx"


def check_report(path, folder):
    sheet = openpyxl.load_workbook(path)["指標一覧"]
    line = next(row for row in sheet.iter_rows(min_row=5) if row[1].value == KPI)
    assert [cell.value for cell in line[-4:]] == [45, 41, pytest.approx(41 / 45), "B"]
    assert [cell.data_type for cell in line[-4:]] == ["n", "n", "n", "s"]

    lines = displayed_sheets([path], folder)["report"]["指標一覧"]
    displayed = next(texts for texts in lines if texts[1:2] == [KPI])
    assert displayed[-4:] == ["45 手続", "41 手続", "91.1%", "B"]


def check_kpi_page(page):
    matrix = page.get_by_role("region", name="指標と年度の一覧")
    matrix.get_by_role("link", name=KPI).click()
    row = page.get_by_role("row").filter(has_text="令和7年度")
    cells = [words(cell)[:2] for cell in row.get_by_role("cell").all()]
    assert cells[:4] == [["45", "手続"], ["41", "手続"], ["未達成"], ["91.1%"]]


def pages(site):
    """Every page as (name, person, path): of all towns what residents could read, then the rest."""
    for town, code in TOWNS.items():
        plan = f"/plans/{site.plan_id(code)}/"
        for page in ("", "dashboard/", "kpis/", "checklists/", "reference/"):
            yield f"{town}-{page.strip('/') or 'plan'}", f"{town}-staff", f"{plan}{page}"
    yield from kami_pages(site)
    other = f"/plans/{site.plan_id(TOWNS['jinsekikogen'])}/results/"
    yield "jinsekikogen-grid", "jinsekikogen-staff", other
    yield "jinsekikogen-grid-planned", "jinsekikogen-staff", f"{other}?fiscal_year=2027"
    kpi = site.kpi_id("マイナンバーカード交付率全国平均以上の維持")
    yield "jinsekikogen-kpi-reference", "jinsekikogen-staff", f"/kpis/{kpi}/"
    yield "login", None, "/accounts/login/"
    yield "administrator-home", "admin", "/"


def kami_pages(site):
    plan = f"/plans/{site.plan_id(TOWNS['kami'])}/"
    milestone = site.kpi_id("国標準システム及びGov-Cloudへの移行の完了")
    for name, path in (
        ("home", "/"),
        ("dashboard-first-year", f"{plan}dashboard/?fiscal_year=2022"),
        ("kpis-none-found", f"{plan}kpis/?grade=uncomputable"),
        ("kpi", f"/kpis/{site.kpi_id(KPI)}/"),
        ("kpi-milestone", f"/kpis/{milestone}/"),
        ("grid", f"{plan}results/"),
        ("grid-closed", f"{plan}results/?fiscal_year=2024"),
        ("404", "/nowhere/"),
    ):
        yield f"kami-{name}", "kami-staff", path
    yield "kami-403", "kami-committee", f"{plan}results/"


# What a person cannot reach: a control that ends right of the window.
CUT_CONTROLS = """() => [...document.querySelectorAll("form :is(button, input, select, textarea)")]
    .filter((control) => control.getBoundingClientRect().right > innerWidth)
    .map((control) => control.outerHTML)"""


@pytest.mark.parametrize("width", [1280, 375])
def test_every_page_fits_the_window(site, walk, width):
    overflowing, cut = [], {}
    for name, page in walk(pages(site), width=width):
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            overflowing.append(name)
        cut[name] = page.evaluate(CUT_CONTROLS)
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)

    assert overflowing == []
    assert cut == {name: [] for name in cut}


def test_chart_script_is_compressed_and_kept_for_ever(site, visit):
    page = visit("kami-committee", "/")
    with page.expect_response(re.compile("plotly.*js$")) as response:
        page.get_by_role("link", name="ダッシュボード", exact=True).click()
    assert re.fullmatch(r".*/static/plotly\.min\.[0-9a-f]{12}\.js", response.value.url)
    headers = response.value.headers
    assert headers["cache-control"] == "max-age=315360000, public, immutable"
    assert headers["content-encoding"] == "br"


def test_private_page_is_never_stored(visit):
    page = visit("kami-staff", "/")
    headers = page.reload().headers
    assert headers["cache-control"] == "no-store"
