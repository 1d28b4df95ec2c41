"""What the database itself refuses."""

import pytest
from django.db import IntegrityError, connection, transaction

from actionplans.models import ActionPlan, Budget, ProgressNote, Stage
from actionplans.schedule import HalfYear
from kpis.models import Kpi
from plans.models import Policy
from tests.factories import (
    make_action,
    make_department,
    make_kpi,
    make_plan,
    make_policy,
    make_stage,
    make_town,
)

H1, H2 = HalfYear.first_of, HalfYear.last_of


def refusal(change):
    """The name of the constraint that a change breaks."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
        connection.check_constraints()
    return error.value.__cause__.diag.constraint_name


@pytest.fixture
def action(plan):
    return make_action(plan)


@pytest.fixture
def foreign(db):
    """A plan of another town."""
    return make_plan(make_town(code="345458", name="神石高原町"))


def test_number_is_unique_in_a_plan(plan, action, foreign):
    make_action(foreign, number=action.number)

    assert refusal(lambda: make_action(plan, number=action.number)) == (
        "action_plan_number_unique_in_plan"
    )


def test_action_stands_under_a_measure_of_its_own_plan(plan, foreign):
    policy = make_policy(foreign)

    assert refusal(lambda: make_action(plan, policy=policy)) == "action_plan_policy_of_own_plan"


def test_action_belongs_to_a_department_of_its_own_town(plan, foreign):
    department = make_department(foreign.municipality)

    assert refusal(lambda: make_action(plan, department=department)) == (
        "action_plan_department_of_own_town"
    )


def test_kpi_of_a_sheet_is_of_its_own_plan(action, foreign):
    kpi = make_kpi(foreign)

    assert refusal(lambda: action.kpi_links.create(kpi=kpi)) == "action_plan_kpi_of_own_plan"


def test_action_with_measure_and_kpi_stays_in_its_plan(plan, foreign):
    kpi = make_kpi(plan)
    action = make_action(plan, policy=kpi.policy, kpis=[kpi])
    actions = ActionPlan.objects.filter(pk=action.pk)
    connection.check_constraints()

    assert refusal(lambda: actions.update(plan=foreign)) == "action_plan_policy_of_own_plan"
    assert refusal(lambda: actions.update(plan=foreign, policy=None)) == (
        "action_plan_kpi_of_own_plan"
    )


def test_what_a_sheet_names_is_not_moved_away(plan, foreign):
    kpi = make_kpi(plan)
    make_action(plan, policy=kpi.policy)
    make_action(plan, kpis=[kpi])
    policy = make_policy(foreign)
    connection.check_constraints()

    def move_kpi():
        Kpi.objects.filter(pk=kpi.pk).update(plan=foreign, policy=policy)

    def move_policy():
        Kpi.objects.filter(pk=kpi.pk).update(policy=other)
        Policy.objects.filter(pk=kpi.policy_id).update(
            plan=foreign, level=policy.level, code="9", number="(9)"
        )

    other = make_policy(plan)
    assert refusal(move_kpi) == "action_plan_kpi_of_own_plan"
    assert refusal(move_policy) == "action_plan_policy_of_own_plan"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"first_start": H1(2025), "first_end": H2(2024)}, "stage_ends_after_start"),
        ({"first_start": 4048, "first_end": 9999}, "stage_halves_known"),
        ({"revised_start": H1(2025), "revised_end": H2(2025)}, "stage_revised_with_a_reason"),
        (
            {"revised_start": H1(2025), "revised_end": H2(2025), "revision_reason": " 　\n"},
            "stage_revised_with_a_reason",
        ),
        ({"revised_start": H1(2025), "revision_reason": "理由"}, "stage_revised_with_a_reason"),
        ({"actual_end": H2(2025)}, "stage_ended_after_it_began"),
        ({"actual_start": H2(2025), "actual_end": H1(2025)}, "stage_ends_after_start"),
        ({"is_stopped": True}, "stage_stopped_with_a_reason"),
        ({"is_milestone": True}, "stage_milestone_in_one_half"),
        ({"label": "　"}, "stage_has_a_label"),
        ({"placement": "nowhere"}, "stage_placement_from_list"),
    ],
)
def test_stage_that_cannot_be_is_refused(action, fields, constraint):
    assert refusal(lambda: make_stage(action, **fields)) == constraint


def test_stages_may_swap_places_in_one_transaction(action):
    first, second = make_stage(action), make_stage(action)

    Stage.objects.filter(pk=first.pk).update(position=2)
    Stage.objects.filter(pk=second.pk).update(position=1)
    connection.check_constraints()

    assert list(action.stages.order_by("position")) == [second, first]


@pytest.mark.parametrize("amount", [-1, 10**12])
def test_money_is_neither_negative_nor_beyond_reason(action, amount):
    def make():
        Budget.objects.create(action_plan=action, fiscal_year=2025, general=amount)

    assert refusal(make) == "budget_amounts_in_range"


def test_year_has_one_budget_and_a_quarter_one_note(action):
    def make_budget():
        Budget.objects.create(action_plan=action, fiscal_year=2025, budgeted=1)

    def make_note(quarter=1):
        ProgressNote.objects.create(
            action_plan=action, fiscal_year=2025, quarter=quarter, is_on_time=True, text="報告"
        )

    make_budget()
    make_note()

    assert refusal(make_budget) == "budget_unique_in_year"
    assert refusal(make_note) == "progress_note_unique_in_quarter"
    assert refusal(lambda: make_note(5)) == "progress_note_quarter_of_four"
