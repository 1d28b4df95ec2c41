"""The DX office changes lists and their items: on record, with a reason, nobody's change lost."""

import pytest
from django.urls import reverse

from dxplan.lib.conflicts import Difference
from plans.checklist_items import ItemFields, at_stake, item_fields, list_fields, packed
from plans.models import Checklist, ChecklistItem, ChecklistState, Plan, PlanChange
from tests.factories import make_plan

REASON = {"reason": "推進本部会議で決定"}
NEW_LIST = {
    "name": "手続",
    "done_label": "済",
    "not_yet_label": "未",
    "absent_label": "手続なし",
    "source": "企画課調べ",
}


@pytest.fixture
def checklist(plan):
    return Checklist.objects.create(plan=plan, code="procedures", name="手続", position=3)


@pytest.fixture
def item(checklist):
    return ChecklistItem.objects.create(checklist=checklist, number=1, name="転出届")


def url(name, checklist, *more):
    return reverse(name, args=[checklist.plan_id, checklist.pk, *more])


def items():
    return [item_fields(item) for item in ChecklistItem.objects.order_by("number")]


def changes():
    """(kind, subject, detail) of what is on record, oldest first."""
    return list(PlanChange.objects.order_by("pk").values_list("kind", "subject", "detail"))


def edited(item, **overrides):
    """The edit form of an item as it stands now, with other words typed."""
    return item_fields(item)._asdict() | {"was": packed(item_fields(item))} | REASON | overrides


def removing(item):
    return {"was": packed(at_stake(item))} | REASON


