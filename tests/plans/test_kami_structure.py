"""香美町's plan as a document, typed here a second time, against what its fixture loads."""

from collections import Counter

import pytest
from django.core.management import call_command

from plans.models import CommitteeSeat, Plan, PolicyFrameworkItem

pytestmark = pytest.mark.django_db

# 目次, and the three sheets that follow the chapters.
SECTIONS = """
1 DX推進の意義
  (1) DXとは
  (2) デジタル技術の活用
  (3) ビッグデータの活用
  (4) 国や自治体におけるDXの取組
2 計画の位置づけ
  (1) 計画の目的
  (2) 計画の対象者
  (3) 計画期間と見直しサイクル
  (4) 官民データ活用推進基本計画
3 DX推進体制・進行管理
  (1) 香美町情報化推進委員会
  (2) DX推進体制・進行管理
  (3) 業務主管課
  (4) 企画課
  (5) アドバイザー(外部専門家)
  (6) 工程とKPIの明確化
4 DX戦略
  (1) DX基本戦略
  (2) DX基本原則 ～ 一歩踏み出すDX ～
5 デジタル推進方針
  (1) 基本方針
  (2) 計画の体系
  (3) 取組内容
香美町DX行程表
香美町DX計画 基本方針
アクションプラン（例）
"""

CONTENTS = {
    "計画の位置づけ": "related_plans",
    "香美町情報化推進委員会": "committees",
    "計画の体系": "policies",
    "取組内容": "kpis",
    "香美町DX計画 基本方針": "frameworks",
}

# Figures that the chapters print, each of which its section repeats.
FIGURES = {
    "国や自治体におけるDXの取組": ("令和2年12月25日", "令和4年9月2日", "6つ", "3つ"),
    "計画期間と見直しサイクル": ("令和5年4月から令和8年3月まで", "3年間"),
    "官民データ活用推進基本計画": ("平成28年法律第103号", "第9条第3項"),
    "香美町情報化推進委員会": ("1名ずつ", "年1、2回程度"),
    "DX推進体制・進行管理": ("3か月に1回程度",),
    "DX基本戦略": ("令和22年に10,419人", "令和42年に5,716人"),
    "アクションプラン（例）": ("27手続", "32手続", "38手続", "45手続"),
}

# The footnotes 1 to 6 explain words; 7 names the source of a figure.
TERMS = ["DX", "MaaS", "AI", "RPA", "BPR", "KPI"]

RELATED_PLANS = [
    ("above", "香美町第2次総合計画後期基本計画", "", "kami-comprehensive-2"),
    (
        "national",
        "自治体デジタル・トランスフォーメーション(DX)推進計画",
        "令和2年12月25日、令和4年9月2日第2版",
        "national-2-0",
    ),
    ("national", "デジタル・ガバメント実行計画", "令和2年12月25日閣議決定", None),
    (
        "national",
        "世界最先端デジタル国家創造宣言・官民データ活用推進基本計画",
        "令和2年7月17日閣議決定",
        None,
    ),
    ("national", "デジタル田園都市国家構想基本方針", "令和4年6月7日閣議決定", None),
    ("national", "成長戦略フォローアップ", "令和元年6月21日閣議決定", None),
    ("prefectural", "ひょうご・データ利活用プラン", "", None),
    ("beside", "香美町人口ビジョン(第2版)", "令和元(2019)年10月", None),
    ("below", "アクションプラン", "", None),
]

# 香美町DX計画 基本方針: 重点取組事項 and あわせて取り組むべき事項 by the names that 1(4) lists, all
# others 町独自の取組・施策.
CLASSES = {
    "1-1-1": "priority",
    "1-1-2": "own",
    "1-1-3": "own",
    "1-1-4": "together",
    "1-1-5": "together",
    "1-1-6": "own",
    "1-2-1": "priority",
    "1-2-2": "own",
    "1-3-1": "own",
    "1-4-1": "own",
    "1-4-2": "own",
    "1-5-1": "together",
    "2-1-1": "priority",
    "2-2-1": "priority",
    "2-2-2": "priority",
    "2-2-3": "own",
    "2-3-1": "priority",
    "2-3-2": "own",
}

SEATS = [
    ("委員長", "副町長"),
    ("委員", "業務主管課より1名"),
    ("アドバイザー", "外部専門家（必要に応じて）"),
    ("事務局", "企画課デジタル推進室"),
]


@pytest.fixture
def plan():
    call_command("loaddata", "kami", verbosity=0)
    return Plan.objects.get(municipality__name="香美町")


def test_headings_are_as_printed(plan):
    lines = ["  " * (section.depth - 1) + str(section) for section in plan.sections.all()]

    assert lines == SECTIONS.split("\n")[1:-1]


def test_headings_are_counted_by_depth(plan):
    depths = Counter(plan.sections.values_list("depth", flat=True))

    assert depths == {1: 8, 2: 19}
    assert plan.sections.filter(body="").count() == 0


def test_contents_stand_where_the_plan_prints_them(plan):
    filled = plan.sections.exclude(content="")

    assert dict(filled.values_list("title", "content")) == CONTENTS


@pytest.mark.parametrize("title", FIGURES)
def test_section_repeats_the_printed_figures(plan, title):
    body = plan.sections.filter(title=title).last().body

    assert [figure for figure in FIGURES[title] if figure not in body] == []


def test_terms_are_those_of_the_footnotes(plan):
    assert list(plan.glossary_terms.values_list("term", flat=True)) == TERMS


def test_related_plans_are_those_that_the_plan_names(plan):
    found = plan.related_plans.values_list("relation", "name", "period", "framework__code")

    assert list(found) == RELATED_PLANS


def test_every_measure_has_one_class(plan):
    classed = PolicyFrameworkItem.objects.filter(policy__plan=plan).exclude(
        item__item_class="plain"
    )

    assert dict(classed.values_list("policy__code", "item__item_class")) == CLASSES
    assert Counter(classed.values_list("item__item_class", flat=True)) == {
        "priority": 6,
        "together": 3,
        "own": 9,
    }


def test_own_measures_point_to_the_town_itself(plan):
    own = PolicyFrameworkItem.objects.filter(item__item_class="own")
    items = own.values_list(
        "item__framework__code",
        "item__framework__municipality__name",
        "item__number",
        "item__name",
    )

    assert set(items) == {("kami-own", "香美町", "独自", "町独自の取組")}


def test_only_the_sample_sheet_points_to_the_comprehensive_plan(plan):
    links = PolicyFrameworkItem.objects.filter(item__framework__code="kami-comprehensive-2")

    assert list(links.values_list("policy__code", "item__number", "item__name")) == [
        ("1-1-1", "Ⅳ④", "みんなで創る魅力あるまち／住んでみたいまち、住み続けたいまち")
    ]


def test_every_measure_has_a_summary(plan):
    measures = plan.policies.filter(level__depth=3)

    assert (measures.count(), measures.filter(summary="").count()) == (18, 0)


def test_seats_are_as_printed(plan):
    seats = CommitteeSeat.objects.filter(committee__plan=plan)

    assert list(seats.values_list("role", "post")) == SEATS


def test_plan_names_no_meeting(plan):
    assert plan.meetings.count() == 0
