"""KPIs are added, edited and removed through their forms."""

import datetime
from decimal import Decimal
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from kpis.definition_changes import edit_kpi
from kpis.definitions import definition_of, offers_of
from kpis.forms.definitions import KpiForm, initial_of
from kpis.models import Judgement, Kpi, KpiLineage, Result, Target
from plans.editing import Stale, plan_edit
from plans.models import Checklist, Plan, PlanChange
from tests.conflicts import shown_conflict, three_sides
from tests.factories import (
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_policy,
    make_result,
    make_revision,
)
from tests.races import together

REASON = "令和8年5月の推進本部会議で決定"
PAIRS = 10


@pytest.fixture
def policy(plan):
    policy = make_policy(plan)
    connection.check_constraints()
    return policy


@pytest.fixture
def kpi(plan, policy):
    """Measured 2024–2026 (closed, open, planned), a target in each year."""
    kpi = make_kpi(plan, policy=policy, targets={2024: "10", 2025: "20", 2026: "30"})
    connection.check_constraints()
    return kpi


def typed_for(kpi, **changes):
    """What a browser posts for a KPI as its form shows it, but for the changes."""
    definition, offers = definition_of(kpi), offers_of(kpi.plan)
    form = KpiForm(
        plan=kpi.plan,
        offers=offers,
        chosen=definition.department_ids,
        initial=initial_of(definition, kpi.version),
    )
    shown = {field.name: field.value() for field in form}
    typed = {name: value for name, value in shown.items() if value is not None}
    return typed | {"reason": REASON} | changes


def new_fields(policy, **changes):
    fields = {
        "policy": policy.pk,
        "number": "1",
        "name": "オンライン申請の割合",
        "definition": "一行目\r\n二行目",
        "target_wording": "80%以上",
        "source": "企画課調べ",
        "measurement_type": "point_in_time",
        "direction": "increase",
        "rate_formula": "from_baseline",
        "unit": "%",
        "decimals": "1",
        "first_fiscal_year": "R7",
        "last_fiscal_year": "２０２６",
        "reference_name": "全国平均",
        "baseline_fiscal_year": "令和5年度",
        "baseline_value": "１２．５％",
        "taken": "R6.3末",
        "baseline_reference": "20",
        "reason": REASON,
    }
    return fields | changes


def new_url(plan):
    return reverse("kpi_new", args=[plan.pk])


def edit_url(kpi):
    return reverse("kpi_edit", args=[kpi.pk])


def remove_url(kpi):
    return reverse("kpi_remove", args=[kpi.pk])


def save(visit, person, kpi, **changes):
    return visit(person, edit_url(kpi), typed_for(kpi, **changes))


def records():
    return list(PlanChange.objects.values_list("kind", "subject", "detail", "reason"))


def errors(answer):
    return answer.context["form"].errors


def test_kpi_is_added_with_all_it_says(visit, dx_office, plan, policy, department):
    answer = visit(dx_office, new_url(plan), new_fields(policy, departments=[department.pk]))

    kpi = Kpi.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("kpi_targets", args=[kpi.pk]))
    definition = definition_of(kpi)
    assert definition.columns == {
        "policy_id": policy.pk,
        "number": "1",
        "name": "オンライン申請の割合",
        "definition": "一行目\n二行目",
        "target_wording": "80%以上",
        "unit": "%",
        "decimals": 1,
        "measurement_type": "point_in_time",
        "direction": "increase",
        "rate_formula": "from_baseline",
        "source": "企画課調べ",
        "reference_name": "全国平均",
        "first_fiscal_year": 2025,
        "last_fiscal_year": 2026,
        "baseline_fiscal_year": 2023,
        "baseline_value": Decimal("12.5"),
        "taken_fiscal_year": None,
        "taken_on": datetime.date(2024, 3, 31),
        "baseline_reference": 20,
        "checklist_id": None,
        "checklist_measure": "",
    }
    assert definition.department_ids == {department.pk}
    assert [(kind, subject, reason) for kind, subject, _, reason in records()] == [
        ("added", "指標 1 オンライン申請の割合", REASON)
    ]
    assert records()[0][2].splitlines()[-3:] == [
        "基準値: （なし） → 12.5",
        "基準値の時点: （なし） → 令和6年3月末",
        "基準時点の参照値: （なし） → 20",
    ]


