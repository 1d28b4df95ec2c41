"""What became of policies from one edition to the next."""

import pytest

from plans.comparison import Succession, compare_policies, counts, earlier_options
from plans.models import PolicyLevel, PolicyLineage
from tests.factories import make_plan, make_policy


@pytest.fixture
def later(town, plan):
    return make_plan(town, code="dx-2027", state="draft", predecessor=plan)


@pytest.fixture
def levels(plan, later):
    """(方針, 施策) of both plans, by plan."""
    return {
        owner: [
            PolicyLevel.objects.create(plan=owner, depth=depth, tier="measure", name=name)
            for depth, name in ((1, "方針"), (2, "施策"))
        ]
        for owner in (plan, later)
    }


@pytest.fixture
def make(levels):
    """Makes a policy of a plan: at the top, or below another."""

    def at(owner, number, name, *, below=None, **others):
        level = levels[owner][1 if below else 0]
        return make_policy(owner, level=level, parent=below, number=number, name=name, **others)

    return at


def follow(later, *earlier):
    for policy in earlier:
        PolicyLineage.objects.create(earlier=policy, later=later)


def shown(plan, later):
    """(kinds, earlier labels, later label, differences) of every row."""
    return [
        (
            "・".join(kind.label for kind in row.kinds),
            [node.label for node in row.earlier],
            row.later.label if row.later else None,
            [difference.text for difference in row.differences],
        )
        for row in compare_policies(plan, later).rows
    ]


def test_policy_that_stays_as_it_was_is_continued(plan, later, make):
    follow(make(later, "①", "甲"), make(plan, "①", "甲"))

    assert shown(plan, later) == [("継続", ["① 甲"], "① 甲", [])]
    assert compare_policies(plan, later).rows[0].is_unchanged


def test_renamed_policy_is_continued_under_another_name(plan, later, make):
    follow(make(later, "②", "乙", summary="新"), make(plan, "①", "甲", summary="旧"))

    assert shown(plan, later) == [
        ("継続・名称変更", ["① 甲"], "② 乙", ["番号", "名称", "概要"]),
    ]


@pytest.mark.parametrize(
    ("field", "label"), [({"number": "②"}, "番号"), ({"summary": "新"}, "概要")]
)
def test_other_number_or_summary_is_continued_with_a_change(plan, later, make, field, label):
    fields = {"number": "①", "name": "甲", "summary": "旧"}
    follow(make(later, **fields | field), make(plan, **fields))

    row = compare_policies(plan, later).rows[0]

    assert (row.kinds, row.is_unchanged) == ((Succession.CONTINUED,), False)
    assert [difference.text for difference in row.differences] == [label]


def test_policy_below_another_one_is_moved(plan, later, make):
    old = [make(plan, number, name) for number, name in (("①", "甲"), ("②", "乙"))]
    new = [make(later, number, name) for number, name in (("①", "甲"), ("②", "乙"))]
    for pair in zip(new, old, strict=True):
        follow(*pair)
    follow(make(later, "(1)", "子", below=new[1]), make(plan, "(1)", "子", below=old[0]))

    assert shown(plan, later)[2] == ("継続・移動", ["(1) 子"], "(1) 子", ["上位: ① 甲 → ② 乙"])


def test_policy_below_the_merged_one_is_not_moved(plan, later, make):
    old = [make(plan, number, name) for number, name in (("①", "甲"), ("②", "乙"))]
    new = make(later, "①", "甲乙")
    follow(new, *old)
    follow(make(later, "(1)", "子", below=new), make(plan, "(1)", "子", below=old[1]))

    assert shown(plan, later)[1] == ("継続", ["(1) 子"], "(1) 子", [])


def test_policy_at_another_level_is_moved(plan, later, make):
    old, new = make(plan, "①", "甲"), make(later, "①", "甲")
    follow(new, old)
    follow(make(later, "②", "子"), make(plan, "②", "子", below=old))
    follow(make(later, "③", "孫", below=new), make(plan, "③", "孫"))

    assert shown(plan, later)[1:] == [
        ("継続・移動", ["③ 孫"], "③ 孫", ["階層: 方針 → 施策", "上位: 最上位 → ① 甲"]),
        ("継続・移動", ["② 子"], "② 子", ["階層: 施策 → 方針", "上位: ① 甲 → 最上位"]),
    ]


def test_policy_of_several_earlier_ones_is_merged(plan, later, make):
    old = [make(plan, number, name) for number, name in (("①", "甲"), ("②", "乙"))]
    follow(make(later, "①", "甲乙"), *reversed(old))

    assert shown(plan, later) == [("統合", ["① 甲", "② 乙"], "① 甲乙", [])]


def test_policies_of_one_earlier_one_are_split(plan, later, make):
    old = make(plan, "①", "甲")
    for number, name in (("①", "甲の一"), ("②", "甲の二")):
        follow(make(later, number, name), old)

    assert shown(plan, later) == [
        ("分割", ["① 甲"], "① 甲の一", []),
        ("分割", ["① 甲"], "② 甲の二", []),
    ]


def test_policy_can_be_merged_out_of_a_split_one(plan, later, make):
    old = [make(plan, number, name) for number, name in (("①", "甲"), ("②", "乙"))]
    follow(make(later, "①", "甲"), old[0])
    follow(make(later, "②", "甲と乙"), *old)

    assert [row[0] for row in shown(plan, later)] == ["分割", "統合・分割"]


def test_policy_without_a_line_is_new_or_ended(plan, later, make):
    make(plan, "①", "旧い")
    make(later, "①", "新しい")

    assert shown(plan, later) == [
        ("新規", [], "① 新しい", []),
        ("廃止", ["① 旧い"], None, []),
    ]


def test_rows_stand_in_the_new_order_then_the_old_one(plan, later, make):
    for owner, name in ((plan, "旧"), (later, "新")):
        top = make(owner, "①", f"{name}一", position=2)
        make(owner, "②", f"{name}二", position=1)
        make(owner, "(1)", f"{name}子", below=top)

    rows = compare_policies(plan, later).rows

    assert [row.later.name for row in rows if row.later] == ["新二", "新一", "新子"]
    assert [row.earlier[0].name for row in rows if not row.later] == ["旧二", "旧一", "旧子"]


def test_counts_name_every_kind(plan, later, make):
    follow(make(later, "①", "乙"), make(plan, "①", "甲"))
    make(later, "②", "新しい")

    assert counts(compare_policies(plan, later).rows) == {
        Succession.CONTINUED: 1,
        Succession.RENAMED: 1,
        Succession.MOVED: 0,
        Succession.MERGED: 0,
        Succession.SPLIT: 0,
        Succession.NEW: 1,
        Succession.ENDED: 0,
    }


@pytest.mark.parametrize("count", [1, 3])
def test_comparison_takes_three_queries(plan, later, make, django_assert_num_queries, count):
    for place in range(count):
        follow(make(later, str(place), "甲"), make(plan, str(place), "甲"))

    with django_assert_num_queries(3):
        compare_policies(plan, later)


def test_earlier_options_are_one_query_in_the_earlier_order(
    plan, later, make, django_assert_num_queries
):
    top = make(plan, "①", "甲")
    below = make(plan, "(1)", "子", below=top)

    with django_assert_num_queries(1):
        assert earlier_options(later) == [
            (top.pk, "方針: ① 甲"),
            (below.pk, "　施策: (1) 子"),
        ]
    assert earlier_options(plan) == []
