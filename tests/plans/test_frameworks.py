"""How a plan answers the plans above: all items, also those that no measure serves."""

import pytest
from django.db import connection
from django.urls import reverse

from dxplan.lib.address_filter import NO_SUCH_CHOICE
from plans.frameworks import plan_frameworks
from plans.models import (
    Framework,
    FrameworkItem,
    PolicyFrameworkItem,
    PolicyLevel,
    RelatedPlan,
)
from tests.factories import make_person, make_plan, make_policy


def make_framework(code, *classes, **overrides):
    """A framework with an item of each of the classes."""
    framework = Framework.objects.create(code=code, **{"name": code} | overrides)
    for number, item_class in enumerate(classes, 1):
        FrameworkItem.objects.create(
            framework=framework,
            number=str(number),
            name=f"項目{number}",
            item_class=item_class,
            position=number,
        )
    return framework


def serve(policy, framework, number):
    item = framework.items.get(number=str(number))
    PolicyFrameworkItem.objects.create(policy=policy, item=item)
    return item


def list_url(plan, query=""):
    return f"{reverse('framework_list', args=[plan.pk])}{query}"


def item_url(plan, item):
    return reverse("framework_item", args=[plan.pk, item.pk])


def shown(response):
    """Per framework the labels of its items and of their measures."""
    return {
        framework.name: {row.record.label: row.record.policies for row in table.rows}
        for framework, table in response.context["frameworks"]
    }


@pytest.mark.parametrize("count", [1, 3])
def test_framework_list_takes_nine_queries(committee, plan, count_queries, count):
    for number in range(count):
        framework = make_framework(f"framework-{number}", "priority", "plain")
        serve(make_policy(plan), framework, 1)

    response = count_queries(9, committee, list_url(plan))

    assert len(response.context["frameworks"]) == count


def test_list_has_all_items_of_what_the_plan_serves_names_or_owns(visit, committee, plan, outsider):
    served = make_framework("国の計画", "priority", "together", position=1)
    named = make_framework("県の計画", "plain", position=2)
    make_framework("町の総合計画", "plain", municipality=plan.municipality, position=3)
    make_framework("よその総合計画", "plain", municipality=outsider.municipality)
    make_framework("関係のない計画", "plain")
    policy = make_policy(plan)
    serve(policy, served, 2)
    RelatedPlan.objects.create(plan=plan, name="県", relation="prefectural", framework=named)

    response = visit(committee, list_url(plan))

    assert shown(response) == {
        "国の計画": {"1 項目1": (), "2 項目2": (policy.label,)},
        "県の計画": {"1 項目1": ()},
        "町の総合計画": {"1 項目1": ()},
    }
    html = response.content.decode()
    assert (html.count("対応する施策なし</td>"), "2項目のうち1項目に対応" in html) == (3, True)
    assert f'<a href="/plans/{plan.pk}/#policy-{policy.pk}">{policy.label}</a>' in html
    assert f'id="framework-{served.pk}"' in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?item_class=together", {"国の計画": {"2 項目2": ()}}),
        ("?served=yes", {"国の計画": {"1 項目1": ("(1) 施策1",)}}),
        ("?served=no", {"国の計画": {"2 項目2": ()}, "町の計画": {"1 項目1": ()}}),
        ("?served=yes&item_class=plain", {}),
    ],
)
def test_items_are_filtered_by_class_and_by_being_served(visit, committee, plan, query, expected):
    framework = make_framework("国の計画", "priority", "together")
    make_framework("町の計画", "plain", municipality=plan.municipality, position=9)
    serve(make_policy(plan), framework, 1)

    response = visit(committee, list_url(plan, query))

    assert shown(response) == expected
    assert ("2項目のうち1項目に対応" in response.content.decode()) == ("国の計画" in expected)


def test_framework_without_items_is_named_unless_items_are_asked_for(visit, committee, plan):
    make_framework("町の計画", municipality=plan.municipality)

    assert shown(visit(committee, list_url(plan))) == {"町の計画": {}}
    assert shown(visit(committee, list_url(plan, "?served=no"))) == {}


def test_measures_of_other_plans_do_not_count_as_served(visit, committee, plan):
    framework = make_framework("国の計画", "priority", municipality=plan.municipality)
    serve(make_policy(make_plan(plan.municipality, code="other")), framework, 1)

    assert shown(visit(committee, list_url(plan, "?served=yes"))) == {}
    assert shown(visit(committee, list_url(plan))) == {"国の計画": {"1 項目1": ()}}


