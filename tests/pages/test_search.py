"""Search over all that a town's plans say."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from dxplan.pages.search import MOST_HITS
from plans.models import Checklist, ChecklistItem, GlossaryTerm
from tests.factories import make_kpi, make_person, make_plan, make_policy, make_section


def search_url(q=None, **query):
    return f"{reverse('search')}?{urlencode(({'q': q} if q is not None else {}) | query)}"


def text(runs):
    """The runs as one text, hits in brackets."""
    return "".join(f"[{run.text}]" if run.is_hit else run.text for run in runs)


def titles(response):
    """Per kind the titles found, hits in brackets."""
    return {hits.kind: [text(hit.title) for hit in hits.hits] for hits in response.context["found"]}


def make_item(plan, name):
    checklist, _ = Checklist.objects.get_or_create(plan=plan, code="list", name="手続")
    number = checklist.items.count() + 1
    return ChecklistItem.objects.create(checklist=checklist, number=number, name=name)


@pytest.mark.parametrize("count", [1, 3])
def test_search_takes_ten_queries(committee, plan, count_queries, count):
    for number in range(count):
        policy = make_policy(plan, name=f"窓口{number}")
        make_kpi(plan, name=f"窓口{number}", policy=policy)
        make_section(plan, body="窓口")
        GlossaryTerm.objects.create(plan=plan, term=f"窓口{number}", definition="説明")
        make_item(plan, "窓口")
        make_plan(plan.municipality, code=f"plan-{number}", title="窓口の計画")

    response = count_queries(10, committee, search_url("窓口"))

    assert [hits.total for hits in response.context["found"]] == [count] * 6


def test_search_finds_things_of_every_kind_and_leads_to_their_place(visit, committee, plan):
    plan.philosophy = "窓口に行かないまち"
    plan.save()
    policy = make_policy(plan, number="", name="書かない窓口")
    kpi = make_kpi(plan, name="件数", target_wording="窓口30件", policy=policy)
    section = make_section(plan, number="", title="はじめに", body="前文。\n窓口を変えます。")
    term = GlossaryTerm.objects.create(
        plan=plan, term="ワンストップ", reading="わんすとっぷ", definition="一つの窓口で済むこと"
    )
    item = make_item(plan, "窓口の予約")

    response = visit(committee, search_url("窓口"))

    found = {hits.kind: hits.hits[0] for hits in response.context["found"]}
    page = f"/plans/{plan.pk}/"
    assert [
        (kind, text(hit.title), text(hit.excerpt), hit.place, hit.url)
        for kind, hit in found.items()
    ] == [
        ("計画", "DX推進計画", "[窓口]に行かないまち", "実施中", page),
        ("方針・施策", "書かない[窓口]", "", "施策", f"{page}#policy-{policy.pk}"),
        ("成果指標", "1 件数", "[窓口]30件", "", kpi.get_absolute_url()),
        ("章・節", "はじめに", "前文。 [窓口]を変えます。", "", f"{page}#section-{section.pk}"),
        (
            "用語",
            "ワンストップ（わんすとっぷ）",
            "一つの[窓口]で済むこと",
            "",
            f"{page}#term-{term.pk}",
        ),
        ("現況一覧の項目", "[窓口]の予約", "", "手続", f"{page}checklists/{item.checklist_id}/"),
    ]
    html = response.content.decode()
    assert "6件見つかりました。" in html
    assert f'<a href="{page}#policy-{policy.pk}">書かない<mark>窓口</mark></a>' in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ｅｌｔａｘ", ["[eLTAX]の活用"]),
        ("ＡＩ", ["[AI]と窓口の計画"]),
        ("ai　窓口", ["[AI]と[窓口]の計画"]),
        ("窓口 計画", ["AIと[窓口]の[計画]"]),
        ("ﾃﾞｼﾞﾀﾙ", ["[デジタル]化率100%"]),
        ("窓口 予算", []),
        ("0%", ["デジタル化率10[0%]"]),
        ("％", ["デジタル化率100[%]"]),
        ("_", []),
        ("化_率", []),
        ("\\", []),
    ],
)
def test_all_words_must_occur_whatever_their_width_and_case(visit, committee, plan, query, found):
    for name in ("eLTAXの活用", "AIと窓口の計画", "デジタル化率100%"):
        make_policy(plan, number="", name=name)

    assert titles(visit(committee, search_url(query))).get("方針・施策", []) == found


def test_words_may_stand_in_different_fields(visit, committee, plan):
    make_policy(plan, number="", name="窓口", summary="予約できます")

    response = visit(committee, search_url("窓口 予約"))

    assert titles(response) == {"方針・施策": ["[窓口]"]}
    assert text(response.context["found"][0].hits[0].excerpt) == "[予約]できます"


def test_hit_in_the_name_comes_before_a_hit_in_the_text(visit, committee, plan):
    for name, summary in (("一", "窓口の予約"), ("窓口", "予約"), ("窓口の予約", "")):
        make_policy(plan, number="", name=name, summary=summary)

    assert titles(visit(committee, search_url("窓口　予約"))) == {
        "方針・施策": ["[窓口]の[予約]", "[窓口]", "一"]
    }


def test_no_more_than_twenty_of_a_kind_are_shown_and_the_rest_is_counted(visit, committee, plan):
    for _ in range(MOST_HITS + 2):
        make_section(plan, title="窓口")

    response = visit(committee, search_url("窓口"))

    hits = response.context["found"][0]
    assert (len(hits.hits), hits.total, hits.further) == (20, 22, 2)
    assert "ほか2件" in response.content.decode()


def test_search_says_in_which_of_several_plans(visit, committee, plan):
    make_policy(plan, number="", name="窓口1")
    older = make_plan(
        plan.municipality,
        code="old",
        title="前の計画",
        first_fiscal_year=2019,
        last_fiscal_year=2023,
    )
    make_policy(older, number="", name="窓口2")

    def found(**query):
        hits = visit(committee, search_url("窓口", **query)).context["found"][0].hits
        return [(text(hit.title), hit.place) for hit in hits]

    assert found() == [("[窓口]1", "DX推進計画・施策"), ("[窓口]2", "前の計画・施策")]
    assert found(plan=older.pk) == [("[窓口]2", "施策")]


def test_plan_that_is_no_choice_is_told_and_does_not_narrow(visit, committee, outsider, plan):
    make_plan(plan.municipality, code="other")
    make_policy(plan, name="窓口")
    foreign = make_plan(outsider.municipality)

    for value in (foreign.pk, 10**20, "abc"):
        response = visit(committee, search_url("窓口", plan=value))

        assert response.context["form"].errors == {
            "plan": ["選択肢にない計画です。すべての計画から探しました。"]
        }
        assert response.context["total"] == 1


def test_drafts_and_other_towns_are_not_searched(visit, dx_office, committee, outsider, town):
    make_policy(make_plan(town, code="draft", title="窓口", state="draft"), name="窓口")
    make_policy(make_plan(outsider.municipality, title="窓口"), name="窓口")

    assert visit(dx_office, search_url("窓口")).context["total"] == 2
    assert visit(committee, search_url("窓口")).context["total"] == 0


def test_search_of_nothing_and_of_what_is_not_there_look_deliberate(visit, committee, plan):
    for query in (None, "", "　 "):
        html = visit(committee, search_url(query)).content.decode()
        assert "探す言葉を入力してください" in html
    html = visit(committee, search_url("ほげ")).content.decode()
    assert "見つかりませんでした" in html


def test_query_of_more_than_a_hundred_characters_is_refused(visit, committee, plan):
    make_policy(plan, name="あ" * 101)

    assert visit(committee, search_url("あ" * 100)).context["total"] == 1
    refused = visit(committee, search_url("あ" * 101))
    assert refused.context["total"] == 0
    assert refused.context["form"].errors == {
        "q": ["この値は 100 文字以下でなければなりません( 101 文字になっています)。"]
    }


def test_query_with_a_nul_is_refused(visit, committee, plan):
    response = visit(committee, search_url("a\0b"))

    assert response.context["form"].errors == {"q": ["何か文字を入力してください。"]}


def test_script_in_texts_and_query_is_shown_as_text(visit, committee, plan):
    script = "<script>alert(1)</script>"
    make_policy(plan, name=f"窓口{script}", summary=script)

    html = visit(committee, search_url("script")).content.decode()

    assert "<script>alert" not in html
    assert "窓口&lt;<mark>script</mark>&gt;alert(1)" in html
    assert 'value="&lt;script&gt;' in visit(committee, search_url("<script>")).content.decode()


def test_search_is_refused_to_an_administrator(visit, town, plan):
    administrator = make_person("administrator", town, role="system_administrator")

    assert visit(administrator, search_url("窓口")).status_code == 403


def test_header_offers_search_to_those_who_may_see_plans(visit, committee, town, plan):
    administrator = make_person("administrator", town, role="system_administrator")

    def has_form(person, url="/"):
        return b'action="/search/"' in visit(person, url).content

    assert has_form(committee)
    assert not has_form(committee, search_url())
    assert not has_form(administrator)
