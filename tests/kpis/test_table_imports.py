"""A KPI table as it lies around: pasted or uploaded, looked at, taken over once."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from dxplan.lib.audit import event_models
from kpis.definition_changes import add_kpi
from kpis.definitions import definition_of
from kpis.first_targets import first_targets, set_first_targets
from kpis.kpi_table.keeping import keep_text, kept_table
from kpis.kpi_table.lines import NOT_CHOSEN, NOTHING_MISSING
from kpis.kpi_table.page import TablePage
from kpis.kpi_table.plan_side import plan_side
from kpis.kpi_table.taking_over import ChangedMeanwhile, add_table
from kpis.models import Kpi, KpiResponsibility, Target
from plans.editing import plan_edit
from plans.models import Plan, PlanChange, Upload
from tests.factories import (
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_policy,
    make_revision,
    make_target,
)
from tests.hostile_workbooks import saved
from tests.kpi_tables import (
    fields_of,
    go_on,
    paste,
    preview,
    problems,
    take,
)
from tests.races import together

FIELD = re.compile("<(?:select|input)[^>]+>")
ATTRIBUTE = re.compile('([a-z-]+)="([^"]*)"')
PLAIN = "分類\t指標\t単位\tR7基準値\tR8\tR9\n施策1\t{name}\t件\t10\t20\t30"
ODD = """\
成果指標一覧（見本）

