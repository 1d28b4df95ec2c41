"""What the database refuses about plans, levels, policies and years, row by row.

What it refuses about a hierarchy as a whole is in `test_hierarchy.py`.
"""

import pytest
from django.db.models import F

from plans.models import Plan, PlanYear, Policy, PolicyLevel, PolicyLink
from tests.database import constraint_names, refusal_of
from tests.factories import make_plan, make_policy, make_town

# Set on all rows at once; there are at least two of each.
FAULTS = [
    ("plan_code_unique_in_town", Plan, {"code": "dx"}),
    ("plan_ends_after_start", Plan, {"last_fiscal_year": 2023}),
    ("plan_years_known", Plan, {"first_fiscal_year": 1949, "last_fiscal_year": 1950}),
    ("plan_lasts_twenty_years_at_most", Plan, {"last_fiscal_year": 2044}),
    ("plan_state_from_list", Plan, {"state": "frozen"}),
    ("plan_follows_an_earlier_one", Plan, {"predecessor": F("id")}),
    ("plan_years_known", Plan, {"first_fiscal_year": 2099, "last_fiscal_year": 2101}),
    ("policy_level_depth_unique", PolicyLevel, {"depth": 1}),
    ("policy_level_depth_in_range", PolicyLevel, {"depth": 0}),
    ("policy_level_depth_in_range", PolicyLevel, {"depth": 10}),
    ("policy_level_tier", PolicyLevel, {"tier": "chapter"}),
    ("policy_level_tier", PolicyLevel, {"tier": ""}),
    ("policy_code_unique_in_plan", Policy, {"code": "1"}),
    ("policy_not_own_parent", Policy, {"parent": F("id")}),
    ("policy_number_unique_among_siblings", Policy, {"number": "①"}),
    ("policy_link_not_to_itself", PolicyLink, {"parent": F("policy")}),
    ("plan_year_unique", PlanYear, {"fiscal_year": 2025}),
    ("plan_year_state_from_list", PlanYear, {"state": "frozen"}),
    ("plan_year_state_from_list", PlanYear, {"state": ""}),
    ("plan_year_in_range", PlanYear, {"fiscal_year": 1949}),
    ("plan_year_in_range", PlanYear, {"fiscal_year": 2101}),
]

# What the columns themselves refuse.
MISFITS = [
    ("plans_policylevel_depth_check", PolicyLevel, {"depth": -1}),
    ("plans_policy_position_check", Policy, {"position": -1}),
    ("NumericValueOutOfRange", PlanYear, {"fiscal_year": 40_000}),
    ("StringDataRightTruncation", Policy, {"name": "策" * 201}),
    ("NotNullViolation", PlanYear, {"fiscal_year": None}),
]


@pytest.fixture(autouse=True)
def policies(town, plan):
    """Two plans, two levels, and two policies of which one also serves the other."""
    make_plan(town, code="dx-2")
    policies = [make_policy(plan), make_policy(plan)]
    PolicyLevel.objects.create(plan=plan, depth=2, tier="measure", name="取組")
    PolicyLink.objects.create(policy=policies[0], parent=policies[1])
    return policies


def test_every_constraint_is_violated_here():
    tried = {name for name, _, _ in FAULTS} | {"policy_link_unique"}

    assert constraint_names(Plan, PolicyLevel, Policy, PolicyLink, PlanYear) == tried


@pytest.mark.parametrize(("constraint", "model", "fault"), FAULTS)
def test_plan_that_cannot_be_is_refused(constraint, model, fault):
    assert refusal_of(lambda: model.objects.update(**fault)) == constraint


@pytest.mark.parametrize(("refusal", "model", "fault"), MISFITS)
def test_plan_that_does_not_fit_is_refused(refusal, model, fault):
    assert refusal_of(lambda: model.objects.update(**fault)) == refusal


def test_second_link_between_two_policies_is_refused(policies):
    twin = PolicyLink(policy=policies[0], parent=policies[1])

    assert refusal_of(lambda: PolicyLink.objects.bulk_create([twin])) == "policy_link_unique"


def test_plan_of_one_year_is_accepted():
    Plan.objects.update(first_fiscal_year=2026, last_fiscal_year=2026)

    assert Plan.objects.filter(first_fiscal_year=2026, last_fiscal_year=2026).count() == 2


def test_another_towns_plan_may_have_the_same_code():
    make_plan(make_town(code="345458"), code="dx")

    assert Plan.objects.filter(code="dx").count() == 2


def test_another_plans_policies_levels_and_years_may_be_numbered_alike(plan):
    other = Plan.objects.exclude(pk=plan.pk).get()

    make_policy(other, code="1")
    PlanYear.objects.create(plan=other, fiscal_year=2025)

    assert Policy.objects.filter(code="1").count() == 2
    assert PolicyLevel.objects.filter(depth=1).count() == 2
    assert PlanYear.objects.filter(fiscal_year=2025).count() == 2
