"""First targets and revisions of targets, through their forms."""

import datetime
from decimal import Decimal
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.urls import reverse

from kpis.measurement import TargetKind
from kpis.models import Kpi, Target, TargetRevision
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from kpis.target_changes import Decision, Refused, guards_in_words, revise, targets_in_force
from kpis.target_reading import TargetValue
from plans.editing import Stale, plan_edit
from plans.models import Plan, PlanChange, PlanYear
from tests.factories import (
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_revision,
    put_years,
)
from tests.races import together

REASON = "実績を踏まえて見直した。"
PAIRS = 10


@pytest.fixture
def draft(town):
    """A draft of 2024–2026, the first year closed."""
    plan = make_plan(town, code="draft", state="draft")
    for fiscal_year, state in ((2024, "closed"), (2025, "planned"), (2026, "planned")):
        make_plan_year(plan, fiscal_year, state=state)
    return plan


@pytest.fixture
def kpi(plan):
    """Measured 2024–2026 (closed, open, planned) with a target of 10, 20, 30."""
    kpi = make_kpi(plan, targets={2024: "10", 2025: "20", 2026: "30"})
    Target.objects.filter(fiscal_year=2026).update(taken_on=datetime.date(2027, 3, 31))
    connection.check_constraints()
    return kpi


def first_url(kpi):
    return reverse("kpi_targets", args=[kpi.pk])


def new_url(kpi):
    return reverse("revision_new", args=[kpi.pk])


def revision_fields(**changes):
    fields = {
        "effective_fiscal_year": "2025",
        "decided_on": "令和6年5月20日",
        "decided_by": "推進本部会議",
        "category": "midterm",
        "reason": REASON,
        "number": "1",
        "target_2025": "20",
        "target_2026": "25",
    }
    return fields | changes


def stored():
    """(fiscal year, revision, value) of every target."""
    rows = Target.objects.order_by("fiscal_year", F("revision__number").asc(nulls_first=True))
    return [
        (row.fiscal_year, row.revision.number if row.revision else 0, row.value) for row in rows
    ]


FIRST = [(2024, 0, 10), (2025, 0, 20), (2026, 0, 30)]


def records():
    return list(PlanChange.objects.values_list("kind", "subject", "detail", "reason"))


def errors(answer):
    return answer.context["form"].errors


# ---- First targets


def test_first_targets_of_a_draft_are_saved_with_their_times(visit, dx_office, draft):
    kpi = make_kpi(draft, targets={2024: "10", 2025: "5"})
    cells = {
        "target_2025": "",
        "target_2026": "１，２３４件以上",
        "taken_2026": "R9.3末",
        "target_2024": "999",
        "version": "1",
    }

    answer = visit(dx_office, first_url(kpi), cells)

    assert (answer.status_code, answer.url) == (302, kpi.get_absolute_url())
    assert stored() == [(2024, 0, 10), (2026, 0, 1234)]
    assert Target.objects.last().taken_on == datetime.date(2027, 3, 31)
    assert Kpi.objects.get().version == 2
    assert records() == [
        (
            "edited",
            "指標 1 指標1",
            "令和7年度の目標: 5 → （なし）\n令和8年度の目標: （なし） → 1,234（令和9年3月末）",
            "",
        )
    ]
    shown = [str(message) for message in visit(dx_office, answer.url).context["messages"]]
    assert shown == [
        "目標を保存しました。",
        "令和8年度: 入力「１，２３４件以上」→ 1,234 件以上",
    ]


@pytest.mark.parametrize(
    ("overrides", "typed", "columns"),
    [
        ({"direction": "range"}, "40〜60", ("range", 40, 60, "", "")),
        ({"measurement_type": "milestone"}, "完了", ("milestone", None, None, "done", "")),
        (
            {"measurement_type": "qualitative"},
            "<script>方針が浸透</script>",
            ("text", None, None, "", "<script>方針が浸透</script>"),
        ),
        ({"reference_name": "全国平均"}, "全国平均以上", ("reference", None, None, "", "")),
    ],
)
def test_kind_of_target_is_the_kpis_own(visit, dx_office, draft, overrides, typed, columns):
    kpi = make_kpi(draft, **overrides)

    visit(dx_office, first_url(kpi), {"target_2025": typed, "version": "1"})

    names = ("kind", "value", "upper_value", "milestone", "text")
    assert Target.objects.values_list(*names).get() == columns