No.\t分類\t指標（KPI）\t単位\t基準値\t目標値\t\t\t所管課\t備考
\t\t\t\tR7\tR8\t令和9年度\t2028\t\t
1\t施策1\tオンライン手続数\t手続\t２７手続\t30\t35\t１，０４０\t企画課\t27手続から
2\t\t"窓口の待ち時間
の短縮"\t分\t12.5（R7.3末）\t10以下\t9以下\t8.5\t企画課、町民課\t
3\t施策2\t交付率の維持\t％\t80.5 (全国 78.2) (R7.3末)\t全国平均以上 (R8.3末)\t全国平均以上\t－\t\t
4\t\t条例の点検\t\t\t準備中\t実施中\t完了\t\t
※ 基準値は令和7年3月末現在
"""


@pytest.fixture
def draft(town):
    """A draft of 2026–2028 with two policies and two departments."""
    plan = make_plan(
        town, code="draft", state="draft", first_fiscal_year=2026, last_fiscal_year=2028
    )
    make_policy(plan), make_policy(plan)
    make_department(town, name="企画課")
    make_department(town, name="町民課")
    return plan


@pytest.fixture
def in_force(town):
    """A plan in force of 2026–2028 with a policy."""
    plan = make_plan(town, code="force", first_fiscal_year=2026, last_fiscal_year=2028)
    make_policy(plan)
    return plan


def one(name="手続数", **cells):
    """A table of one KPI, with further columns."""
    extra = "\t".join(["", *cells])
    values = "\t".join(["", *cells.values()])
    head, row = PLAIN.format(name=name).split("\n")
    return f"{head}{extra}\n{row}{values}"


def targets_of(plan):
    return list(
        Target.objects.filter(kpi__plan=plan)
        .order_by("kpi__position", "fiscal_year")
        .values_list("kpi__name", "fiscal_year", "kind", "value", "milestone", "taken_on")
    )


def events_of(model, *fields, **belonging):
    """What the events of some rows say, in their order."""
    events = event_models()[model].objects.filter(**belonging)
    return list(events.order_by("pgh_id").values_list(*fields))


def said_of(plan):
    changes = PlanChange.objects.filter(plan=plan).order_by("pk")
    return list(changes.values_list("kind", "subject"))


def line(page, number):
    return next(item for item in page.context["page"].lines if item.record.line == number)


def readings(page, number):
    return [(cell.label, cell.typed, cell.read, cell.taken) for cell in line(page, number).cells]


def test_odd_table_is_read_as_it_is_meant(visit, dx_office, draft):
    page = preview(visit, dx_office, draft, ODD)

    assert problems(page) == {}
    assert readings(page, 6) == [
        ("指標名", "窓口の待ち時間\nの短縮", "窓口の待ち時間の短縮", ""),
        ("基準値（令和7年度）", "12.5（R7.3末）", "12.5 分", "令和7年3月末"),
        ("令和8年度の目標", "10以下", "10.0 分以下", ""),
        ("令和9年度の目標", "9以下", "9.0 分以下", ""),
        ("令和10年度の目標", "8.5", "8.5 分以下", ""),
    ]
    assert readings(page, 7)[1:3] == [
        (
            "基準値（令和7年度）",
            "80.5 (全国 78.2) (R7.3末)",
            "80.5%（全国平均 78.2%）",
            "令和7年3月末",
        ),
        ("令和8年度の目標", "全国平均以上 (R8.3末)", "全国平均以上", "令和8年3月末"),
    ]
    assert [item.why for item in page.context["page"].records.left_out] == ["注の行"]


def test_odd_table_is_taken_over(visit, dx_office, draft):
    page = preview(visit, dx_office, draft, ODD)

    answer = take(visit, dx_office, page, **{"l8-direction": "increase"})

    assert answer.url == draft.get_absolute_url()
    assert list(
        Kpi.objects.filter(plan=draft).values_list(
            "number", "name", "unit", "decimals", "measurement_type", "direction", "definition"
        )
    ) == [
        ("1", "オンライン手続数", "手続", 0, "yearly_flow", "increase", "備考: 27手続から"),
        ("2", "窓口の待ち時間の短縮", "分", 1, "point_in_time", "decrease", ""),
        ("3", "交付率の維持", "%", 1, "point_in_time", "maintain_at_least", ""),
        ("4", "条例の点検", "", 0, "milestone", "increase", ""),
    ]
    assert targets_of(draft) == [
        ("オンライン手続数", 2026, "number", 30, "", None),
        ("オンライン手続数", 2027, "number", 35, "", None),
        ("オンライン手続数", 2028, "number", 1040, "", None),
        ("窓口の待ち時間の短縮", 2026, "number", 10, "", None),
        ("窓口の待ち時間の短縮", 2027, "number", 9, "", None),
        ("窓口の待ち時間の短縮", 2028, "number", Decimal("8.5"), "", None),
        ("交付率の維持", 2026, "reference", None, "", date(2026, 3, 31)),
        ("交付率の維持", 2027, "reference", None, "", None),
        ("条例の点検", 2026, "milestone", None, "preparing", None),
        ("条例の点検", 2027, "milestone", None, "in_progress", None),
        ("条例の点検", 2028, "milestone", None, "done", None),
    ]
    assert sorted(
        KpiResponsibility.objects.filter(kpi__plan=draft).values_list(
            "kpi__number", "department__name"
        )
    ) == [("1", "企画課"), ("2", "企画課"), ("2", "町民課")]


def test_every_row_written_leaves_one_event(visit, dx_office, draft):
    events = event_models()
    before = [events[model].objects.count() for model in (Kpi, Target)]

    take(visit, dx_office, preview(visit, dx_office, draft, PLAIN.format(name="手続数")))

    kpi = draft.kpis.get()
    after = [events[model].objects.count() for model in (Kpi, Target)]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 2]
    assert kpi.version == 1
    assert list(
        PlanChange.objects.filter(plan=draft).order_by("pk").values_list("kind", "subject")
    ) == [
        ("added", "指標 1 手続数"),
        ("edited", "指標 1 手続数"),
    ]


LATER = "分類\t指標\t単位\tR8\tR9\tR10\t担当課\n" + "".join(
    f"施策1\t指標{n}\t件\t{n}\t{n}\t{n + 1}\t企画課、町民課\n" for n in (1, 2, 3)
)
FIRST = "\n".join("\t".join(row.split("\t")[:4]) for row in LATER.splitlines())
RISING = {f"l{n}-direction": "increase" for n in (2, 3, 4)}


def test_many_rows_leave_the_events_and_records_of_each(visit, dx_office, draft):
    take(visit, dx_office, preview(visit, dx_office, draft, LATER))

    kpis = list(draft.kpis.order_by("position").values_list("pk", "position", "number"))
    assert [rest for _, *rest in kpis] == [[1, "1"], [2, "2"], [3, "3"]]
    ids = [pk for pk, *_ in kpis]
    assert events_of(Kpi, "pgh_label", "number", "position", "version", pgh_obj_id__in=ids) == [
        ("insert", "1", 1, 1),
        ("insert", "2", 2, 1),
        ("insert", "3", 3, 1),
    ]
    assert events_of(Target, "pgh_label", "kpi_id", "fiscal_year", "value", kpi_id__in=ids) == [
        ("insert", pk, year, value)
        for n, pk in enumerate(ids, start=1)
        for year, value in ((2026, n), (2027, n), (2028, n + 1))
    ]
    assert len(events_of(KpiResponsibility, "department_id", kpi_id__in=ids)) == 6
    assert said_of(draft)[:2] == [
        ("added", "指標 1 指標1"),
        ("edited", "指標 1 指標1"),
    ]
    assert [subject for _, subject in said_of(draft)] == [
        f"指標 {n} 指標{n}" for n in (1, 1, 2, 2, 3, 3)
    ]
    assert len(events_of(PlanChange, "subject", plan_id=draft.pk)) == 6
    contexts = [context for (context,) in events_of(Target, "pgh_context", kpi_id__in=ids)]
    told = {(context["reason"], context["user"]) for context in contexts}
    assert told == {("成果指標の表「貼り付けた表」の取込み", dx_office.pk)}


def test_record_of_a_row_says_what_one_by_hand_says(visit, dx_office, draft):
    take(visit, dx_office, preview(visit, dx_office, draft, LATER))
    last = draft.kpis.get(number="3")

    with plan_edit(plan=draft, user=dx_office) as edit:
        kpi = add_kpi(edit, replace(definition_of(last), number="9"))
        set_first_targets(edit, first_targets(last), kpi_id=kpi.pk, version=1)

    changes = PlanChange.objects.filter(plan=draft).order_by("pk").values_list("kind", "detail")
    *_, added, edited, added_by_hand, edited_by_hand = changes
    assert added_by_hand == ("added", added[1].replace("番号: （なし） → 3", "番号: （なし） → 9"))
    assert edited_by_hand == edited


def test_targets_of_many_that_are_there_are_completed(visit, dx_office, draft):
    take(visit, dx_office, preview(visit, dx_office, draft, FIRST), **RISING)
    page = preview(visit, dx_office, draft, LATER)

    take(visit, dx_office, page, **{f"l{n}-use": "complete" for n in (2, 3, 4)})

    assert [(name, year, value) for name, year, _, value, *_ in targets_of(draft)] == [
        (f"指標{n}", year, value)
        for n in (1, 2, 3)
        for year, value in ((2026, n), (2027, n), (2028, n + 1))
    ]
    assert list(draft.kpis.values_list("version", flat=True)) == [2, 2, 2]
    ids = list(draft.kpis.values_list("pk", flat=True))
    assert len(events_of(Kpi, "pk", pgh_obj_id__in=ids)) == 6
    assert len(events_of(Target, "pk", kpi_id__in=ids)) == 9
    assert PlanChange.objects.filter(plan=draft).latest("pk").detail == (
        "令和9年度の目標: （なし） → 3\n令和10年度の目標: （なし） → 4"
    )


@pytest.mark.parametrize("count", [1, 3])
def test_three_rows_are_taken_over_in_as_many_queries(
    django_assert_num_queries, visit, dx_office, draft, count
):
    text = "\n".join(LATER.split("\n")[: count + 1])
    page = preview(visit, dx_office, draft, text)

    with django_assert_num_queries(36):
        assert take(visit, dx_office, page).status_code == 302

    assert draft.kpis.count() == count


@pytest.mark.parametrize("count", [1, 3])
def test_targets_of_three_kpis_are_completed_in_as_many_queries(
    django_assert_num_queries, visit, dx_office, draft, count
):
    take(visit, dx_office, preview(visit, dx_office, draft, FIRST), **RISING)
    text = "\n".join(LATER.split("\n")[: count + 1])
    page = preview(visit, dx_office, draft, text)
    uses = {f"l{n}-use": "complete" for n in range(2, count + 2)}

    with django_assert_num_queries(37):
        assert take(visit, dx_office, page, **uses).status_code == 302

    assert draft.kpis.filter(version=2).count() == count


def test_nothing_is_written_before_every_kpi_is_confirmed(visit, dx_office, draft):
    page = preview(visit, dx_office, draft, PLAIN.format(name="手続数"))

    answer = visit(dx_office, page.wsgi_request.path, fields_of(page))

    assert answer.status_code == 422
    assert answer.context["alert"] == (
        "直すところ・確かめるところが残っています。まだ何も登録していません。"
    )
    assert not draft.kpis.exists()


def test_direction_is_open_where_words_and_figures_contradict(visit, dx_office, draft):
    page = preview(visit, dx_office, draft, PLAIN.format(name="件数の削減"))
    fields = {item.field.name: item for item in line(page, 2).proposals}

    answer = take(visit, dx_office, page)

    assert fields["direction"].field.value() == ""
    assert fields["direction"].hint == "名称の「削減」と数値の動きが合いません。選んでください。"
    assert answer.status_code == 422
    assert not draft.kpis.exists()


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("27回", "「27回」の単位「回」は使えません。この欄の単位は「件」です。（例: 12）"),
        (
            "30～40",
            "「30～40」は範囲です。範囲の目標は、目指す方向が「範囲」の指標だけに使えます。",
        ),
        ("3割", "「3割」は割合を表す言葉です。数値を入力してください。（例: 12）"),
        ("1万", "「1万」は「万」などを使わずに入力してください。（例: 12000）"),
        ("①", "「①」には丸数字・添え字・分数の文字があります。（例: 12）"),
        ("未定", "「未定」は入力できません。決まっていないときは、空のままにしてください。"),
        ("なし", "目標のない年度は、空のままにしてください。「なし」は見直しでだけ使えます。"),
        ("5以下", "目指す方向が「増加」の指標なので、「5以下」は登録できません。"),
        ("県平均以上", "「県平均以上」は読み取れません。この指標の参照値は「全国平均」です。"),
        ("5\u202e", "「5[U+202E]」には目に見えない文字（U+202E）があります。（例: 12）"),
        ("=HYPERLINK(1)", None),
        ("<script>alert(1)</script>", None),
        ("1" * 10_001, None),
    ],
)
def test_cell_that_says_no_target_is_refused_with_its_line(
    visit, dx_office, draft, target, message
):
    page = preview(visit, dx_office, draft, one(R10=target))
    chosen = {"l2-direction": "increase", "l2-reference_name": "全国平均"}

    answer = take(visit, dx_office, page, **chosen)

    assert answer.status_code == 422
    [said] = problems(answer)[2]
    assert message in (said, None)
    assert "<script>alert" not in answer.content.decode()
    assert not draft.kpis.exists()


def test_all_refusals_come_at_once(visit, dx_office, draft):
    rows = ("観光\tあ\t件\t3割\t1万", "施策1\t\t件\t1\t2", "施策1\tう\u202e\t件\t1\t2")
    text = "\n".join(["分類\t指標\t単位\tR7基準値\tR8", *rows])

    answer = take(visit, dx_office, preview(visit, dx_office, draft, text))

    assert problems(answer) == {
        2: [
            NOT_CHOSEN["policy"],
            NOT_CHOSEN["direction"],
            "「3割」は割合を表す言葉です。数値を入力してください。（例: 12）",
        ],
        3: ["指標名がありません。"],
        4: ["目に見えない文字が含まれています。入力し直してください。"],
    }


def test_long_definition_is_refused_with_its_length(visit, dx_office, draft):
    answer = preview(visit, dx_office, draft, one(定義="あ" * 10_001))

    assert problems(answer) == {2: ["10,000字までです（現在10,001字）。"]}


def test_long_wording_and_unreadable_time_are_refused(visit, dx_office, draft):
    text = one(数値目標="あ" * 201, R10="40 (R8.13末)")

    page = preview(visit, dx_office, draft, text, **{"c5-meaning": "taken"})

    assert [question.text for question in line(page, 2).questions] == [
        "「(R8.13末)」は保存されません。値は 40 でよろしいですか。"
    ]
    assert problems(page) == {
        2: [
            "この値は 200 文字以下でなければなりません( 201 文字になっています)。",
            "「30」は時点として読み取れません。「令和6年度」「R7.3末」「令和7年3月31日」のように"
            "入力してください。",
        ]
    }


def test_hostile_texts_are_texts(visit, dx_office, draft):
    text = one(name="=HYPERLINK(1)", 定義="<script>alert(1)</script>{{7*7}} 𠮷 髙﨑 が 🎉")

    take(visit, dx_office, preview(visit, dx_office, draft, text), **{"l2-direction": "increase"})

    kpi = draft.kpis.get()
    assert (kpi.name, kpi.definition) == (
        "=HYPERLINK(1)",
        "<script>alert(1)</script>{{7*7}} 𠮷 髙﨑 が 🎉",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "表を貼り付けるか、ファイルを選んでください。"),
        ("あ\0", "目に見えない文字（U+0000）があります。表をコピーし直してください。"),
        ("あ\t1\n" * 2_000, "表が長すぎます（2,000行）。200行までです。分けて取り込んでください。"),
        ("あ" * 500_001, "500,000字までです（現在500,001字）。"),
    ],
)
def test_text_that_is_no_table_is_refused_and_kept(visit, dx_office, draft, text, message):
    answer = paste(visit, dx_office, draft, text)

    assert answer.status_code == 422
    assert answer.context["form"].errors["text"] == [message]
    assert answer.context["form"]["text"].value() == text


def test_question_waits_for_a_yes_to_just_this_text(visit, dx_office, draft):
    page = preview(visit, dx_office, draft, one(R10="約40"))
    chosen = {"l2-direction": "increase"}

    asked = take(visit, dx_office, page, **chosen)
    [question] = line(asked, 2).questions
    answer = take(visit, dx_office, asked, **chosen, **{question.name: question.typed})

    assert question.text == "「約」は保存されません。値は 40 でよろしいですか。"
    assert answer.status_code == 302
    assert draft.kpis.get().targets.get(fiscal_year=2028).value == 40


def test_kpi_that_is_there_is_left_alone(visit, dx_office, draft):
    kpi = make_kpi(draft, policy=draft.policies.first(), name="手続 数", targets={2026: "5"})
    kpi.refresh_from_db()
    page = preview(visit, dx_office, draft, PLAIN.format(name="手続数"))

    answer = take(visit, dx_office, page)

    assert line(page, 2).finding == "unchanged"
    assert answer.context["alert"] == "取り込む行がありません。"
    assert list(draft.kpis.all()) == [kpi]


def test_missing_targets_of_a_kpi_that_is_there_are_added(visit, dx_office, draft):
    kpi = make_kpi(
        draft,
        policy=draft.policies.first(),
        name="手続数",
        targets={2026: "5"},
        first_fiscal_year=2026,
        last_fiscal_year=2028,
    )
    page = preview(visit, dx_office, draft, one(R10="40"))

    answer = take(visit, dx_office, page, **{"l2-use": "complete"})

    assert answer.status_code == 302
    assert list(kpi.targets.values_list("fiscal_year", "value")) == [
        (2026, 5),
        (2027, 30),
        (2028, 40),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PLAIN, "加える目標がありません。「登録済みのままにする」を選んでください。"),
        (
            f"{PLAIN}\t40\n施策1\t{{name}}\t件\t10\t\t\t41",
            "表の中で、同じ施策に同じ指標名が2回あります。",
        ),
    ],
)
def test_what_adds_no_target_or_the_same_twice_is_refused(visit, dx_office, draft, text, message):
    kpi = make_kpi(draft, policy=draft.policies.first(), name="手続数", first_fiscal_year=2026,
                   last_fiscal_year=2028, targets={2026: "5", 2027: "6"})  # fmt: skip
    page = preview(visit, dx_office, draft, text.format(name="手続数").replace("R9\n", "R9\tR10\n"))
    uses = {f"l{item.record.line}-use": "complete" for item in page.context["page"].lines}

    answer = take(visit, dx_office, page, **uses)

    assert [message] in problems(answer).values()
    assert kpi.targets.count() == 2


def test_same_name_under_two_unknown_policies_is_no_double(visit, dx_office, draft):
    text = PLAIN.format(name="手続数").replace("施策1", "観光") + "\n福祉\t手続数\t件\t1\t2\t3"

    assert problems(preview(visit, dx_office, draft, text)) == {}


def test_time_in_a_heading_told_by_hand_is_that_of_its_cells(visit, dx_office, draft):
    text = "指標\tR8\n指標\tR8 (R8.3末)\n手続数\t5"
    columns = paste(visit, dx_office, draft, text)

    said = {"first": "2", "last": "2", "c1-meaning": "target", "c1-fiscal_year": "2026"}
    page = go_on(visit, dx_office, columns, **said, **{"c0-meaning": "name"})
    way = {"l3-direction": "increase", "check": "1"}
    read = visit(dx_office, page.wsgi_request.path, fields_of(page) | way)

    assert readings(read, 3)[1] == ("令和8年度の目標", "5", "5以上", "令和8年3月末")


def test_targets_that_only_a_revision_changes_are_not_added(visit, dx_office, in_force):
    kpi = make_kpi(
        in_force,
        policy=in_force.policies.first(),
        name="手続数",
        first_fiscal_year=2026,
        last_fiscal_year=2028,
    )
    make_target(kpi, 2026, "5")
    page = preview(visit, dx_office, in_force, PLAIN.format(name="手続数"))

    answer = take(visit, dx_office, page, **{"l2-use": "complete", "reason": "会議で決定"})

    assert problems(answer) == {
        2: ["実施中の計画の指標で、目標が登録済みのため、表からは加えられません。"]
    }
    assert kpi.targets.count() == 1


def test_plan_in_force_asks_for_a_reason(visit, dx_office, in_force):
    page = preview(visit, dx_office, in_force, PLAIN.format(name="手続数"))

    refused = take(visit, dx_office, page)
    answer = take(visit, dx_office, refused, reason="推進本部会議で決定")

    assert refused.status_code == 422
    assert refused.context["page"].form.errors["reason"] == [
        "実施中の計画の変更には理由が必要です。理由を入力してください。"
    ]
    assert answer.status_code == 302
    event = event_models()[Kpi].objects.get(plan_id=in_force.pk)
    assert event.pgh_context["reason"] == (
        "成果指標の表「貼り付けた表」の取込み\n推進本部会議で決定"
    )


def test_ended_plan_takes_no_table(visit, dx_office, in_force):
    page = preview(visit, dx_office, in_force, PLAIN.format(name="手続数"))
    Plan.objects.filter(pk=in_force.pk).update(state="ended")

    answers = [
        take(visit, dx_office, page, reason="会議で決定"),
        paste(visit, dx_office, in_force, PLAIN.format(name="手続数")),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert not in_force.kpis.exists()


def test_closed_year_gets_no_target(visit, dx_office, plan):
    make_policy(plan)
    text = "分類\t指標\t単位\tR6\tR7\n施策1\t手続数\t件\t10\t20"

    answer = preview(visit, dx_office, plan, text)

    assert "締めた年度の目標は登録できません。" in problems(answer)[2]


def test_years_after_the_closed_ones_are_offered(visit, dx_office, plan):
    make_policy(plan)
    text = "分類\t指標\t単位\tR7\tR8\n施策1\t手続数\t件\t10\t20"

    take(visit, dx_office, preview(visit, dx_office, plan, text), reason="会議で決定")

    assert list(plan.kpis.values_list("first_fiscal_year", "last_fiscal_year")) == [(2025, 2026)]


def test_table_sent_twice_is_taken_over_once(visit, dx_office, draft):
    page = preview(visit, dx_office, draft, PLAIN.format(name="手続数"))

    answers = [take(visit, dx_office, page) for _ in range(2)]

    assert [answer.url for answer in answers] == [draft.get_absolute_url()] * 2
    assert draft.kpis.count() == 1


def test_same_table_in_two_tabs_adds_its_kpis_once(visit, dx_office, draft):
    pages = [preview(visit, dx_office, draft, PLAIN.format(name="手続数")) for _ in range(2)]

    first, second = (take(visit, dx_office, page) for page in pages)

    assert first.status_code == 302
    assert problems(second) == {2: ["この指標は登録済みです。どうするかを選んでください。"]}
    assert draft.kpis.count() == 1


def test_answers_to_another_reading_of_the_table_do_not_count(visit, dx_office, draft):
    columns = paste(visit, dx_office, draft, PLAIN.format(name="手続数"))
    page = go_on(visit, dx_office, columns)
    go_on(visit, dx_office, columns, **{"c4-meaning": "skip"})

    answer = take(visit, dx_office, page)

    assert answer.status_code == 409
    assert not draft.kpis.exists()


def test_kept_table_is_its_owners_for_half_a_day(visit, dx_office, draft, town):
    page = preview(visit, dx_office, draft, PLAIN.format(name="手続数"))
    colleague = make_person("colleague", town, role="dx_office")
    upload = Upload.objects.get()
    paths = [
        reverse("kpi_table_columns", args=[draft.pk, upload.pk]),
        page.wsgi_request.path,
        f"{reverse('kpi_table', args=[draft.pk])}?from={upload.pk}",
    ]

    others = [visit(colleague, path).status_code for path in paths]
    own = [visit(dx_office, path).status_code for path in paths]
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(hours=12, minutes=1))
    late = [visit(dx_office, path).status_code for path in paths]

    assert (others, own, late) == ([404] * 3, [200] * 3, [404] * 3)


def test_kept_table_can_be_mended_as_text(visit, dx_office, draft):
    paste(visit, dx_office, draft, PLAIN.format(name="手続数"))
    path = f"{reverse('kpi_table', args=[draft.pk])}?from={Upload.objects.get().pk}"

    answer = visit(dx_office, path)

    assert answer.context["form"]["text"].value() == PLAIN.format(name="手続数") + "\n"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"c1-meaning": "skip"}, ["「指標名」の列を1つ選んでください。"]),
        (
            {"c2-meaning": "name"},
            ["「指標名」の列が2つ以上あります。1つにして、ほかは「使わない」にしてください。"],
        ),
        (
            {"c5-fiscal_year": "2026"},
            [
                "「令和8年度の目標値」の列が2つ以上あります。"
                "1つにして、ほかは「使わない」にしてください。"
            ],
        ),
        ({"c4-fiscal_year": ""}, ["目標値の列（5列目）の年度を選んでください。"]),
        ({"c4-meaning": "x"}, ["選択肢にないものがあります。選び直してください。"]),
    ],
)
def test_columns_that_cannot_be_are_refused(visit, dx_office, draft, changes, errors):
    columns = paste(visit, dx_office, draft, PLAIN.format(name="手続数"))

    answer = go_on(visit, dx_office, columns, **changes)

    assert answer.status_code == 422
    assert answer.context["errors"] == errors


def test_columns_without_headings_are_told_by_hand(visit, dx_office, draft):
    columns = paste(visit, dx_office, draft, "手続数\t件\t20\n申請数\t件\t30")
    said = {"c0-meaning": "name", "c1-meaning": "unit", "c2-meaning": "target"}

    page = go_on(visit, dx_office, columns, **said, **{"c2-fiscal_year": "2027"})
    policy = {"g0-policy": str(draft.policies.first().pk)}
    ways = {f"l{number}-direction": "increase" for number in (1, 2)}
    answer = take(visit, dx_office, page, **policy, **ways)

    assert answer.status_code == 302
    assert targets_of(draft) == [
        ("手続数", 2027, "number", 20, "", None),
        ("申請数", 2027, "number", 30, "", None),
    ]


def test_heading_rows_are_told_by_hand_and_columns_guessed_again(visit, dx_office, draft):
    columns = paste(visit, dx_office, draft, "甲\t乙\t丙\n指標\t単位\tR8\n手続数\t件\t20")

    answer = go_on(visit, dx_office, columns, first="2", last="2", guess="1")

    layout = answer.context["view"].layout
    assert [column.meaning.value for column in layout.columns] == ["name", "unit", "target"]


def workbook():
    """A sheet of remarks, and one with merged cells and a table that begins at C4."""
    book = Workbook()
    book.active.append(["この表について"])
    sheet = book.create_sheet("KPI")
    for row in (
        ["分類", "指標", "単位", "目標値", None],
        [None, None, None, "R8", "R9"],
        ["施策1", "手続数", "件", 20, 30],
        [None, "申請率", "%", 0.125, 0.5],
    ):
        sheet.append([None, None, *row])
    sheet.insert_rows(1, 3)
    sheet.merge_cells("F4:G4")
    sheet.merge_cells("C6:C7")
    sheet["F7"].number_format = sheet["G7"].number_format = "0.0%"
    return saved(book)


def test_workbook_of_any_layout_is_read_with_its_likeliest_sheet(visit, dx_office, draft):
    file = SimpleUploadedFile("指標.xlsx", workbook())
    answer = visit(dx_office, reverse("kpi_table", args=[draft.pk]), {"file": file})

    page = go_on(visit, dx_office, visit(dx_office, answer.url))
    ways = {f"l{number}-direction": "increase" for number in (6, 7)}
    done = take(visit, dx_office, page, **ways)

    assert done.status_code == 302, problems(done)
    assert targets_of(draft) == [
        ("手続数", 2026, "number", 20, "", None),
        ("手続数", 2027, "number", 30, "", None),
        ("申請率", 2026, "number", Decimal("12.5"), "", None),
        ("申請率", 2027, "number", 50, "", None),
    ]
    assert {kpi.policy for kpi in draft.kpis.all()} == {draft.policies.first()}


def test_another_sheet_can_be_chosen(visit, dx_office, draft):
    file = SimpleUploadedFile("指標.xlsx", workbook())
    answer = visit(dx_office, reverse("kpi_table", args=[draft.pk]), {"file": file})

    shown = visit(dx_office, answer.url, query_params={"sheet": "0"})

    assert answer.status_code == 302
    assert [name for _, name, _ in shown.context["view"].sheets] == ["Sheet", "KPI"]
    assert shown.context["view"].grid == [["この表について"]]


def test_file_that_is_no_workbook_is_refused(visit, dx_office, draft):
    file = SimpleUploadedFile("指標.xlsx", "分類,指標".encode())

    answer = visit(dx_office, reverse("kpi_table", args=[draft.pk]), {"file": file})

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"] == [
        "CSVなどの文字だけのファイルです。"
        "Excelで開き、「Excelブック（.xlsx）」として保存し直してから選んでください。"
    ]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"担当課": "観光課"}, "「観光課」は課室の一覧にありません。（例: 企画課）"),
        ({"番号": "1"}, "この番号は、登録済みか、表の中で重なっています。"),
    ],
)
def test_unknown_department_and_taken_number_are_refused(visit, dx_office, draft, cells, message):
    make_kpi(draft, policy=draft.policies.last(), number="1")

    answer = preview(visit, dx_office, draft, one(**cells))

    assert problems(answer) == {2: [message]}


def described(page) -> dict[str, str]:
    """What is said of each field that is marked as wrong, by the field's name."""
    html = page.content.decode()
    fields = [dict(ATTRIBUTE.findall(tag)) for tag in FIELD.findall(html)]
    return {
        field["name"]: re.search(f'id="{field["aria-describedby"]}">([^<]+)', html)[1]
        for field in fields
        if field.get("aria-invalid") == "true"
    }


