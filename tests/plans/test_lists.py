"""Lists of plans, policies and terms: what they show, their filters and order in the address."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse

from dxplan.lib.address_filter import NO_SUCH_CHOICE
from plans.models import (
    Framework,
    FrameworkItem,
    GlossaryTerm,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLink,
)
from tests.factories import make_person, make_plan, make_policy


def plans_url(**query):
    return f"{reverse('plan_list')}?{urlencode(query)}"


def list_url(name, plan, **query):
    return f"{reverse(name, args=[plan.pk])}?{urlencode(query)}"


def make_term(plan, **overrides):
    count = plan.glossary_terms.count() + 1
    fields = {"term": f"用語{count}", "definition": f"説明{count}", "position": count}
    return GlossaryTerm.objects.create(plan=plan, **fields | overrides)


def make_level(plan, depth, name, *, axis="", axis_position=1):
    return PolicyLevel.objects.create(
        plan=plan, depth=depth, tier="measure", name=name, axis=axis, axis_position=axis_position
    )


@pytest.fixture
def tree(plan):
    """方針甲 with 施策1 and 施策2, 方針乙 with 施策3, by name."""
    top, below = make_level(plan, 1, "方針"), make_level(plan, 2, "取組")
    tops = [make_policy(plan, level=top, number="", name=name) for name in ("方針甲", "方針乙")]
    places = (("施策1", tops[0]), ("施策2", tops[0]), ("施策3", tops[1]))
    measures = [
        make_policy(plan, level=below, parent=parent, number="", name=name)
        for name, parent in places
    ]
    connection.check_constraints()
    return {policy.name: policy for policy in (*tops, *measures)}


def names(response):
    return [row.record.node.name for row in response.context["table"].rows]


# ---- Plans ----


@pytest.mark.parametrize("count", [1, 3])
def test_plan_list_takes_five_queries(committee, town, count_queries, count):
    for number in range(count):
        make_plan(town, code=f"plan-{number}")

    response = count_queries(5, committee, plans_url())

    assert response.context["table"].caption == f"{count}件を表示（全{count}件）"


def titles(response):
    return [row.record.plan.title for row in response.context["table"].rows]


def test_plan_list_shows_period_state_and_the_plan_before(visit, committee, town):
    before = make_plan(town, code="1", title="第1次", first_fiscal_year=2019, last_fiscal_year=2023)
    after = make_plan(town, code="2", title="第2次", edition="改定版", predecessor=before)

    table = visit(committee, plans_url()).context["table"]

    cells = [[row.get_cell(name) for name in table.columns.names()] for row in table.rows]
    link = '<a href="/plans/{}/">{}</a>'
    assert cells == [
        [
            link.format(after.pk, "第2次"),
            "改定版",
            "令和6年度〜令和8年度",
            "実施中",
            link.format(before.pk, "第1次"),
        ],
        [link.format(before.pk, "第1次"), "―", "令和元年度〜令和5年度", "実施中", "―"],
    ]


def test_plan_list_filters_by_state_and_keeps_the_order(visit, dx_office, town):
    for code in ("b", "a"):
        make_plan(town, code=code, title=f"策定中{code}", state="draft")
    make_plan(town, code="c", title="実施中")

    response = visit(dx_office, plans_url(state="draft", sort="title"))

    assert titles(response) == ["策定中a", "策定中b"]
    html = response.content.decode()
    assert '<input type="hidden" name="sort" value="title">' in html
    assert '<a href="?sort=title">条件を消す</a>' in html
    assert 'href="?state=draft&amp;sort=-title"' in html


def test_drafts_and_other_towns_plans_are_not_listed(visit, dx_office, committee, outsider, town):
    draft = make_plan(town, code="1", title="策定中", state="draft")
    make_plan(town, code="2", title="実施中", predecessor=draft)
    make_plan(outsider.municipality, title="よその計画")

    assert titles(visit(dx_office, plans_url())) == ["実施中", "策定中"]
    response = visit(committee, plans_url())
    assert titles(response) == ["実施中"]
    assert "よその計画" not in response.content.decode()
    assert f"/plans/{draft.pk}/" not in response.content.decode()


def test_list_of_plans_is_refused_to_an_administrator(visit, town):
    administrator = make_person("administrator", town, role="system_administrator")

    assert visit(administrator, plans_url()).status_code == 403


def test_town_without_plans_is_told_so(visit, committee):
    assert "計画はまだありません" in visit(committee, plans_url()).content.decode()


# ---- Policies ----


@pytest.mark.parametrize("count", [1, 3])
def test_policy_list_takes_nine_queries(committee, plan, count_queries, count):
    for _ in range(count):
        make_policy(plan)

    response = count_queries(9, committee, list_url("policy_list", plan))

    assert len(response.context["table"].data) == count


def test_policies_stand_in_reading_order_with_links_to_the_document(visit, committee, plan, tree):
    response = visit(committee, list_url("policy_list", plan))

    assert names(response) == ["方針甲", "施策1", "施策2", "方針乙", "施策3"]
    row = response.context["table"].rows[1]
    assert f'<a href="/plans/{plan.pk}/#policy-{tree["施策1"].pk}">' in row.get_cell("label")
    assert (row.get_cell("level"), row.record.above) == ("取組", ("方針甲",))


def test_policies_are_filtered_by_level_and_top(visit, committee, plan, tree):
    def shown(**query):
        return names(visit(committee, list_url("policy_list", plan, **query)))

    assert shown(level=tree["方針甲"].level_id) == ["方針甲", "方針乙"]
    assert shown(top=tree["方針甲"].pk) == ["施策1", "施策2"]
    assert shown(top=tree["方針甲"].pk, level=tree["方針乙"].level_id) == []


def test_policy_that_serves_a_top_of_another_axis_stands_under_it(visit, committee, plan, tree):
    view = make_level(plan, 1, "視点", axis="視点", axis_position=2)
    served = make_policy(plan, level=view, number="", name="視点A")
    PolicyLink.objects.create(policy=tree["施策3"], parent=served)

    response = visit(committee, list_url("policy_list", plan, top=served.pk))

    assert names(response) == ["施策3"]
    assert response.context["table"].rows[0].record.above == ("方針乙", "視点A")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ｅｌｔａｘ", ["施策1"]),
        ("ELTAX　窓口", ["施策1"]),
        ("窓口", ["施策1", "施策2"]),
        ("100%", ["施策2"]),
        ("0_", []),
        ("\\", []),
        ("　", ["方針甲", "施策1", "施策2", "方針乙", "施策3"]),
    ],
)
def test_policies_are_filtered_by_words(visit, committee, plan, tree, query, expected):
    for name, summary in (("施策1", "eLTAXの窓口"), ("施策2", "窓口を１００％に")):
        tree[name].summary = summary
        tree[name].save()

    assert names(visit(committee, list_url("policy_list", plan, q=query))) == expected


def test_policies_are_filtered_by_the_items_they_point_to(visit, committee, plan, tree):
    framework = Framework.objects.create(code="national", name="国の計画")
    items = [
        FrameworkItem.objects.create(framework=framework, number=number, name="項目")
        for number in "12"
    ]
    PolicyFrameworkItem.objects.create(policy=tree["施策2"], item=items[1])

    response = visit(committee, list_url("policy_list", plan, item=items[1].pk))

    assert names(response) == ["施策2"]
    choices = response.context["filter"].form.fields["item"].choices
    assert list(choices) == [("", "すべて"), ("国の計画", [(items[1].pk, "2 項目")])]
    assert f'<a href="/plans/{plan.pk}/frameworks/{items[1].pk}/">2 項目</a>' in (
        response.context["table"].rows[0].get_cell("items")
    )


@pytest.mark.parametrize("name", ["level", "top", "item"])
def test_condition_of_another_plan_or_of_none_is_told_and_does_not_filter(
    visit, committee, outsider, plan, tree, name
):
    """Nobody learns from the answer whether the id exists elsewhere."""
    foreign = make_policy(make_plan(outsider.municipality))
    item = FrameworkItem.objects.create(
        framework=Framework.objects.create(code="other", name="よその計画"), number="1", name="項目"
    )
    ids = {"level": foreign.level_id, "top": foreign.pk, "item": item.pk}

    for value in (ids[name], 10**18, "abc"):
        response = visit(committee, list_url("policy_list", plan, **{name: value}))

        assert len(names(response)) == 5
        assert response.context["filter"].form.errors == {name: [NO_SUCH_CHOICE]}
        assert NO_SUCH_CHOICE in response.content.decode()


def test_words_too_long_are_refused_in_japanese(visit, committee, plan, tree):
    response = visit(committee, list_url("policy_list", plan, q="あ" * 101))

    assert response.context["filter"].form.errors == {
        "q": ["この値は 100 文字以下でなければなりません( 101 文字になっています)。"]
    }
    assert len(names(response)) == 5


def test_filter_and_order_stay_together_in_the_address(visit, committee, plan, tree):
    response = visit(committee, list_url("policy_list", plan, q="方針", sort="-label", page="2"))

    assert names(response) == ["方針乙", "方針甲"]
    html = response.content.decode()
    assert '<input type="hidden" name="sort" value="-label">' in html
    assert 'name="page"' not in html
    assert '<a href="?sort=-label">条件を消す</a>' in html
    assert "q=%E6%96%B9%E9%87%9D&amp;sort=level" in html


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("level", ["方針甲", "方針乙", "施策1", "施策2", "施策3"]),
        ("-level", ["施策1", "施策2", "施策3", "方針甲", "方針乙"]),
        ("nonsense", ["方針甲", "施策1", "施策2", "方針乙", "施策3"]),
    ],
)
def test_policies_are_sorted_by_level(visit, committee, plan, tree, sort, expected):
    assert names(visit(committee, list_url("policy_list", plan, sort=sort))) == expected


def test_names_are_shown_as_text_everywhere(visit, committee, plan):
    script = "<script>alert(1)</script>"
    make_policy(plan, name=script, summary=script)
    make_term(plan, term=script, reading=script, definition=script)
    make_plan(plan.municipality, code="script", title=script, edition=script)

    for url in (
        plans_url(),
        list_url("policy_list", plan, q=script, sort=script),
        list_url("term_list", plan, q=script, other=script),
    ):
        html = visit(committee, url).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


# ---- Terms ----


@pytest.mark.parametrize("count", [1, 3])
def test_term_list_takes_six_queries(committee, plan, count_queries, count):
    for _ in range(count):
        make_term(plan)

    response = count_queries(6, committee, list_url("term_list", plan))

    assert len(response.context["table"].data) == count


def test_terms_are_filtered_by_words_and_sorted_by_reading(visit, committee, plan):
    make_term(plan, term="RPA", reading="アールピーエー")
    make_term(plan, term="AI", reading="エーアイ", definition="人工知能")

    def shown(**query):
        table = visit(committee, list_url("term_list", plan, **query)).context["table"]
        return [row.record.term for row in table.rows]

    assert shown() == ["RPA", "AI"]
    assert shown(sort="-term") == ["AI", "RPA"]
    assert shown(q="ａｉ") == ["AI"]
    assert shown(q="ピーエー") == ["RPA"]
    assert shown(q="人工 知能") == ["AI"]


# ---- Doors ----


@pytest.mark.parametrize("name", ["policy_list", "term_list", "framework_list"])
def test_lists_of_a_plan_stand_behind_its_door(visit, committee, outsider, plan, name):
    draft = make_plan(plan.municipality, code="draft", state="draft")
    administrator = make_person("administrator", plan.municipality, role="system_administrator")

    assert visit(outsider, list_url(name, plan)).status_code == 404
    assert visit(committee, list_url(name, draft)).status_code == 404
    assert visit(administrator, list_url(name, plan)).status_code == 403
    assert visit(committee, list_url(name, plan)).content.count(b'class="empty"') == 1