def test_all_refusals_come_at_once_and_nothing_is_lost(visit, dx_office, draft):
    kpi = make_kpi(draft)
    cells = {
        "target_2025": "30～40",
        "taken_2025": "去年",
        "target_2026": "",
        "taken_2026": "R9.3末",
        "version": "1",
    }

    answer = visit(dx_office, first_url(kpi), cells)

    assert answer.status_code == 422
    assert list(errors(answer)) == ["taken_2025", "target_2025", "taken_2026"]
    form = answer.context["form"]
    assert {name: form[name].value() for name in cells} == cells
    assert stored() == []


NASTY = (
    *("27手続", "1,23", "3割", "1万", "ー5", "△", "①", "½", "٣٤", "1_000", "0x1F", "1e5", "NaN"),
    *("十二", "R7.3末", "#N/A", "=1+1", "4\u200b5", "1.5", "同上", "9" * 300, "50以下", "未定"),
)


@pytest.mark.parametrize("typed", NASTY)
def test_nasty_cell_is_refused_by_the_form(visit, dx_office, draft, typed):
    kpi = make_kpi(draft)

    answer = visit(dx_office, first_url(kpi), {"target_2026": typed, "version": "1"})

    assert (answer.status_code, list(errors(answer))) == (422, ["target_2026"])
    assert stored() == []


def test_cell_with_two_meanings_is_asked_about(visit, dx_office, draft):
    kpi = make_kpi(draft)
    cells = {"target_2026": "約30", "version": "1"}

    asked = visit(dx_office, first_url(kpi), cells)
    visit(dx_office, first_url(kpi), cells | {"confirmed_target_2026": "約30"})

    assert errors(asked) == {"target_2026": ["確認が必要です。下の質問に答えてください。"]}
    assert stored() == [(2026, 0, 30)]


def test_second_of_two_sees_what_was_saved_and_may_replace_it(visit, dx_office, draft):
    kpi = make_kpi(draft)
    visit(dx_office, first_url(kpi), {"target_2026": "1", "version": "1"})
    mine = {"target_2026": "2", "version": "1"}

    late = visit(dx_office, first_url(kpi), mine)

    lines = late.context["form"].lines
    assert (late.status_code, lines[2].standing, lines[2].cell.field.value()) == (409, "1 件", "2")
    visit(dx_office, first_url(kpi), mine | {"version": late.context["form"]["version"].value()})
    assert stored() == [(2026, 0, 2)]


def test_targets_of_a_plan_in_force_are_only_shown(visit, dx_office, kpi):
    make_revision(kpi, 2026, {2026: "25"})

    page = visit(dx_office, first_url(kpi))

    assert page.context["is_set"]
    assert [line.standing for line in page.context["form"].lines] == ["10 件", "20 件", "25 件"]
    assert page.content.decode().count(new_url(kpi)) == 1


def test_targets_in_force_change_by_revision_only(visit, dx_office, kpi):
    cells = {"target_2025": "21", "target_2026": "30", "taken_2026": "R9.3末", "reason": REASON}

    answer = visit(dx_office, first_url(kpi), cells | {"version": "1"})

    assert (answer.status_code, stored(), records()) == (409, FIRST, [])
    assert answer.context["lost"] == [
        ("令和7年度の目標", "21"),
        ("令和8年度の目標", "30"),
        ("令和8年度の目標の時点", "R9.3末"),
    ]


def test_kpi_that_came_later_gets_first_targets_with_a_reason(visit, dx_office, plan):
    kpi = make_kpi(plan)
    cells = {"target_2024": "1", "target_2026": "30", "version": "1"}

    refused = visit(dx_office, first_url(kpi), cells)
    saved = [visit(dx_office, first_url(kpi), cells | {"reason": REASON}) for _ in range(2)]

    assert list(errors(refused)) == ["reason"]
    assert [answer.status_code for answer in saved] == [302, 302]
    assert stored() == [(2026, 0, 30)]
    assert len(records()) == 1