def test_fields_with_an_error_say_so_where_they_are(visit, dx_office, draft):
    text = PLAIN.format(name="件数の削減").replace("施策1", "どこにもない柱").replace("件\t", "\t")
    page = preview(visit, dx_office, draft, text)

    answer = take(visit, dx_office, page, **{"l2-unit": "件" * 21})

    assert described(page) == {}
    assert described(answer) == {
        "g0-policy": NOT_CHOSEN["policy"],
        "l2-unit": "この値は 20 文字以下でなければなりません( 21 文字になっています)。",
        "l2-direction": NOT_CHOSEN["direction"],
    }
    assert line(answer, 2).other_errors == [f"施策: {NOT_CHOSEN['policy']}"]


def test_choice_for_a_kpi_that_is_there_says_why_it_cannot_be(visit, dx_office, draft):
    text = PLAIN.format(name="手続数")
    take(visit, dx_office, preview(visit, dx_office, draft, text))
    page = preview(visit, dx_office, draft, text)

    answer = take(visit, dx_office, page, **{"l2-use": "complete"})

    assert described(answer) == {"l2-use": NOTHING_MISSING}


def test_kpi_of_the_same_name_elsewhere_is_told(visit, dx_office, draft):
    make_kpi(draft, policy=draft.policies.last(), name="手続数")

    page = preview(visit, dx_office, draft, PLAIN.format(name="手続数"))

    assert (
        line(page, 2).namesake
        == "同じ名称の指標が「(2) 施策2」にあります。別の指標として登録されます。"
    )
    assert line(page, 2).finding == "question"


