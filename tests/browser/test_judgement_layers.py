"""A year judged in layers, each by those who may: all stay, and no error loses what was typed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_grid_typing import OPEN_DATA

pytestmark = pytest.mark.browser

SELF, OFFICE, COMMITTEE = "担当課の自己評価", "DX推進担当の判定", "推進委員会の意見"
CAUSE = "公開の手順書がなく、各課の作業が遅れた。"
NEXT_STEP = "手順書をつくり、四半期ごとに確かめる。"
REASON = "公開の準備は24セットとも済んでいるため。"
OPINION = "来年度は件数だけでなく、使われ方も見てほしい。"
WHY_AND_WHAT_NEXT = "未達成のときは、原因と今後の取組を入力してください。"


@pytest.fixture
def open_sheet(site, visit):
    """Opens the judgement of a KPI that missed its target, of which nothing was said yet."""
    path = f"/kpis/{site.kpi_id(OPEN_DATA)}/judgement/?fiscal_year=2025"
    yield lambda person: visit(person, path)
    site.query(
        "DO $$ BEGIN SET LOCAL session_replication_role = replica;"
        "DELETE FROM kpis_judgement; END $$"
    )


def layer(page, name):
    """The card of a layer."""
    heading = page.get_by_role("heading", name=name, exact=True)
    return page.locator("section.layer").filter(has=heading)


def cell(page, name, label):
    return layer(page, name).get_by_label(re.compile(rf"^\s*{label}"))


def save(page, name):
    page.get_by_role("button", name=f"{name}を保存する").click()


def expect_saved(page, name):
    expect(page.get_by_role("status")).to_contain_text(f"「{name}」を保存しました。")


def judge_oneself(page):
    cell(page, SELF, "自己評価の評語").select_option(label="C 遅れ")
    cell(page, SELF, "未達成の原因").fill(CAUSE)
    cell(page, SELF, "今後の取組").fill(NEXT_STEP)
    save(page, SELF)
    expect_saved(page, SELF)


def override(page):
    cell(page, OFFICE, "変更後の評語").select_option(label="B 概ね達成")
    cell(page, OFFICE, "判定を変える理由").fill(REASON)
    save(page, OFFICE)
    expect_saved(page, OFFICE)


def test_department_must_say_why_and_what_next_and_loses_nothing(open_sheet):
    page = open_sheet("kami-staff")
    cell(page, SELF, "評価の説明").fill("17セットを公開した。")
    cell(page, SELF, "未達成の原因").fill(CAUSE)
    cell(page, SELF, "今後の取組").fill("　")
    save(page, SELF)

    expect(page.get_by_role("alert")).to_contain_text(f"今後の取組：{WHY_AND_WHAT_NEXT}")
    expect(cell(page, SELF, "評価の説明")).to_have_value("17セットを公開した。")
    expect(cell(page, SELF, "未達成の原因")).to_have_value(CAUSE)
    judge_oneself(page)
    expect(cell(page, SELF, "評価の説明")).to_have_value("17セットを公開した。")


def test_department_writes_no_layer_but_its_own(open_sheet):
    page = open_sheet("kami-staff")

    expect(page.get_by_role("button", name="を保存する")).to_have_count(1)
    expect(layer(page, OFFICE)).to_contain_text("まだ入力されていません。")
    expect(layer(page, COMMITTEE)).to_contain_text("まだ入力されていません。")


def test_office_must_say_why_and_other_layers_keep_what_is_typed(open_sheet):
    page = open_sheet("kami-dxo")
    cell(page, COMMITTEE, "意見").fill(OPINION)
    cell(page, OFFICE, "変更後の評語").select_option(label="B 概ね達成")
    save(page, OFFICE)

    expect(page.get_by_role("alert")).to_contain_text(
        "判定を変えるときは、理由も入力してください。"
    )
    expect(cell(page, OFFICE, "変更後の評語")).to_have_value("B")
    expect(cell(page, COMMITTEE, "意見")).to_have_value(OPINION)
    override(page)
    expect(cell(page, COMMITTEE, "意見")).to_have_value(OPINION)
    save(page, COMMITTEE)
    expect_saved(page, COMMITTEE)
    expect(cell(page, OFFICE, "判定を変える理由")).to_have_value(REASON)


def test_two_of_the_office_see_both_and_neither_is_lost(open_sheet):
    first, second = open_sheet("kami-dxo"), open_sheet("kami-dxo")
    override(first)
    cell(second, OFFICE, "変更後の評語").select_option(label="A 達成")
    cell(second, OFFICE, "判定を変える理由").fill("もう一人の理由。")
    save(second, OFFICE)

    conflict = second.get_by_role("alert")
    expect(conflict).to_contain_text("他の人が先に保存しました")
    expect(conflict).to_contain_text(REASON)
    expect(cell(second, OFFICE, "判定を変える理由")).to_have_value("もう一人の理由。")


def test_all_layers_stand_side_by_side_for_everyone(site, open_sheet, visit):
    judge_oneself(open_sheet("kami-staff"))
    page = open_sheet("kami-dxo")
    override(page)
    cell(page, COMMITTEE, "意見").fill(OPINION)
    save(page, COMMITTEE)
    expect_saved(page, COMMITTEE)

    site.settle(OPEN_DATA)

    page = visit("kami-committee", f"/kpis/{site.kpi_id(OPEN_DATA)}/")
    expect(layer(page, "自動判定")).to_contain_text("C遅れ")
    expect(layer(page, SELF)).to_contain_text("C遅れ")
    expect(layer(page, SELF)).to_contain_text(CAUSE)
    expect(layer(page, SELF)).to_contain_text(NEXT_STEP)
    expect(layer(page, OFFICE)).to_contain_text("B概ね達成")
    expect(layer(page, OFFICE)).to_contain_text(REASON)
    expect(layer(page, COMMITTEE)).to_contain_text(OPINION)
    year = page.get_by_role("row").filter(has_text="令和7年度")
    expect(year.locator(".badge-changed")).to_have_text("変更（DX推進担当による）")
    year.get_by_text("計算の根拠", exact=True).click()
    expect(year).to_contain_text(f"DX推進担当がB 概ね達成に変更。理由: {REASON}")
