"""A new edition of a plan, the comparison with the one before, and the end of a draft."""

import pytest
from django.db import connection
from django.urls import reverse

from dxplan.pages import editions
from dxplan.pages.editions import NotPossible, delete_draft, make_edition
from kpis.models import Kpi, KpiLineage, Result
from plans.models import Plan, PlanChange, Policy, PolicyLevel, PolicyLineage
from tests.content import dump
from tests.factories import (
    furnish,
    make_kpi,
    make_person,
    make_plan,
    make_policy,
    make_result,
    make_town,
)
from tests.races import together

PAIRS = 10


def url(plan, name="edition_new", query=""):
    return reverse(name, args=[plan.pk]) + query


def fields(**changes):
    typed = {
        "title": "第2期DX推進計画",
        "edition": "案",
        "first_fiscal_year": "令和9年度",
        "last_fiscal_year": "令和11年度",
    }
    return typed | changes


COLUMNS = {
    "title": "第2期DX推進計画",
    "edition": "案",
    "first_fiscal_year": 2027,
    "last_fiscal_year": 2029,
}


@pytest.fixture
def auditor(town):
    return make_person("auditor", town, role="auditor")


@pytest.fixture
def full(plan):
    """A plan with something of every kind, and a result."""
    furnish(plan, count=2)
    make_result(plan.kpis.first(), 2024, "1")
    return plan


@pytest.fixture
def draft(full, dx_office):
    """The edition that follows the full plan."""
    later, _ = make_edition(plan=full, user=dx_office, columns=COLUMNS)
    connection.check_constraints()
    return later


def test_form_proposes_the_years_after_the_old_ones(visit, dx_office, plan):
    form = visit(dx_office, url(plan)).context["form"]

    assert {name: form[name].value() for name in fields()} == {
        "title": "DX推進計画",
        "edition": None,
        "first_fiscal_year": "令和9年度",
        "last_fiscal_year": "令和11年度",
    }


def test_form_says_what_is_taken_over(visit, dx_office, full):
    rows = visit(dx_office, url(full)).context["rows"]

    assert rows.taken == [
        ("方針・取組・施策", 4),
        ("章・節", 1),
        ("推進組織", 1),
        ("上位・関連する計画", 1),
        ("用語", 1),
        ("現況一覧の項目", 1),
        ("成果指標", 2),
    ]
    assert rows.left == [("会議・策定経過", 1), ("現況一覧の項目の状況", 1), ("実績", 1)]


def test_edition_is_a_draft_that_takes_the_plan_over(visit, dx_office, town, full):
    Plan.objects.update(philosophy="人にやさしい", summary="概要")

    response = visit(dx_office, url(full), fields())

    later = Plan.objects.get(predecessor=full)
    assert (response.status_code, response.url) == (302, later.get_absolute_url())
    assert (later.municipality, later.code, later.state) == (town, "dx-2027", "draft")
    assert (later.title, later.edition) == ("第2期DX推進計画", "案")
    assert (later.philosophy, later.summary, later.adopted_month) == ("人にやさしい", "概要", None)
    assert list(later.years.values_list("fiscal_year", "state")) == [
        (2027, "planned"),
        (2028, "planned"),
        (2029, "planned"),
    ]
    assert [Policy.objects.filter(plan=item).count() for item in (full, later)] == [4, 4]
    assert [Kpi.objects.filter(plan=item).count() for item in (full, later)] == [2, 2]
    assert (PolicyLineage.objects.count(), KpiLineage.objects.count()) == (4, 2)
    assert list(later.changes.values_list("kind", "detail")) == [
        ("added", "「DX推進計画」の構成と成果指標を引き継いで、新しい版の下書きを作成")
    ]


def test_old_plan_stays_untouched(full, dx_office):
    before = dump("plans", "kpis")

    later, _ = make_edition(plan=full, user=dx_office, columns=COLUMNS)
    connection.check_constraints()
    delete_draft(plan=later)

    assert dump("plans", "kpis") == before


