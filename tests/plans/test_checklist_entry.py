"""Entering a year's states: as the DX office does it, and what must not get lost."""

import threading

import pytest
from django.urls import reverse

from plans.checklist_entry import Cells, check_cells, packed, unpacked
from plans.checklist_figures import NOTHING, Figures, state_labels
from plans.checklist_states import StateChange, save_states
from plans.models import Checklist, ChecklistItem, ChecklistState, Plan, PlanChange, PlanYear
from plans.years import YearNotOpen
from tests.factories import make_plan, make_plan_year, make_town, put_years
from tests.races import together

PAIRS = 30
DONE, NOT_YET, ABSENT = Figures("done"), Figures("not_yet"), Figures("absent")


def make_items(plan, count=1, **overrides):
    """The items of a new checklist, in order."""
    number = plan.checklists.count() + 1
    fields = {"code": f"list-{number}", "name": "手続", "absent_label": "手続なし"}
    checklist = Checklist.objects.create(plan=plan, **fields | overrides)
    return [
        ChecklistItem.objects.create(checklist=checklist, number=n, name=f"手続{n}")
        for n in range(1, count + 1)
    ]


def store(item, fiscal_year, figures):
    return ChecklistState.objects.create(item=item, fiscal_year=fiscal_year, **figures._asdict())


def stored(fiscal_year=2025):
    """The figures of all items that have some in the year, in the items' order."""
    states = ChecklistState.objects.filter(fiscal_year=fiscal_year).order_by("item__number")
    return [Figures(*values) for values in states.values_list(*Figures._fields)]


def entry_url(item, fiscal_year=2025, suffix=""):
    url = reverse("checklist_entry", args=[item.checklist.plan_id, item.checklist_id])
    return f"{url}?fiscal_year={fiscal_year}{suffix}"


def cells(item, state, total="", done="", *, was=NOTHING, **others):
    """The fields of one line as a browser posts them."""
    fields = {"state": state, "total": total, "done": done, "was": packed(was)}
    return {f"{name}-{item.pk}": text for name, text in (fields | others).items()}


READ = [
    (Cells("done"), DONE),
    (Cells(""), NOTHING),
    (Cells("done", "129", "15"), Figures("done", 129, 15)),
    (Cells("done", "１，２３４", "27件"), Figures("done", 1234, 27)),
    (Cells("done", "0", "0"), Figures("done", 0, 0)),
    (Cells("not_yet", "5", ""), Figures("not_yet", 5, None)),
    (Cells("done", "", "0"), Figures("done", None, 0)),
    (Cells("done", "－", "集計中"), DONE),
    (Cells("done", "2147483647", "1"), Figures("done", 2147483647, 1)),
]


@pytest.mark.parametrize(("typed", "figures"), READ)
def test_cells_are_read(typed, figures):
    assert check_cells(typed, state_labels(Checklist())).figures == figures


REFUSED = [
    (Cells("maybe"), {"state": "状態を選んでください。"}),
    (Cells("", "5"), {"state": "件数を入力したときは、状態も選んでください。"}),
    (Cells("absent", "", "0"), {"state": "「該当なし」の項目には件数を入力できません。"}),
    (
        Cells("done", "3", "5"),
        {"done": "うちオンライン申請数（5）が申請数（3）を超えています。"},
    ),
    (Cells("done", "約30"), {"total": "「約30」は、数字だけで入力してください。（例: 12）"}),
    (Cells("done", "▲3"), {"total": "「▲3」は0以上の数にしてください。（例: 12）"}),
    (Cells("done", "2147483648"), {"total": "「2147483648」は大きすぎます。"}),
    (
        Cells("done", "27人", "1.5"),
        {
            "total": "「27人」の単位「人」は使えません。この欄の単位は「件」です。（例: 12）",
            "done": "「1.5」は小数の桁が多すぎます。この欄は整数です。（例: 12）",
        },
    ),
]


@pytest.mark.parametrize(("typed", "errors"), REFUSED)
def test_cells_that_cannot_be_stored_say_why(typed, errors):
    checked = check_cells(typed, state_labels(Checklist()))

    assert (checked.figures, checked.errors) == (None, errors)


@pytest.mark.parametrize("figures", [NOTHING, DONE, Figures("done", 129, 0), Figures("done", 0)])
def test_figures_survive_the_hidden_field(figures):
    assert unpacked(packed(figures)) == figures