@pytest.mark.parametrize("count", [1, 3])
def test_items_page_takes_seven_queries(dx_office, checklist, count_queries, count):
    for number in range(count):
        ChecklistItem.objects.create(checklist=checklist, number=number, name="手続")

    response = count_queries(7, dx_office, url("checklist_items", checklist))

    assert len(response.context["items"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_remove_page_takes_nine_queries(dx_office, item, count_queries, count):
    for fiscal_year in range(2020, 2020 + count):
        ChecklistState.objects.create(item=item, fiscal_year=fiscal_year, state="done")

    response = count_queries(9, dx_office, url("checklist_item_remove", item.checklist, item.pk))

    assert len(response.context["state_lines"]) == count


def test_list_is_added_with_its_items(visit, dx_office, plan, checklist):
    answer = visit(
        dx_office, reverse("checklist_new", args=[plan.pk]), NEW_LIST | {"name": "施設"} | REASON
    )
    added = Checklist.objects.get(name="施設")
    assert answer.url == url("checklist_items", added)

    names = "図書館\r\n\r\n 公民館 \r\n"
    visit(dx_office, answer.url, {"number": "３", "group": "教育", "names": names} | REASON)

    assert list_fields(added) == tuple((NEW_LIST | {"name": "施設"}).values())
    assert (added.code, added.position) == ("list-1", 4)
    assert items() == [ItemFields(3, "教育", "図書館"), ItemFields(4, "教育", "公民館")]
    assert changes() == [
        ("added", "施設", "現況一覧を追加"),
        ("added", "施設 項目2件", "3 図書館（教育）\n4 公民館（教育）"),
    ]


def test_adding_twice_is_harmless(visit, dx_office, plan):
    new = reverse("checklist_new", args=[plan.pk])
    first, second = (visit(dx_office, new, NEW_LIST | REASON).url for _ in range(2))
    answers = [
        visit(dx_office, first, {"number": "1", "names": "図書館"} | REASON).status_code
        for _ in range(2)
    ]

    assert (first, answers) == (second, [302, 302])
    assert (Checklist.objects.count(), items()) == (1, [ItemFields(1, "", "図書館")])
    assert len(changes()) == 2


def test_form_offers_the_next_number(visit, dx_office, item):
    form = visit(dx_office, url("checklist_items", item.checklist)).context["form"]

    assert form.initial["number"] == 2


OUT_OF_RANGE = "1から9,999までの番号を入力してください。"
UNSEEN = "「図書[U+202E]館」: 目に見えない文字が含まれています。入力し直してください。"
TOO_LONG = f"「{'あ' * 30}…」が長すぎます。200字以内にしてください（現在201字）。"

REFUSED_ITEMS = [
    ({"number": "1"}, "番号1は、この一覧で使われています。別の番号にしてください。"),
    ({"number": "0"}, OUT_OF_RANGE),
    ({"number": "約5"}, OUT_OF_RANGE),
    ({"number": "①"}, "「①」には丸数字・添え字・分数の文字があります。（例: 12）"),
    ({"names": " \n "}, "このフィールドは必須です。"),
    ({"names": "図書\u202e館"}, UNSEEN),
    ({"names": "あ" * 201}, TOO_LONG),
    ({"names": "図書館\n" * 501}, "一度に追加できるのは500件までです（現在501件）。"),
]


@pytest.mark.parametrize(("typed", "message"), REFUSED_ITEMS)
def test_items_that_cannot_be_are_refused(visit, dx_office, item, typed, message):
    data = {"number": "2", "names": "図書館"} | REASON | typed

    response = visit(dx_office, url("checklist_items", item.checklist), data)

    assert response.status_code == 422
    assert response.context["form"].errors == {next(iter(typed)): [message]}
    assert items() == [item_fields(item)]


def test_lists_words_must_differ(visit, dx_office, plan):
    data = NEW_LIST | REASON | {"absent_label": "未"}

    response = visit(dx_office, reverse("checklist_new", args=[plan.pk]), data)

    assert response.context["form"].non_field_errors() == [
        "済・未・該当なしの呼び方は、互いに違う言葉にしてください。"
    ]


def test_second_list_of_a_name_is_refused(visit, dx_office, plan, checklist):
    response = visit(dx_office, reverse("checklist_new", args=[plan.pk]), NEW_LIST | REASON)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "name": ["同じ名称の一覧がすでにあります。別の名称にしてください。"]
    }


def test_list_is_renamed(visit, dx_office, checklist):
    shown = list_fields(checklist)._asdict() | {"was": packed(list_fields(checklist))}

    visit(dx_office, url("checklist_edit", checklist), shown | {"done_label": "導入済み"} | REASON)

    assert Checklist.objects.get().done_label == "導入済み"
    assert changes() == [("edited", "手続", "済の呼び方: 済 → 導入済み")]


def test_item_is_edited_and_the_change_is_on_record(visit, dx_office, item):
    page = url("checklist_item_edit", item.checklist, item.pk)

    visit(dx_office, page, edited(item, number="12", group="住民"))

    assert items() == [ItemFields(12, "住民", "転出届")]
    assert changes() == [("edited", "手続 1 転出届", "番号: 1 → 12\n区分: （なし） → 住民")]
    assert PlanChange.objects.get().reason == REASON["reason"]


def test_saving_nothing_new_asks_for_no_reason(visit, dx_office, item):
    page = url("checklist_item_edit", item.checklist, item.pk)

    response = visit(dx_office, page, edited(item, reason=""))

    assert (response.status_code, changes()) == (302, [])


def test_number_of_another_item_is_refused(visit, dx_office, item):
    ChecklistItem.objects.create(checklist=item.checklist, number=2, name="転入届")
    page = url("checklist_item_edit", item.checklist, item.pk)

    response = visit(dx_office, page, edited(item, number="2"))

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "number": ["番号2は、この一覧で使われています。別の番号にしてください。"]
    }


def test_second_tab_sees_what_stands_and_may_replace_it(visit, dx_office, item):
    page = url("checklist_item_edit", item.checklist, item.pk)
    late = edited(item, name="私の名称")
    visit(dx_office, page, edited(item, name="先の名称"))

    refused = visit(dx_office, page, late)
    form = refused.context["form"]

    assert refused.status_code == 409
    assert form.conflict.differences == (
        Difference("名称", "私の名称", "先の名称", base=item.name),
    )
    assert (form["name"].value(), items()[0].name) == ("私の名称", "先の名称")
    assert visit(dx_office, page, late | {"was": form["was"].value()}).status_code == 302
    assert items()[0].name == "私の名称"


def test_remove_page_names_the_years_that_go(visit, dx_office, item):
    ChecklistState.objects.create(
        item=item, fiscal_year=2025, state="done", total_count=9, done_count=4
    )
    page = url("checklist_item_remove", item.checklist, item.pk)

    context = visit(dx_office, page).context
    visit(dx_office, page, removing(item))

    assert context["state_lines"] == ["令和7年度 済（9件中4件）"]
    assert (items(), ChecklistState.objects.count()) == ([], 0)
    assert changes() == [("removed", "手続 1 転出届", "あわせて削除: 令和7年度 済（9件中4件）")]