# ---- Revisions


def test_revision_keeps_old_targets_and_closed_years(visit, dx_office, plan, kpi):
    answer = visit(dx_office, new_url(kpi), revision_fields())

    assert (answer.status_code, answer.url) == (302, kpi.get_absolute_url())
    assert stored() == [*FIRST, (2026, 1, 25)]
    revision = TargetRevision.objects.get()
    assert (
        revision.effective_fiscal_year,
        revision.decided_on,
        revision.decided_by,
        revision.category,
        revision.reason,
        revision.recorded_by,
        revision.recorded_by_name,
    ) == (
        2025,
        datetime.date(2024, 5, 20),
        "推進本部会議",
        "midterm",
        REASON,
        dx_office,
        "office",
    )
    assert revision.targets.get().taken_on == datetime.date(2027, 3, 31)
    assert records() == [
        (
            "edited",
            "指標 1 指標1（第1回の目標の見直し）",
            "令和7年度から適用（中間見直し、推進本部会議）\n"
            "令和8年度の目標: 30（令和9年3月末） → 25（令和9年3月末）",
            REASON,
        )
    ]
    row = kpi_progress(plan, EVERYTHING)[0]
    assert [row.at(year).target.text for year in (2024, 2025, 2026)] == ["10 件", "20 件", "25 件"]


def test_form_shows_targets_in_force_beside_cells(visit, dx_office, kpi):
    make_revision(kpi, 2026, {2026: "25"})

    form = visit(dx_office, new_url(kpi)).context["form"]

    assert [
        (line.standing, line.cell.field.value() if line.cell else None, line.taken)
        for line in form.lines
    ] == [("10 件", None, ""), ("20 件", "20", ""), ("25 件", "25", "")]
    assert form["number"].value() == 2
    assert form.fields["effective_fiscal_year"].choices == [
        (2025, "令和7年度"),
        (2026, "令和8年度"),
    ]


def test_nothing_is_asked_where_nothing_changes(visit, dx_office, kpi):
    blank = dict.fromkeys(("decided_on", "decided_by", "category", "reason"), "")

    answer = visit(dx_office, new_url(kpi), revision_fields(target_2026="３０件以上", **blank))

    assert (answer.status_code, TargetRevision.objects.count(), records()) == (302, 0, [])
    page = visit(dx_office, answer.url)
    assert [str(message) for message in page.context["messages"]] == ["変更はありませんでした。"]


NO_REASON = "見直しの理由を入力してください。空白や記号だけでは理由になりません。"


@pytest.mark.parametrize("reason", ["", " ", "　\n", "―――"])
def test_reason_of_blanks_is_no_reason(visit, dx_office, kpi, reason):
    answer = visit(dx_office, new_url(kpi), revision_fields(reason=reason))

    assert (answer.status_code, errors(answer)) == (422, {"reason": [NO_REASON]})
    assert stored() == FIRST


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"effective_fiscal_year": "2024"},
            {
                "effective_fiscal_year": [
                    "この年度からは適用できません（締めた年度など）。選び直してください。"
                ]
            },
        ),
        (
            {"effective_fiscal_year": "2026", "target_2025": "21"},
            {"target_2025": ["適用する年度（令和8年度）より前の年度の目標は変えられません。"]},
        ),
        (
            {"decided_on": "R8.5", "target_2026": "1,23", "decided_by": "\u202e本部"},
            {
                "target_2026": ["「1,23」の「,」は3桁ごとの区切りになっていません。（例: 1,234）"],
                "decided_on": ["日まで入力してください。例: 令和5年8月9日"],
                "decided_by": ["目に見えない文字が含まれています。入力し直してください。"],
            },
        ),
        ({"decided_on": "R70.5.20"}, {"decided_on": ["決定日が今日より後の日付です。"]}),
    ],
)
def test_all_refusals_of_a_revision_come_at_once(visit, dx_office, kpi, changes, expected):
    fields = revision_fields(**changes)

    answer = visit(dx_office, new_url(kpi), fields)

    assert (answer.status_code, errors(answer)) == (422, expected)
    form = answer.context["form"]
    assert {name: form[name].value() for name in fields} == fields
    assert (stored(), records()) == (FIRST, [])


