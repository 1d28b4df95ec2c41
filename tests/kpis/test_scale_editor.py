"""The DX office tries out a scale of grades, saves it as a version, and closed years stay."""

from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse

from kpis.grade_scales import PRESETS, Scale, ScaleBasis, Step
from kpis.models import GradeScale, Judgement
from kpis.progress import kpi_progress
from kpis.scale_editor import (
    YearClosed,
    lower_text,
    plan_scales,
    save_scale,
    says_the_same,
    scale_versions,
    trial,
)
from kpis.sight import EVERYTHING
from kpis.standings import regraded
from kpis.summary import summarize
from plans.editing import Stale, plan_edit
from plans.models import PlanChange, PlanYear
from tests.conflicts import shown_conflict
from tests.factories import (
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_result,
    make_scale,
    make_town,
    put_years,
)
from tests.races import together

PAIRS = 10
REASON = "推進本部会議で決定"
MARKS = [("◎", "達成", "９０％"), ("○", "概ね", "50.5"), ("×", "遅れ", "")]
YEARS = [2024, 2025, 2026]


def url(name, plan, query=""):
    return f"{reverse(name, args=[plan.pk])}{query}"


def typed(steps=MARKS, **overrides):
    """The form as a browser posts it."""
    fields = {
        "seen": "0",
        "name": "新しい評語",
        "basis": "rate",
        "fiscal_year": "2025",
        "reason": REASON,
    }
    for number in range(8):
        cells = steps[number] if number < len(steps) else ("", "", "")
        names = ("symbol", "name", "lower")
        fields |= {f"step-{number}-{key}": cell for key, cell in zip(names, cells, strict=True)}
    return fields | overrides


def scale_of(steps, **overrides):
    fields = {"name": "評語", "basis": ScaleBasis.RATE, "fiscal_year": 2025}
    return Scale(steps=tuple(Step(*step) for step in steps), **fields | overrides)


def save(plan, user, scale, *, seen=0):
    with plan_edit(plan=plan, user=user, reason=REASON) as edit:
        return save_scale(edit, scale, seen=seen)


@pytest.fixture
def rows_of_all_kinds(plan):
    """KPIs with rates of 100, 90, 50 and 10%, one overridden, one in words, one unreported."""
    for value in ("10", "9", "5", "1"):
        kpi = make_kpi(plan, targets={2024: "10", 2025: "10", 2026: "20"}, baseline_value=0)
        type(kpi).objects.filter(pk=kpi.pk).update(baseline_fiscal_year=2023)
        for fiscal_year in (2024, 2025):
            make_result(kpi, fiscal_year, value)
    Judgement.objects.create(
        kpi=kpi, fiscal_year=2025, layer="office", symbol="○", comment="災害対応のため"
    )
    words = make_kpi(plan, measurement_type="qualitative")
    make_result(words, 2025, text="研修を実施した")
    Judgement.objects.create(kpi=words, fiscal_year=2025, layer="self", symbol="×")
    make_result(make_kpi(plan, targets={2026: "10"}), 2025, "10")
    make_kpi(plan, targets={2025: "10"})


@pytest.mark.parametrize("person", ["staff", "committee"])
def test_those_who_see_the_plan_see_the_scale_and_change_nothing(request, visit, plan, person):
    person = request.getfixturevalue(person)

    page = visit(person, url("scale_detail", plan))

    assert (page.status_code, page.context["may_edit"]) == (200, False)
    assert visit(person, url("scale_new", plan)).status_code == 403
    assert visit(person, url("scale_new", plan), typed()).status_code == 403
    assert visit(person, url("scale_preview", plan), typed()).status_code == 403
    assert GradeScale.objects.count() == 0


def test_another_town_finds_no_scale(visit, outsider, plan):
    statuses = [
        visit(outsider, url(name, plan), data).status_code
        for name, data in (
            ("scale_detail", None),
            ("scale_new", None),
            ("scale_new", typed()),
            ("scale_preview", typed()),
        )
    ]

    assert statuses == [404] * 4


@pytest.mark.parametrize("count", [1, 3])
def test_detail_takes_seven_queries(committee, plan, count_queries, count):
    for _ in range(count):
        make_scale(plan, 2025, [("A", 100), ("B", None)])

    response = count_queries(7, committee, url("scale_detail", plan))

    assert len(response.context["versions"]) == count + 1