@pytest.mark.parametrize("text", ["", "done", "done|a|b", "done|-1|", "done|٣|", "done||\n"])
def test_hidden_field_that_was_forged_matches_nothing(text):
    assert unpacked(text).state == "?"


@pytest.mark.parametrize("count", [1, 3])
def test_entry_page_takes_seven_queries(dx_office, plan, count_queries, count):
    item, *_ = make_items(plan, count)

    response = count_queries(7, dx_office, entry_url(item))

    assert len(response.context["lines"]) == count


def test_year_goes_round_from_form_to_list(visit, dx_office, plan):
    first, second, third, fourth = make_items(plan, 4)
    typed = cells(first, "done") | cells(second, "not_yet") | cells(third, "absent")

    response = visit(dx_office, entry_url(first), typed | cells(fourth, ""), follow=True)

    assert response.redirect_chain == [(entry_url(first), 302)]
    assert [str(message) for message in response.context["messages"]] == ["3件を保存しました。"]
    assert [line.cells.state for line in response.context["lines"]] == [
        *("done", "not_yet", "absent", "")
    ]
    assert stored() == [DONE, NOT_YET, ABSENT]
    assert PlanChange.objects.count() == 0


def test_states_are_changed_and_taken_back(visit, dx_office, plan):
    first, second = make_items(plan, 2)
    store(first, 2025, NOT_YET)
    store(second, 2025, DONE)
    typed = cells(first, "done", was=NOT_YET) | cells(second, "", was=DONE)

    visit(dx_office, entry_url(first), typed)

    assert stored() == [DONE]


def test_counts_are_entered_in_a_list_that_has_some(visit, dx_office, plan):
    (item,) = make_items(plan)
    store(item, 2024, Figures("done", 129, 15))

    line = visit(dx_office, entry_url(item)).context["lines"][0]
    visit(dx_office, entry_url(item), cells(item, "done", "１４０", "20件"))

    assert (line.counts_before, line.cells) == ("129件中15件", Cells("done"))
    assert stored() == [Figures("done", 140, 20)]


def test_counts_are_asked_for_in_a_list_without_any(visit, dx_office, plan):
    (item,) = make_items(plan)

    def asks(suffix):
        return visit(dx_office, entry_url(item, suffix=suffix)).context["sheet"].has_counts

    assert (asks(""), asks("&counts=1")) == (False, True)


def test_form_starts_from_the_year_before_and_stores_nothing(visit, dx_office, plan):
    first, _ = make_items(plan, 2)
    store(first, 2024, DONE)

    response = visit(dx_office, entry_url(first))

    assert [(line.cells.state, line.carried) for line in response.context["lines"]] == [
        ("done", "前年度から"),
        ("", ""),
    ]
    assert [line.was for line in response.context["lines"]] == ["||", "||"]
    assert "令和6年度の状態を選んであります" in response.content.decode()
    assert stored() == []


def test_form_names_an_earlier_year_and_stops_carrying_on_once_stored(visit, dx_office, plan):
    first, second = make_items(plan, 2)
    store(first, 2022, DONE)
    store(second, 2022, NOT_YET)

    def shown():
        lines = visit(dx_office, entry_url(first)).context["lines"]
        return [(line.cells.state, line.carried) for line in lines]

    before = shown()
    visit(dx_office, entry_url(first), cells(first, "done") | cells(second, ""))

    assert before == [("done", "令和4年度から"), ("not_yet", "令和4年度から")]
    assert shown() == [("done", ""), ("", "")]


def test_refusals_are_shown_together_and_nothing_is_lost(visit, dx_office, plan):
    first, second, third = make_items(plan, 3)
    store(third, 2024, Figures("done", 1, 1))
    typed = cells(first, "done", "3", "5") | cells(second, "", "abc") | cells(third, "done", "7")

    response = visit(dx_office, entry_url(first), typed)

    assert response.status_code == 422
    assert response.context["alert"] == "2件の項目に確認が必要なため、まだ何も保存していません。"
    assert [line.is_refused for line in response.context["lines"]] == [True, True, False]
    assert [line.cells for line in response.context["lines"]] == [
        Cells("done", "3", "5"),
        Cells("", "abc", ""),
        Cells("done", "7", ""),
    ]
    assert stored() == []