def test_ended_plan_can_be_followed(visit, dx_office, full):
    Plan.objects.update(state="ended")

    assert visit(dx_office, url(full), fields()).status_code == 302
    assert Plan.objects.filter(predecessor=full, state="draft").count() == 1


def test_same_form_sent_twice_makes_one_draft(visit, dx_office, full):
    first = visit(dx_office, url(full), fields())
    second = visit(dx_office, url(full), fields(), follow=True)

    assert second.redirect_chain == [(first.url, 302)]
    assert [str(message) for message in second.context["messages"]][-1] == (
        "同じ計画名と期間の下書きがすでにあるため、その下書きを開きました。"
    )
    assert Plan.objects.filter(predecessor=full).count() == 1


def test_same_form_at_once_makes_one_draft(transactional_db):
    office = make_person("office", make_town(), role="dx_office")
    for number in range(PAIRS):
        plan = furnish(make_plan(office.municipality, code=str(number)))
        outcomes = together(
            *[lambda plan=plan: make_edition(plan=plan, user=office, columns=COLUMNS)] * 2
        )

        assert sorted(is_new for _, is_new in outcomes) == [False, True]
        assert len({later for later, _ in outcomes}) == 1
        assert [item.policies.count() for item in plan.successors.all()] == [3]


def test_editions_of_two_plans_at_once_get_codes_of_their_own(transactional_db):
    office = make_person("office", make_town(), role="dx_office")
    for number in range(PAIRS):
        plans = [make_plan(office.municipality, code=f"{number}-{name}") for name in "ab"]
        together(
            *[
                lambda plan=plan: make_edition(plan=plan, user=office, columns=COLUMNS)
                for plan in plans
            ]
        )

    codes = set(Plan.objects.exclude(predecessor=None).values_list("code", flat=True))
    assert codes == {"dx-2027", *(f"dx-2027-{number}" for number in range(2, 2 * PAIRS + 1))}


def test_failure_at_the_end_leaves_nothing(full, dx_office):
    before = dump("plans", "kpis")
    dx_office.name = None  # so that the change cannot be recorded

    with pytest.raises(Exception, match="changed_by_name"):
        make_edition(plan=full, user=dx_office, columns=COLUMNS)

    assert dump("plans", "kpis") == before


def test_draft_has_no_new_edition(visit, dx_office, draft):
    responses = [visit(dx_office, url(draft), data) for data in (None, fields())]

    assert [response.status_code for response in responses] == [409, 409]
    assert responses[0].context["text"] == editions.STILL_A_DRAFT
    assert Plan.objects.filter(predecessor=draft).count() == 0


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("last_fiscal_year", "令和8年度", "終了年度は開始年度以後にしてください。"),
        ("last_fiscal_year", "令和29年度", "計画期間は20年以内にしてください。"),
        ("title", "計画\u202e", "目に見えない文字が含まれています。入力し直してください。"),
        ("edition", "案\u202e", "目に見えない文字が含まれています。入力し直してください。"),
    ],
)
def test_form_that_cannot_be_is_refused(visit, dx_office, plan, field, typed, error):
    response = visit(dx_office, url(plan), fields(**{field: typed}))

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [error]}
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "🎉計画", "𠮷野町DX計画", "=HYPERLINK(1)"]
)
def test_odd_names_are_kept_and_shown_as_text(visit, dx_office, full, title):
    visit(dx_office, url(full), fields(title=title))

    later = Plan.objects.get(predecessor=full)
    Policy.objects.filter(plan=later, name="方針").update(name=title)
    for name in ("comparison", "plan_delete", "plan_state"):
        content = visit(dx_office, url(later, name)).content.decode()
        assert content.count("<script>alert") == 0
    assert later.title == title


@pytest.mark.parametrize("data", [None, fields()])
def test_new_edition_is_the_offices(visit, auditor, staff, committee, outsider, plan, data):
    people = (auditor, staff, committee, outsider)

    assert [visit(person, url(plan), data).status_code for person in people] == [
        *(403, 403, 403, 404)
    ]
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_making_an_edition_takes_44_queries(dx_office, plan, django_assert_num_queries, count):
    furnish(plan, count=count)

    with django_assert_num_queries(44):
        make_edition(plan=plan, user=dx_office, columns=COLUMNS)


