"""A plan's basic data: a new draft, and changes of what is there."""

import datetime
from functools import partial

import pytest
from django.urls import reverse

from plans.basics import basics_of
from plans.drafts import new_draft
from plans.forms.plans import NewPlanForm
from plans.levels import tiers
from plans.models import Plan, PlanChange, PlanYear, PolicyLevel
from tests.conflicts import shown_conflict, three_sides
from tests.factories import (
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_policy,
    make_result,
    make_town,
)
from tests.races import together

NEW = reverse("plan_new")
REASON = "令和8年5月の推進本部会議で決定"
PAIRS = 10


def edit_url(plan):
    return reverse("plan_edit", args=[plan.pk])


def fields(**changes):
    """What a browser posts for a plan of 2024–2026."""
    typed = {
        "title": "DX推進計画",
        "edition": "",
        "philosophy": "",
        "summary": "",
        "first_fiscal_year": "令和6年度",
        "last_fiscal_year": "令和8年度",
        "adopted_month": "",
        "version": "1",
    }
    return typed | changes


def new_fields(**changes):
    """What a browser posts for a new plan with one level."""
    names = {"level_1": "施策", "level_2": "", "level_3": "", "level_4": ""}
    return fields(**names) | changes


@pytest.fixture
def draft(town):
    """A draft of 2024–2026 with a policy."""
    plan = make_plan(town, code="draft", state="draft")
    for fiscal_year in (2024, 2025, 2026):
        make_plan_year(plan, fiscal_year, state="planned")
    make_policy(plan)
    return plan


def levels_of(plan):
    columns = ("axis", "depth", "tier", "name")
    return list(PolicyLevel.objects.filter(plan=plan).values_list(*columns))


def years_of(plan):
    return list(PlanYear.objects.filter(plan=plan).values_list("fiscal_year", "state"))


def details():
    return list(PlanChange.objects.values_list("kind", "detail", "reason"))


def test_draft_is_made_from_nothing(visit, dx_office, town):
    typed = new_fields(
        title=" 第2期DX推進計画 ",
        edition="初版",
        philosophy="人にやさしい",
        summary="一行目\r\n二行目",
        first_fiscal_year="R9",
        last_fiscal_year="２０２９",
        adopted_month="令和9年3月",
        level_1="基本方針",
        level_2="取組",
        level_3="施策",
    )

    response = visit(dx_office, NEW, typed)

    plan = Plan.objects.get()
    assert (response.status_code, response.url) == (302, plan.get_absolute_url())
    assert (plan.municipality, plan.state, plan.code) == (town, "draft", "dx-2027")
    assert (plan.title, plan.edition, plan.philosophy) == (
        "第2期DX推進計画",
        "初版",
        "人にやさしい",
    )
    assert (plan.summary, plan.adopted_month) == ("一行目\n二行目", datetime.date(2027, 3, 1))
    assert years_of(plan) == [(2027, "planned"), (2028, "planned"), (2029, "planned")]
    assert levels_of(plan) == [
        ("", 1, "basic_policy", "基本方針"),
        ("", 2, "initiative", "取組"),
        ("", 3, "measure", "施策"),
    ]
    assert details() == [("added", "新しい計画の下書きを作成", "")]


def test_codes_are_counted_on(visit, dx_office, outsider, town):
    make_plan(outsider.municipality, code="dx-2024")
    for title in ("甲", "乙", "丙"):
        visit(dx_office, NEW, new_fields(title=title))

    codes = town.plans.order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["dx-2024", "dx-2024-2", "dx-2024-3"]


def test_same_new_plan_sent_twice_makes_one_draft(visit, dx_office):
    first = visit(dx_office, NEW, new_fields())
    second = visit(dx_office, NEW, new_fields())

    assert first.url == second.url
    assert (Plan.objects.count(), PlanChange.objects.count()) == (1, 1)


