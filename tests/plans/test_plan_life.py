"""What the database keeps in a plan's life: its states, what it follows, what it points to."""

import pytest

from plans.models import (
    Committee,
    Framework,
    FrameworkItem,
    Meeting,
    Plan,
    Policy,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLineage,
    RelatedPlan,
    Section,
)
from tests.database import constraint_names, refusal_of
from tests.factories import make_plan, make_policy, make_section, make_town


def set_state(plan, state):
    Plan.objects.filter(pk=plan.pk).update(state=state)


@pytest.fixture
def successor(town, plan):
    """A draft that follows the plan."""
    return make_plan(town, code="dx-next", state="draft", predecessor=plan)


@pytest.fixture
def foreign_framework(outsider):
    return Framework.objects.create(
        code="other", municipality=outsider.municipality, name="他町の総合計画"
    )


@pytest.mark.parametrize(
    ("before", "after"), [("draft", "ended"), ("in_force", "draft"), ("ended", "draft")]
)
def test_step_out_of_order_is_refused(town, before, after):
    plan = make_plan(town, state=before)

    assert refusal_of(lambda: set_state(plan, after)) == "plan_state_in_order"


@pytest.mark.parametrize(
    ("before", "after"), [("draft", "in_force"), ("in_force", "ended"), ("ended", "in_force")]
)
def test_step_in_order_is_taken(town, before, after):
    plan = make_plan(town, state=before)

    set_state(plan, after)

    plan.refresh_from_db()
    assert plan.state == after


def test_ended_plan_stays_as_it_is(plan):
    policy = make_policy(plan)
    make_section(plan)
    set_state(plan, "ended")
    writes = (
        lambda: make_policy(plan),
        lambda: Policy.objects.update(name="別の名前"),
        lambda: policy.delete(),
        lambda: PolicyLevel.objects.update(name="別の名前"),
        lambda: Section.objects.update(title="別の見出し"),
    )

    assert [refusal_of(write) for write in writes] == ["ended_plan_unwritable"] * len(writes)


def test_plan_of_another_town_cannot_be_followed(plan):
    other = make_town(code="345458")

    assert refusal_of(lambda: make_plan(other, predecessor=plan)) == "plan_follows_one_of_its_town"


def test_policy_carries_on_one_of_the_plan_before(plan, successor):
    earlier, later = make_policy(plan), make_policy(successor)

    PolicyLineage.objects.create(earlier=earlier, later=later)

    assert refusal_of(lambda: PolicyLineage.objects.create(earlier=later, later=earlier)) == (
        "policy_lineage_from_plan_before"
    )
    assert refusal_of(lambda: PolicyLineage.objects.update(earlier=make_policy(successor))) == (
        "policy_lineage_from_plan_before"
    )


def test_meeting_of_another_plans_committee_is_refused(plan, successor):
    committee = Committee.objects.create(plan=successor, name="推進本部")

    def meet():
        Meeting.objects.create(plan=plan, committee=committee, held_on="2025-05-01", name="第1回")

    assert refusal_of(meet) == "meeting_committee_of_own_plan"


def test_framework_of_another_town_is_refused(plan, foreign_framework):
    item = FrameworkItem.objects.create(framework=foreign_framework, number="1", name="項目")
    policy = make_policy(plan)

    assert refusal_of(lambda: PolicyFrameworkItem.objects.create(policy=policy, item=item)) == (
        "policy_item_of_own_town"
    )

    def relate():
        RelatedPlan.objects.create(
            plan=plan, name="総合計画", relation="above", framework=foreign_framework
        )

    assert refusal_of(relate) == "related_plan_framework_of_own_town"


FAULTS = [
    ("section_position_unique", Section, {"position": 1}),
    ("section_depth_in_range", Section, {"depth": 4}),
    ("section_content_from_list", Section, {"content": "poem"}),
    ("meeting_unique_on_its_day", Meeting, {"name": "第1回"}),
    ("meeting_ends_after_start", Meeting, {"held_until": "2025-04-30"}),
    ("related_plan_unique", RelatedPlan, {"name": "総合計画"}),
    ("related_plan_relation_from_list", RelatedPlan, {"relation": "friend"}),
]


@pytest.fixture
def parts(plan):
    for place in (1, 2):
        make_section(plan)
        Meeting.objects.create(plan=plan, held_on="2025-05-01", name=f"第{place}回")
        RelatedPlan.objects.create(plan=plan, name=f"計画{place}", relation="above")


def test_every_constraint_is_violated_here():
    tried = {name for name, _, _ in FAULTS}

    assert constraint_names(Section, Meeting, RelatedPlan) == tried


@pytest.mark.parametrize(("constraint", "model", "fault"), FAULTS)
def test_part_that_cannot_be_is_refused(parts, constraint, model, fault):
    assert refusal_of(lambda: model.objects.update(**fault)) == constraint
