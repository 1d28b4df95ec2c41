"""九重町DX推進基本計画 as printed, typed here a second time, against what its fixture loads."""

import datetime

import pytest
from django.core.management import call_command

from plans.models import Plan, PlanYear, Policy, PolicyLevel, PolicyLink
from plans.tree import policy_tree

# Chapter 6, and the headings of chapter 9, each below its group.
TREE = """
① 住民サービスの向上
② 行政運営の効率化
③ 地域社会のデジタル化
重点取組事項
  ① 自治体フロントヤード改革の推進
  ② 自治体の情報システムの標準化・共通化
  ③ 公金収納におけるeLTAXの活用
  ④ マイナンバーカードの普及促進・利用の推進
  ⑤ セキュリティ対策の徹底
  ⑥ 自治体のAI・RPAの利用推進
  ⑦ テレワークの推進
自治体DXとあわせて取り組む事項
  ⑧ デジタル田園都市国家構想の実現に向けたデジタル実装の取組の推進・地域社会のデジタル化
  ⑨ デジタルデバイド（情報格差）対策
  ⑩ デジタル原則を踏まえた規制の点検・見直し
必要に応じ実施を検討する取組事項
  ⑪ BPRの取組の徹底
  ⑫ オープンデータの推進・官民データ活用の推進
"""

# The table that closes chapter 9: 住民サービスの向上, 行政運営の効率化, 地域社会のデジタル化.
MATRIX = """
①｜●｜●｜
②｜　｜●｜
③｜●｜●｜
④｜●｜　｜●
⑤｜　｜●｜
⑥｜　｜●｜
⑦｜　｜●｜
⑧｜●｜　｜●
⑨｜●｜　｜●
⑩｜●｜●｜
⑪｜●｜●｜
⑫｜　｜●｜●
"""

CODES = [
    *("P1", "P2", "P3"),
    *("G1", "1", "2", "3", "4", "5", "6", "7"),
    *("G2", "8", "9", "10"),
    *("G3", "11", "12"),
]

# 令和5年度から9年度まで, as the text says; the chart beside it starts the bar in R6.
YEAR_STATES = {2023: "closed", 2024: "closed", 2025: "closed", 2026: "open", 2027: "planned"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    call_command("loaddata", "kokonoe", verbosity=0)
    return Plan.objects.get_by_natural_key("444618", "dx-2024")


def test_plan_is_as_printed(plan):
    assert (plan.title, plan.edition, plan.philosophy) == (
        "九重町DX推進基本計画",
        "令和6年4月",
        "豊かな未来へつなぐ九重町のDX",
    )
    assert (plan.first_fiscal_year, plan.last_fiscal_year) == (2023, 2027)
    assert plan.adopted_month == datetime.date(2024, 4, 1)


def test_town_has_no_department_as_the_plan_names_none(plan):
    town = plan.municipality

    assert (town.name, town.kana, town.prefecture) == ("九重町", "ここのえまち", "大分県")
    assert list(town.departments.all()) == []


def test_levels_stand_on_two_axes(plan):
    levels = PolicyLevel.objects.filter(plan=plan)

    assert list(levels.values_list("axis_position", "axis", "depth", "tier", "name")) == [
        (1, "基本方針", 1, "basic_policy", "基本方針"),
        (2, "取組事項", 1, "initiative", "区分"),
        (2, "取組事項", 2, "measure", "取組事項"),
    ]


def test_policies_are_as_printed(plan):
    lines = ["  " * (node.depth - 1) + node.label for node in policy_tree(plan)]

    assert lines == TREE.split("\n")[1:-1]


def test_codes_follow_the_printed_order(plan):
    codes = dict(Policy.objects.filter(plan=plan).values_list("pk", "code"))

    assert [codes[node.id] for node in policy_tree(plan)] == CODES


def test_matrix_is_as_printed(plan):
    links = PolicyLink.objects.filter(policy__plan=plan)
    found = set(links.values_list("policy__number", "parent__code"))

    rows = [line.split("｜") for line in MATRIX.split("\n")[1:-1]]
    assert found == {
        (number, f"P{column}")
        for number, *cells in rows
        for column, cell in enumerate(cells, 1)
        if cell == "●"
    }


def test_matrix_has_twenty_marks_of_items_with_basic_policies(plan):
    links = PolicyLink.objects.filter(policy__plan=plan)

    assert {(link.policy.level.axis, link.parent.level.axis) for link in links} == {
        ("取組事項", "基本方針")
    }
    assert [links.filter(parent__code=code).count() for code in ("P1", "P2", "P3")] == [7, 9, 4]


def test_every_item_has_a_summary_of_one_sentence(plan):
    items = Policy.objects.of_plan(plan).filter(level__name="取組事項")

    assert [item.summary.count("。") for item in items] == [1] * 12


def test_years_are_those_of_the_printed_period(plan):
    years = PlanYear.objects.filter(plan=plan).values_list("fiscal_year", "state")

    assert dict(years) == YEAR_STATES