@pytest.mark.parametrize("count", [1, 3])
def test_form_takes_15_queries(count_queries, dx_office, plan, count):
    furnish(plan, count=count)

    count_queries(15, dx_office, url(plan))


def lines(response):
    """(kinds, labels before, label after, changes) of all policies, then of all KPIs."""
    return [
        (
            "・".join(kind.label for kind in line.kinds),
            [side.label for side in line.before],
            line.after.label if line.after else None,
            list(line.changes),
        )
        for part in response.context["comparison"].parts
        for line in (*part.lines, *part.ended)
    ]


@pytest.fixture
def changed(draft):
    """The draft with one policy renamed and one new, and a KPI that ended."""
    Policy.objects.filter(plan=draft, code="3").update(name="改めた施策")
    make_policy(draft, level=PolicyLevel.objects.get(plan=draft, axis="視点"), name="新しい視点")
    draft.kpis.get(number="2").delete()
    connection.check_constraints()
    return draft


def test_comparison_shows_what_became_of_everything(visit, dx_office, changed):
    response = visit(dx_office, url(changed, "comparison"))

    assert lines(response) == [
        ("継続", ["① 方針"], "① 方針", []),
        ("継続・名称変更", ["(3) 施策3"], "(3) 改めた施策", ["名称"]),
        ("継続", ["(4) 施策4"], "(4) 施策4", []),
        ("継続", ["視点"], "視点", []),
        ("新規", [], "(5) 新しい視点", []),
        ("継続", ["1 指標1"], "1 指標1", []),
        ("廃止", ["2 指標2"], None, []),
    ]


def test_comparison_counts_first(visit, dx_office, changed):
    parts = visit(dx_office, url(changed, "comparison")).context["comparison"].parts

    assert [(part.before, part.after, part.caption) for part in parts] == [
        (4, 5, "5件を表示（全5件）"),
        (2, 1, "2件を表示（全2件）"),
    ]
    assert [[(count.label, count.number) for count in part.counts] for part in parts] == [
        [
            *(("継続", 4), ("うち変更あり", 1), ("名称変更", 1), ("移動", 0)),
            *(("統合", 0), ("分割", 0), ("新規", 1), ("廃止", 0)),
        ],
        [
            *(("継続", 1), ("うち変更あり", 0), ("名称変更", 0), ("移動", 0)),
            *(("統合", 0), ("分割", 0), ("新規", 0), ("廃止", 1)),
        ],
    ]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("?kind=new", ["新規"]),
        ("?kind=ended", ["廃止"]),
        ("?kind=renamed", ["継続・名称変更"]),
        ("?kind=merged", []),
        ("?changed=1", ["継続・名称変更", "新規", "廃止"]),
        ("?kind=continued&changed=1", ["継続・名称変更"]),
        ("?kind=nonsense", ["継続", "継続・名称変更", "継続", "継続", "新規", "継続", "廃止"]),
    ],
)
def test_comparison_shows_what_was_asked_for(visit, dx_office, changed, query, kinds):
    response = visit(dx_office, url(changed, "comparison", query))

    assert [line[0] for line in lines(response)] == kinds


def test_counts_lead_to_what_they_count(visit, dx_office, changed):
    address = url(changed, "comparison")
    parts = visit(dx_office, address).context["comparison"].parts

    for place, part in enumerate(parts):
        for count in part.counts:
            shown = visit(dx_office, f"{address}?{count.query}").context["comparison"].parts[place]
            assert len(shown.lines) + len(shown.ended) == count.number


def test_plan_that_follows_none_has_nothing_to_compare(visit, committee, plan):
    response = visit(committee, url(plan, "comparison"))

    assert response.context["comparison"] is None
    assert response.content.decode().count('class="empty"') == 1


