"""The tree editor's actions and pages."""

import pytest
from django.db import connection
from django.urls import reverse

from plans.editing import plan_edit
from plans.models import (
    Framework,
    FrameworkItem,
    PlanChange,
    Policy,
    PolicyLevel,
    PolicyLineage,
)
from plans.structure import Refused, place_policy
from plans.tree import policy_tree
from tests.conflicts import shown_conflict, three_sides
from tests.factories import (
    make_kpi,
    make_person,
    make_plan,
    make_policy,
    make_result,
    make_town,
)
from tests.races import together

PAIRS = 20

REASON = "令和8年5月の推進本部会議で決定"


@pytest.fixture
def tree(plan):
    """① with (1) and (2), ② with (1), on three levels of which the lowest is empty."""
    levels = [
        PolicyLevel.objects.create(plan=plan, depth=depth, tier="measure", name=name)
        for depth, name in enumerate(("方針", "取組", "施策"), 1)
    ]
    first, second = (
        make_policy(plan, level=levels[0], number=number, name=name)
        for number, name in (("①", "甲"), ("②", "乙"))
    )
    for parent, number, name in (
        (first, "(1)", "甲一"),
        (first, "(2)", "甲二"),
        (second, "(1)", "乙一"),
    ):
        make_policy(plan, level=levels[1], parent=parent, number=number, name=name)
    connection.check_constraints()
    return plan


def outline(plan):
    return ["　" * (node.depth - 1) + node.label for node in policy_tree(plan)]


def named(name):
    return Policy.objects.get(name=name)


def url(plan, name="structure", *args):
    return reverse(name, args=[plan.pk, *args])


def put(visit, person, plan, policy, place, index, reason=REASON):
    data = {"place": f"{named(policy).pk}:{place}:{index}", "reason": reason}
    return visit(person, url(plan), data)


def records(plan):
    return list(
        PlanChange.objects.filter(plan=plan).values_list("kind", "subject", "detail", "reason")
    )


def test_policy_is_moved_up(visit, dx_office, tree):
    answer = put(visit, dx_office, tree, "甲二", f"p{named('甲').pk}", 0)

    assert answer.url == f"{url(tree)}#policy-{named('甲二').pk}"
    assert outline(tree) == ["① 甲", "　(2) 甲二", "　(1) 甲一", "② 乙", "　(1) 乙一"]
    assert records(tree) == [("reordered", "(2) 甲二", "1番目へ", REASON)]


def test_same_move_twice_is_harmless(visit, dx_office, tree):
    for _ in range(2):
        put(visit, dx_office, tree, "乙", f"t{named('甲').level_id}", 0)

    assert outline(tree)[0] == "② 乙"
    assert len(records(tree)) == 1


def test_policy_is_moved_below_another_with_a_free_number(visit, dx_office, tree):
    put(visit, dx_office, tree, "甲二", f"p{named('乙').pk}", 9999)

    assert outline(tree) == ["① 甲", "　(1) 甲一", "② 乙", "　(1) 乙一", "　(2) 甲二"]
    assert records(tree) == [("moved", "(2) 甲二", "上位: ① 甲 → ② 乙\n階層: 取組 → 取組", REASON)]


def test_move_to_a_place_where_the_number_is_taken_asks_for_another(visit, dx_office, tree):
    answer = put(visit, dx_office, tree, "甲一", f"p{named('乙').pk}", 0)

    assert answer.url == f"{url(tree, 'policy_move', named('甲一').pk)}?to=p{named('乙').pk}"
    form = visit(dx_office, answer.url).context["form"]
    assert form.initial["number"] == "(2)"
    assert records(tree) == []


def test_policy_moves_with_all_below_it_to_another_level(visit, dx_office, tree):
    data = {"place": f"p{named('乙').pk}", "number": "(2)", "reason": REASON}

    visit(dx_office, url(tree, "policy_move", named("甲").pk), data)

    assert outline(tree) == [
        "② 乙",
        "　(1) 乙一",
        "　(2) 甲",
        "　　(1) 甲一",
        "　　(2) 甲二",
    ]
    assert named("甲一").level.name == "施策"


def test_move_that_runs_out_of_levels_is_refused(visit, dx_office, tree):
    PolicyLevel.objects.filter(plan=tree, depth=3).delete()
    data = {"place": f"p{named('乙').pk}", "number": "(2)", "reason": REASON}

    answer = visit(dx_office, url(tree, "policy_move", named("甲").pk), data)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "place": ["移動すると階層が足りなくなります。下にあるものを先に移動してください。"]
    }
    assert outline(tree)[0] == "① 甲"


def test_policy_below_itself_is_refused(visit, dx_office, tree):
    answer = put(visit, dx_office, tree, "甲", f"p{named('甲一').pk}", 0)

    assert (answer.status_code, answer.context["alert"]) == (
        422,
        "自分自身や、自分の下にあるものの下には移動できません。",
    )