def test_next_number_and_period_are_offered(visit, dx_office, plan, kpi):
    Kpi.objects.filter(pk=kpi.pk).update(number="1-1-9")

    form = visit(dx_office, f"{new_url(plan)}?policy={kpi.policy_id}").context["form"]

    assert form.initial == {
        "policy": str(kpi.policy_id),
        "number": "1-1-10",
        "first_fiscal_year": 2024,
        "last_fiscal_year": 2026,
        "reason": "",
    }


def test_type_and_direction_are_never_guessed(visit, dx_office, plan, policy):
    fields = new_fields(policy)
    del fields["measurement_type"], fields["direction"]

    assert list(errors(visit(dx_office, new_url(plan), fields))) == [
        "measurement_type",
        "direction",
    ]
    assert Kpi.objects.count() == 0


def test_every_type_is_explained_with_an_example(visit, dx_office, plan):
    page = visit(dx_office, new_url(plan)).content.decode()

    assert page.count("例: 年度中に新しく導入した業務の数") == 1
    assert page.count("例: 方針の浸透") == 1


REFUSED = [
    ({"number": ""}, {"number": ["このフィールドは必須です。"]}),
    (
        {"name": "名\u202e称"},
        {"name": ["目に見えない文字が含まれています。入力し直してください。"]},
    ),
    (
        {"baseline_value": "30～40", "first_fiscal_year": "2026年"},
        {
            "first_fiscal_year": [
                "「2026年」は暦年です。年度は「令和8年度」「R8」「2026年度」のように入力してください。"
            ],
            "baseline_value": ["「30～40」は範囲です。一つの値を入力してください。（例: 12.5）"],
        },
    ),
    (
        {"last_fiscal_year": "2024"},
        {"last_fiscal_year": ["測定終了年度は測定開始年度以後にしてください。"]},
    ),
    (
        {"last_fiscal_year": "2045"},
        {"last_fiscal_year": ["測定する期間は20年以内にしてください。"]},
    ),
    (
        {"baseline_value": ""},
        {"baseline_value": ["基準値比で計算するには、基準値が必要です。"]},
    ),
    (
        {"measurement_type": "ratio", "unit": "件", "baseline_value": "12.5"},
        {"unit": ["測定の種類が「率」の指標の単位は「%」です。"]},
    ),
    (
        {"measurement_type": "milestone", "direction": "range", "rate_formula": "to_target"},
        {
            "direction": ["測定の種類が「到達」の指標は範囲にできません。"],
            "baseline_value": ["測定の種類が「到達」の指標には、数値の基準値がありません。"],
            "baseline_reference": ["測定の種類が「到達」の指標には、数値の基準値がありません。"],
        },
    ),
    (
        {"reference_name": ""},
        {"reference_name": ["参照値を入力するには、その名称が必要です。"]},
    ),
    (
        {"taken": "去年"},
        {
            "taken": [
                "「去年」は時点として読み取れません。「令和6年度」「R7.3末」「令和7年3月31日」の"
                "ように入力してください。"
            ]
        },
    ),
    (
        {"first_fiscal_year": "R6"},
        {
            "first_fiscal_year": [
                "締めた年度（令和6年度）は、測定する期間に加えることも、除くこともできません。"
            ]
        },
    ),
]


@pytest.mark.parametrize(("changes", "expected"), REFUSED)
def test_all_refusals_come_at_once_and_nothing_is_lost(
    visit, dx_office, plan, policy, changes, expected
):
    answer = visit(dx_office, new_url(plan), new_fields(policy, **changes))

    assert (answer.status_code, errors(answer)) == (422, expected)
    assert answer.context["form"]["target_wording"].value() == "80%以上"
    assert (Kpi.objects.count(), records()) == (0, [])