def test_class_that_no_item_has_is_told_and_does_not_filter(visit, committee, plan):
    make_framework("国の計画", "priority", municipality=plan.municipality)

    response = visit(committee, list_url(plan, "?item_class=own&served=perhaps"))

    assert response.context["filter"].form.errors == {
        "item_class": [NO_SUCH_CHOICE],
        "served": [NO_SUCH_CHOICE],
    }
    assert shown(response) == {"国の計画": {"1 項目1": ()}}


def test_measures_stand_in_reading_order(visit, committee, plan):
    framework = make_framework("国の計画", "priority")
    for code, position in (("2", 1), ("10", 3), ("1", 2)):
        serve(make_policy(plan, code=code, number="", name=code, position=position), framework, 1)

    assert shown(visit(committee, list_url(plan))) == {"国の計画": {"1 項目1": ("2", "1", "10")}}


def test_document_gets_only_items_with_measures(plan, django_assert_num_queries):
    framework = make_framework("国の計画", "priority", "together")
    policy = make_policy(plan)
    item = serve(policy, framework, 1)

    with django_assert_num_queries(1):
        rows, by_policy = plan_frameworks(plan)

    assert [row.policies for row in rows[0].items] == [(policy.label,)]
    assert (rows[0].items[0].class_label, by_policy) == ("重点取組事項", {policy.pk: [str(item)]})


# ---- One item ----


@pytest.mark.parametrize("count", [1, 3])
def test_item_page_takes_eight_queries(committee, plan, count_queries, count):
    framework = make_framework("国の計画", "priority")
    other = make_plan(plan.municipality, code="other")
    for _ in range(count):
        item = framework.items.get()
        for policy in (make_policy(plan), make_policy(other)):
            serve(policy, framework, 1)

    response = count_queries(8, committee, item_url(plan, item))

    assert (len(response.context["own"].data), len(response.context["others"].data)) == (
        count,
        count,
    )


def test_item_page_shows_each_measure_in_its_place(visit, committee, plan):
    framework = make_framework("国の計画", "priority")
    top = make_policy(plan, number="1", name="方針")
    below = PolicyLevel.objects.create(plan=plan, depth=2, tier="measure", name="取組")
    measure = make_policy(plan, level=below, parent=top, name="取組", summary="概要です")
    connection.check_constraints()
    item = serve(measure, framework, 1)

    response = visit(committee, item_url(plan, item))

    found = response.context["own"].data[0]
    assert (found.above_text, found.node.summary) == ("1 方針", "概要です")
    assert found.url == f"/plans/{plan.pk}/#policy-{measure.pk}"
    assert "重点取組事項" in response.content.decode()


def test_item_page_names_measures_of_visible_plans_only(
    visit, dx_office, committee, outsider, plan
):
    framework = make_framework("国の計画", "priority")
    item = framework.items.get()
    draft = make_plan(plan.municipality, code="draft", title="次の計画", state="draft")
    ended = make_plan(plan.municipality, code="old", title="前の計画")
    for other in (draft, ended, make_plan(outsider.municipality, title="よその計画")):
        serve(make_policy(other), framework, 1)

    def others(person):
        table = visit(person, item_url(plan, item)).context["others"]
        return sorted(measure.plan.title for measure in table.data)

    assert others(dx_office) == ["前の計画", "次の計画"]
    assert others(committee) == ["前の計画"]
    assert "この項目に対応する施策がありません" in (
        visit(committee, item_url(plan, item)).content.decode()
    )


def test_item_page_stands_behind_the_plans_door(visit, committee, outsider, plan):
    own, foreign = (
        make_framework(f"of-{town}", "plain", municipality=town).items.get()
        for town in (plan.municipality, outsider.municipality)
    )
    administrator = make_person("administrator", plan.municipality, role="system_administrator")

    assert visit(committee, item_url(plan, own)).status_code == 200
    assert visit(committee, item_url(plan, foreign)).status_code == 404
    assert visit(committee, reverse("framework_item", args=[plan.pk, 10**20])).status_code == 404
    assert visit(outsider, item_url(plan, own)).status_code == 404
    assert visit(administrator, item_url(plan, own)).status_code == 403


def test_names_are_shown_as_text(visit, committee, plan):
    script = "<script>alert(1)</script>"
    framework = make_framework("script", "plain", name=script)
    item = serve(make_policy(plan, name=script, summary=script), framework, 1)
    FrameworkItem.objects.update(name=script)

    for url in (list_url(plan), item_url(plan, item)):
        html = visit(committee, url).content.decode()
        assert ("<script>alert" in html, "&lt;script&gt;alert" in html) == (False, True)
