"""What a new edition takes over of a plan's structure."""

import pytest
from django.db import connection

from plans.copying import copy_plan
from plans.models import (
    ChecklistItem,
    ChecklistState,
    Committee,
    CommitteeSeat,
    GlossaryTerm,
    Meeting,
    Policy,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLineage,
    PolicyLink,
    RelatedPlan,
    Section,
)
from tests.factories import furnish, make_plan, make_policy


@pytest.fixture
def later(town, plan):
    """A draft of 2027–2029 that follows the plan."""
    return make_plan(
        town,
        code="dx-2027",
        state="draft",
        predecessor=plan,
        first_fiscal_year=2027,
        last_fiscal_year=2029,
    )


def policies_of(plan):
    columns = ("level__name", "parent__name", "code", "number", "name", "summary", "position")
    return list(Policy.objects.of_plan(plan).values_list(*columns, "version"))


def test_hierarchy_is_copied_with_codes_numbers_and_places(plan, later):
    furnish(plan, count=2)

    copied = copy_plan(plan, later)

    connection.check_constraints()
    assert policies_of(later) == [
        ("方針", None, "1", "①", "方針", "", 1, 1),
        ("施策", "方針", "3", "(3)", "施策3", "概要", 3, 1),
        ("施策", "方針", "4", "(4)", "施策4", "概要", 4, 1),
        ("視点", None, "2", "", "視点", "", 2, 1),
    ]
    assert {old: policy.plan for old, policy in copied.items()} == dict.fromkeys(
        plan.policies.values_list("pk", flat=True), later
    )


def test_levels_keep_axes_and_tiers(plan, later):
    copy_plan(furnish(plan), later)

    columns = ("axis", "axis_position", "depth", "tier", "name")
    assert list(PolicyLevel.objects.filter(plan=later).values_list(*columns)) == [
        ("", 1, 1, "basic_policy", "方針"),
        ("", 1, 2, "measure", "施策"),
        ("視点", 2, 1, "initiative", "視点"),
    ]


def test_every_policy_has_one_line_to_the_one_before(plan, later):
    copied = copy_plan(furnish(plan, count=3), later)

    assert set(PolicyLineage.objects.values_list("earlier", "later")) == {
        (old, policy.pk) for old, policy in copied.items()
    }


def test_pointers_lead_to_the_copies(plan, later):
    copy_plan(furnish(plan), later)

    links = PolicyLink.objects.filter(policy__plan=later)
    items = PolicyFrameworkItem.objects.filter(policy__plan=later)
    assert list(links.values_list("policy__name", "parent__name", "parent__plan")) == [
        ("施策3", "視点", later.pk)
    ]
    assert list(items.values_list("policy__name", "item__name")) == [("施策3", "項目")]


def test_document_comes_along_without_its_history(plan, later):
    copy_plan(furnish(plan), later)

    def rows(model, *columns, path="plan"):
        return list(model.objects.filter(**{path: later}).values_list(*columns))

    assert rows(Section, "position", "title", "version") == [(1, "第1章", 1)]
    assert rows(GlossaryTerm, "term", "definition") == [("AI", "人工知能")]
    assert rows(Committee, "name") == [("推進本部",)]
    assert rows(CommitteeSeat, "role", "post", path="committee__plan") == [("本部長", "町長")]
    assert rows(ChecklistItem, "number", "name", path="checklist__plan") == [(1, "転入届")]
    assert rows(ChecklistState, "pk", path="item__checklist__plan") == []
    assert rows(Meeting, "pk") == []


def test_plan_before_is_named_among_the_related_ones(plan, later):
    copy_plan(furnish(plan), later)

    assert list(later.related_plans.values_list("name", "relation", "period", "position")) == [
        ("総合計画", "above", "", 0),
        ("DX推進計画", "before", "令和6年度から令和8年度まで", 1),
    ]


def test_plan_before_is_not_named_twice(plan, later):
    RelatedPlan.objects.create(plan=plan, name=plan.title, relation="beside")

    copy_plan(plan, later)

    assert list(later.related_plans.values_list("relation", flat=True)) == ["beside"]


@pytest.mark.parametrize("count", [1, 3])
def test_copying_two_depths_takes_26_queries(plan, later, django_assert_num_queries, count):
    furnish(plan, count=count)

    with django_assert_num_queries(26):
        copy_plan(plan, later)


def test_plan_without_anything_is_copied(plan, later):
    assert copy_plan(plan, later) == {}


def test_names_of_all_kinds_come_along_unchanged(plan, later):
    names = ["<script>alert(1)</script>", "👍の𠮷野家", "=HYPERLINK(1)", "{{7*7}}", "か\u3099"]
    for name in names:
        make_policy(plan, name=name)

    copy_plan(plan, later)

    assert [row[4] for row in policies_of(later)] == names