def test_baseline_with_two_meanings_is_asked_about(visit, dx_office, plan, policy):
    fields = new_fields(policy, baseline_value="約１２")
    asked = visit(dx_office, new_url(plan), fields)

    assert errors(asked) == {"baseline_value": ["確認が必要です。下の質問に答えてください。"]}
    visit(dx_office, new_url(plan), fields | {"confirmed_baseline_value": "約１２"})
    assert Kpi.objects.get().baseline_value == 12


@pytest.mark.parametrize(
    ("field", "typed", "echo"),
    [
        ("baseline_value", "１２．５", "入力「１２．５」→ 12.5%"),
        ("baseline_value", "▲3", "入力「▲3」→ -3.0%"),
        ("baseline_value", "12.5%", ""),
        ("baseline_reference", "78.2％", "入力「78.2％」→ 78.2%"),
        ("baseline_fiscal_year", "R5", "入力「R5」→ 令和5年度"),
        ("baseline_fiscal_year", "令和5年度", ""),
        ("taken", "R7.3末", "入力「R7.3末」→ 令和7年3月末"),
        ("taken", "", ""),
    ],
)
def test_baseline_being_typed_says_how_it_is_read(
    visit, dx_office, plan, policy, field, typed, echo
):
    url = f"{reverse('kpi_check', args=[plan.pk])}?field={field}"

    check = visit(dx_office, url, new_fields(policy, **{field: typed})).context["check"]

    assert (check.field.errors, check.echo, check.question) == ([], echo, None)
    assert Kpi.objects.count() == 0


def test_baseline_being_typed_says_what_is_wrong_or_asked(visit, dx_office, plan):
    url = f"{reverse('kpi_check', args=[plan.pk])}?field=baseline_value"

    cells = {"unit": "件", "decimals": "0"}
    wrong = visit(dx_office, url, cells | {"baseline_value": "1,23"}).context["check"]
    asked = visit(dx_office, url, cells | {"baseline_value": "約30"}).context["check"]

    assert (list(wrong.field.errors), wrong.echo) == (
        ["「1,23」の「,」は3桁ごとの区切りになっていません。（例: 1,234）"],
        "",
    )
    assert (asked.echo, asked.question.text) == (
        "入力「約30」→ 30 件",
        "「約」は保存されません。値は 30 でよろしいですか。",
    )


@pytest.mark.parametrize("field", ["", "name", "x"])
def test_only_what_is_read_is_checked(visit, dx_office, plan, field):
    url = f"{reverse('kpi_check', args=[plan.pk])}?field={field}"

    assert visit(dx_office, url, {"name": "x"}).status_code == 404


def test_only_the_dx_office_is_told(visit, dx_office, staff, committee, outsider, plan):
    url = f"{reverse('kpi_check', args=[plan.pk])}?field=taken"
    people = (dx_office, staff, committee, outsider)

    answers = [visit(person, url, {"taken": "R7"}) for person in people]

    assert [answer.status_code for answer in answers] == [200, 403, 403, 404]


def test_taken_number_is_refused(visit, dx_office, plan, kpi):
    answer = visit(dx_office, new_url(plan), new_fields(kpi.policy))

    assert errors(answer) == {"number": ["この指標番号は登録済みです。別の番号にしてください。"]}


def test_policy_department_and_list_of_others_are_refused_alike(
    visit, dx_office, plan, town, outsider
):
    other = make_plan(town, code="other")
    fields = new_fields(make_policy(other), departments=[make_department(outsider.municipality).pk])

    answer = visit(dx_office, new_url(plan), fields)

    assert errors(answer) == {
        "policy": ["選択肢にないものです。選び直してください。"],
        "departments": ["選択肢にないものです。選び直してください。"],
    }