def test_revision_takes_a_target_away(visit, dx_office, plan, kpi):
    page = visit(dx_office, new_url(kpi)).content.decode()
    answer = visit(dx_office, new_url(kpi), revision_fields(target_2026="なし"))

    assert page.count("目標をなくす年度には「なし」と入力します。") == 1
    assert (answer.status_code, stored()) == (302, [*FIRST, (2026, 1, None)])
    assert Target.objects.exclude(revision=None).values_list("kind", "taken_on").get() == (
        "none",
        None,
    )
    assert records()[0][2].splitlines()[1] == "令和8年度の目標: 30（令和9年3月末） → なし"
    lines = visit(dx_office, new_url(kpi)).context["form"].lines
    assert (lines[2].standing, lines[2].cell.field.value()) == ("目標なし", "なし")
    shown = visit(dx_office, kpi.get_absolute_url()).content.decode()
    assert shown.count("第1回見直しで目標をなくした（令和7年度から適用）") == 1
    assert shown.count("目標なし<") == 1


def test_blank_cell_of_a_revision_changes_nothing(visit, dx_office, kpi):
    answer = visit(dx_office, new_url(kpi), revision_fields(target_2025="21", target_2026=""))

    assert (answer.status_code, stored()) == (302, [*FIRST[:2], (2025, 1, 21), FIRST[2]])


@pytest.mark.parametrize("typed", ["", "なし"])
def test_target_that_is_not_there_cannot_be_taken_away(visit, dx_office, plan, typed):
    kpi = make_kpi(plan, targets={2025: "20"})

    visit(dx_office, new_url(kpi), revision_fields(target_2026=typed))

    assert TargetRevision.objects.count() == 0


def test_target_that_was_taken_away_is_set_again(visit, dx_office, kpi):
    visit(dx_office, new_url(kpi), revision_fields(target_2026="なし"))
    visit(dx_office, new_url(kpi), revision_fields(target_2026="なし", number="2"))
    visit(dx_office, new_url(kpi), revision_fields(target_2026="35", number="2"))

    assert stored() == [*FIRST, (2026, 1, None), (2026, 2, 35)]


def test_stage_is_taken_away_by_choice(visit, dx_office, plan):
    kpi = make_kpi(plan, measurement_type="milestone", unit="")
    kpi.targets.create(fiscal_year=2026, kind="milestone", milestone="done")

    cell = visit(dx_office, new_url(kpi)).context["form"].fields["target_2026"]
    visit(dx_office, new_url(kpi), revision_fields(target_2025="", target_2026="なし"))

    assert cell.widget.choices[-1] == ("なし", "目標なしにする")
    assert Target.objects.filter(revision__isnull=False).get().kind == "none"


def test_first_targets_are_never_taken_away(visit, dx_office, draft):
    kpi = make_kpi(draft, targets={2025: "5"})

    answer = visit(dx_office, first_url(kpi), {"target_2025": "なし", "version": "1"})

    assert errors(answer) == {
        "target_2025": [
            "目標のない年度は、空のままにしてください。「なし」は見直しでだけ使えます。"
        ]
    }
    assert stored() == [(2025, 0, 5)]


@pytest.mark.parametrize(("typed", "shown"), [("５０件未満", "50 件未満"), ("＜50", "50 件未満")])
def test_strict_target_is_stored_as_such(visit, dx_office, draft, typed, shown):
    kpi = make_kpi(draft, direction="decrease")

    visit(dx_office, first_url(kpi), {"target_2026": typed, "version": "1"})

    assert Target.objects.values_list("value", "is_strict").get() == (50, True)
    assert kpi_progress(draft, EVERYTHING)[0].at(2026).target.text == shown
    assert records()[0][2] == "令和8年度の目標: （なし） → 50未満"
    cell = visit(dx_office, first_url(kpi)).context["form"]["target_2026"]
    assert cell.value() == "50未満"


