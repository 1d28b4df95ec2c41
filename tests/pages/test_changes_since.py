"""What changed in a plan since a login, a meeting, a year, a day; and who is told how much."""

import datetime

import pghistory
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from dxplan.lib.fiscal_years import FiscalYear, show_date
from kpis.models import Judgement, Kpi
from plans.models import Meeting, PlanYear, Policy, Section
from tests.factories import (
    make_department,
    make_kpi,
    make_person,
    make_policy,
    make_result,
    make_revision,
    make_scale,
    make_section,
    put_years,
)
from tests.trail_times import happened

ONE_DAY = datetime.timedelta(days=1)
DXO, AUD, STF, COM = "office", "auditor", "staff", "committee"


def url(plan, query=None):
    """Since yesterday, where nothing else is asked for."""
    yesterday = timezone.localdate() - ONE_DAY
    query = f"from={yesterday.isoformat()}" if query is None else query
    return f"{reverse('changes_since', args=[plan.pk])}?{query}"


def as_person(person, write, reason=""):
    """Writes as a request of this person would."""
    who = {"user": person.pk, "name": person.name, "roles": "", "town": person.municipality_id}
    with pghistory.context(**who, reason=reason):
        write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', '', true)")


def told(response):
    """(group, thing, kind, label, old, new) of each line."""
    return [
        (group.title, thing.name, line.kind.label, line.label, line.old, line.new)
        for group in response.context["changed"].groups
        for thing in group.things
        for line in thing.lines
    ]


def lines(response):
    groups = response.context["changed"].groups
    return [line for group in groups for thing in group.things for line in thing.lines]


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


@pytest.fixture
def auditor(town):
    return make_person("auditor", town, role="auditor")


@pytest.fixture
def kpi(plan, department):
    policy = make_policy(plan, number="(1)", name="窓口")
    targets = {2025: "50", 2026: "60"}
    return make_kpi(plan, policy=policy, name="申請", departments=[department], targets=targets)


@pytest.fixture
def result(kpi):
    """Of the open year, not handed in, and two days old."""
    result = make_result(kpi, 2025, "30", review_state="draft")
    happened()
    return result


# ---- What is told


def test_result_is_told_with_the_grade_that_it_changes(visit, dx_office, staff, plan, result):
    as_person(staff, lambda: change(result, value="50", state="preliminary"))

    response = visit(dx_office, url(plan))

    assert told(response) == [
        ("(1) 窓口", "1 申請", "実績", "令和7年度 実績", "30 件", "50 件（速報）"),
        ("(1) 窓口", "1 申請", "評語", "令和7年度 評語", "C 遅れ", "A 達成"),
    ]
    [value, grade] = lines(response)
    assert (value.who, value.at != "", grade.who) == ("staff", True, "")
    assert grade.note == "上がりました（実績の変更による）"
    assert response.context["changed"].kpis_changed == 1


def test_new_result_replaces_a_missing_one(visit, dx_office, plan, kpi):
    happened()
    make_result(kpi, 2025, "10", review_state="checked")

    assert told(visit(dx_office, url(plan)))[0][2:] == ("実績", "令和7年度 実績", "未入力", "10 件")


def test_value_that_came_back_is_no_change(visit, dx_office, plan, result):
    change(result, value="31")
    change(result, value="30")

    response = visit(dx_office, url(plan))

    assert told(response) == []
    assert "変わったところはありません" in response.content.decode()


def test_revision_is_told_as_targets(visit, dx_office, plan, kpi, result):
    def write():
        make_revision(kpi, 2026, {2026: "80"}, reason="国の計画が変わったため")

    as_person(dx_office, write, "国の計画が変わったため")

    [line] = lines(visit(dx_office, url(plan)))

    assert (line.kind.label, line.label, line.old, line.new) == (
        *("目標", "令和8年度 目標"),
        *("60 件", "80 件"),
    )
    assert line.note == "第1回見直し（令和8年度から適用） 推進本部 令和7年5月20日決定"
    assert (line.who, line.reason) == ("office", "国の計画が変わったため")


def test_scale_changes_the_grade_alone(visit, dx_office, plan, result):
    make_scale(plan, 2025, (("良", 60), ("可", None)))

    grades = [item for item in told(visit(dx_office, url(plan))) if item[2] == "評語"]

    assert grades == [
        ("(1) 窓口", "1 申請", "評語", "令和7年度 評語", "C 遅れ", "良 良の評語"),
    ]