def test_checklist_feeds_only_a_share(visit, dx_office, plan, policy):
    checklist = Checklist.objects.create(plan=plan, code="procedures", name="手続")
    feed = {"checklist": checklist.pk, "checklist_measure": "items"}

    refused = visit(dx_office, new_url(plan), new_fields(policy, **feed))
    halves = [
        errors(
            visit(
                dx_office,
                new_url(plan),
                new_fields(policy, measurement_type="ratio", **feed | {name: ""}),
            )
        )
        for name in feed
    ]
    visit(dx_office, new_url(plan), new_fields(policy, measurement_type="ratio", **feed))

    assert errors(refused) == {
        "checklist": ["現況一覧から算出できるのは、測定の種類が「率」の指標です。"]
    }
    assert halves == [
        {"checklist": ["算出のもとにする現況一覧を選んでください。"]},
        {"checklist_measure": ["一覧からの算出の方法を選んでください。"]},
    ]
    assert Kpi.objects.get().checklist == checklist


def test_departments_of_today_and_those_chosen_are_offered(plan, kpi, department, town):
    closed = make_department(town, name="旧企画課", valid_to=datetime.date(2020, 3, 31))

    offers = offers_of(plan)

    assert offers.departments_for(frozenset()) == [(department.pk, "企画課")]
    assert offers.departments_for(frozenset({closed.pk})) == [
        (department.pk, "企画課"),
        (closed.pk, "旧企画課（廃止）"),
    ]


def test_kpi_is_edited_with_a_record(visit, dx_office, plan, kpi, department):
    answer = save(visit, dx_office, kpi, name="新しい名称", departments=[department.pk])

    assert (answer.status_code, answer.url) == (302, kpi.get_absolute_url())
    stored = Kpi.objects.get()
    assert (stored.name, stored.version) == ("新しい名称", 2)
    assert records() == [
        (
            "edited",
            "指標 1 指標1",
            "名称: 指標1 → 新しい名称\n担当課: （なし） → 企画課",
            REASON,
        )
    ]


def test_change_of_a_plan_in_force_needs_a_reason(visit, dx_office, kpi):
    answer = save(visit, dx_office, kpi, name="新しい名称", reason="　―")

    assert (answer.status_code, errors(answer)) == (
        422,
        {"reason": ["実施中の計画の変更には理由が必要です。理由を入力してください。"]},
    )
    assert Kpi.objects.get().name == "指標1"


def test_nothing_is_asked_where_nothing_changes(visit, dx_office, kpi):
    answer = save(visit, dx_office, kpi, reason="")

    assert (answer.status_code, Kpi.objects.get().version, records()) == (302, 1, [])


def test_ended_plan_is_not_changed(visit, dx_office, plan, kpi):
    Plan.objects.filter(pk=plan.pk).update(state="ended")

    answers = [
        visit(dx_office, new_url(plan), new_fields(kpi.policy, number="2")),
        save(visit, dx_office, kpi, name="新しい名称"),
        visit(dx_office, remove_url(kpi), {"version": "1"}),
    ]

    ended = {"__all__": ["この計画は終了しているため、変更できません。"]}
    assert [(answer.status_code, errors(answer)) for answer in answers] == [(409, ended)] * 3
    assert (Kpi.objects.get().name, records()) == ("指標1", [])


def test_second_of_two_sees_both_and_may_replace_knowingly(visit, dx_office, kpi):
    mine = typed_for(kpi, name="私の名称")
    save(visit, dx_office, kpi, name="先の名称", unit="回")

    late = visit(dx_office, edit_url(kpi), mine)

    assert late.status_code == 409
    assert shown_conflict(late) == [
        ("名称", three_sides("私の名称", "先の名称", "指標1")),
        ("単位", three_sides("件", "回", "件")),
    ]
    visit(dx_office, edit_url(kpi), mine | {"version": late.context["form"]["version"].value()})
    assert (Kpi.objects.get().name, Kpi.objects.get().unit) == ("私の名称", "件")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_told(plan, kpi, dx_office):
    definition = definition_of(kpi)
    for _ in range(PAIRS):
        version = Kpi.objects.get().version

        def change(name, version=version):
            fields = {**definition.columns, "name": f"{name}{version}"}
            new = type(definition)(**fields, department_ids=frozenset())
            with plan_edit(plan=plan, user=dx_office, reason=REASON) as edit:
                return edit_kpi(edit, new, kpi_id=kpi.pk, version=version)

        outcomes = together(partial(change, "甲"), partial(change, "乙"), refusals=(Stale,))

        assert sorted(str(type(item)) for item in outcomes) == [
            "<class 'bool'>",
            "<class 'plans.editing.Stale'>",
        ]
        assert Kpi.objects.get().version == version + 1


