"""真室川町DX推進計画 as printed, typed here a second time, against what its fixture loads."""

import datetime
from collections import Counter

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum

from plans.models import (
    ChecklistState,
    CommitteeSeat,
    FrameworkItem,
    Plan,
    PlanYear,
    Policy,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLink,
)
from plans.tree import policy_tree

# Numbers and names as the headings of 第5章 取組事項 print them.
TREE = """
5-1. 町民の利便性向上
  5-1-1. フロントヤード改革の推進
  5-1-2. 自治体情報システムの標準化・共通化
  5-1-3. 公金収納におけるeLTAXの活用
  5-1-4. マイナンバーカードの普及促進・利用の推進
  5-1-5. セキュリティ対策の徹底
5-2. 業務効率化
  5-2-1. AI・RPAの利用推進
  5-2-2. ペーパーレス化の推進
  5-2-3. データ整理・連携の推進
  5-2-4. テレワークの推進
5-3. 地域全体のデジタル化
  5-3-1. 地域社会のデジタル化
  5-3-2. デジタルデバイド対策
  5-3-3. アナログ規制の見直し
  5-3-4. オープンデータの推進
"""

# 目次, without 5-1. to 5-3-4., which are the policies themselves.
SECTIONS = """
第1章 DX推進計画策定にあたって
  1-1. 計画作成の趣旨
  1-2. 計画の位置づけ
  1-3. 計画の期間
第2章 デジタル化に関する動向
  2-1. 社会の動向
  2-2. 国の動向
  2-3. 県の動向
第3章 真室川町の現状と課題
  3-1. これまでの取り組み
  3-2. 真室川町の現状
    3-2-1. マイナンバーカード交付率及び申請率
    3-2-2. オンライン申請可能手続き数
    3-2-3. 全申請数に対するオンライン申請数の割合
    3-2-4. 庁内業務の状況
    3-2-5. 地域の状況
  3-3. 真室川町の課題
    3-3-1. 行政手続きの利便性に関する課題
    3-3-2. 行政内部の業務に関する課題
    3-3-3. 地域産業に関する課題
第4章 基本理念と基本方針
  4-1. 計画の方向性
  4-2. 基本理念
  4-3. 基本方針と施策体系
第5章 取組事項
第6章 推進体制
  6-1. 推進体制
  6-2. 運用方法
用語集
"""

CONTENTS = {
    "1-2.": "related_plans",
    "3-1.": "meetings",
    "3-2-2.": "checklists",
    "第5章": "policies",
    "6-1.": "committees",
    "": "glossary",
}

# Figures that the chapters print, each of which its section repeats.
FIGURES = {
    "1-3.": ("2025（令和7）年4月", "2030（令和12）年3月", "5年間"),
    "2-2.": ("【第3.0版】", "令和3年1月", "令和8年3月", "4項目", "7項目", "3項目"),
    "2-3.": ("2021（令和3）年3月", "5町村"),
    "3-1.": ("2022（令和4）年", "2023（令和5）年10月", "2024（令和6）年5月", "2019（令和元）年"),
    "3-2-1.": ("86.21%", "84.78%", "81.64%", "1.43", "4.57", "96.39%", "93.78%", "92.25%", "4.14"),
    "3-2-2.": ("58件", "10件", "48件", "33件（68.8%）", "4件（33.3%）", "30件（83.3%）", "3件"),
    "3-2-3.": ("10,999件", "2,560件（23.3%）", "38.5%", "0件"),
    "3-2-4.": ("96件", "文書・データ管理：18件", "会計管理：16件", "各1件"),
    "3-2-5.": ("14.8%", "3,664", "541", "17.7%", "52,141", "9,237", "24.3%"),
    "4-3.": ("13の施策",),
}

# 2-2., the chart of the national plan's edition of 2024.4.24, each item behind the measure of the
# same name or matter; ペーパーレス化, データ整理・連携 and オープンデータ have none.
NATIONAL_ITEMS = """
重点① 自治体フロントヤード改革の推進
重点② 自治体情報システムの標準化・共通化
重点③ 公金収納におけるeLTAXの活用
重点④ マイナンバーカードの普及促進・利用の推進
重点⑤ セキュリティ対策の徹底
重点⑥ 自治体のAI・RPAの利用推進
重点⑦ テレワークの推進
あわせて① デジタル田園都市国家構想の実現に向けたデジタル実装の取組の推進・地域社会のデジタル化
あわせて② デジタルデバイド対策
あわせて③ デジタル原則を踏まえた規制の点検・見直し
"""