def test_change_of_a_plan_in_force_needs_a_reason(visit, dx_office, tree):
    for reason in ("", "　 ", "―――"):
        answer = put(visit, dx_office, tree, "乙", f"t{named('甲').level_id}", 0, reason)

        assert answer.status_code == 422
        assert answer.context["form"].errors == {
            "reason": ["実施中の計画の変更には理由が必要です。理由を入力してください。"]
        }
    assert outline(tree)[0] == "① 甲"


def test_nothing_is_asked_where_nothing_changes(visit, dx_office, tree):
    answer = put(visit, dx_office, tree, "甲", f"t{named('甲').level_id}", 0, reason="")

    assert (answer.status_code, records(tree)) == (302, [])


def test_draft_is_changed_without_a_reason(visit, dx_office, town):
    plan = make_plan(town, code="draft", state="draft")
    make_policy(plan)

    page = visit(dx_office, url(plan))
    answer = visit(
        dx_office,
        f"{url(plan, 'policy_new')}?under=t{plan.levels.get().pk}",
        {"number": "(2)", "name": "新しい施策"},
    )

    assert "reason" not in page.context["form"].fields
    assert answer.status_code == 302
    assert outline(plan) == ["(1) 施策1", "(2) 新しい施策"]
    assert records(plan) == [("added", "(2) 新しい施策", "施策として追加", "")]


def test_given_reason_is_offered_again(visit, dx_office, tree):
    put(visit, dx_office, tree, "乙", f"t{named('甲').level_id}", 0)

    assert visit(dx_office, url(tree)).context["form"].initial == {"reason": REASON}


def test_number_that_follows_is_offered(visit, dx_office, tree):
    page = visit(dx_office, f"{url(tree, 'policy_new')}?under=p{named('甲').pk}")

    assert page.context["form"].initial["number"] == "(3)"
    assert page.context["heading"] == "① 甲 の下に取組を追加"


def test_taken_number_is_refused_by_the_form(visit, dx_office, tree):
    address = f"{url(tree, 'policy_new')}?under=p{named('甲').pk}"

    answer = visit(dx_office, address, {"number": "(2)", "name": "二つ目", "reason": REASON})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "number": ["番号「(2)」は、同じ上位の下にすでにあります。別の番号にしてください。"]
    }
    assert "二つ目" in answer.content.decode()


def test_edit_records_what_changed(visit, dx_office, tree):
    framework = Framework.objects.create(code="n", name="国の計画")
    item = FrameworkItem.objects.create(framework=framework, number="①", name="項目")
    policy = named("甲一")
    data = {"number": "(1)", "name": "甲の一", "summary": "", "items": [item.pk], "version": 1}

    visit(dx_office, url(tree, "policy_edit", policy.pk), data | {"reason": REASON})

    policy.refresh_from_db()
    assert (policy.name, policy.version) == ("甲の一", 2)
    assert list(policy.framework_links.values_list("item", flat=True)) == [item.pk]
    assert records(tree) == [
        (
            "edited",
            "(1) 甲一",
            "名称: 甲一 → 甲の一\n対応する項目: （なし） → ① 項目",
            REASON,
        )
    ]


def test_edit_of_something_changed_meanwhile_shows_both(visit, dx_office, tree):
    policy = named("甲一")
    Policy.objects.filter(pk=policy.pk).update(name="先に変えた名前", version=2)
    data = {"number": "(1)", "name": "私の名前", "summary": "", "version": 1, "reason": REASON}

    answer = visit(dx_office, url(tree, "policy_edit", policy.pk), data)

    assert answer.status_code == 409
    assert shown_conflict(answer) == [("名称", three_sides("私の名前", "先に変えた名前", "甲一"))]
    assert answer.context["form"]["name"].value() == "私の名前"
    assert answer.context["form"]["version"].value() == 2


def test_edit_can_be_saved_after_the_conflict_was_seen(visit, dx_office, tree):
    policy = named("甲一")
    Policy.objects.filter(pk=policy.pk).update(name="先に変えた名前", version=2)
    data = {"number": "(1)", "name": "私の名前", "summary": "", "version": 2, "reason": REASON}

    visit(dx_office, url(tree, "policy_edit", policy.pk), data)

    assert Policy.objects.get(pk=policy.pk).name == "私の名前"


def test_lineage_is_edited(visit, dx_office, town, tree):
    successor = make_plan(town, code="next", state="draft", predecessor=tree)
    policy = make_policy(successor)
    earlier = [named("甲一").pk, named("甲二").pk]
    data = {"number": "(1)", "name": policy.name, "summary": "", "version": 1, "earlier": earlier}

    visit(dx_office, url(successor, "policy_edit", policy.pk), data)

    assert set(PolicyLineage.objects.values_list("earlier", "later")) == {
        (pk, policy.pk) for pk in earlier
    }


def test_removal_names_what_goes_with_it(visit, dx_office, tree):
    page = visit(dx_office, url(tree, "policy_remove", named("甲").pk))

    assert [(item.kind, item.names) for item in page.context["going"]] == [
        ("下にある方針・取組・施策", ("(1) 甲一", "(2) 甲二"))
    ]