def test_comparison_is_seen_by_those_who_see_the_plan(
    visit, dx_office, auditor, staff, committee, outsider, draft
):
    people = (dx_office, auditor, staff, committee, outsider)

    def statuses():
        return [visit(person, url(draft, "comparison")).status_code for person in people]

    assert statuses() == [200, 200, 404, 404, 404]
    Plan.objects.filter(pk=draft.pk).update(state="in_force")
    assert statuses() == [200, 200, 200, 200, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_comparison_takes_eleven_queries(count_queries, dx_office, plan, count):
    furnish(plan, count=count)
    later, _ = make_edition(plan=plan, user=dx_office, columns=COLUMNS)

    count_queries(11, dx_office, url(later, "comparison"))


def test_confirmation_names_what_would_be_lost(visit, dx_office, draft):
    assert visit(dx_office, url(draft, "plan_delete")).context["lost"] == [
        ("方針・取組・施策", 4),
        ("章・節", 1),
        ("推進組織", 1),
        ("上位・関連する計画", 2),
        ("用語", 1),
        ("現況一覧の項目", 1),
        ("成果指標", 2),
        ("変更の記録", 1),
    ]


def test_draft_is_deleted_only_when_confirmed(visit, dx_office, draft):
    refused = visit(dx_office, url(draft, "plan_delete"), {})
    assert (refused.status_code, Plan.objects.filter(pk=draft.pk).count()) == (422, 1)

    deleted = visit(dx_office, url(draft, "plan_delete"), {"is_confirmed": "on"})

    assert (deleted.status_code, deleted.url) == (302, reverse("home"))
    assert Plan.objects.filter(pk=draft.pk).count() == 0
    assert visit(dx_office, url(draft, "plan_delete"), {"is_confirmed": "on"}).status_code == 404


def test_draft_with_a_history_of_its_own_is_deleted(town, dx_office, full):
    furnish(make_plan(town, code="other", state="draft"))
    before = PlanChange.objects.count()

    delete_draft(plan=Plan.objects.get(code="other"))

    connection.check_constraints()
    assert list(Plan.objects.all()) == [full]
    assert PlanChange.objects.count() == before


def test_plan_in_force_is_not_deleted(visit, dx_office, full):
    before = dump("plans", "kpis")
    responses = [
        visit(dx_office, url(full, "plan_delete"), data) for data in (None, {"is_confirmed": "on"})
    ]

    assert [response.status_code for response in responses] == [409, 409]
    assert responses[0].context["text"] == editions.NO_DRAFT
    assert dump("plans", "kpis") == before


def test_draft_with_results_is_not_deleted(visit, dx_office, draft):
    make_result(draft.kpis.first(), 2027, "1")

    response = visit(dx_office, url(draft, "plan_delete"), {"is_confirmed": "on"})

    assert (response.status_code, response.context["text"]) == (409, editions.HAS_RESULTS)
    assert Result.objects.filter(kpi__plan=draft).count() == 1


def test_draft_that_is_followed_is_not_deleted(town, draft):
    make_plan(town, code="after", state="draft", predecessor=draft)

    with pytest.raises(NotPossible, match=editions.HAS_SUCCESSORS):
        delete_draft(plan=draft)


def test_two_deletions_at_once_are_harmless(transactional_db):
    town = make_town()
    for number in range(PAIRS):
        plan = furnish(make_plan(town, code=str(number), state="draft"))

        together(*[lambda plan=plan: delete_draft(plan=plan)] * 2)

    assert Plan.objects.count() == 0


@pytest.mark.parametrize("data", [None, {"is_confirmed": "on"}])
def test_deletion_is_the_offices(visit, auditor, staff, committee, outsider, draft, data):
    people = (auditor, staff, committee, outsider)

    assert [visit(person, url(draft, "plan_delete"), data).status_code for person in people] == [
        *(403, 404, 404, 404)
    ]
    assert Plan.objects.filter(pk=draft.pk).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_confirmation_takes_19_queries(count_queries, dx_office, town, count):
    plan = furnish(make_plan(town, state="draft"), count=count)
    make_kpi(plan)

    count_queries(19, dx_office, url(plan, "plan_delete"))
