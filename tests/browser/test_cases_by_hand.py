"""Every case of the domain rules' table, set up by hand in the browser and read from its pages.

The DX office makes one plan with a KPI for each case, types its definition, targets and results,
and reads what the pages say: the table here is what they must say.
"""

import json
import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.browser.entry_grid import say_why_on_behalf

pytestmark = pytest.mark.browser

TITLE = "手で確かめる計画"
LIST = "手続の現況"
ITEMS, DONE, ABSENT = 58, 33, 10
NOT_YET_MADE = "2025年度の増分がないため、累計を計算できません。"
NOTES = "備考・計算の根拠"
ANSWERS = ("状態", "備考")  # what the grid asks for before it saves an odd value
ZERO = "分母が0のため、率を計算できません。状態を「算定不能」にし、理由を備考に入力してください。"
FALLS = "前年度の累計（20 件）を下回っています。正しい場合は、理由を備考に入力してください。"


@dataclass(frozen=True)
class Case:
    """A KPI as it is typed, and what its page says of R6 to R8 (2024 to 2026).

    `targets` and `typed` go year by year; a typed text is the value, a dict the named cells.
    `shows` is (実績, 判定, 達成率, 進捗率, 評語); `says` are remarks beside a year's figures.
    """

    name: str
    way: str
    targets: tuple
    typed: dict
    shows: dict
    says: dict = field(default_factory=dict)
    definition: dict = field(default_factory=dict)
    choices: dict = field(default_factory=dict)


NOTHING_YET = ("未入力", "―", "―", "―", "未報告")