def test_item_that_a_closed_year_counts_stays(visit, dx_office, item):
    ChecklistState.objects.create(item=item, fiscal_year=2024, state="done")
    page = url("checklist_item_remove", item.checklist, item.pk)

    shown = visit(dx_office, page)
    refused = visit(dx_office, page, removing(item))

    assert shown.context["closed_years"] == ["令和6年度"]
    assert "削除する</button>" not in shown.content.decode()
    assert refused.status_code == 409
    assert ChecklistState.objects.count() == 1


def test_item_that_got_a_state_meanwhile_is_not_removed_unseen(visit, dx_office, item):
    page, late = url("checklist_item_remove", item.checklist, item.pk), removing(item)
    ChecklistState.objects.create(item=item, fiscal_year=2025, state="done")

    refused = visit(dx_office, page, late)

    assert (refused.status_code, refused.context["state_lines"]) == (409, ["令和7年度 済"])
    assert items() == [item_fields(item)]
    again = late | {"was": refused.context["form"]["was"].value()}
    assert (visit(dx_office, page, again).status_code, items()) == (302, [])


def test_removing_twice_is_harmless(visit, dx_office, item):
    page, form = url("checklist_item_remove", item.checklist, item.pk), removing(item)

    answers = [visit(dx_office, page, form).status_code for _ in range(2)]

    assert (answers, len(changes())) == ([302, 302], 1)


def writes(item):
    """Every way to change a list, as (address, form)."""
    checklist = item.checklist
    shown = {"was": packed(list_fields(checklist))}
    return [
        (reverse("checklist_new", args=[checklist.plan_id]), NEW_LIST | {"name": "新しい"}),
        (url("checklist_edit", checklist), NEW_LIST | shown | {"name": "別の"}),
        (url("checklist_items", checklist), {"number": "5", "names": "新しい"}),
        (url("checklist_item_edit", checklist, item.pk), edited(item, name="新しい", reason="")),
        (url("checklist_item_remove", checklist, item.pk), removing(item) | {"reason": ""}),
    ]


def test_changes_of_a_plan_in_force_need_a_reason(visit, dx_office, item):
    answers = [visit(dx_office, *write) for write in writes(item)]

    assert [answer.status_code for answer in answers] == [422] * 5
    assert [list(answer.context["form"].errors) for answer in answers] == [["reason"]] * 5
    assert (items(), changes()) == ([item_fields(item)], [])


def test_drafts_are_changed_without_a_reason(visit, dx_office, town):
    draft = make_plan(town, code="draft", state="draft")
    item = ChecklistItem.objects.create(
        checklist=Checklist.objects.create(plan=draft, code="a", name="手続"),
        number=1,
        name="転出届",
    )

    answers = [visit(dx_office, *write).status_code for write in writes(item)]

    assert answers == [302, 302, 302, 302, 409]
    assert [kind for kind, _, _ in changes()] == ["added", "edited", "added", "edited"]


def test_ended_plan_stays_as_it_is(visit, dx_office, item):
    forms = writes(item)
    Plan.objects.update(state="ended")

    answers = [visit(dx_office, address, form | REASON).status_code for address, form in forms]

    assert answers == [409] * 5
    assert (items(), changes()) == ([item_fields(item)], [])


def test_only_the_dx_office_changes_lists(visit, staff, committee, outsider, item):
    def answers(person):
        shown = [visit(person, address).status_code for address, _ in writes(item)]
        sent = [visit(person, address, form | REASON).status_code for address, form in writes(item)]
        return {*shown, *sent}

    assert [answers(person) for person in (staff, committee, outsider)] == [{403}, {403}, {404}]
    assert items() == [item_fields(item)]


def test_names_are_shown_as_text(visit, dx_office, item):
    ChecklistItem.objects.update(name="<script>1", group="<script>2")
    Checklist.objects.update(name="<script>3", done_label="<script>4")
    item.refresh_from_db()
    ChecklistState.objects.create(item=item, fiscal_year=2025, state="done")

    pages = [visit(dx_office, address).content.decode() for address, _ in writes(item)]

    assert [
        n for n, page in enumerate(pages) if "<script>" in page.replace('<script src="/static/', "")
    ] == []