@pytest.mark.parametrize("count", [1, 3])
def test_form_takes_thirteen_queries(dx_office, plan, count_queries, count):
    for _ in range(count):
        make_result(make_kpi(plan, targets={2025: "1"}), 2025, "1")
        make_scale(plan, 2025, [("A", 100), ("B", None)])

    response = count_queries(13, dx_office, url("scale_new", plan))

    assert response.context["trial"].then.total == count


def test_years_of_every_version_are_told(plan):
    for fiscal_year in (2026, 2025, 2026):
        make_scale(plan, fiscal_year, [("A", 100), ("B", None)])

    versions = scale_versions(plan, YEARS)

    assert [(item.label, item.years_text) for item in versions] == [
        ("第3版", "令和8年度"),
        ("第2版", "令和7年度"),
        ("第1版", "なし（後の版に置き換え）"),
        ("標準", "令和6年度"),
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_saved_as_offered(visit, dx_office, plan, preset):
    form = visit(dx_office, url("scale_new", plan, f"?preset={preset}")).context["form"]
    data = {field.html_name: field.value() for field in form} | {"reason": REASON}
    for line in form.lines:
        data |= {field.html_name: field.value() or "" for field in line}

    answer = visit(dx_office, url("scale_new", plan), data)

    assert (answer.status_code, answer.url) == (302, url("scale_detail", plan))
    (saved,) = plan_scales(plan)
    assert says_the_same(saved, PRESETS[preset])
    assert (saved.version, saved.fiscal_year) == (1, 2025)


def test_unknown_preset_is_not_found(visit, dx_office, plan):
    assert visit(dx_office, url("scale_new", plan, "?preset=z")).status_code == 404


def test_saving_makes_a_version_and_leaves_a_record(visit, dx_office, plan):
    visit(dx_office, url("scale_new", plan), typed())

    (scale,) = plan_scales(plan)
    assert [(step.symbol, lower_text(step)) for step in scale.steps] == [
        ("◎", "90"),
        ("○", "50.5"),
        ("×", ""),
    ]
    assert GradeScale.objects.get().made_by == dx_office
    change = PlanChange.objects.get()
    assert (change.kind, change.subject, change.reason) == (
        "added",
        "評語の基準「新しい評語」（第1版）",
        REASON,
    )
    assert change.detail == (
        "適用する年度: （なし） → 令和7年度\n"
        "名称: A〜D（100・80・50） → 新しい評語\n"
        "段階: A 達成（100.0%以上）、B 概ね達成（80.0%以上）、C 遅れ（50.0%以上）、"
        "D 大幅な遅れ（それより下） → "
        "◎ 達成（90.0%以上）、○ 概ね（50.5%以上）、× 遅れ（それより下）"
    )


def test_same_form_twice_makes_one_version(visit, dx_office, plan):
    answers = [visit(dx_office, url("scale_new", plan), typed()).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert (GradeScale.objects.count(), PlanChange.objects.count()) == (1, 1)


def test_reason_is_asked_for_while_the_plan_is_in_force(visit, dx_office, plan):
    response = visit(dx_office, url("scale_new", plan), typed(reason=" "))

    assert response.status_code == 422
    assert response.context["form"].errors["reason"] == [
        "実施中の計画の変更には理由が必要です。理由を入力してください。"
    ]
    assert GradeScale.objects.count() == 0


def test_draft_needs_no_reason(visit, dx_office, town):
    draft = make_plan(town, state="draft")

    assert visit(dx_office, url("scale_new", draft), typed(reason="")).status_code == 302


UNREADABLE = "「0.8」は読み取れません。「80」のように入力してください。"
CIRCLED = "「①」には丸数字・添え字・分数の文字があります。（例: 12.5）"
DECIMALS = "「99.95」は小数の桁が多すぎます。この欄は小数1桁までです。（例: 12.5）"
UNSEEN = "目に見えない文字が含まれています。入力し直してください。"
TOO_LONG = "この値は 4 文字以下でなければなりません( 5 文字になっています)。"
OUT_OF_RANGE = "0から1,000までの率を入力してください。"

REFUSED = [
    ([("A", "良", "")], "評語は2段階から8段階までにしてください。"),
    ([("A", "良", "100"), ("A", "可", "")], "同じ記号が2つ以上あります。"),
    ([("A", "良", ""), ("B", "可", "")], "最後の段階のほかは、下限の率が必要です。"),
    ([("A", "良", "50"), ("B", "可", "80"), ("C", "不可", "")],
     "下限の率は、上の段階から順に小さくしてください。"),
    ([("A", "良", "100"), ("B", "可", "80")], "最後の段階には下限の率を付けません。"),
    ([("ABCDE", "良", "100"), ("B", "可", "")], f"1段目の記号：{TOO_LONG}"),
    ([("A\u202e", "良", "100"), ("B", "可", "")], f"1段目の記号：{UNSEEN}"),
    ([("A", "良\u200b", "100"), ("B", "可", "")], f"1段目の名称：{UNSEEN}"),
    ([("A", "良", "①"), ("B", "可", "")], f"1段目の下限（%）：{CIRCLED}"),
    ([("A", "良", "0.8"), ("B", "可", "")], f"1段目の下限（%）：{UNREADABLE}"),
    ([("A", "良", "1001"), ("B", "可", "")], f"1段目の下限（%）：{OUT_OF_RANGE}"),
    ([("A", "良", "-1"), ("B", "可", "")], f"1段目の下限（%）：{OUT_OF_RANGE}"),
    ([("A", "良", "99.95"), ("B", "可", "")], f"1段目の下限（%）：{DECIMALS}"),
    ([("A", "良", "100"), ("", "可", "")], "2段目の記号：記号を入力してください。"),
    ([("A", "", "100"), ("B", "可", "")], "1段目の名称：名称を入力してください。"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "error"), REFUSED)
def test_steps_that_make_no_scale_are_refused(visit, dx_office, plan, steps, error):
    response = visit(dx_office, url("scale_new", plan), typed(steps))

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [error]
    assert response.context["form"].lines[0]["name"].value() == steps[0][1]
    assert GradeScale.objects.count() == 0


@pytest.mark.parametrize("fiscal_year", ["2024", "2023", "2027", "", "x", "２０２５"])
def test_year_closed_or_outside_the_plan_is_refused(visit, dx_office, plan, fiscal_year):
    response = visit(dx_office, url("scale_new", plan), typed(fiscal_year=fiscal_year))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["fiscal_year"]
    assert GradeScale.objects.count() == 0


def test_year_closed_while_the_form_was_open_is_refused(dx_office, plan):
    PlanYear.objects.filter(plan=plan, fiscal_year=2025).update(state="closed")

    with pytest.raises(YearClosed):
        save(plan, dx_office, scale_of([("A", "良", Decimal(1)), ("B", "可", None)]))

    assert GradeScale.objects.count() == 0


def test_plan_with_all_years_closed_offers_no_form(visit, dx_office, plan):
    put_years(PlanYear.objects.filter(plan=plan), "closed")

    assert visit(dx_office, url("scale_new", plan)).context["form"] is None
    assert visit(dx_office, url("scale_new", plan), typed()).status_code == 409


def test_ended_plan_takes_no_scale(visit, dx_office, plan):
    type(plan).objects.update(state="ended")

    page = visit(dx_office, url("scale_new", plan))

    assert page.content.decode().count("この計画は終了しているため、変更できません。") == 1
    assert visit(dx_office, url("scale_new", plan), typed()).status_code == 409
    assert GradeScale.objects.count() == 0


def test_loser_is_told_both_scales_and_saves_knowingly(visit, dx_office, plan):
    make_scale(plan, 2025, [("A", 100), ("B", None)])

    response = visit(dx_office, url("scale_new", plan), typed())

    assert response.status_code == 409
    assert [(label, len(sides)) for label, sides in shown_conflict(response)] == [
        ("名称", 3),
        ("段階", 3),
    ]
    form = response.context["form"]
    assert (form["name"].value(), form["seen"].value()) == ("新しい評語", 1)
    visit(dx_office, url("scale_new", plan), typed(seen="1"))
    assert [scale.version for scale in plan_scales(plan)] == [1, 2]


def test_of_two_savers_at_once_one_wins(transactional_db):
    town = make_town()
    office = make_person("office", town, role="dx_office")
    plan = make_plan(town)
    make_plan_year(plan, 2025)
    for seen in range(PAIRS):
        savers = [
            partial(
                save,
                plan,
                office,
                scale_of([(mark, "良", Decimal(1)), ("B", "可", None)], name=f"評語{seen}"),
                seen=seen,
            )
            for mark in ("◎", "A")
        ]
        outcomes = together(*savers, refusals=Stale)

        assert sorted(outcome is True for outcome in outcomes) == [False, True]
    assert GradeScale.objects.count() == PlanChange.objects.count() == PAIRS


def preview(visit, person, plan, **overrides):
    return visit(person, url("scale_preview", plan), typed(**overrides)).context["trial"]


@pytest.mark.parametrize("basis", ["rate", "pace"])
def test_preview_says_what_the_summary_says_after_saving(
    visit, dx_office, plan, rows_of_all_kinds, basis
):
    tried = preview(visit, dx_office, plan, basis=basis)
    assert GradeScale.objects.count() == 0
    visit(dx_office, url("scale_new", plan), typed(basis=basis))

    rows = kpi_progress(plan, EVERYTHING)

    assert tried.fiscal_year == 2025
    assert tried.then == summarize(rows, 2025, has_previous=False)


def test_trial_of_the_old_scale_is_what_held_before(plan, rows_of_all_kinds):
    before = kpi_progress(plan, EVERYTHING)
    make_scale(plan, 2025, [("◎", 110), ("○", 90), ("△", None)], basis="pace")

    tried = regraded(kpi_progress(plan, EVERYTHING), 2025, before[0].at(2025).grade_scale)

    assert [row.at(2025) for row in tried] == [row.at(2025) for row in before]


def test_preview_names_the_kpis_that_change(visit, dx_office, plan):
    for value in ("10", "9"):
        make_result(make_kpi(plan, name=value, targets={2025: "10"}), 2025, value)
    steps = [("A", "達成", "90"), ("B", "概ね達成", "80"), ("C", "遅れ", "")]

    tried = preview(visit, dx_office, plan, steps=steps)

    assert tried.sentence == "この基準では A 2、B 0、C 0（評価可能 2 / 全2指標）"
    assert [
        (shift.row.name, shift.before.symbol, shift.after.symbol) for shift in tried.shifts
    ] == [("9", "B", "A")]
    assert tried.now.rated == 2


def test_preview_on_a_year_before_the_scale_says_so(visit, dx_office, plan):
    make_result(make_kpi(plan, targets={2024: "10"}), 2024, "10")

    tried = preview(visit, dx_office, plan, fiscal_year="2026")

    assert (tried.fiscal_year, tried.is_in_force_then) == (2024, False)


def test_preview_without_results_or_without_a_scale_is_none(visit, dx_office, plan):
    assert (
        trial(
            kpi_progress(plan, EVERYTHING), scale_of([("A", "良", Decimal(1)), ("B", "可", None)])
        )
        is None
    )
    make_result(make_kpi(plan, targets={2025: "1"}), 2025, "1")

    response = visit(dx_office, url("scale_preview", plan), typed([("A", "良", "")]))

    assert (response.status_code, response.context["trial"]) == (200, None)
    assert response.context["problems"] == ["評語は2段階から8段階までにしてください。"]


def test_button_tries_without_saving(visit, dx_office, plan, rows_of_all_kinds):
    response = visit(dx_office, url("scale_new", plan), typed(reason="", name="", **{"try": "1"}))

    assert response.status_code == 200
    assert response.context["trial"].then.rated == 5
    assert GradeScale.objects.count() == 0


def test_closed_year_keeps_its_grades(visit, dx_office, plan, rows_of_all_kinds):
    before = kpi_progress(plan, EVERYTHING)

    visit(dx_office, url("scale_new", plan), typed())

    after = kpi_progress(plan, EVERYTHING)
    assert [row.at(2024) for row in after] == [row.at(2024) for row in before]
    assert [row.at(2025).grade for row in after] != [row.at(2025).grade for row in before]