CASES = (
    Case(
        "減らす目標を超えて減った",
        "時点 減少",
        ("50", "50", "50"),
        {2024: "40"},
        {2024: ("40 件", "達成", "125.0%", "120.0%", "A 達成")},
        definition={"基準年度": "R5", "基準値": "100"},
    ),
    Case(
        "減らす目標に届かない",
        "単年度 減少",
        ("20000", "20000", "20000"),
        {2024: "20563"},
        {2024: ("20,563 件", "未達成", "97.3%", "78.2%", "B 概ね達成")},
        definition={"基準年度": "R5", "基準値": "22585"},
    ),
    Case(
        "目標も実績も0",
        "単年度 減少",
        ("0", "0", "0"),
        {2024: "0"},
        {2024: ("0 件", "達成", "100.0%", "―", "A 達成")},
    ),
    Case(
        "実績だけが0",
        "単年度 減少",
        ("50", "50", "50"),
        {2024: "0"},
        {2024: ("0 件", "達成", "―", "―", "A 達成")},
        says={2024: "実績が0のため、目標÷実績の割り算ができません。"},
    ),
    Case(
        "基準値より悪くなった",
        "時点 減少",
        ("50", "50", "50"),
        {2024: "110"},
        {2024: ("110 件", "未達成 悪化（基準値より後退）", "45.5%", "-20.0%", "D 大幅な遅れ")},
        definition={"基準年度": "R5", "基準値": "100"},
    ),
    Case(
        "基準値と目標と実績が同じ",
        "時点 増加",
        ("30", "30", "30"),
        {2024: "30"},
        {2024: ("30 件", "達成（維持）", "100.0%", "算定対象外", "A 達成")},
        definition={"基準年度": "R5", "基準値": "30"},
    ),
    Case(
        "四捨五入すると目標と同じに見える",
        "率 維持（以上）",
        ("90", "90", "90"),
        {2024: {"分子": "8996", "分母": "10000"}},
        {2024: ("90.0%", "未達成", "100.0%", "―", "B 概ね達成")},
        says={2024: "四捨五入前の値（89.96）で判定しています。"},
        definition={"単位": "%"},
        choices={"小数点以下の桁数": "1桁"},
    ),
    Case(
        "2年目の増分がない",
        "累計（増分を入力） 増加",
        ("10", "20", "30"),
        {2024: "8", 2026: "9"},
        {
            2024: ("8 件", "未達成", "80.0%", "―", "B 概ね達成"),
            2025: NOTHING_YET,
            2026: ("―", "―", "―", "―", "算定不能"),
        },
        says={2026: NOT_YET_MADE},
    ),
    Case(
        "累計が前の年度より少ない",
        "累計（累計値を入力） 増加",
        ("20", "30", "40"),
        {2024: "20", 2025: {"実績": "18", "備考": "二重に数えていた2件を除いた"}},
        {
            2024: ("20 件", "達成", "100.0%", "―", "A 達成"),
            2025: ("18 件", "未達成", "60.0%", "―", "C 遅れ"),
        },
        says={2025: "備考: 二重に数えていた2件を除いた"},
    ),
    Case(
        "分母が0の率",
        "率 増加",
        ("50", "50", "50"),
        {2024: {"分子": "3", "分母": "0", "状態": "算定不能", "備考": "対象者がいなかった"}},
        {2024: ("算定不能", "―", "―", "―", "算定不能")},
        says={2024: "分母が0のため、率を計算できません。 備考: 対象者がいなかった"},
        definition={"単位": "%"},
    ),
    Case(
        "3年目に目標を見直した",
        "単年度 増加",
        ("30", "40", "50"),
        {2024: "30", 2025: "35", 2026: "36"},
        {
            2024: ("30 件", "達成", "100.0%", "―", "A 達成"),
            2025: ("35 件", "未達成", "87.5%", "―", "B 概ね達成"),
            2026: ("36 件", "達成", "100.0%", "―", "A 達成"),
        },
    ),
    Case(
        "3年目から測る",
        "単年度 増加",
        (None, None, "10"),
        {2026: "10"},
        {2026: ("10 件", "達成", "100.0%", "―", "A 達成")},
        definition={"測定開始年度": "R8"},
    ),
    Case(
        "全国平均と比べる",
        "時点 維持（以上）",
        ("全国平均以上", "全国平均以上", "全国平均以上"),
        {2024: {"実績": "80.5", "全国平均": "78.2"}},
        {2024: ("80.5%（全国平均 78.2%）", "達成", "102.9%", "―", "A 達成")},
        definition={"単位": "%", "参照値の名称": "全国平均"},
        choices={"小数点以下の桁数": "1桁"},
    ),
    Case(
        "現況一覧から算出する",
        "率 増加",
        ("60", "80", "100"),
        {2024: {}},
        {2024: ("68.8%", "達成", "114.6%", "―", "A 達成")},
        definition={"単位": "%"},
        choices={
            "小数点以下の桁数": "1桁",
            "算出のもとにする現況一覧": LIST,
            "一覧からの算出": "済の項目数 ÷ 対象の項目数",
        },
    ),
)
BY_NAME = {case.name: case for case in CASES}
YEARS = {"令和6年度": 2024, "令和7年度": 2025, "令和8年度": 2026}


def by_label(page, label):
    """A form's field by its own label, not by one that only begins alike."""
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*※"))


def choose(page, group, option):
    choices = page.get_by_role("group", name=re.compile(rf"^\s*{group}\s*※"))
    choices.get_by_role("radio", name=re.compile(rf"^{re.escape(option)}")).check()


def save(page, button="保存する"):
    page.get_by_role("button", name=button, exact=True).click()


def expect_done(page, text):
    expect(page.get_by_role("status").first).to_contain_text(text)


@pytest.fixture
def plan_id(site, visit):
    """A plan in force with a KPI for each case, and all its years open; forgotten afterwards."""
    page = visit("kami-dxo", "/plans/new/")
    plan_id = make_draft(page)
    try:
        fill_draft(page, plan_id)
        put_in_force(page, plan_id)
        # No page opens a fiscal year yet.
        site.query("UPDATE plans_planyear SET state = 'open' WHERE plan_id = %s", plan_id)
        yield plan_id
    finally:
        site.forget_plan(plan_id)


def make_draft(page):
    by_label(page, "計画名").fill(TITLE)
    by_label(page, "開始年度").fill("令和6年度")
    by_label(page, "終了年度").fill("R8")
    by_label(page, "1階層目").fill("施策")
    save(page, "下書きをつくる")
    return int(re.search(r"/plans/(\d+)/", page.url)[1])