def test_decimals_are_proposed_and_changed_by_hand(visit, dx_office, draft):
    page = preview(visit, dx_office, draft, one(R10="40.25"))

    take(visit, dx_office, page, **{"l2-decimals": "3"})

    assert line(page, 2).form.said("decimals") == "2"
    assert draft.kpis.get().decimals == 3


def test_line_can_be_left_out(visit, dx_office, draft):
    text = f"{PLAIN.format(name='手続数')}\n施策1\t申請数\t件\t3割\t1\t2"
    page = preview(visit, dx_office, draft, text)

    answer = take(visit, dx_office, page, **{"l3-use": "leave"})

    assert answer.status_code == 302
    assert [kpi.name for kpi in draft.kpis.all()] == ["手続数"]


def test_policy_of_another_plan_is_answered_like_none(visit, dx_office, draft, in_force):
    page = preview(visit, dx_office, draft, PLAIN.format(name="手続数"))

    answers = [
        take(visit, dx_office, page, **{"g0-policy": str(pk)})
        for pk in (in_force.policies.get().pk, 2_000_000_000)
    ]

    assert [problems(answer) for answer in answers] == [{2: [NOT_CHOSEN["policy"]]}] * 2


def test_kpi_whose_targets_were_revised_is_not_completed(visit, dx_office, in_force):
    kpi = make_kpi(in_force, policy=in_force.policies.first(), name="手続数",
                   first_fiscal_year=2026, last_fiscal_year=2028)  # fmt: skip
    make_revision(kpi, 2026, {2027: "9"})

    page = preview(visit, dx_office, in_force, PLAIN.format(name="手続数"))
    answer = take(visit, dx_office, page, **{"l2-use": "complete", "reason": "会議で決定"})

    assert answer.status_code == 422


