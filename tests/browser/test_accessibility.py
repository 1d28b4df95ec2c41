"""Every kind of page for people who see little, or use no mouse."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.processes import ROOT

pytestmark = pytest.mark.browser

SCREENSHOTS = ROOT / "test-results"
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
OPTIONS = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
MOST_TABS = 100
# What the focused element is, and whether a person can see that it has the focus.
FOCUSED = """() => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
        name: element.outerHTML.slice(0, 120),
        isOutside: element === document.body,
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isInView: box.width > 1 && box.bottom > 0 && box.top < innerHeight,
    };
}"""

# What another font, a merged town and a person with two roles make of the header.
LONG_HEADER = """() => {
    document.body.style.letterSpacing = "0.09em";
    document.querySelector(".site-header__town strong").textContent = "南方上三河津軽高原長万部町";
    document.querySelector(".user-menu__own summary").prepend("小路勘解由左衛門 ");
}"""


def violations(page):
    """What axe finds, as (rule, element) pairs."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [(item["id"], node["html"]) for item in found for node in item["nodes"]]


def pages(site):
    """Every kind of page as (person, path)."""
    plan = f"/plans/{site.plan_id('285854')}/"
    kpi = site.kpi_id("オンライン申請業務の拡充")
    sheet = f"/actionplans/{site.action_plan_id('285854', '1')}/"
    person = f"/accounts/people/{site.person_id('kami-staff')}/"
    return {
        "login": (None, "/accounts/login/"),
        "home": ("kami-staff", "/"),
        "plan": ("kami-staff", plan),
        "dashboard": ("kami-staff", f"{plan}dashboard/"),
        "changes-since": ("kami-dxo", f"{plan}changes/since/?from=R8.4.1"),
        "kpis": ("kami-staff", f"{plan}kpis/"),
        "kpi": ("kami-staff", f"/kpis/{kpi}/"),
        "kpi-table": ("kami-dxo", f"{plan}kpis/table/"),
        "works": ("kami-dxo", "/works/"),
        "grid": ("kami-staff", f"{plan}results/"),
        "grid-closed": ("kami-staff", f"{plan}results/?fiscal_year=2024"),
        "results-upload": ("kami-dxo", f"{plan}results/upload/"),
        "checklists": ("mamurogawa-staff", f"/plans/{site.plan_id('063657')}/checklists/"),
        "reference": ("kagamiishi-staff", f"/plans/{site.plan_id('073423')}/reference/"),
        "plan-matrix": ("kokonoe-staff", f"/plans/{site.plan_id('444618')}/"),
        "meetings": ("kami-dxo", f"{plan}meetings/"),
        "history": ("kami-dxo", "/history/"),
        "history-kpi": ("kami-staff", f"/history/kpis/{kpi}/"),
        "schedule": ("kami-dxo", f"{plan}schedule/"),
        "action-plans": ("kami-dxo", f"{plan}actionplans/"),
        "action-plan-checks": ("kami-dxo", f"{plan}actionplans/checks/"),
        "quarterly": ("kami-dxo", f"{plan}quarterly/"),
        "money": ("kami-dxo", f"{plan}money/"),
        "evaluations": ("kami-dxo", f"{plan}evaluations/"),
        "evaluations-upload": ("kami-staff", f"{plan}evaluations/upload/"),
        "sheet": ("kami-staff", sheet),
        "sheet-edit": ("kami-staff", f"{sheet}edit/"),
        "sheet-money": ("kami-staff", f"{sheet}money/"),
        "sheet-evaluation": ("kami-staff", f"{sheet}evaluation/"),
        "404": ("kami-staff", "/nowhere/"),
        "people": ("kami-dxo", "/accounts/people/"),
        "person": ("kami-dxo", person),
        "person-move": ("kami-dxo", f"{person}move/"),
        "departments": ("kami-dxo", "/accounts/departments/?state=all"),
        "department-merge": ("kami-dxo", "/accounts/departments/merge/"),
        "notices": ("kami-staff", "/notices/"),
        "notice-choices": ("kami-staff", "/notices/choices/"),
        "remind": ("kami-dxo", f"{plan}years/2025/remind/"),
    }


@pytest.mark.parametrize("width", [1280, 375])
def test_page_breaks_no_accessibility_rule(site, walk, width):
    places = [(name, *place) for name, place in pages(site).items()]
    found = {name: violations(page) for name, page in walk(places, width=width)}

    assert found == {name: [] for name in found}


@pytest.mark.parametrize("width", [1280, 1024, 768, 375])
def test_header_keeps_its_parts_apart_with_long_names_and_wide_letters(visit, width):
    page = visit("kami-dxo", "/history/", width=width)
    assert violations(page) == []
    page.evaluate(LONG_HEADER)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True


@pytest.mark.parametrize("width", [1280, 375])
def test_refused_login_breaks_no_accessibility_rule(visit, width):
    page = visit(None, "/accounts/login/", width=width)
    page.get_by_label("利用者ID").fill("kami-staff")
    page.get_by_label("パスワード").fill("wrong")
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("alert")).to_be_visible()

    assert violations(page) == []


@pytest.mark.parametrize("width", [1280, 375])
def test_grid_with_errors_and_a_conflict_breaks_no_accessibility_rule(site, grid, width):
    page = grid("kami-staff", width=width)
    type_what_cannot_be_saved(page)
    save_as_someone_else(site, "職員向け情報セキュリティ研修の実施")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / f"grid-errors-{width}.png", full_page=True)

    assert page.locator(".conflict").count() == 1
    assert page.locator("[aria-invalid]").count() == 1
    assert page.locator(".grid-table__question").count() == 1
    assert violations(page) == []


def type_what_cannot_be_saved(page):
    page.get_by_label("オンライン申請業務の拡充の実績").fill("41件")
    page.get_by_label("ICTリテラシー研修の実績").fill("約2")
    page.get_by_label("職員向け情報セキュリティ研修の実施の実績").fill("3")


def save_as_someone_else(site, kpi):
    site.query(
        "UPDATE kpis_result SET value = 2, version = version + 1"
        " WHERE fiscal_year = 2025 AND kpi_id = %s",
        site.kpi_id(kpi),
    )


@pytest.mark.parametrize("name", ["login", "home", "dashboard", "kpis", "kpi", "grid"])
def test_focus_is_seen_at_every_stop(site, visit, name):
    page = visit(*pages(site)[name])
    page.evaluate("document.activeElement.blur()")
    stops = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["isOutside"]:
            break
        stops.append(stop)

    assert stops != []
    assert [stop for stop in stops if not (stop["isMarked"] and stop["isInView"])] == []


@pytest.mark.parametrize("width", [1280, 375])
def test_skip_link_appears_and_leads_past_the_menu(visit, width):
    page = visit("kami-staff", "/", width=width)
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="本文へ移動")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport(ratio=1)

    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    inside = page.evaluate("document.querySelector('#main').contains(document.activeElement)")
    assert inside is True