def test_same_new_plan_at_once_makes_one_draft(transactional_db):
    office = make_person("office", make_town(), role="dx_office")
    for number in range(PAIRS):
        form = NewPlanForm(new_fields(title=str(number)))
        assert form.is_valid()
        make = partial(new_draft, user=office, basics=form.basics, levels=form.levels)
        outcomes = together(make, make)

        assert sorted(is_new for _, is_new in outcomes) == [False, True]
    assert Plan.objects.count() == PAIRS


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("title", "　", "このフィールドは必須です。"),
        (
            "title",
            "計画\u202e画計",
            "目に見えない文字が含まれています。入力し直してください。",
        ),
        (
            "level_1",
            "施\u200b策",
            "目に見えない文字が含まれています。入力し直してください。",
        ),
        ("level_1", "", "このフィールドは必須です。"),
        ("level_2", "", "途中の階層が空いています。上から順に入力してください。"),
        ("last_fiscal_year", "令和5年度", "終了年度は開始年度以後にしてください。"),
        ("last_fiscal_year", "令和26年度", "計画期間は20年以内にしてください。"),
        ("last_fiscal_year", "", "このフィールドは必須です。"),
        (
            "first_fiscal_year",
            "2024年",
            "「2024年」は暦年です。年度は「令和8年度」「R8」「2026年度」のように入力してください。",
        ),
        ("adopted_month", "令和7年13月", "「令和7年13月」は暦にない日付です。"),
        ("summary", "あ" * 10_001, "10,000字までです（現在10,001字）。"),
    ],
)
def test_field_that_cannot_be_is_refused(visit, dx_office, field, typed, error):
    posted = new_fields(level_3="三つ目" if field == "level_2" else "") | {field: typed}

    response = visit(dx_office, NEW, posted)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [error]}
    assert response.context["form"][field].value() == typed
    assert Plan.objects.count() == 0


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "🎉計画", "𠮷野町DX計画", "=HYPERLINK(1)", "{{7*7}}"]
)
def test_odd_names_are_kept_and_shown_as_text(visit, dx_office, title):
    visit(dx_office, NEW, new_fields(title=title))

    plan = Plan.objects.get()
    content = visit(dx_office, edit_url(plan)).content.decode()
    assert plan.title == title
    assert content.count("<script>alert") == 0


def test_form_shows_what_stands(visit, dx_office, draft):
    Plan.objects.update(adopted_month=datetime.date(2024, 3, 1), edition="初版")

    form = visit(dx_office, edit_url(draft)).context["form"]

    assert {name: form[name].value() for name in fields()} == {
        **fields(edition="初版", adopted_month="令和6年3月"),
        "version": 1,
    }


def test_change_is_saved_and_recorded(visit, dx_office, draft):
    typed = fields(title="新しい名前", adopted_month="R6.3")

    response = visit(dx_office, edit_url(draft), typed)

    draft.refresh_from_db()
    assert (response.status_code, response.url) == (302, draft.get_absolute_url())
    assert (draft.title, draft.version) == ("新しい名前", 2)
    assert details() == [
        (
            "edited",
            "計画名: DX推進計画 → 新しい名前\n策定年月: （なし） → 令和6年3月",
            "",
        )
    ]


def test_nothing_changed_is_nothing_recorded(visit, dx_office, plan):
    make_policy(plan)

    response = visit(dx_office, edit_url(plan), fields())

    plan.refresh_from_db()
    assert (response.status_code, plan.version, details()) == (302, 1, [])


def test_same_change_sent_twice_acts_once(visit, dx_office, draft):
    for _ in range(2):
        response = visit(dx_office, edit_url(draft), fields(title="新しい名前"))

    draft.refresh_from_db()
    assert (response.status_code, draft.version, len(details())) == (302, 2, 1)


def test_plan_in_force_asks_for_a_reason(visit, dx_office, plan):
    make_policy(plan)
    refused = visit(dx_office, edit_url(plan), fields(title="新しい名前", reason="―"))
    saved = visit(dx_office, edit_url(plan), fields(title="新しい名前", reason=REASON))

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert refused.context["form"].errors["reason"] == [
        "実施中の計画の変更には理由が必要です。理由を入力してください。"
    ]
    assert details() == [("edited", "計画名: DX推進計画 → 新しい名前", REASON)]


