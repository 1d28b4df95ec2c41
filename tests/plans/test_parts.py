"""What holds for every kind of part: adding, editing, ordering, removing, and who may."""

import pytest
from django.urls import reverse

from plans.editing import Stale, plan_edit
from plans.models import GlossaryTerm, Plan, PlanChange
from plans.part_changes import edit_part
from plans.part_kinds import KINDS
from plans.parts import PartState, mark_of, stored
from tests.conflicts import shown_conflict, three_sides
from tests.factories import make_person, make_plan, make_town
from tests.plan_parts import (
    NAME_FIELDS,
    ORDERED,
    REASON,
    SLUGS,
    filled,
    list_url,
    make_part,
    names,
    new_part,
    new_url,
    part_url,
    records,
    said,
)
from tests.races import together

PAIRS = 10
TEXT = "👩‍💻 𠮷 髙﨑 か\u3099 <script>alert(1)</script> {{ 7*7 }} =HYPERLINK(1)"
PROSE_FIELDS = [
    ("sections", "body"),
    ("terms", "definition"),
    ("committees", "duty"),
    ("meetings", "agenda"),
]

every_kind = pytest.mark.parametrize("slug", SLUGS)
every_ordered_kind = pytest.mark.parametrize("slug", ORDERED)


@pytest.fixture
def draft(town):
    return make_plan(town, code="draft", state="draft")


def end(plan):
    Plan.objects.filter(pk=plan.pk).update(state="ended")


def subject(slug, name):
    return f"{KINDS[slug].name}「{name}」"


@pytest.mark.parametrize("count", [1, 3])
@every_kind
def test_list_takes_five_queries(count_queries, dx_office, plan, slug, count):
    for number in range(1, count + 1):
        make_part(plan, slug, number)

    response = count_queries(5, dx_office, list_url(plan, slug))

    assert [row.name for row in response.context["rows"]] == [
        f"名称{number}" for number in range(1, count + 1)
    ]


@every_kind
def test_empty_list_says_so(visit, dx_office, plan, slug):
    response = visit(dx_office, list_url(plan, slug))

    assert response.context["rows"] == []
    assert response.content.decode().count("まだ登録がありません") == 1


@every_kind
def test_part_is_added(visit, dx_office, plan, slug):
    response = visit(dx_office, new_url(plan, slug), new_part(slug))

    part = KINDS[slug].of_plan(plan).get()
    assert str(part) == "新しい名称"
    assert response.url == f"{list_url(plan, slug)}#row-{part.pk}"
    [(kind, what, detail, reason)] = records(plan)
    assert (kind, what, reason) == ("added", subject(slug, "新しい名称"), REASON)
    assert detail.count(": （なし） → 新しい名称") == 1