# ---- Changing how a KPI is measured, once it holds something


def test_flow_and_level_change_into_each_other(visit, dx_office, kpi):
    for fiscal_year in (2024, 2025):
        make_result(kpi, fiscal_year, "5")

    save(visit, dx_office, kpi, measurement_type="point_in_time")

    assert Kpi.objects.get().measurement_type == "point_in_time"
    assert [row.value for row in Result.objects.order_by("fiscal_year")] == [5, 5]


@pytest.fixture
def cumulative(plan, policy):
    """Increments of 5 and 3 in 2025 and 2026, from a baseline of 10; no closed year is theirs."""
    kpi = make_kpi(
        plan,
        policy=policy,
        measurement_type="cumulative_increment",
        baseline_value=Decimal(10),
        first_fiscal_year=2025,
        targets={2025: "15", 2026: "20"},
    )
    make_result(kpi, 2025, "5")
    make_result(kpi, 2026, "3")
    return kpi


def values():
    return [int(row.value) for row in Result.objects.order_by("fiscal_year")]


def test_increments_become_totals_after_a_preview(visit, dx_office, cumulative):
    preview = save(visit, dx_office, cumulative, measurement_type="cumulative_total")

    assert (preview.status_code, values(), records()) == (200, [5, 3], [])
    assert [
        (item.fiscal_year, item.before_text, item.after_text)
        for item in preview.context["conversions"]
    ] == [(2025, "5", "15"), (2026, "3", "18")]

    save(
        visit,
        dx_office,
        cumulative,
        measurement_type="cumulative_total",
        convert=preview.context["mark"],
    )

    assert (values(), Kpi.objects.get().measurement_type) == ([15, 18], "cumulative_total")
    assert [row.version for row in Result.objects.all()] == [2, 2]
    assert records()[0][2].splitlines() == [
        "測定の種類: 累計（増分を入力） → 累計（累計値を入力）",
        "令和7年度の実績を換算: 5 → 15",
        "令和8年度の実績を換算: 3 → 18",
    ]


def test_totals_become_increments_again(visit, dx_office, cumulative):
    for kind in ("cumulative_total", "cumulative_increment"):
        kpi = Kpi.objects.get()
        preview = save(visit, dx_office, kpi, measurement_type=kind)
        save(visit, dx_office, kpi, measurement_type=kind, convert=preview.context["mark"])

    assert values() == [5, 3]


def test_preview_of_other_values_is_shown_again(visit, dx_office, cumulative):
    change = {"measurement_type": "cumulative_total"}
    preview = save(visit, dx_office, cumulative, **change)
    Result.objects.filter(fiscal_year=2026).update(value=4)

    again = save(visit, dx_office, cumulative, convert=preview.context["mark"], **change)

    assert (again.status_code, again.context["conversions"][1].after_text) == (200, "19")
    assert values() == [5, 4]


NEW_KPI = "この指標はそのまま残し、新しい指標として登録してください。"


def test_gap_makes_conversion_impossible(visit, dx_office, cumulative):
    Result.objects.filter(fiscal_year=2025).delete()

    answer = save(visit, dx_office, cumulative, measurement_type="cumulative_total")

    assert errors(answer) == {
        "measurement_type": [
            "令和7年度の実績がないため、「累計（増分を入力）」の値を「累計（累計値を入力）」に"
            f"換算できません。先に実績を入力するか、{NEW_KPI}"
        ]
    }


