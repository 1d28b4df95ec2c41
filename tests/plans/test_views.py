import pytest
from django.urls import reverse

from plans.models import PolicyLevel, PolicyLink
from tests.factories import make_policy


def plan_url(plan):
    return reverse("plan_detail", args=[plan.pk])


@pytest.mark.parametrize("count", [1, 3])
def test_plan_page_takes_nine_queries(committee, plan, count_queries, count):
    for _ in range(count):
        make_policy(plan)

    response = count_queries(9, committee, plan_url(plan))

    assert response.context["document"].axes[0].counts == (("施策", count),)


def test_plan_page_shows_the_matrix_of_two_axes(visit, committee, plan):
    top = PolicyLevel.objects.create(
        plan=plan, axis="基本方針", axis_position=2, depth=1, tier="basic_policy", name="基本方針"
    )
    policies = [make_policy(plan, level=top, name=name) for name in ("甲", "乙")]
    measure = make_policy(plan, name="取組")
    PolicyLink.objects.create(policy=measure, parent=policies[1])

    document = visit(committee, plan_url(plan)).context["document"]

    assert [axis.name for axis in document.axes] == ["", "基本方針"]
    assert [column.name for column in document.matrix.columns] == ["乙"]
    assert [(node.name, marks) for node, marks in document.matrix.lines] == [("取組", (True,))]
    assert document.axes[0].nodes[0].serves == (f"{policies[1].label}",)
    assert document.axes[1].nodes[1].served_by == (f"{measure.label}",)
