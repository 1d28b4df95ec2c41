"""九重町DX推進基本計画 as printed, typed here a second time, against what its fixture loads."""

import datetime
from collections import Counter

import pytest
from django.core.management import call_command

from plans.models import (
    FrameworkItem,
    Plan,
    PlanYear,
    Policy,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLink,
)
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

# 目次, with the steps of 4 and the guidelines of 7. Two headings are the product's: the plan prints
# the matrix at the end of 9, and the groups of the national plan at its start, without one.
SECTIONS = """
1 計画策定の背景と目的
  【国の動向】
2 本計画の位置づけ
3 計画の構成と計画期間
4 推進手順
  ステップ0 DXの認識共有・機運醸成
  ステップ1 全体方針の決定
  ステップ2 推進体制の整備
  ステップ3 DXの取組の実行
5 基本理念
6 基本方針
7 DXを推進する行動指針
  ① 利用者の視点に立ち発想する（サービスデザイン思考）
  ② 暮らしの利便性を向上させるデジタル3原則の徹底
  ③ 走りながら、小さな成功を重ねる
  ④ 既成概念にとらわれない
  ⑤ 誰一人取り残さない
8 推進体制
9 具体的な取組
  取組事項と基本方針の対応
  国の計画の項目との対応
10 実施計画について
用語解説
"""

CONTENTS = {
    "本計画の位置づけ": "related_plans",
    "具体的な取組": "policies",
    "取組事項と基本方針の対応": "matrix",
    "国の計画の項目との対応": "frameworks",
    "用語解説": "glossary",
}

# How many points the steps and the three principles of ② print.
POINTS = {"ステップ0": 4, "ステップ1": 3, "ステップ2": 4, "ステップ3": 2, "②": 3}

# ②: the 20 systems, in groups of the product's.
SYSTEMS = """
住民基本台帳 国民年金 選挙人名簿管理 固定資産税 個人住民税 法人住民税 軽自動車税 国民健康保険
障がい者福祉 後期高齢者医療 介護保険 児童手当 児童扶養手当 子ども子育て支援 戸籍 戸籍附票 生活保護
健康管理 就学 印鑑登録
"""

NATIONAL_PLAN = "自治体デジタル・トランスフォーメーション（DX）推進計画"

RELATED_PLANS = f"""
九重町第5次総合計画｜above｜
第2期九重町自律推進計画｜beside｜
デジタル社会の実現に向けた重点計画｜national｜
{NATIONAL_PLAN}｜national｜national-2-1
官民データ活用推進基本法｜national｜
デジタル社会の実現に向けた改革の基本方針｜national｜
デジタル・ガバメント実行計画｜national｜
九重町DX推進実施計画｜below｜
"""

# 用語解説, where テレワーク stands on two pages and the Latin letters are wide: A I, B P R.
TERMS = """
AI BPR eLTAX DX ICT IT OODA RPA アジャイルガバナンス キャッシュレス サテライトオフィス
情報セキュリティポリシー デジタルガバメント デジタルデバイド テレワーク サービス設計12箇条
"""

READINGS = {
    "AI": "エーアイ",
    "BPR": "ビーピーアール",
    "eLTAX": "エルタックス",
    "DX": "ディーエックス",
    "ICT": "アイシーティー",
    "IT": "アイティ",
    "OODA": "ウーダ",
    "RPA": "アールピーエー",
}

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


def test_every_policy_has_a_summary(plan):
    assert Policy.objects.filter(plan=plan).count() == 18
    assert Policy.objects.filter(plan=plan, summary="").count() == 0


def test_summaries_repeat_the_printed_figures(plan):
    summaries = dict(Policy.objects.filter(plan=plan).values_list("code", "summary"))
    named = "、".join(line.split("：")[1] for line in summaries["2"].splitlines() if "：" in line)

    assert "町の保有率は、令和6年2月末時点で81.35%です。" in summaries["4"]
    assert sorted(named.split("、")) == sorted(SYSTEMS.split())
    assert len(SYSTEMS.split()) == 20
    assert [line[-2:] for line in summaries["10"].splitlines()[2:]] == ["原則"] * 5


def test_years_are_those_of_the_printed_period(plan):
    years = PlanYear.objects.filter(plan=plan).values_list("fiscal_year", "state")

    assert dict(years) == YEAR_STATES


def test_sections_are_the_table_of_contents(plan):
    lines = ["  " * (section.depth - 1) + str(section) for section in plan.sections.all()]

    assert lines == SECTIONS.split("\n")[1:-1]


def test_sections_print_each_content_once(plan):
    printing = plan.sections.exclude(content="").values_list("title", "content")

    assert list(printing) == list(CONTENTS.items())


def test_every_section_has_a_text(plan):
    assert list(plan.sections.filter(body="")) == []


def test_steps_and_principles_have_the_printed_points(plan):
    bodies = dict(plan.sections.filter(number__in=POINTS).values_list("number", "body"))

    assert {
        number: sum(line.startswith("・") for line in body.splitlines())
        for number, body in bodies.items()
    } == POINTS


def test_items_of_the_national_plan_are_those_of_the_three_groups(plan):
    items = FrameworkItem.objects.filter(framework__code="national-2-1")
    links = PolicyFrameworkItem.objects.filter(policy__plan=plan)

    assert Counter(items.values_list("item_class", flat=True)) == {
        "priority": 7,
        "together": 3,
        "optional": 2,
    }
    assert list(links.order_by("item__position").values_list("policy__code", "item__number")) == [
        *((str(place), f"重点{mark}") for place, mark in enumerate("①②③④⑤⑥⑦", 1)),
        *((str(place), f"あわせて{mark}") for place, mark in enumerate("①②③", 8)),
        *((str(place), f"必要に応じ{mark}") for place, mark in enumerate("①②", 11)),
    ]


def test_related_plans_are_those_the_plan_names(plan):
    rows = plan.related_plans.values_list("name", "relation", "framework__code")

    lines = [f"{name}｜{relation}｜{framework or ''}" for name, relation, framework in rows]
    assert lines == RELATED_PLANS.split("\n")[1:-1]


def test_periods_of_related_plans_are_as_printed(plan):
    periods = dict(plan.related_plans.exclude(period="").values_list("name", "period"))

    assert periods == {
        "九重町第5次総合計画": "前期・後期",
        "第2期九重町自律推進計画": "後期計画：R9（2027）年度まで",
        NATIONAL_PLAN: "2020年12月、2023年11月7日第2.1版",
        "デジタル社会の実現に向けた改革の基本方針": "2020年12月",
        "デジタル・ガバメント実行計画": "2020年12月",
        "九重町DX推進実施計画": "令和5年度から9年度まで",
    }


def test_glossary_has_every_term_once_with_its_printed_reading(plan):
    terms = plan.glossary_terms.all()

    assert [term.term for term in terms] == TERMS.split()
    assert {term.term: term.reading for term in terms if term.reading} == READINGS
    assert (terms.count(), terms.filter(definition="").count()) == (16, 0)


def test_plan_names_neither_committees_nor_meetings(plan):
    assert (plan.committees.count(), plan.meetings.count()) == (0, 0)