RELATED_PLANS = """
第6次真室川町総合計画｜above｜mamurogawa-comprehensive-6
自治体デジタル・トランスフォーメーション（DX）推進計画｜national｜national-3-0
デジタル田園都市国家構想｜national｜
デジタル田園都市国家構想総合戦略｜national｜
デジタル社会の実現に向けた重点計画｜national｜
デジタル社会の実現に向けた改革の基本方針｜national｜
デジタル・ガバメント実行計画｜national｜
Yamagata 幸せデジタル化構想｜prefectural｜
SDGs｜beside｜sdgs
"""

TERMS = """
AI DX e-Tax eLTAX IoT IT PDCA RPA SDGs Well-being アナログ規制
イノベーション オープンデータ ガバメントクラウド 基幹系システム キャッシュレス決済
サテライトオフィス システムの標準化・共通化 デジタルデバイド テレワーク ネットワーク
ぴったりサービス 付加価値額 フロントヤード ペーパーレス化
マイナポータル メタバース ロボティクス
"""

READINGS = {
    "AI": "エーアイ",
    "DX": "デジタル・トランスフォーメーション",
    "e-Tax": "イータックス",
    "eLTAX": "エルタックス",
    "RPA": "アールピーエー",
    "Well-being": "ウェルビーイング",
}