@every_kind
def test_part_is_edited(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    data = filled(visit(dx_office, part_url(part, slug)))
    label = part._meta.get_field(NAME_FIELDS[slug]).verbose_name

    changed = data | {NAME_FIELDS[slug]: "新しい名称", "reason": REASON}
    response = visit(dx_office, part_url(part, slug), changed)

    assert response.url == f"{list_url(plan, slug)}#row-{part.pk}"
    assert names(plan, slug) == ["新しい名称"]
    assert records(plan) == [
        ("edited", subject(slug, "名称1"), f"{label}: 名称1 → 新しい名称", REASON)
    ]


@every_kind
def test_part_saved_as_it_was_asks_no_reason_and_leaves_no_record(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    data = filled(visit(dx_office, part_url(part, slug)))

    response = visit(dx_office, part_url(part, slug), data, follow=True)

    assert (data["reason"], said(response)) == ("", ["変更はありませんでした。"])
    assert records(plan) == []


@pytest.mark.parametrize("reason", ["", "　 ", "―――"])
@every_kind
def test_plan_in_force_asks_for_a_reason_and_keeps_what_was_typed(
    visit, dx_office, plan, slug, reason
):
    data = new_part(slug, reason=reason)

    response = visit(dx_office, new_url(plan, slug), data)

    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {
        "reason": ["実施中の計画の変更には理由が必要です。理由を入力してください。"]
    }
    assert {name: form.data[name] for name in data} == data
    assert (names(plan, slug), records(plan)) == ([], [])


@every_kind
def test_draft_asks_for_no_reason(visit, dx_office, draft, slug):
    data = new_part(slug)
    del data["reason"]

    visit(dx_office, new_url(draft, slug), data)

    assert names(draft, slug) == ["新しい名称"]
    assert [reason for *_, reason in records(draft)] == [""]


def test_reason_given_once_stands_in_the_next_form(visit, dx_office, plan):
    visit(dx_office, new_url(plan, "terms"), new_part("terms"))

    assert filled(visit(dx_office, new_url(plan, "terms")))["reason"] == REASON


@pytest.mark.parametrize(
    ("slug", "fields", "refusal"),
    [
        ("terms", {}, "同じ用語が登録済みです。"),
        ("committees", {}, "同じ名称の推進組織が登録済みです。"),
        ("meetings", {"held_on": "R6.5.1"}, "同じ日の同じ名称の会議が登録済みです。"),
        ("related-plans", {}, "同じ名前の計画が登録済みです。"),
    ],
)
def test_name_that_exists_is_refused(visit, dx_office, plan, slug, fields, refusal):
    make_part(plan, slug)

    response = visit(dx_office, new_url(plan, slug), new_part(slug, "名称1", **fields))

    assert response.status_code == 422
    assert response.context["form"].errors == {NAME_FIELDS[slug]: [refusal]}
    assert names(plan, slug) == ["名称1"]


@every_kind
def test_name_with_characters_that_nobody_sees_is_refused(visit, dx_office, plan, slug):
    response = visit(dx_office, new_url(plan, slug), new_part(slug, "計画\u202e書"))

    assert response.status_code == 422
    assert response.context["form"].errors == {
        NAME_FIELDS[slug]: ["目に見えない文字が含まれています。入力し直してください。"]
    }


@pytest.mark.parametrize(("slug", "field"), PROSE_FIELDS)
def test_text_is_kept_to_the_letter(visit, dx_office, plan, slug, field):
    typed = f"　{TEXT}\r\n二行目"

    visit(dx_office, new_url(plan, slug), new_part(slug, **{field: typed}))

    part = KINDS[slug].of_plan(plan).get()
    assert getattr(part, field) == f"　{TEXT}\n二行目"
    assert visit(dx_office, list_url(plan, slug)).content.count(b"<script>alert") == 0
    assert visit(dx_office, part_url(part, slug)).content.count(b"<script>alert") == 0
    assert visit(dx_office, part_url(part, slug, "part_remove")).content.count(b"<script>al") == 0


@pytest.mark.parametrize(("slug", "field"), PROSE_FIELDS)
def test_text_of_ten_thousand_characters_is_taken(visit, dx_office, plan, slug, field):
    visit(dx_office, new_url(plan, slug), new_part(slug, **{field: "𠮷" * 10_000}))

    assert len(getattr(KINDS[slug].of_plan(plan).get(), field)) == 10_000


@pytest.mark.parametrize(("slug", "field"), PROSE_FIELDS)
def test_longer_text_is_refused_with_its_length(visit, dx_office, plan, slug, field):
    typed = "あ" * 10_532

    response = visit(dx_office, new_url(plan, slug), new_part(slug, **{field: typed}))

    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {field: ["10,000字までです（現在10,532字）。"]}
    assert form[field].value() == typed


@every_kind
def test_loser_sees_both_and_loses_nothing(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    url, name = part_url(part, slug), NAME_FIELDS[slug]
    data = filled(visit(dx_office, url)) | {"reason": REASON}
    visit(dx_office, url, data | {name: "先の名称"})

    response = visit(dx_office, url, data | {name: "後の名称"})

    label = part._meta.get_field(name).verbose_name
    sides = three_sides("後の名称", "先の名称", getattr(part, name))
    if slug == "committees":
        del sides["画面を開いたときの内容"]
    assert response.status_code == 409
    assert shown_conflict(response) == [(label, sides)]
    assert filled(response)[name] == "後の名称"
    assert names(plan, slug) == ["先の名称"]


@every_kind
def test_loser_may_save_again_knowingly(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    url, name = part_url(part, slug), NAME_FIELDS[slug]
    data = filled(visit(dx_office, url)) | {"reason": REASON}
    visit(dx_office, url, data | {name: "先の名称"})
    page = visit(dx_office, url, data | {name: "後の名称"})

    visit(dx_office, url, filled(page))

    assert names(plan, slug) == ["後の名称"]
    assert len(records(plan)) == 2


@every_kind
def test_same_change_sent_twice_is_harmless(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    url = part_url(part, slug)
    data = filled(visit(dx_office, url)) | {NAME_FIELDS[slug]: "新しい名称", "reason": REASON}
    visit(dx_office, url, data)

    response = visit(dx_office, url, data, follow=True)

    assert said(response)[-1] == "変更はありませんでした。"
    assert len(records(plan)) == 1


@every_kind
def test_same_addition_sent_twice_adds_one(visit, dx_office, plan, slug):
    fields = {"number": "第1章"} if slug == "sections" else {}

    answers = [visit(dx_office, new_url(plan, slug), new_part(slug, **fields)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 422]
    assert len(names(plan, slug)) == len(records(plan)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("slug", ["sections", "terms"])
def test_of_two_at_the_same_moment_one_saves(slug):
    town = make_town()
    plan, person = make_plan(town), make_person("office", town, role="dx_office")
    kind = KINDS[slug]

    def rename(part_id, name, seen):
        def run():
            typed = PartState(kind.of_plan(plan).get(pk=part_id))
            setattr(typed.part, NAME_FIELDS[slug], name)
            with plan_edit(plan=plan, user=person, reason=REASON) as edit:
                return edit_part(edit, kind, typed, seen=seen)

        return run

    for number in range(1, PAIRS + 1):
        part = make_part(plan, slug, number)
        seen = mark_of(kind, stored(part))
        outcomes = together(
            rename(part.pk, f"甲{number}", seen),
            rename(part.pk, f"乙{number}", seen),
            refusals=Stale,
        )

        assert sorted(outcome is True for outcome in outcomes) == [False, True]
    assert PlanChange.objects.count() == PAIRS


@every_kind
def test_pages_of_an_ended_plan_say_so_and_have_no_form(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    end(plan)

    for url in (
        list_url(plan, slug),
        new_url(plan, slug),
        part_url(part, slug),
        part_url(part, slug, "part_remove"),
    ):
        response = visit(dx_office, url)
        page = response.content.decode()

        assert response.status_code == 200
        assert page.count("この計画は終了しているため、変更できません。") == 1
        assert page.partition("<main")[2].count("<button") == 0


@every_kind
def test_ended_plan_takes_no_change(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    end(plan)
    writes = {
        new_url(plan, slug): new_part(slug),
        part_url(part, slug): new_part(slug),
        part_url(part, slug, "part_remove"): {"reason": REASON},
    }
    if slug in ORDERED:
        writes[list_url(plan, slug)] = {"place": f"{part.pk}:0", "reason": REASON}

    statuses = [visit(dx_office, url, data).status_code for url, data in writes.items()]

    assert set(statuses) == {409}
    assert (names(plan, slug), records(plan)) == (["名称1"], [])


def test_ended_plan_shows_back_what_was_typed(visit, dx_office, plan):
    end(plan)

    response = visit(dx_office, new_url(plan, "terms"), new_part("terms"))

    assert response.context["typed"] == [("用語", "新しい名称"), ("説明", "説明")]


@every_kind
def test_parts_of_other_plans_are_not_found(visit, dx_office, outsider, town, plan, slug):
    sibling = make_part(make_plan(town, code="other"), slug)
    foreign = make_part(make_plan(outsider.municipality), slug)

    for part in (sibling, foreign):
        for name in ("part_edit", "part_remove"):
            for url in (part_url(part, slug, name, plan), part_url(foreign, slug, name)):
                assert visit(dx_office, url).status_code == 404
                assert visit(dx_office, url, new_part(slug)).status_code == 404
    assert visit(dx_office, list_url(foreign.plan, slug)).status_code == 404
    assert visit(dx_office, new_url(foreign.plan, slug), new_part(slug)).status_code == 404
    assert names(sibling.plan, slug) == names(foreign.plan, slug) == ["名称1"]


@every_kind
def test_part_removed_meanwhile_shows_back_what_was_typed(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    url = part_url(part, slug)
    data = filled(visit(dx_office, url)) | {NAME_FIELDS[slug]: "新しい名称", "reason": REASON}
    part.delete()

    response = visit(dx_office, url, data)

    assert response.status_code == 404
    assert [text for _, text in response.context["typed"]].count("新しい名称") == 1


@pytest.mark.parametrize("person", ["committee", "staff"])
@every_kind
def test_only_the_dx_office_may(visit, request, plan, slug, person):
    part = make_part(plan, slug)
    person = request.getfixturevalue(person)

    for url in (
        list_url(plan, slug),
        new_url(plan, slug),
        part_url(part, slug),
        part_url(part, slug, "part_remove"),
    ):
        assert visit(person, url).status_code == 403
        assert visit(person, url, new_part(slug)).status_code == 403
    assert (names(plan, slug), records(plan)) == (["名称1"], [])


def test_unknown_kind_is_not_found(visit, dx_office, plan):
    for name in ("part_list", "part_new"):
        assert visit(dx_office, reverse(name, args=[plan.pk, "poems"])).status_code == 404


@every_ordered_kind
def test_part_moves_up_and_down(visit, dx_office, plan, slug):
    parts = [make_part(plan, slug, number) for number in (1, 2, 3)]
    url = list_url(plan, slug)

    response = visit(dx_office, url, {"place": f"{parts[2].pk}:1", "reason": REASON})
    visit(dx_office, url, {"place": f"{parts[0].pk}:1", "reason": REASON})

    assert response.url == f"{url}#row-{parts[2].pk}"
    assert names(plan, slug) == ["名称3", "名称1", "名称2"]
    assert records(plan) == [
        ("reordered", subject(slug, "名称3"), "2番目へ", REASON),
        ("reordered", subject(slug, "名称1"), "2番目へ", REASON),
    ]


@every_ordered_kind
def test_same_move_twice_is_harmless(visit, dx_office, plan, slug):
    parts = [make_part(plan, slug, number) for number in (1, 2)]

    for _ in range(2):
        visit(dx_office, list_url(plan, slug), {"place": f"{parts[1].pk}:0", "reason": REASON})

    assert names(plan, slug) == ["名称2", "名称1"]
    assert len(records(plan)) == 1


@every_ordered_kind
def test_move_asks_for_a_reason(visit, dx_office, plan, slug):
    parts = [make_part(plan, slug, number) for number in (1, 2)]

    response = visit(dx_office, list_url(plan, slug), {"place": f"{parts[1].pk}:0", "reason": " "})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    assert names(plan, slug) == ["名称1", "名称2"]


@every_ordered_kind
def test_new_part_comes_last(visit, dx_office, plan, slug):
    make_part(plan, slug, 7)

    visit(dx_office, new_url(plan, slug), new_part(slug))

    assert names(plan, slug) == ["名称7", "新しい名称"]


def test_part_of_another_plan_cannot_be_moved(visit, dx_office, town, plan):
    part = make_part(make_plan(town, code="other"), "terms")

    response = visit(dx_office, list_url(plan, "terms"), {"place": f"{part.pk}:0"})

    assert response.status_code == 404


@pytest.mark.parametrize("slug", sorted(set(SLUGS) - set(ORDERED)))
def test_kind_with_an_order_of_its_own_takes_no_moves(visit, dx_office, plan, slug):
    part = make_part(plan, slug)

    assert visit(dx_office, list_url(plan, slug), {"place": f"{part.pk}:0"}).status_code == 404


@pytest.mark.parametrize("place", ["", "x", "1", "1:-1", "1:x", f"{'9' * 30}:0"])
def test_place_that_is_none_is_not_found(visit, dx_office, plan, place):
    assert visit(dx_office, list_url(plan, "terms"), {"place": place}).status_code == 404


@every_kind
def test_part_is_removed(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    url = part_url(part, slug, "part_remove")

    response = visit(dx_office, url, filled(visit(dx_office, url)) | {"reason": REASON})

    assert response.url == list_url(plan, slug)
    assert names(plan, slug) == []
    [(kind, what, detail, reason)] = records(plan)
    assert (kind, what, reason) == ("removed", subject(slug, "名称1"), REASON)
    assert detail.count(": 名称1 → （なし）") == 1


@every_kind
def test_removing_asks_for_a_reason(visit, dx_office, plan, slug):
    url = part_url(make_part(plan, slug), slug, "part_remove")

    response = visit(dx_office, url, filled(visit(dx_office, url)))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    assert names(plan, slug) == ["名称1"]


@every_kind
def test_part_changed_meanwhile_is_shown_before_it_is_removed(visit, dx_office, plan, slug):
    part = make_part(plan, slug)
    url = part_url(part, slug, "part_remove")
    data = filled(visit(dx_office, url)) | {"reason": REASON}
    edit_url = part_url(part, slug)
    edited = filled(visit(dx_office, edit_url)) | {NAME_FIELDS[slug]: "先の名称", "reason": REASON}
    visit(dx_office, edit_url, edited)

    response = visit(dx_office, url, data)

    assert response.status_code == 409
    assert response.context["form"].non_field_errors() == [
        "ほかの人が先に変更しました。今の内容を確かめてから、もう一度「削除する」を押してください。"
    ]
    assert names(plan, slug) == ["先の名称"]
    visit(dx_office, url, filled(response))
    assert names(plan, slug) == []


def test_terms_of_equal_position_keep_the_order_they_came_in(visit, dx_office, plan):
    for number in (1, 2, 3):
        make_part(plan, "terms", number)
    GlossaryTerm.objects.update(position=0)
    last = GlossaryTerm.objects.get(term="名称3")

    visit(dx_office, list_url(plan, "terms"), {"place": f"{last.pk}:1", "reason": REASON})

    assert names(plan, "terms") == ["名称1", "名称3", "名称2"]
