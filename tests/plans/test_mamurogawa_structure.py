"""真室川町DX推進計画 as printed, typed here a second time, against what its fixture loads."""

import datetime

import pytest
from django.core.management import call_command

from plans.models import Plan, PlanYear, Policy, PolicyLevel, PolicyLink
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

# 4-3. 基本方針と施策体系: the three policies in full, without numbers.
STATEMENTS = [
    "行政サービスのデジタル化を進め、町民の利便性を向上させます",
    "デジタル技術を活用して業務効率化を図り、よりよい行政サービスの考案に時間と労力を使います",
    "地域全体のデジタル化を進め、誰もが便利で快適に暮らせるようにします",
]

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


def test_basic_policies_carry_their_printed_statement(plan):
    top = Policy.objects.of_plan(plan).filter(level__depth=1)

    assert list(top.values_list("summary", flat=True)) == STATEMENTS


def test_every_measure_has_a_summary_of_one_sentence(plan):
    measures = Policy.objects.of_plan(plan).filter(level__depth=2)

    assert [measure.summary.count("。") for measure in measures] == [1] * 13


def test_years_are_those_of_the_printed_period(plan):
    years = PlanYear.objects.filter(plan=plan).values_list("fiscal_year", "state")

    assert dict(years) == YEAR_STATES


def test_no_policy_has_a_second_parent(plan):
    assert list(PolicyLink.objects.filter(policy__plan=plan)) == []