YEAR_STATES = {2025: "closed", 2026: "open", 2027: "planned", 2028: "planned", 2029: "planned"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    call_command("loaddata", "mamurogawa", verbosity=0)
    return Plan.objects.get_by_natural_key("063657", "dx-2025")


def test_plan_is_as_printed(plan):
    assert (plan.title, plan.edition, plan.philosophy) == (
        "真室川町DX推進計画",
        "第1.0版",
        "DXで幸せが広がる真室川",
    )
    assert (plan.first_fiscal_year, plan.last_fiscal_year) == (2025, 2029)
    assert plan.adopted_month == datetime.date(2025, 4, 1)


def test_town_has_the_departments_the_plan_names(plan):
    town = plan.municipality

    assert (town.name, town.kana, town.prefecture) == ("真室川町", "まむろがわまち", "山形県")
    assert list(town.departments.values_list("name", flat=True)) == ["企画課", "会計室"]


def test_levels_are_as_printed(plan):
    levels = PolicyLevel.objects.filter(plan=plan).values_list("axis", "depth", "tier", "name")

    assert list(levels) == [("", 1, "basic_policy", "基本方針"), ("", 2, "measure", "施策")]


def test_policies_are_as_printed(plan):
    lines = ["  " * (node.depth - 1) + node.label for node in policy_tree(plan)]

    assert lines == TREE.split("\n")[1:-1]


def test_codes_follow_the_printed_numbers(plan):
    for policy in Policy.objects.filter(plan=plan):
        assert policy.number == f"5-{policy.code}."


def test_basic_policies_count_their_measures_as_printed(plan):
    top = Policy.objects.of_plan(plan).filter(level__depth=1)
    counts = top.annotate(measures=Count("children")).values_list("number", "measures")

    assert dict(counts) == {"5-1.": 5, "5-2.": 4, "5-3.": 4}


def test_every_policy_has_a_summary_of_whole_sentences(plan):
    summaries = Policy.objects.filter(plan=plan).values_list("summary", flat=True)

    assert len(summaries) == 16
    assert {summary[-1:] for summary in summaries} == {"。"}


def test_years_are_those_of_the_printed_period(plan):
    years = PlanYear.objects.filter(plan=plan).values_list("fiscal_year", "state")

    assert dict(years) == YEAR_STATES


def test_no_policy_has_a_second_parent(plan):
    assert list(PolicyLink.objects.filter(policy__plan=plan)) == []


def test_sections_are_the_table_of_contents(plan):
    lines = ["  " * (section.depth - 1) + str(section) for section in plan.sections.all()]

    assert lines == SECTIONS.split("\n")[1:-1]


def test_sections_print_each_content_where_the_plan_does(plan):
    printing = plan.sections.exclude(content="")

    assert dict(printing.values_list("number", "content")) == CONTENTS
    assert printing.count() == 6


def test_every_section_has_a_text(plan):
    assert list(plan.sections.filter(body="")) == []


@pytest.mark.parametrize("number", FIGURES)
def test_sections_repeat_the_printed_figures(plan, number):
    body = plan.sections.get(number=number).body

    assert [figure for figure in FIGURES[number] if figure not in body] == []


def test_business_to_improve_is_counted_as_printed(plan):
    lines = plan.sections.get(number="3-2-4.").body.splitlines()
    counts = [line.split("：")[1] for line in lines if line.startswith("・")]

    assert [int(count.strip("各件")) for count in counts] == [
        18,
        16,
        12,
        12,
        9,
        6,
        6,
        5,
        4,
        3,
        2,
        1,
    ]
    assert "、".join(lines).count("情報発信、町民相談、データ分析：各1件") == 1


def test_national_items_are_those_of_the_printed_edition(plan):
    items = FrameworkItem.objects.filter(framework__code="national-3-0")

    assert [str(item) for item in items] == NATIONAL_ITEMS.split("\n")[1:-1]
    assert Counter(items.values_list("item_class", flat=True)) == {"priority": 7, "together": 3}


def test_no_measure_points_to_an_item_as_the_plan_names_none(plan):
    own = FrameworkItem.objects.filter(framework__code="mamurogawa-comprehensive-6")

    assert PolicyFrameworkItem.objects.filter(policy__plan=plan).count() == 0
    assert [str(item) for item in own] == ["政策7 学校教育の充実", "政策10 住環境の質の向上"]
    assert FrameworkItem.objects.filter(framework__code="sdgs").count() == 17


def test_related_plans_are_those_the_plan_names(plan):
    rows = plan.related_plans.values_list("name", "relation", "framework__code")

    lines = [f"{name}｜{relation}｜{framework or ''}" for name, relation, framework in rows]
    assert lines == RELATED_PLANS.split("\n")[1:-1]


def test_glossary_has_every_term_with_its_printed_reading(plan):
    terms = plan.glossary_terms.all()

    assert [term.term for term in terms] == TERMS.split()
    assert {term.term: term.reading for term in terms if term.reading} == READINGS
    assert (terms.count(), terms.filter(definition="").count()) == (28, 0)


def test_committees_are_named_without_seats(plan):
    names = plan.committees.values_list("name", flat=True)

    assert list(names) == ["真室川町DX推進本部", "真室川町DX推進部会", "真室川町DX研究チーム"]
    assert CommitteeSeat.objects.filter(committee__plan=plan).count() == 0


def test_meetings_are_those_with_a_month(plan):
    meetings = plan.meetings.values_list("held_on", "held_until", "name", "committee__name")

    assert list(meetings) == [
        (
            datetime.date(2024, 5, 1),
            datetime.date(2024, 5, 31),
            "真室川町DX研究チームの設置",
            "真室川町DX研究チーム",
        ),
        (
            datetime.date(2024, 6, 1),
            datetime.date(2024, 7, 31),
            "DX推進に係る課題把握ヒアリング",
            "真室川町DX研究チーム",
        ),
    ]


def test_checklists_are_of_the_printed_dates(plan):
    states = ChecklistState.objects.filter(item__checklist__plan=plan)
    counts = Counter(states.values_list("item__checklist__code", "fiscal_year", "state"))

    # 令和7年3月末 belongs to 令和6年度; the applications are those of 令和5年度.
    assert counts == {
        ("procedures", 2024, "done"): 33,
        ("procedures", 2024, "not_yet"): 15,
        ("procedures", 2024, "absent"): 10,
        ("systems", 2024, "done"): 16,
        ("systems", 2024, "absent"): 4,
        ("open-data", 2024, "not_yet"): 22,
        ("applications", 2023, "done"): 32,
    }


def test_applications_add_up_as_printed(plan):
    states = ChecklistState.objects.filter(item__checklist__plan=plan)
    sums = states.aggregate(done=Sum("done_count"), total=Sum("total_count"))

    assert sums == {"done": 2560, "total": 10999}