def test_revision_that_only_makes_a_target_strict_is_one(visit, dx_office, kpi):
    visit(dx_office, new_url(kpi), revision_fields(target_2026="30超"))

    assert Target.objects.filter(revision__isnull=False).values_list(
        "value", "is_strict"
    ).get() == (
        30,
        True,
    )


def test_target_of_a_closed_year_cannot_be_smuggled_in(visit, dx_office, kpi):
    visit(dx_office, new_url(kpi), revision_fields(target_2024="99"))

    assert stored() == [*FIRST, (2026, 1, 25)]


def test_same_revision_sent_twice_makes_one(visit, dx_office, kpi):
    answers = [visit(dx_office, new_url(kpi), revision_fields()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (TargetRevision.objects.count(), len(records())) == (1, 1)


def test_second_of_two_is_told_and_keeps_only_own_changes(visit, dx_office, kpi):
    visit(dx_office, new_url(kpi), revision_fields(target_2025="19"))

    late = visit(dx_office, new_url(kpi), revision_fields(target_2026="24"))

    form = late.context["form"]
    assert (late.status_code, late.context["is_conflict"]) == (409, True)
    assert [line.standing for line in form.lines] == ["10 件", "19 件", "25 件"]
    assert {name: form[name].value() for name in ("number", "target_2025", "target_2026")} == {
        "number": 2,
        "target_2025": "19",
        "target_2026": "24",
    }
    visit(dx_office, new_url(kpi), {name: form[name].value() for name in revision_fields()})
    assert stored() == [
        (2024, 0, 10),
        (2025, 0, 20),
        (2025, 1, 19),
        (2026, 0, 30),
        (2026, 1, 25),
        (2026, 2, 24),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_revisions_at_the_same_moment_one_is_told(plan, kpi, dx_office):
    decision = Decision(2025, datetime.date(2024, 5, 20), "推進本部", "midterm", REASON)
    for number in range(1, PAIRS + 1):

        def change(value, number=number):
            targets = {2026: TargetValue(TargetKind.NUMBER, value=Decimal(value))}
            with plan_edit(plan=plan, user=dx_office, reason=REASON) as edit:
                return revise(edit, decision, targets, kpi_id=kpi.pk, number=number)

        low, high = number * 1000, number * 2000 + 1
        outcomes = together(partial(change, low), partial(change, high), refusals=(Stale,))

        assert sorted(type(item).__name__ for item in outcomes) == ["Stale", "TargetRevision"]
        assert TargetRevision.objects.count() == number

    assert Target.objects.filter(revision=None).count() == 3


def test_closing_in_between_is_told_in_words(plan, kpi):
    PlanYear.objects.filter(fiscal_year=2025).update(state="closed")

    with pytest.raises(Refused) as refused, guards_in_words():
        make_revision(kpi, 2025, {})

    assert str(refused.value) == "締めた年度の目標は変えられません。"


def test_draft_is_not_revised(visit, dx_office, draft):
    kpi = make_kpi(draft, targets={2025: "20", 2026: "30"})

    page = visit(dx_office, new_url(kpi))
    answer = visit(dx_office, new_url(kpi), revision_fields())

    assert page.context["obstacle"] == (
        "策定中の計画なので、目標は見直しではなく、直接入力できます。"
    )
    assert (answer.status_code, TargetRevision.objects.count(), records()) == (422, 0, [])


def test_ended_plan_is_not_revised(visit, dx_office, kpi):
    Plan.objects.update(state="ended")

    page = visit(dx_office, new_url(kpi))
    answer = visit(dx_office, new_url(kpi), revision_fields())

    assert page.context["obstacle"] == "この計画は終了しているため、変更できません。"
    assert (answer.status_code, stored(), records()) == (409, FIRST, [])


def test_kpi_of_closed_years_only_has_nothing_to_revise(visit, dx_office, plan, kpi):
    put_years(PlanYear.objects.all(), "closed")

    page = visit(dx_office, new_url(kpi))

    assert page.context["obstacle"] == (
        "測定する年度がすべて締められているため、変えられる目標はありません。"
    )


# ---- While one types


def check_url(kpi, field, name="target_check"):
    return f"{reverse(name, args=[kpi.pk])}?field={field}"


def said(answer):
    """What is said below the field: errors, reading, question."""
    check = answer.context["check"]
    question = check.question.text if check.question else ""
    return list(check.field.errors), check.echo, question


AVERAGE = {"reference_name": "全国平均", "direction": "maintain_at_least"}


@pytest.mark.parametrize(
    ("typed", "overrides", "echo"),
    [
        ("４５％以上", {"unit": "%"}, "入力「４５％以上」→ 45%以上"),
        ("１２．５", {"unit": "%", "decimals": 1}, "入力「１２．５」→ 12.5%以上"),
        ("45", {}, "入力「45」→ 45 件以上"),
        ("45", {"direction": "decrease"}, "入力「45」→ 45 件以下"),
        ("50未満", {"direction": "decrease"}, "入力「50未満」→ 50 件未満"),
        ("＞５０", {}, "入力「＞５０」→ 50 件超"),
        ("４０～６０", {"direction": "range"}, "入力「４０～６０」→ 40 件〜60 件"),
        ("全国平均", AVERAGE, "入力「全国平均」→ 全国平均以上"),
        ("全国平均を上回る", AVERAGE, "入力「全国平均を上回る」→ 全国平均超"),
        ("全国平均以上", AVERAGE, ""),
        ("", {}, ""),
        ("方針が浸透", {"measurement_type": "qualitative"}, ""),
        ("完了", {"measurement_type": "milestone"}, ""),
    ],
)
def test_cell_being_typed_says_how_it_is_read(visit, dx_office, draft, typed, overrides, echo):
    kpi = make_kpi(draft, **overrides)

    answer = visit(dx_office, check_url(kpi, "target_2026"), {"target_2026": typed})

    assert (answer.status_code, said(answer)) == (200, ([], echo, ""))
    assert stored() == []


def test_cell_being_typed_says_what_is_wrong_or_asked(visit, dx_office, draft):
    kpi = make_kpi(draft)
    url = check_url(kpi, "target_2026")
    needed = "確認が必要です。下の質問に答えてください。"
    question = "「約」は保存されません。値は 30 でよろしいですか。"

    wrong = visit(dx_office, url, {"target_2026": "1,23"})
    asked = visit(dx_office, url, {"target_2026": "約30"})
    answered = visit(dx_office, url, {"target_2026": "約30", "confirmed_target_2026": "約30"})

    assert said(wrong) == (
        ["「1,23」の「,」は3桁ごとの区切りになっていません。（例: 1,234）"],
        "",
        "",
    )
    assert said(asked) == ([needed], "入力「約30」→ 30 件以上", question)
    assert said(answered) == ([], "入力「約30」→ 30 件以上", question)


def test_time_being_typed_says_how_it_is_read(visit, dx_office, draft):
    kpi = make_kpi(draft)
    cells = {"target_2026": "1", "taken_2026": "R9.3末"}

    answer = visit(dx_office, check_url(kpi, "taken_2026"), cells)
    wrong = visit(dx_office, check_url(kpi, "taken_2026"), cells | {"taken_2026": "去年"})

    assert said(answer) == ([], "入力「R9.3末」→ 令和9年3月末", "")
    assert (len(said(wrong)[0]), said(wrong)[1:]) == (1, ("", ""))


def test_cell_emptied_says_what_that_means(visit, dx_office, plan, draft):
    first, revised = make_kpi(draft, targets={2026: "5"}), make_kpi(plan, targets={2026: "5"})
    cells = {"target_2025": "", "target_2026": ""}

    gone = visit(dx_office, check_url(first, "target_2026"), cells)
    kept = visit(dx_office, check_url(revised, "target_2026", "revision_check"), cells)
    never_there = visit(dx_office, check_url(revised, "target_2025", "revision_check"), cells)

    assert said(gone)[1] == "空欄で保存すると、この年度の目標（5 件）はなくなります。"
    assert said(kept)[1] == "空欄のときは、いまの目標（5 件）のままです。"
    assert said(never_there) == ([], "", "")


def test_revision_being_typed_says_how_it_is_read(visit, dx_office, plan, kpi):
    url = check_url(kpi, "target_2026", "revision_check")

    new = visit(dx_office, url, {"target_2026": "２５超"})
    away = visit(dx_office, url, {"target_2026": "なし"})
    early = visit(
        dx_office,
        check_url(kpi, "target_2025", "revision_check"),
        {"target_2025": "21", "effective_fiscal_year": "2026"},
    )

    assert said(new) == ([], "入力「２５超」→ 25 件超", "")
    assert said(away) == ([], "入力「なし」→ 目標なし", "")
    assert said(early)[0] == ["適用する年度（令和8年度）より前の年度の目標は変えられません。"]
    assert (stored(), TargetRevision.objects.count()) == (FIRST, 0)


@pytest.mark.parametrize("name", ["target_check", "revision_check"])
@pytest.mark.parametrize("field", ["", "reason", "target_2024", "target_2031", "x"])
def test_only_cells_of_open_years_are_checked(visit, dx_office, plan, kpi, name, field):
    assert visit(dx_office, check_url(kpi, field, name), {"x": "1"}).status_code == 404


@pytest.mark.parametrize("name", ["target_check", "revision_check"])
def test_only_the_dx_office_is_told(visit, dx_office, staff, committee, outsider, kpi, name):
    people = (dx_office, staff, committee, outsider)
    url = check_url(kpi, "target_2026", name)

    answers = [visit(person, url, {"target_2026": "1"}) for person in people]

    assert [answer.status_code for answer in answers] == [200, 403, 403, 404]
    assert visit(dx_office, url).status_code == 405


def test_cells_point_at_what_is_said_of_them(visit, dx_office, kpi):
    page = visit(dx_office, new_url(kpi)).content.decode()

    assert page.count('aria-describedby="id_target_2026_check"') == 1
    assert page.count('<div id="id_target_2026_check" aria-live="polite">') == 1


def test_targets_of_the_fixtures_are_read_as_they_are_shown(visit, db):
    for town in ("jinsekikogen", "kami"):
        call_command("loaddata", town, verbosity=0)
    for plan in Plan.objects.filter(kpis__isnull=False).distinct():
        person = make_person(f"office-{plan.pk}", plan.municipality, role="dx_office")
        for kpi in plan.kpis.all():
            form = visit(person, new_url(kpi)).context["form"]
            cells = {
                line.cell.field.name: line.cell.field.value() for line in form.lines if line.cell
            }
            answer = visit(person, new_url(kpi), cells | {"number": "1"})
            assert answer.status_code == 302, (kpi, errors(answer))

    assert TargetRevision.objects.count() == 0
    cards = Kpi.objects.get(number="4", plan__municipality__name="神石高原町")
    assert {target.value.kind for target in targets_in_force(cards).values()} == {"reference"}


@pytest.mark.parametrize("url", [first_url, new_url])
def test_only_the_dx_office_of_the_town_may(visit, dx_office, staff, committee, outsider, kpi, url):
    people = (dx_office, staff, committee, outsider)

    assert [visit(person, url(kpi)).status_code for person in people] == [200, 403, 403, 404]
    answers = [visit(person, url(kpi), revision_fields()) for person in people[1:]]
    assert [answer.status_code for answer in answers] == [403, 403, 404]
    assert stored() == FIRST


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_any_number_of_years(count_queries, dx_office, plan, draft, count):
    targets = {2026 - n: "1" for n in range(count)}

    count_queries(8, dx_office, new_url(make_kpi(plan, targets=targets)))
    count_queries(7, dx_office, first_url(make_kpi(draft, targets=targets)))