def test_only_the_dx_office_of_the_town_may(visit, dx_office, staff, committee, outsider, plan):
    path = reverse("kpi_table", args=[plan.pk])

    assert [visit(person, path).status_code for person in (staff, committee, outsider)] == [
        403,
        403,
        404,
    ]
    assert visit(dx_office, path).status_code == 200


ANSWERS = {
    "first_fiscal_year": "R8",
    "last_fiscal_year": "R10",
    "l2-use": "take",
    "l2-unit": "件",
    "l2-measurement_type": "yearly_flow",
    "l2-direction": "increase",
    "l2-is_confirmed": "on",
}


def answers_for(plan):
    return ANSWERS | {"g0-policy": str(plan.policies.first().pk)}


ROWS = "分類\t指標\t単位\tR7基準値\tR8\n" + "".join(
    f"施策{n}\t指標{n}\t件\t1\t2\n" for n in (1, 2, 3)
)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_a_table_take_as_many_queries_for_three_rows(
    count_queries, visit, dx_office, in_force, count
):
    make_policy(in_force), make_policy(in_force)
    columns = paste(visit, dx_office, in_force, "\n".join(ROWS.split("\n")[: count + 1]))
    page = go_on(visit, dx_office, columns)

    count_queries(4, dx_office, reverse("kpi_table", args=[in_force.pk]))
    count_queries(5, dx_office, columns.wsgi_request.path)
    count_queries(12, dx_office, page.wsgi_request.path)


@pytest.mark.django_db(transaction=True)
def test_of_two_tables_at_the_same_moment_one_is_told(draft, dx_office):
    uploads = [
        keep_text(plan=draft, owner=dx_office, text=PLAIN.format(name="手続数")) for _ in range(2)
    ]

    def confirm(upload):
        page = TablePage(kept_table(upload), plan_side(draft), answers_for(draft))
        return lambda: add_table(upload=upload, page=page, user=dx_office, reason="")

    outcomes = together(*map(confirm, uploads), refusals=(ChangedMeanwhile,))

    assert sorted(type(item).__name__ for item in outcomes) == ["ChangedMeanwhile", "int"]
    assert draft.kpis.count() == 1


@pytest.mark.django_db(transaction=True)
def test_table_confirmed_twice_at_the_same_moment_is_taken_over_once(draft, dx_office):
    upload = keep_text(plan=draft, owner=dx_office, text=PLAIN.format(name="手続数"))
    page = TablePage(kept_table(upload), plan_side(draft), answers_for(draft))

    def confirm():
        return add_table(upload=upload, page=page, user=dx_office, reason="")

    assert together(confirm, confirm) == [1, 1]
    assert draft.kpis.count() == 1