def test_same_form_sent_twice_is_harmless(visit, dx_office, plan):
    first, second = make_items(plan, 2)
    store(second, 2025, DONE)
    typed = cells(first, "done") | cells(second, "", was=DONE)

    answers = [visit(dx_office, entry_url(first), typed).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert stored() == [DONE]


def test_second_tab_is_told_both_values_and_the_rest_is_saved(visit, dx_office, plan):
    first, second = make_items(plan, 2)
    store(first, 2025, NOT_YET)
    visit(dx_office, entry_url(first), cells(first, "absent", was=NOT_YET))

    typed = cells(first, "done", was=NOT_YET) | cells(second, "done")
    response = visit(dx_office, entry_url(first), typed)

    assert response.status_code == 409
    assert response.context["alert"] == (
        "1件を保存しました。1件は他の人が先に保存していました。どちらの値にするか選んでください。"
    )
    line = response.context["lines"][0]
    assert (line.conflict.mine, line.conflict.theirs) == ("済", "手続なし")
    assert line.cells == Cells("done")
    assert stored() == [ABSENT, DONE]


@pytest.mark.parametrize(
    ("resolve", "status", "kept"), [("mine", 302, DONE), ("theirs", 302, ABSENT), ("", 409, ABSENT)]
)
def test_conflict_is_settled_by_choosing(visit, dx_office, plan, resolve, status, kept):
    (item,) = make_items(plan)
    store(item, 2025, ABSENT)
    chosen = {"resolve": resolve, "standing": packed(ABSENT)}

    response = visit(dx_office, entry_url(item), cells(item, "done", was=NOT_YET, **chosen))

    assert response.status_code == status
    assert stored() == [kept]


def test_state_that_someone_took_back_is_a_conflict(visit, dx_office, plan):
    (item,) = make_items(plan)

    response = visit(dx_office, entry_url(item), cells(item, "done", was=NOT_YET))

    assert response.status_code == 409
    assert response.context["lines"][0].conflict.theirs == "未登録"
    assert stored() == []


def test_item_that_someone_removed_is_said(visit, dx_office, plan):
    first, second = make_items(plan, 2)
    typed = cells(first, "done") | cells(second, "done")
    second.delete()

    response = visit(dx_office, entry_url(first), typed)

    assert response.status_code == 409
    assert response.context["alert"] == (
        "1件を保存しました。1件は他の人が一覧から削除した項目のため、保存していません。"
    )
    assert stored() == [DONE]


def test_item_added_meanwhile_stays_unregistered(visit, dx_office, plan):
    first, _ = make_items(plan, 2)

    visit(dx_office, entry_url(first), cells(first, "done"))

    assert list(ChecklistState.objects.values_list("item", flat=True)) == [first.pk]


def test_items_of_another_list_are_not_written(visit, dx_office, plan):
    (own,), (foreign,) = make_items(plan), make_items(plan)

    response = visit(dx_office, entry_url(own), cells(own, "done") | cells(foreign, "done"))

    assert response.status_code == 409
    assert list(ChecklistState.objects.values_list("item", flat=True)) == [own.pk]


def test_only_the_dx_office_enters(visit, dx_office, staff, committee, outsider, plan):
    (item,) = make_items(plan)
    people = (dx_office, staff, committee, outsider)
    check = reverse("checklist_check", args=[plan.pk, item.checklist_id]) + f"?item={item.pk}"

    def answers(url, data=None):
        return [visit(person, url, data).status_code for person in people]

    assert answers(entry_url(item)) == [200, 403, 403, 404]
    assert answers(entry_url(item), cells(item, "done")) == [302, 403, 403, 404]
    assert answers(check, cells(item, "done")) == [200, 403, 403, 404]


@pytest.mark.parametrize(
    ("fiscal_year", "words"), [(2024, "締め済みのため"), (2026, "まだ受付前です")]
)
def test_year_that_is_not_open_says_why_and_takes_nothing(
    visit, dx_office, plan, fiscal_year, words
):
    (item,) = make_items(plan)
    url = entry_url(item, fiscal_year)

    page = visit(dx_office, url)
    refused = visit(dx_office, url, cells(item, "done"))

    assert (page.status_code, page.context["lines"]) == (200, [])
    assert words in page.content.decode()
    assert refused.status_code == 409
    assert refused.context["lines"][0].cells == Cells("done")
    assert ChecklistState.objects.count() == 0


def test_year_outside_the_plan_is_not_found(visit, dx_office, plan):
    (item,) = make_items(plan)
    store(item, 2020, DONE)

    assert visit(dx_office, entry_url(item, 2020)).status_code == 404


def test_ended_plan_takes_nothing(visit, dx_office, plan):
    (item,) = make_items(plan)
    Plan.objects.update(state="ended")

    page = visit(dx_office, entry_url(item))
    refused = visit(dx_office, entry_url(item), cells(item, "done"))

    assert "この計画は終了しているため" in page.content.decode()
    assert (refused.status_code, stored()) == (409, [])


def test_typed_row_is_read_while_typing(visit, dx_office, plan):
    (item,) = make_items(plan)
    store(item, 2024, Figures("done", 9, 9))
    url = reverse("checklist_check", args=[plan.pk, item.checklist_id])

    def answer(*typed):
        query = f"?fiscal_year=2025&item={item.pk}"
        return visit(dx_office, url + query, cells(item, *typed)).content.decode()

    assert "入力「１２」→ 読み取り 12" in answer("done", "１２")
    assert "を超えています。" in answer("done", "1", "2")
    assert visit(dx_office, f"{url}?item=0", cells(item, "done")).status_code == 404
    assert stored() == []


def test_what_was_typed_and_named_is_shown_as_text(visit, dx_office, plan):
    (item,) = make_items(plan, done_label="<b>済", name="<script>0")
    ChecklistItem.objects.update(name="<script>1", group="<script>2")
    typed = cells(item, "<script>3", "<script>4", "<script>5", **{"was": "<script>6"})

    page = visit(dx_office, entry_url(item), typed).content.decode()

    assert "<script>" not in page.replace('<script src="/static/', "")
    assert "<b>" not in page


@pytest.fixture
def open_item(transactional_db):
    """An item whose plan has one open year, 2025."""
    plan = make_plan(make_town())
    make_plan_year(plan, 2025)
    (item,) = make_items(plan)
    return item


def saving(item, figures, was=NOTHING):
    """A save of one item's state that is ready to run on a thread of its own."""
    year = PlanYear.objects.get()
    change = StateChange(item.pk, was, figures)
    return lambda: save_states(checklist=item.checklist, plan_year=year, changes=[change])


def test_two_first_savers_one_wins_one_is_told(open_item):
    for _ in range(PAIRS):
        ChecklistState.objects.all().delete()
        outcomes = together(saving(open_item, DONE), saving(open_item, NOT_YET))
        told = [outcome[open_item.pk] for outcome in outcomes if outcome]
        assert told == stored()


def test_two_changers_one_wins_one_is_told(open_item):
    store(open_item, 2025, ABSENT)
    for _ in range(PAIRS):
        ChecklistState.objects.update(state="absent")
        outcomes = together(
            saving(open_item, DONE, was=ABSENT), saving(open_item, NOT_YET, was=ABSENT)
        )
        told = [outcome[open_item.pk] for outcome in outcomes if outcome]
        assert told == stored()


def test_two_changers_without_the_guard_lose_updates(open_item):
    """The control: reading, checking and saving lets both believe they were saved."""
    store(open_item, 2025, ABSENT)
    meeting = threading.Barrier(2)

    def save_unguarded(state):
        def run():
            standing = ChecklistState.objects.get()
            is_as_shown = standing.state == "absent"
            meeting.wait()
            standing.state = state
            standing.save()
            return is_as_shown

        return run

    assert together(save_unguarded("done"), save_unguarded("not_yet")) == [True, True]


def close():
    put_years(PlanYear.objects.all(), "closed")
    return stored()


def end():
    Plan.objects.update(state="ended")
    return stored()


@pytest.mark.parametrize("shut", [close, end])
def test_shutting_waits_for_a_save_under_way(open_item, shut):
    """Whatever the order, nothing appears in a year after it was closed or its plan ended."""
    for _ in range(PAIRS):
        Plan.objects.update(state="in_force")
        put_years(PlanYear.objects.all(), "open")
        ChecklistState.objects.all().delete()
        saved, seen = together(saving(open_item, DONE), shut, refusals=YearNotOpen)
        assert seen == stored() == ([DONE] if saved == {} else [])


def test_item_removed_before_the_save_is_told(open_item):
    save, item_id = saving(open_item, DONE), open_item.pk
    ChecklistItem.objects.all().delete()

    assert (save(), stored()) == ({item_id: None}, [])