def test_definition_changes_the_grade_and_is_told_as_text(visit, dx_office, plan, kpi, result):
    change(kpi, direction="decrease", definition="受け付けた数")

    assert told(visit(dx_office, url(plan))) == [
        ("(1) 窓口", "1 申請", "評語", "令和7年度 評語", "C 遅れ", "A 達成"),
        ("(1) 窓口", "1 申請", "記述", "定義", "", "受け付けた数"),
        ("(1) 窓口", "1 申請", "記述", "目指す方向", "増加", "減少"),
    ]


def test_override_is_why_a_grade_changed(visit, dx_office, plan, kpi, result):
    Judgement.objects.create(
        kpi=kpi, fiscal_year=2025, layer="office", symbol="B", comment="災害のため"
    )

    response = visit(dx_office, url(plan))

    assert told(response) == [
        ("(1) 窓口", "1 申請", "評語", "令和7年度 評語", "C 遅れ", "B 概ね達成"),
        ("(1) 窓口", "1 申請", "記述", "令和7年度 DX推進担当の判定の評語", "", "B"),
        (
            *("(1) 窓口", "1 申請", "記述"),
            *("令和7年度 DX推進担当の判定の評価・理由・意見", "", "災害のため"),
        ),
    ]
    assert lines(response)[0].note == "上がりました（DX推進担当の判定の変更による）"


def test_document_and_policies_are_told_in_the_plans_order(visit, dx_office, plan, result):
    section = make_section(plan, title="はじめに")
    old = make_section(plan, title="旧章")
    second = make_policy(plan, number="(2)", name="職員")
    happened()
    change(section, body="趣旨を書いた")
    Section.objects.filter(pk=old.pk).delete()
    change(Policy.objects.get(name="窓口"), summary="窓口を変える")
    change(second, name="職員の力")
    make_policy(plan, number="(3)", name="新しい施策")

    assert told(visit(dx_office, url(plan))) == [
        ("計画書", "1 はじめに", "記述", "本文", "", "趣旨を書いた"),
        ("計画書", "2 旧章", "記述", "章・節の削除", "", ""),
        ("(1) 窓口", "(1) 窓口", "記述", "概要", "", "窓口を変える"),
        ("(2) 職員の力", "(2) 職員の力", "記述", "名称", "職員", "職員の力"),
        ("(3) 新しい施策", "(3) 新しい施策", "記述", "方針・取組・施策の追加", "", ""),
    ]


def test_removed_kpi_is_told_apart(visit, dx_office, plan, kpi):
    happened()
    Kpi.objects.filter(pk=kpi.pk).delete()

    response = visit(dx_office, url(plan))

    assert {item[:2] for item in told(response)} == {("なくなった施策・指標", "申請")}
    assert ("成果指標の削除", "", "") in {item[3:] for item in told(response)}


def test_new_kpi_is_told_without_its_years(visit, dx_office, plan, result):
    make_kpi(plan, policy=Policy.objects.get(name="窓口"), name="満足度", targets={2026: "9"})

    assert told(visit(dx_office, url(plan))) == [
        ("(1) 窓口", "2 満足度", "記述", "成果指標の追加", "", ""),
    ]


def test_counts_hold_every_kind_and_lead_to_it(visit, dx_office, plan, result):
    change(result, value="50")

    response = visit(dx_office, url(plan, url(plan).partition("?")[2] + "&kind=grade"))

    tiles = [(tile.kind.label, tile.count) for tile in response.context["tiles"]]
    assert tiles == [("実績", 1), ("目標", 0), ("評語", 1), ("記述", 0)]
    assert [item[2] for item in told(response)] == ["評語"]
    assert response.context["tiles"][0].url.endswith("&kind=result#changes")
    assert response.context["tiles"][1].url == ""


# ---- From when on


def test_last_login_is_the_one_before_this(client, dx_office, plan, result):
    client.force_login(dx_office)
    assert "前回のログインから" not in client.get(url(plan, "")).content.decode()
    change(result, value="50")
    client.logout()
    dx_office.refresh_from_db()
    first_login = dx_office.last_login
    client.force_login(dx_office)

    spans = client.get(url(plan, "")).context["spans"]

    assert spans.chosen.span.label == "前回のログインから"
    assert spans.chosen.moment == first_login
    dx_office.refresh_from_db()
    assert dx_office.last_login > first_login