def test_closed_years_results_are_not_converted(visit, dx_office, kpi):
    Kpi.objects.update(measurement_type="cumulative_increment")
    make_result(kpi, 2024, "5")

    answer = save(visit, dx_office, Kpi.objects.get(), measurement_type="cumulative_total")

    assert errors(answer) == {
        "measurement_type": [
            "締めた年度（令和6年度）の実績を書き換えることになるため、換算できません。" + NEW_KPI
        ]
    }


def test_conversion_comes_alone(visit, dx_office, cumulative):
    answer = save(
        visit, dx_office, cumulative, measurement_type="cumulative_total", baseline_value="11"
    )

    assert errors(answer) == {
        "measurement_type": [
            "実績を換算するときは、基準値と測定開始年度を同時に変えられません。"
            "先に一方を保存してください。"
        ]
    }


def test_results_of_another_meaning_keep_the_type(visit, dx_office, kpi):
    make_result(kpi, 2025, "5")

    answer = save(visit, dx_office, kpi, measurement_type="cumulative_total")

    assert errors(answer) == {
        "measurement_type": [
            "令和7年度の実績が登録されています。「単年度」の実績は「累計（累計値を入力）」の値と"
            f"しては読めないため、測定の種類を変えられません。{NEW_KPI}"
        ]
    }


def test_type_changes_freely_before_there_is_anything(visit, dx_office, plan):
    kpi = make_kpi(plan)

    save(visit, dx_office, kpi, measurement_type="milestone")

    assert Kpi.objects.get().measurement_type == "milestone"


OTHER_TARGETS = (
    "登録済みの目標（数値）が合わなくなるため、{}を変えられません。先に目標を直すか、" + NEW_KPI
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"direction": "range"}, {"direction": [OTHER_TARGETS.format("目指す方向")]}),
        (
            {"measurement_type": "milestone"},
            {"measurement_type": [OTHER_TARGETS.format("測定の種類")]},
        ),
    ],
)
def test_targets_keep_their_kind(visit, dx_office, kpi, changes, expected):
    assert errors(save(visit, dx_office, kpi, **changes)) == expected


def test_closed_judgement_stays(visit, dx_office, kpi):
    make_result(kpi, 2024, "5")
    message = (
        "締めた年度（令和6年度）の判定が変わるため、{}は変えられません。"
        "測り方が変わるときは、新しい指標として登録してください。"
    )

    answer = save(
        visit,
        dx_office,
        kpi,
        direction="decrease",
        rate_formula="from_baseline",
        baseline_value="1",
        baseline_fiscal_year="R5",
    )

    assert errors(answer) == {
        "direction": [message.format("目指す方向")],
        "rate_formula": [message.format("達成率の計算式")],
        "baseline_value": [message.format("基準値")],
        "baseline_fiscal_year": [message.format("基準年度")],
    }


def test_years_with_results_and_closed_years_stay(visit, dx_office, kpi):
    make_result(kpi, 2026, "5")

    answer = save(visit, dx_office, kpi, first_fiscal_year="R7", last_fiscal_year="R7")

    assert errors(answer) == {
        "first_fiscal_year": [
            "締めた年度（令和6年度）は、測定する期間に加えることも、除くこともできません。"
        ],
        "last_fiscal_year": ["令和8年度に実績が登録されているため、測定する期間から除けません。"],
    }


def test_decimals_and_reference_in_use_stay(visit, dx_office, plan):
    kpi = make_kpi(plan, decimals=2, reference_name="全国平均", targets={2026: "1.25"})
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="reference")

    answer = save(visit, dx_office, kpi, decimals="1", reference_name="")

    assert errors(answer) == {
        "decimals": ["小数2桁の目標が登録されているため、桁数をこれより少なくできません。"],
        "reference_name": ["参照値と比べる目標が登録されているため、参照値の名称を消せません。"],
    }