def fill_draft(page, plan_id):
    page.goto(f"/plans/{plan_id}/structure/")
    page.get_by_role("link", name="施策を追加").click()
    by_label(page, "名称").fill("すべての場合")
    save(page)
    expect_done(page, "を追加しました。")
    add_checklist(page, plan_id)
    for case in CASES:
        add_kpi(page, plan_id, case)


def add_checklist(page, plan_id):
    page.goto(f"/plans/{plan_id}/checklists/new/")
    by_label(page, "名称").fill(LIST)
    by_label(page, "該当なしの呼び方").fill("手続なし")
    save(page)
    by_label(page, "名称").fill("\n".join(f"手続{number}" for number in range(1, ITEMS + 1)))
    save(page, "追加する")
    expect_done(page, f"{ITEMS}件の項目を追加しました。")


def add_kpi(page, plan_id, case):
    page.goto(f"/plans/{plan_id}/kpis/new/")
    kind, direction = case.way.split()
    by_label(page, "施策").select_option(index=1)
    choose(page, "測定の種類", kind)
    choose(page, "目指す方向", direction)
    for label, text in {"名称": case.name, "単位": "件", **case.definition}.items():
        by_label(page, label).fill(text)
    for label, option in case.choices.items():
        by_label(page, label).select_option(label=option)
    save(page)
    for year, target in zip(YEARS, case.targets, strict=True):
        if target:
            page.get_by_label(f"{year}の目標", exact=True).fill(target)
    save(page)
    expect_done(page, "目標を保存しました。")


def put_in_force(page, plan_id):
    page.goto(f"/plans/{plan_id}/state/")
    save(page, "実施中にする")
    expect_done(page, "計画を「実施中」にしました。")


def test_every_case_shows_what_the_table_says(site, visit, plan_id):
    page = visit("kami-dxo", "/")
    enter_checklist(page, plan_id)
    enter_year(page, plan_id, 2024, asked=ZERO, saved=12)
    enter_year(page, plan_id, 2025, asked=FALLS, saved=1)
    kpis = dict(site.query("SELECT name, id FROM kpis_kpi WHERE plan_id = %s", plan_id))
    revise_in_third_year(page, kpis["3年目に目標を見直した"])
    enter_year(page, plan_id, 2026, saved=3)

    found = {name: read_kpi(page, kpi_id) for name, kpi_id in kpis.items()}
    assert {case.name: shown(found[case.name], case) for case in CASES} == {
        case.name: case.shows for case in CASES
    }
    assert {case.name: remarks(found[case.name], case) for case in CASES} == {
        case.name: case.says for case in CASES
    }
    check_both_inputs_are_kept(page, kpis["分母が0の率"])
    check_old_and_new_line(found["3年目に目標を見直した"])
    check_both_lines(found["全国平均と比べる"])
    check_denominators(page, plan_id)


def enter_checklist(page, plan_id):
    page.goto(f"/plans/{plan_id}/checklists/")
    page.get_by_role("link", name=LIST).click()
    address = page.url.split("?")[0]
    page.goto(f"{address}entry/?fiscal_year=2024")
    states = ["済"] * DONE + ["手続なし"] * ABSENT + ["未"] * (ITEMS - DONE - ABSENT)
    for number, state in enumerate(states, 1):
        group = page.get_by_role("group", name=f"手続{number}の状態", exact=True)
        group.get_by_label(state, exact=True).check()
    save(page)
    expect_done(page, f"{ITEMS}件を保存しました。")
    page.goto(f"{address}?fiscal_year=2024")
    total = page.get_by_role("row").filter(has_text="33 / 48")
    expect(total).to_contain_text("68.8%")