def test_last_meeting_is_the_latest_before_today(visit, dx_office, plan, result):
    happened(days=40)
    today = timezone.localdate()
    for days, name in ((30, "第1回"), (1, "第2回"), (0, "第3回")):
        held_on = today - days * ONE_DAY
        Meeting.objects.create(plan=plan, held_on=held_on, name=name)

    spans = visit(dx_office, url(plan, "since=meeting")).context["spans"]

    assert spans.chosen.text == f"{show_date(today - ONE_DAY)}の「第2回」"
    assert timezone.localtime(spans.chosen.moment).date() == today - ONE_DAY


def test_last_year_is_its_closing_else_the_first_of_april(visit, dx_office, plan, result):
    happened(days=900)
    begin = FiscalYear.of(timezone.localdate()).first_day
    unknown = visit(dx_office, url(plan, "since=year")).context["spans"].chosen
    closed_at = timezone.now() - datetime.timedelta(days=400)
    PlanYear.objects.filter(plan=plan, fiscal_year=2024).update(closed_at=closed_at)
    known = visit(dx_office, url(plan, "since=year")).context["spans"].chosen

    assert (unknown.text, timezone.localdate(unknown.moment)) == (
        f"{show_date(begin)}（年度の初日）",
        begin,
    )
    assert known.moment == closed_at
    assert known.text.endswith("の令和6年度の締め")


def test_nothing_is_told_of_the_time_before_the_plan(visit, dx_office, plan, result):
    response = visit(dx_office, url(plan, "from=R2.4.1"))

    assert response.context["spans"].is_shortened is True
    assert told(response) == []


def test_day_that_cannot_be_read_is_told(visit, dx_office, plan, result):
    response = visit(dx_office, url(plan, "from=きのう"))

    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.content.decode()
    assert response.context["spans"].chosen.span.label == "前年度から"


# ---- Who is told what


@pytest.fixture
def draft(kpi, result):
    """A value of the next year that is not submitted yet, beside an approved one."""
    put_years(PlanYear.objects.filter(fiscal_year=2026), "open")
    happened()
    return make_result(kpi, 2026, "44", review_state="draft", note="内部のメモ")


def test_draft_is_told_to_who_sees_drafts(
    visit, dx_office, auditor, staff, committee, town, plan, draft
):
    other = make_person(
        "other", town, role="staff", department=make_department(town, name="町民課")
    )
    seen = {}
    for person in (dx_office, auditor, staff, other, committee):
        response = visit(person, url(plan))
        seen[person.username] = "44 件" in response.content.decode()
        assert ("内部のメモ" in response.content.decode()) is seen[person.username]

    assert seen == {
        "office": True,
        "auditor": True,
        "staff": True,
        "other": False,
        "committee": False,
    }


def test_draft_that_hides_an_approved_value_is_not_told(visit, committee, plan, kpi):
    result = make_result(kpi, 2025, "30", review_state="checked")
    happened()
    change(result, review_state="draft")
    change(result, value="7777")

    response = visit(committee, url(plan))

    assert "7,777" not in response.content.decode()
    assert told(response)[0] == (
        *("(1) 窓口", "1 申請", "実績", "令和7年度 実績", "30 件", "未入力"),
    )


def test_names_and_reasons_are_for_readers_of_the_trail(
    visit, dx_office, auditor, staff, committee, town, plan, kpi, result
):
    other = make_person(
        "other", town, role="staff", department=make_department(town, name="町民課")
    )

    def write():
        change(kpi, definition="受け付けた数")
        change(Policy.objects.get(name="窓口"), summary="窓口を変える")

    as_person(dx_office, write, "再計算")
    seen = {}
    for person in (dx_office, auditor, staff, other, committee):
        response = visit(person, url(plan))
        seen[person.username] = [(line.who, line.reason) for line in lines(response)]
        links = response.content.decode().count("/history/kpis/")
        assert links == (1 if seen[person.username][1][0] else 0)

    known, nothing = ("office", "再計算"), ("", "")
    assert seen == {
        "office": [known, known],
        "auditor": [known, known],
        "staff": [nothing, known],
        "other": [nothing, nothing],
        "committee": [nothing, nothing],
    }


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_for_more(count_queries, dx_office, plan, department, count):
    for number in range(count):
        kpi = make_kpi(plan, departments=[department], targets={2025: "50"})
        make_result(kpi, 2025, number, review_state="draft")
    happened()
    for kpi in plan.kpis.all():
        change(kpi, definition="新しい定義")
        change(kpi.policy, summary="新しい概要")
        change(kpi.results.get(), value="50")
        make_revision(kpi, 2026, {2026: "80"})

    response = count_queries(17, dx_office, url(plan))

    assert len(lines(response)) == 5 * count