def test_removal_takes_what_is_below(visit, dx_office, tree):
    visit(dx_office, url(tree, "policy_remove", named("甲").pk), {"reason": REASON})

    assert outline(tree) == ["② 乙", "　(1) 乙一"]
    assert records(tree) == [
        ("removed", "① 甲", "あわせて削除: (1) 甲一\nあわせて削除: (2) 甲二", REASON)
    ]


def test_policy_with_kpis_is_not_removed(visit, dx_office, tree):
    make_result(make_kpi(tree, policy=named("甲一"), name="手続の数"), 2025, 3)
    address = url(tree, "policy_remove", named("甲").pk)

    page = visit(dx_office, address)
    answer = visit(dx_office, address, {"reason": REASON})

    assert [(item.kind, item.names) for item in page.context["keeping"]] == [
        ("成果指標", ("手続の数",))
    ]
    assert answer.status_code == 422
    assert len(outline(tree)) == 5


def test_numbers_are_set_anew_in_order(visit, dx_office, tree):
    put(visit, dx_office, tree, "甲二", f"p{named('甲').pk}", 0)

    visit(dx_office, url(tree), {"renumber": f"p{named('甲').pk}", "reason": REASON})

    assert outline(tree)[:3] == ["① 甲", "　(1) 甲二", "　(2) 甲一"]


def test_removed_meanwhile_is_told(visit, dx_office, tree):
    policy = named("甲二")
    data = {"place": f"{policy.pk}:p{policy.parent_id}:0", "reason": REASON}
    policy.delete()

    answer = visit(dx_office, url(tree), data)

    assert answer.status_code == 409
    assert answer.context["alert"].startswith("対象の施策は、他の人が先に")


def test_ended_plan_is_not_changed(visit, dx_office, tree):
    type(tree).objects.filter(pk=tree.pk).update(state="ended")

    answer = put(visit, dx_office, tree, "乙", f"t{named('甲').level_id}", 0)

    assert answer.status_code == 409


@pytest.mark.parametrize(
    "place", ["", "x", "1:p1", "1:q1:0", "1:p1:-1", "９:p1:0", "1:p1:0; DROP", "1:t999999:0"]
)
def test_place_that_is_none_is_not_found(visit, dx_office, tree, place):
    assert visit(dx_office, url(tree), {"place": place, "reason": REASON}).status_code == 404


def test_policy_of_another_plan_is_not_found(visit, dx_office, town, tree):
    other = make_policy(make_plan(town, code="other"))

    for name in ("policy_edit", "policy_move", "policy_remove"):
        assert visit(dx_office, url(tree, name, other.pk)).status_code == 404
    assert visit(dx_office, f"{url(tree, 'policy_new')}?under=p{other.pk}").status_code == 404
    put_there = {"place": f"{named('甲一').pk}:p{other.pk}:0", "reason": REASON}
    assert visit(dx_office, url(tree), put_there).status_code == 409
    assert outline(tree)[1] == "　(1) 甲一"


@pytest.mark.parametrize("name", ["policy_edit", "policy_move", "policy_remove"])
def test_pages_of_a_policy_are_the_offices(visit, staff, committee, outsider, tree, name):
    address = url(tree, name, named("甲").pk)

    for data in (None, {"reason": REASON}):
        assert [
            visit(person, address, data).status_code for person in (staff, committee, outsider)
        ] == [403, 403, 404]


def test_editor_is_the_offices(visit, staff, committee, outsider, tree):
    for data in (None, {"place": "1:p1:0"}):
        assert [
            visit(person, url(tree), data).status_code for person in (staff, committee, outsider)
        ] == [403, 403, 404]


def test_two_moves_at_once_make_no_cycle(transactional_db):
    town = make_town()
    plan = make_plan(town, state="draft")
    office = make_person("office", town, role="dx_office")
    levels = [
        PolicyLevel.objects.create(plan=plan, depth=depth, tier="measure", name=f"階層{depth}")
        for depth in (1, 2)
    ]

    def move(policy, other):
        def run():
            with plan_edit(plan=plan, user=office) as edit:
                return place_policy(edit, policy_id=policy.pk, parent_id=other.pk, index=0)

        return run

    for _ in range(PAIRS):
        Policy.objects.exclude(parent=None).delete()
        Policy.objects.all().delete()
        one, two = (make_policy(plan, level=levels[0]) for _ in range(2))
        outcomes = together(move(one, two), move(two, one), refusals=Refused)

        assert sorted(outcome is True for outcome in outcomes) == [False, True]
        assert sorted(node.depth for node in policy_tree(plan)) == [1, 2]


@pytest.mark.parametrize("count", [1, 3])
def test_editor_costs_the_same_for_any_number(count_queries, dx_office, plan, count):
    for _ in range(count):
        make_policy(plan)

    count_queries(6, dx_office, url(plan))