def enter_year(page, plan_id, fiscal_year, *, saved, asked=""):
    """Types a year's results; where something is asked, first without its answer."""
    page.goto(f"/plans/{plan_id}/results/?fiscal_year={fiscal_year}")
    for button in page.get_by_role("button", name="に一覧の値を使う").all():
        button.click()
    type_cells(page, fiscal_year, lambda cell: not asked or cell not in ANSWERS)
    say_why_on_behalf(page)
    save(page)
    if asked:
        expect(page.get_by_role("alert")).to_contain_text(f"{saved}件を保存しました。1件は")
        expect(page.locator(".field__error")).to_have_text([asked])
        type_cells(page, fiscal_year, lambda cell: cell in ANSWERS)
        say_why_on_behalf(page)
        save(page)
    expect_done(page, "1件を保存しました。" if asked else f"{saved}件を保存しました。")


def type_cells(page, fiscal_year, is_wanted):
    for case in CASES:
        typed = case.typed.get(fiscal_year, {})
        cells = typed if isinstance(typed, dict) else {"実績": typed}
        for cell in filter(is_wanted, cells):
            type_cell(page, case.name, cell, cells[cell])


def type_cell(page, name, cell, text):
    if cell == "状態":
        page.get_by_label(f"{name}の値の状態").select_option(label=text)
    else:
        page.get_by_label(f"{name}の{cell}").fill(text)


def revise_in_third_year(page, kpi_id):
    page.goto(f"/kpis/{kpi_id}/revisions/new/")
    page.get_by_label("令和8年度の目標").fill("36")
    by_label(page, "適用する年度").select_option(label="令和8年度")
    by_label(page, "決定日").fill("令和7年5月20日")
    by_label(page, "決定した機関").fill("情報化推進委員会")
    by_label(page, "見直しの区分").select_option(label="中間見直し")
    by_label(page, "理由").fill("2年間の実績を踏まえて見直した。")
    save(page, "見直しを登録する")
    expect_done(page, "第1回の目標の見直しを登録しました。")


@dataclass(frozen=True)
class Found:
    """What a KPI's page says: a dict by column for every year, and its chart."""

    years: dict
    lines: dict


def read_kpi(page, kpi_id):
    page.goto(f"/kpis/{kpi_id}/")
    table = page.get_by_role("region", name="年度ごとの目標と実績").get_by_role("table")
    [head, *rows] = [
        [" ".join(text.split()) for text in row.locator("th, td").all_inner_texts()]
        for row in table.get_by_role("row").all()
    ]
    years = {row[0].split()[0]: dict(zip(head, row, strict=True)) for row in rows}
    chart = json.loads(page.locator("#charts").text_content())["kpi"]
    return Found(years, {trace["name"]: points(trace) for trace in chart["data"]})


def points(trace):
    return list(zip(trace["x"], trace["y"], strict=True))


def shown(found, case):
    columns = ("実績", "判定", "達成率", "進捗率", "評語")
    return {
        year: tuple(found.years[era_label][column] for column in columns)
        for era_label, year in YEARS.items()
        if year in case.shows
    }


def remarks(found, case):
    """What stands beside the figures before their explanation."""
    return {
        year: found.years[era_label][NOTES].split(" 計算の根拠")[0]
        for era_label, year in YEARS.items()
        if year in case.says
    }


def check_both_inputs_are_kept(page, kpi_id):
    page.goto(f"/kpis/{kpi_id}/")
    row = page.get_by_role("row").filter(has_text="令和6年度")
    row.get_by_text("計算の根拠", exact=True).click()
    expect(row.locator(".explanation")).to_contain_text("算定不能（分子 3、分母 0）")


def check_old_and_new_line(found):
    assert found.lines["当初目標"] == [("R6", 30), ("R7", 40), ("R8", 50)]
    assert found.lines["目標"] == [("R6", 30), ("R7", 40), ("R8", 36)]


def check_both_lines(found):
    assert found.lines["実績"][0] == ("R6", 80.5)
    assert found.lines["全国平均（目標）"][0] == ("R6", 78.2)


def check_denominators(page, plan_id):
    """The KPI of the third year counts in that year alone."""
    for fiscal_year, text in ((2024, "12 / 全13"), (2025, "2 / 全13"), (2026, "2 / 全14")):
        page.goto(f"/plans/{plan_id}/dashboard/?fiscal_year={fiscal_year}")
        expect(page.get_by_text(re.compile("評価可能")).first).to_contain_text(text)