def test_loser_sees_both_and_keeps_what_was_typed(visit, dx_office, draft):
    visit(dx_office, edit_url(draft), fields(title="先の名前", summary="先の概要"))

    response = visit(dx_office, edit_url(draft), fields(title="後の名前", summary="先の概要"))

    form = response.context["form"]
    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("計画名", three_sides("後の名前", "先の名前", "DX推進計画")),
    ]
    assert response.context["conflict"].who == "office"
    assert (form["title"].value(), form["version"].value()) == ("後の名前", 2)
    assert Plan.objects.get(pk=draft.pk).title == "先の名前"


def test_conflict_is_settled_by_saving_again(visit, dx_office, draft):
    visit(dx_office, edit_url(draft), fields(title="先の名前"))

    visit(dx_office, edit_url(draft), fields(title="後の名前", version="2"))

    assert Plan.objects.get(pk=draft.pk).title == "後の名前"


def test_longer_period_adds_planned_years(visit, dx_office, draft):
    visit(dx_office, edit_url(draft), fields(first_fiscal_year="R5", last_fiscal_year="R9"))

    assert years_of(draft) == [(year, "planned") for year in range(2023, 2028)]
    assert details()[0][1] == (
        "計画期間: 令和6年度から令和8年度まで → 令和5年度から令和9年度まで\n"
        "追加した年度: 令和5年度、令和9年度"
    )


def test_shorter_period_takes_planned_years_away(visit, dx_office, draft):
    visit(dx_office, edit_url(draft), fields(last_fiscal_year="令和7年度"))

    assert years_of(draft) == [(2024, "planned"), (2025, "planned")]
    assert details()[0][1].splitlines()[1] == "除いた年度: 令和8年度"


def test_years_that_have_begun_stay_in_the_period(visit, dx_office, plan):
    make_policy(plan)
    typed = fields(first_fiscal_year="R8", reason=REASON)

    response = visit(dx_office, edit_url(plan), typed)

    assert response.status_code == 422
    assert response.context["form"].errors["last_fiscal_year"] == [
        "令和6年度（締め済み）、令和7年度（入力受付中）は始まっているため、計画期間から除けません。"
    ]
    assert years_of(plan) == [(2024, "closed"), (2025, "open"), (2026, "planned")]
    assert Plan.objects.get().first_fiscal_year == 2024


def test_years_with_results_stay_in_the_period(visit, dx_office, draft):
    make_result(make_kpi(draft), 2026, "1")

    response = visit(dx_office, edit_url(draft), fields(last_fiscal_year="R7"))

    assert response.status_code == 422
    assert response.context["form"].errors["last_fiscal_year"] == [
        "令和8年度には実績が登録されているため、計画期間から除けません。"
    ]
    assert [year for year, _ in years_of(draft)] == [2024, 2025, 2026]


def test_ended_plan_is_not_edited(visit, dx_office, town):
    plan = make_plan(town, state="ended", title="終わった計画")

    responses = [visit(dx_office, edit_url(plan), data) for data in (None, fields())]

    assert [response.status_code for response in responses] == [409, 409]
    assert Plan.objects.get().title == "終わった計画"


@pytest.mark.parametrize("data", [None, fields(title="新しい名前", reason=REASON)])
def test_basic_data_is_the_offices(visit, staff, committee, outsider, plan, data):
    people = (staff, committee, outsider)

    assert [visit(person, edit_url(plan), data).status_code for person in people] == [
        *(403, 403, 404)
    ]
    assert [visit(person, NEW, data).status_code for person in (staff, committee)] == [403, 403]
    assert basics_of(Plan.objects.get()).title == "DX推進計画"


def test_draft_of_another_town_is_not_found(visit, outsider, draft):
    assert visit(outsider, edit_url(draft), fields()).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_form_takes_four_queries(count_queries, dx_office, plan, count):
    for _ in range(count):
        make_policy(plan)

    count_queries(4, dx_office, edit_url(plan))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["施策"], ["measure"]),
        (["方針", "施策"], ["basic_policy", "measure"]),
        (["方針", "取組", "施策", "事業"], ["basic_policy", "initiative", "initiative", "measure"]),
    ],
)
def test_levels_are_called_across_plans_by_their_place(names, expected):
    assert tiers(len(names)) == expected
