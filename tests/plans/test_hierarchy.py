"""The database keeps a plan's hierarchy whole, whatever the application does."""

import pytest
from django.db import connection

from plans.models import Policy, PolicyLevel, PolicyLink
from tests.database import refusal_of
from tests.factories import make_plan, make_policy


def make_level(plan, depth, axis=""):
    return PolicyLevel.objects.create(
        plan=plan, axis=axis, depth=depth, tier="measure", name=f"階層{depth}"
    )


@pytest.fixture
def levels(plan):
    return [make_level(plan, depth) for depth in (1, 2, 3)]


@pytest.fixture
def branch(plan, levels):
    """Three policies, each below the one before."""
    policies, parent = [], None
    for level in levels:
        parent = make_policy(plan, level=level, parent=parent)
        policies.append(parent)
    connection.check_constraints()
    return policies


def test_parent_in_another_plan_is_refused(levels, branch):
    foreign = make_policy(make_plan(branch[0].plan.municipality, code="other"))

    assert refusal_of(lambda: Policy.objects.filter(pk=branch[1].pk).update(parent=foreign)) == (
        "policy_parent_of_own_plan"
    )


def test_skipped_level_is_refused(plan, levels, branch):
    assert refusal_of(lambda: make_policy(plan, level=levels[2], parent=branch[0])) == (
        "policy_parent_one_level_up"
    )


def test_missing_parent_below_the_top_is_refused(plan, levels):
    assert refusal_of(lambda: make_policy(plan, level=levels[1])) == "policy_parent_one_level_up"


def test_level_of_another_plan_is_refused(plan, levels):
    other = make_plan(plan.municipality, code="other")

    assert refusal_of(lambda: make_policy(other, level=levels[0])) == "policy_level_of_own_plan"


def test_parent_on_another_axis_is_refused(plan, branch):
    level = make_level(plan, 2, axis="もう一つの体系")

    assert refusal_of(lambda: make_policy(plan, level=level, parent=branch[0])) == (
        "policy_parent_one_level_up"
    )


def test_cycle_cannot_arise(branch):
    top, middle, bottom = branch

    assert refusal_of(lambda: Policy.objects.filter(pk=top.pk).update(parent=bottom)) == (
        "policy_parent_one_level_up"
    )
    assert refusal_of(lambda: Policy.objects.filter(pk=middle.pk).update(parent=middle)) == (
        "policy_not_own_parent"
    )


def test_moving_a_policy_to_another_level_keeps_those_below_in_place(levels, branch):
    def move():
        Policy.objects.filter(pk=branch[1].pk).update(level=levels[0], parent=None)

    assert refusal_of(move) == "policy_parent_one_level_up"


def test_level_that_policies_stand_at_keeps_its_depth(levels, branch):
    def swap():
        PolicyLevel.objects.filter(pk=levels[2].pk).update(depth=4)

    assert refusal_of(swap) == "policy_level_keeps_its_place"


def test_one_level_alone_cannot_join_another_axis(levels, branch):
    def change():
        PolicyLevel.objects.filter(pk=levels[1].pk).update(axis="別の体系")

    assert refusal_of(change) == "policy_level_keeps_its_place"


def test_axis_is_renamed_with_all_its_levels(plan, branch):
    PolicyLevel.objects.filter(plan=plan).update(axis="新しい名前")
    connection.check_constraints()

    assert PolicyLevel.objects.filter(axis="新しい名前").count() == 3


def test_same_number_under_another_parent_is_accepted(plan, levels, branch):
    second = make_policy(plan, level=levels[0], number="2")

    policy = make_policy(plan, level=levels[1], parent=second, number=branch[1].number)

    assert policy.number == branch[1].number


def test_link_into_another_plan_is_refused(branch):
    foreign = make_policy(make_plan(branch[0].plan.municipality, code="other"))

    assert refusal_of(lambda: PolicyLink.objects.create(policy=branch[0], parent=foreign)) == (
        "policy_link_within_plan"
    )
