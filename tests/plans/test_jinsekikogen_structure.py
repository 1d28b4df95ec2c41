"""神石高原町 第2次 DX推進計画 as printed, typed here a second time, against what its fixture loads.

Its hierarchy and its KPIs are checked in tests/test_fixtures_figures.py.
"""

from collections import Counter

import pytest
from django.core.management import call_command

from plans.models import CommitteeSeat, FrameworkItem, Plan, Policy, PolicyFrameworkItem

pytestmark = pytest.mark.django_db

# 目次, without 2 (1) to (8) and 3 (1) ア to (2) キ, which are the policies themselves. One heading
# is the product's: the plan says at the start of 2 that its eight items are the national ones.
SECTIONS = """
1 計画概要
  (1) 計画の目的と位置づけ
  (2) 基本方針
  (3) 推進体制
  (4) デジタル人材の確保・育成方針
  (5) 計画期間
2 基本計画
  国の計画の項目との対応
3 デジタル推進基本構想
4 成果指標（基本計画）
"""

CONTENTS = {
    "計画の目的と位置づけ": "related_plans",
    "推進体制": "committees",
    "基本計画": "policies",
    "国の計画の項目との対応": "frameworks",
    "成果指標（基本計画）": "kpis",
}

# Figures of chapter 2, each of which its summary repeats.
FIGURES = {
    "1-2": ("20業務", "令和7年度末", "2業務", "おおむね5年以内", "令和10年度末"),
    "1-3": ("令和6年6月18日",),
    "1-4": ("令和6年6月", "令和8年9月"),
    "1-5": ("令和7年12月末", "80.8%", "1億枚", "82.9%", "令和7年度以降"),
    "1-8": ("令和3年度", "5類"),
}

# ※1: the 20 systems, in groups of the product's.
SYSTEMS = """
児童手当 子ども・子育て支援 住民基本台帳 戸籍の附票 印鑑登録 選挙人名簿管理 固定資産税 個人住民税
法人住民税 軽自動車税 戸籍 就学 健康管理 児童扶養手当 生活保護 障害者福祉 介護保険 国民健康保険
後期高齢者医療 国民年金
"""

RELATED_PLANS = """
神石高原町第3次長期総合計画｜above｜令和7年度～令和16年度｜
神石高原町デジタル田園都市構想総合戦略｜above｜｜
自治体デジタル・トランスフォーメーション（DX）推進計画｜national｜｜national-8
デジタル社会の実現に向けた重点計画｜national｜｜
国・地方デジタル共通基盤の整備・運用に関する基本方針｜national｜令和6年6月18日閣議決定｜
神石高原町デジタル・トランスフォーメーション（DX）推進計画・デジタル推進基本構想｜before｜令和3年度から令和7年度まで｜
神石高原町DX推進計画（別記）個別計画書｜below｜｜
"""

# 1 (3), one line each.
SEATS = [
    ("", "町長"),
    ("CIO", "副町長"),
    ("CIO補佐官", "未来創造課長及び外部人材"),
    ("", "各所属長（町経営戦略会議構成員）"),
    ("事務局", "未来創造課デジタル推進室"),
]


@pytest.fixture
def plan():
    call_command("loaddata", "jinsekikogen", verbosity=0)
    return Plan.objects.get_by_natural_key("345458", "dx-2026")


def test_policies_are_counted_as_printed(plan):
    policies = Policy.objects.filter(plan=plan)
    counts = Counter(policies.values_list("level__axis", "level__depth", "parent__code"))

    assert counts == {
        ("基本計画", 1, None): 1,
        ("基本計画", 2, "1"): 8,
        ("デジタル推進基本構想", 1, None): 2,
        ("デジタル推進基本構想", 2, "K1"): 2,
        ("デジタル推進基本構想", 2, "K2"): 7,
    }


def test_every_policy_has_a_summary(plan):
    assert Policy.objects.filter(plan=plan, summary="").count() == 0


@pytest.mark.parametrize("code", FIGURES)
def test_summaries_repeat_the_printed_figures(plan, code):
    summary = Policy.objects.get(plan=plan, code=code).summary

    assert [figure for figure in FIGURES[code] if figure not in summary] == []


def test_systems_are_the_twenty_of_the_note(plan):
    lines = Policy.objects.get(plan=plan, code="1-2").summary.splitlines()
    named = "、".join(line.split("：")[1] for line in lines if line.startswith("・"))

    assert sorted(named.split("、")) == sorted(SYSTEMS.split())
    assert len(SYSTEMS.split()) == 20


def test_sections_are_the_table_of_contents(plan):
    lines = ["  " * (section.depth - 1) + str(section) for section in plan.sections.all()]

    assert lines == SECTIONS.split("\n")[1:-1]


def test_sections_print_each_content_once(plan):
    printing = plan.sections.exclude(content="").values_list("title", "content")

    assert list(printing) == list(CONTENTS.items())


def test_every_section_has_a_text(plan):
    assert list(plan.sections.filter(body="")) == []


def test_eight_items_are_the_national_ones(plan):
    items = FrameworkItem.objects.filter(framework__code="national-8")
    links = PolicyFrameworkItem.objects.filter(policy__plan=plan).order_by("item__position")

    assert set(items.values_list("item_class", flat=True)) == {"priority"}
    assert list(links.values_list("policy__code", "item__number")) == [
        (f"1-{place}", f"重点{mark}") for place, mark in enumerate("①②③④⑤⑥⑦⑧", 1)
    ]
    assert [link.policy.name for link in links] == [item.name for item in items]


def test_related_plans_are_those_the_plan_names(plan):
    rows = plan.related_plans.values_list("name", "relation", "period", "framework__code")

    lines = ["｜".join(cell or "" for cell in row) for row in rows]
    assert lines == RELATED_PLANS.split("\n")[1:-1]


def test_seats_are_as_printed(plan):
    seats = CommitteeSeat.objects.filter(committee__plan=plan)

    assert list(plan.committees.values_list("name", flat=True)) == ["神石高原町DX推進会議"]
    assert list(seats.values_list("role", "post")) == SEATS


def test_plan_prints_no_glossary_no_meetings_and_no_checklists(plan):
    counts = [plan.glossary_terms.count(), plan.meetings.count(), plan.checklists.count()]

    assert counts == [0, 0, 0]