def test_every_kpi_of_the_fixtures_saves_as_it_is(visit, db):
    for town in ("jinsekikogen", "kami"):
        call_command("loaddata", town, f"{town}_sample", verbosity=0)
    for plan in Plan.objects.filter(kpis__isnull=False).distinct():
        person = make_person(f"office-{plan.pk}", plan.municipality, role="dx_office")
        for kpi in plan.kpis.all():
            answer = visit(person, edit_url(kpi), typed_for(kpi, reason=""))
            assert answer.status_code == 302, (kpi, errors(answer))

    assert (Kpi.objects.count(), Kpi.objects.filter(version=1).count()) == (24, 24)


# ---- Removing


def test_kpi_without_results_goes_with_its_targets(visit, dx_office, plan, town):
    kpi = make_kpi(plan, targets={2025: "1", 2026: "2"})
    make_revision(kpi, 2026, {2026: "3"})
    follower = make_kpi(make_plan(town, code="x", predecessor=plan))
    KpiLineage.objects.create(earlier=kpi, later=follower)
    connection.check_constraints()

    page = visit(dx_office, remove_url(kpi))
    answer = visit(dx_office, remove_url(kpi), {"version": "1", "reason": REASON})

    assert (page.context["keeping"], page.context["going"]) == (
        [],
        ["令和7年度の目標", "令和8年度の目標", "第1回の目標の見直し"],
    )
    assert (answer.status_code, answer.url) == (302, reverse("kpi_list", args=[plan.pk]))
    assert (plan.kpis.count(), Target.objects.count()) == (0, 0)
    assert records() == [
        (
            "removed",
            "指標 1 指標1",
            "令和7年度の目標\n令和8年度の目標\n第1回の目標の見直し",
            REASON,
        )
    ]


def test_kpi_with_results_stays_and_says_why(visit, dx_office, kpi):
    make_result(kpi, 2025, "5")
    Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="self", symbol="A")
    keeping = ["令和7年度の実績", "令和7年度の担当課の自己評価", "締めた令和6年度の目標"]

    page = visit(dx_office, remove_url(kpi))
    answer = visit(dx_office, remove_url(kpi), {"version": "1", "reason": REASON})

    assert page.context["keeping"] == keeping
    assert (answer.status_code, errors(answer)) == (
        422,
        {"__all__": [f"次のものがあるため、削除できません: {'、'.join(keeping)}"]},
    )
    assert Kpi.objects.count() == 1


def test_kpi_changed_meanwhile_is_not_removed(visit, dx_office, plan):
    kpi = make_kpi(plan, version=2)

    late = visit(dx_office, remove_url(kpi), {"version": "1", "reason": REASON})

    assert (late.status_code, late.context["form"]["version"].value()) == (409, 2)
    visit(dx_office, remove_url(kpi), {"version": "2", "reason": REASON})
    assert Kpi.objects.count() == 0


# ---- Who may, and at what cost


@pytest.mark.parametrize("name", ["kpi_edit", "kpi_remove", "kpi_new"])
def test_only_the_dx_office_of_the_town_may(
    visit, dx_office, staff, committee, outsider, plan, kpi, name
):
    url = reverse(name, args=[plan.pk if name == "kpi_new" else kpi.pk])
    people = (dx_office, staff, committee, outsider)

    assert [visit(person, url).status_code for person in people] == [200, 403, 403, 404]
    assert [visit(person, url, {}).status_code for person in people[1:]] == [403, 403, 404]
    assert visit(dx_office, reverse(name, args=[999_999])).status_code == 404
    assert (Kpi.objects.count(), records()) == (1, [])


@pytest.mark.parametrize("count", [1, 3])
def test_form_of_a_new_kpi_takes_eight_queries(count_queries, dx_office, plan, count):
    for _ in range(count):
        make_kpi(plan)
        make_department(plan.municipality, name=f"課{plan.kpis.count()}")
        Checklist.objects.create(plan=plan, code=f"c{plan.kpis.count()}", name="一覧")

    count_queries(8, dx_office, new_url(plan))


@pytest.mark.parametrize("count", [1, 3])
def test_form_of_a_kpi_takes_nine_queries(count_queries, dx_office, plan, count):
    kpis = [make_kpi(plan) for _ in range(count)]

    count_queries(9, dx_office, edit_url(kpis[0]))
