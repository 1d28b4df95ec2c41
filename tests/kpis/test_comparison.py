"""What became of KPIs from one edition to the next."""

from decimal import Decimal

import pytest

from kpis.comparison import compare_kpis
from kpis.models import KpiLineage
from plans.comparison import compare_policies
from plans.models import PolicyLineage
from tests.factories import make_kpi, make_plan, make_policy, make_revision


@pytest.fixture
def later(town, plan):
    return make_plan(town, code="dx-2027", state="draft", predecessor=plan)


@pytest.fixture
def policies(plan, later):
    """One policy of each plan, the later one carrying on the earlier."""
    earlier, following = make_policy(plan), make_policy(later)
    PolicyLineage.objects.create(earlier=earlier, later=following)
    return earlier, following


def follow(later, *earlier):
    for kpi in earlier:
        KpiLineage.objects.create(earlier=kpi, later=later)


def compare(plan, later):
    return compare_kpis(plan, later, compare_policies(plan, later))


def shown(plan, later):
    """(kinds, earlier names, later name, differences) of every row."""
    return [
        (
            "・".join(kind.label for kind in row.kinds),
            [side.name for side in row.earlier],
            row.later.name if row.later else None,
            [difference.text for difference in row.differences],
        )
        for row in compare(plan, later)
    ]


@pytest.fixture
def pair(plan, later, policies):
    """Makes a KPI of each plan, alike but for `changes`, the later one carrying on the earlier."""

    def make(**changes):
        fields = {"name": "申請", "number": "1", "unit": "件", "targets": {2026: "10"}}
        earlier = make_kpi(plan, policy=policies[0], **fields)
        following = make_kpi(later, **{"policy": policies[1]} | fields | changes)
        follow(following, earlier)
        return following

    return make


def test_kpi_that_stays_as_it_was_is_continued(plan, later, pair):
    pair()

    assert shown(plan, later) == [("継続", ["申請"], "申請", [])]
    assert compare(plan, later)[0].is_unchanged


@pytest.mark.parametrize(
    ("changes", "kinds", "differences"),
    [
        ({"name": "届出"}, "継続・名称変更", ["指標名"]),
        ({"number": "1-1"}, "継続", ["指標番号"]),
        (
            {"unit": "手続"},
            "継続",
            ["最終の目標", "単位: 件 → 手続", "令和8年度の目標: 10 件 → 10 手続"],
        ),
        ({"definition": "新"}, "継続", ["定義"]),
        ({"targets": {2029: "10"}}, "継続", []),
        ({"targets": {2029: "20"}}, "継続", ["最終の目標"]),
        ({"targets": {}}, "継続", ["最終の目標"]),
        ({"targets": {2026: "9", 2029: "10"}}, "継続", ["令和8年度の目標: 10 件 → 9 件"]),
        ({"is_strict": True}, "継続", ["最終の目標", "令和8年度の目標: 10 件 → 10 件超"]),
        ({"measurement_type": "ratio"}, "継続", ["測定の種類: 単年度 → 率"]),
        ({"direction": "decrease"}, "継続", ["目指す方向: 増加 → 減少"]),
    ],
)
def test_changes_of_a_continued_kpi_are_named(plan, later, pair, changes, kinds, differences):
    pair(**changes)

    assert [(row[0], row[3]) for row in shown(plan, later)] == [(kinds, differences)]


def test_kpi_under_another_policy_is_moved(plan, later, pair):
    pair(policy=make_policy(later, name="別の施策"))

    assert shown(plan, later) == [
        ("継続・移動", ["申請"], "申請", ["施策: (1) 施策1 → (2) 別の施策"])
    ]


def test_merged_split_new_and_ended_kpis(plan, later, policies):
    old = [make_kpi(plan, policy=policies[0], name=name) for name in ("甲", "乙", "丙", "丁")]
    new = [
        make_kpi(later, policy=policies[1], name=name) for name in ("甲乙", "丙一", "丙二", "戊")
    ]
    follow(new[0], *old[:2])
    for kpi in new[1:3]:
        follow(kpi, old[2])

    assert shown(plan, later) == [
        ("統合", ["甲", "乙"], "甲乙", []),
        ("分割", ["丙"], "丙一", []),
        ("分割", ["丙"], "丙二", []),
        ("新規", [], "戊", []),
        ("廃止", ["丁"], None, []),
    ]


def test_last_target_is_shown_with_its_year(plan, later, pair):
    kpi = pair(targets={2027: "15", 2029: "20.5"}, decimals=1)
    kpi.targets.create(fiscal_year=2028, kind="number", value=Decimal(18))

    row = compare(plan, later)[0]

    assert row.earlier[0].final_target_text == "10 件（令和8年度）"
    assert row.later.final_target_text == "20.5 件（令和11年度）"


def test_target_taken_away_is_no_last_target(plan, later, pair):
    kpi = pair(targets={2027: "15", 2028: "20"})
    make_revision(kpi, 2028, {2028: None})

    assert compare(plan, later)[0].later.final_target_text == "15 件（令和9年度）"


@pytest.mark.parametrize("count", [1, 3])
def test_comparison_takes_three_queries(plan, later, policies, django_assert_num_queries, count):
    for _ in range(count):
        earlier = make_kpi(plan, policy=policies[0], targets={2025: "1", 2026: "2"})
        follow(make_kpi(later, policy=policies[1], targets={2029: "1"}), earlier)
    rows = compare_policies(plan, later)

    with django_assert_num_queries(3):
        compare_kpis(plan, later, rows)
