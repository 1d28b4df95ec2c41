"""The plan as a document: chapters, contents, hierarchy, and what is linked where."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from plans.models import (
    Committee,
    CommitteeSeat,
    GlossaryTerm,
    Meeting,
    Plan,
    PolicyLevel,
    PolicyLink,
    RelatedPlan,
)
from tests.factories import make_kpi, make_person, make_plan, make_policy, make_section


def plan_url(plan):
    return reverse("plan_detail", args=[plan.pk])


def document_of(visit, person, plan):
    return visit(person, plan_url(plan)).context["document"]


@pytest.mark.parametrize("count", [1, 3])
def test_plan_page_takes_nine_queries(committee, plan, count_queries, count):
    for place in range(count):
        make_policy(plan)
        make_section(plan)
        GlossaryTerm.objects.create(plan=plan, term=f"用語{place}", definition="説明")

    response = count_queries(9, committee, plan_url(plan))

    assert response.context["document"].axes[0].counts == (("施策", count),)


@pytest.mark.parametrize("count", [1, 3])
def test_plan_page_with_kpis_and_checklists_takes_eighteen_queries(
    committee, plan, count_queries, count
):
    for _ in range(count):
        make_kpi(plan, targets={2025: 3})

    response = count_queries(18, committee, plan_url(plan))

    assert len(response.context["kpis"]) == count


def test_largest_plan_is_read_in_nine_queries(count_queries, db):
    call_command("loaddata", "kagamiishi", verbosity=0)
    plan = Plan.objects.get(code="dx-2024")
    reader = make_person("reader", plan.municipality, role="committee")

    document = count_queries(9, reader, plan_url(plan)).context["document"]

    assert document.axes[0].counts == (
        ("方向性", 3),
        ("施策の大枠", 13),
        ("施策", 30),
        ("取組", 51),
    )


def test_plan_page_shows_the_matrix_of_two_axes(visit, committee, plan):
    top = PolicyLevel.objects.create(
        plan=plan, axis="基本方針", axis_position=2, depth=1, tier="basic_policy", name="基本方針"
    )
    policies = [make_policy(plan, level=top, name=name) for name in ("甲", "乙")]
    measure = make_policy(plan, name="取組")
    PolicyLink.objects.create(policy=measure, parent=policies[1])

    document = document_of(visit, committee, plan)

    assert [axis.name for axis in document.axes] == ["", "基本方針"]
    assert [column.name for column in document.matrix.columns] == ["乙"]
    assert [(node.name, marks) for node, marks in document.matrix.lines] == [("取組", (True,))]
    assert document.axes[0].nodes[0].serves == (f"{policies[1].label}",)
    assert document.axes[1].nodes[1].served_by == (f"{measure.label}",)


def test_contents_follow_the_chapters_and_name_the_top_policies(visit, committee, plan):
    policy = make_policy(plan, number="①", name="基本方針")
    first = make_section(plan, number="1", title="策定の趣旨")
    second = make_section(plan, number="1.1", title="体系", depth=2, content="policies")

    document = document_of(visit, committee, plan)

    assert [(entry.anchor, entry.depth, entry.label) for entry in document.contents] == [
        (f"section-{first.pk}", 1, "1 策定の趣旨"),
        (f"section-{second.pk}", 2, "1.1 体系"),
        (f"policy-{policy.pk}", 3, "① 基本方針"),
    ]


def test_plan_without_chapters_prints_what_it_has(visit, committee, plan):
    RelatedPlan.objects.create(plan=plan, name="総合計画", relation="above", note="最上位")
    Meeting.objects.create(plan=plan, held_on="2025-05-01", held_until="2025-05-03", name="調査")
    GlossaryTerm.objects.create(plan=plan, term="AI", definition="人工知能")
    board = Committee.objects.create(plan=plan, name="推進本部")
    CommitteeSeat.objects.create(committee=board, position=1, post="町長", role="本部長")

    document = document_of(visit, committee, plan)

    assert [chapter.label for chapter in document.chapters] == [
        "上位・関連する計画",
        "計画の体系",
        "推進体制",
        "会議・策定経過",
        "用語の説明",
        "成果指標",
        "現況一覧",
    ]
    assert [meeting.when for meeting in document.parts.meetings] == [
        "令和7年5月1日から令和7年5月3日まで"
    ]
    assert document.parts.committees[0].seats == [{"post": "町長", "role": "本部長"}]


def test_terms_are_linked_in_chapters_and_policies(visit, committee, plan):
    term = GlossaryTerm.objects.create(plan=plan, term="RPA", definition="自動化")
    make_section(plan, body="RPAを使う")
    make_policy(plan, summary="RPAの拡大")

    page = visit(committee, plan_url(plan)).content.decode()

    link = f'<a class="term" href="#term-{term.pk}">RPA</a>'
    assert page.count(link) == 2
    assert f'<div id="term-{term.pk}">' in page


def test_texts_are_shown_as_text(visit, committee, plan):
    make_section(plan, title="<script>alert(1)</script>", body="{{7*7}} <b>𠮷</b>")

    page = visit(committee, plan_url(plan)).content.decode()

    assert "<script>alert" not in page
    assert "{{7*7}} &lt;b&gt;𠮷&lt;/b&gt;" in page


def test_draft_is_shown_to_the_office_and_auditors_only(visit, town, dx_office, staff, committee):
    draft = make_plan(town, code="draft", state="draft")
    auditor = make_person("auditor", town, role="auditor")

    assert [
        visit(person, plan_url(draft)).status_code
        for person in (dx_office, auditor, staff, committee)
    ] == [200, 200, 404, 404]


def test_kpi_of_a_draft_is_not_found_by_the_committee(visit, town, dx_office, committee):
    kpi = make_kpi(make_plan(town, code="draft", state="draft"))

    assert [
        visit(person, kpi.get_absolute_url()).status_code for person in (dx_office, committee)
    ] == [200, 404]


def test_edit_links_are_the_offices(visit, dx_office, committee, plan):
    link = f'href="{reverse("structure", args=[plan.pk])}"'

    assert [
        link in visit(person, plan_url(plan)).content.decode() for person in (dx_office, committee)
    ] == [True, False]
