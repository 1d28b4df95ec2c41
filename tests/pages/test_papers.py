"""Papers: frozen figures that no later edit moves, by page and by workbook."""

import datetime
import io
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone
from openpyxl import load_workbook

from dxplan.accounts.models import Department, Municipality
from dxplan.lib.fiscal_years import show_date
from dxplan.lib.plain_records import from_plain, to_plain
from dxplan.pages.papers import FrozenAlready, NotFreezable, content_of, freeze_paper
from kpis.freezing import freeze
from kpis.models import Judgement, Kpi, Paper, Result, Target
from kpis.progress import kpi_progress
from kpis.sight import SETTLED_ONLY
from plans.models import Meeting, Plan, Policy
from plans.years import hold_open
from tests.factories import (
    as_before_the_closing,
    make_department,
    make_kpi,
    make_plan,
    make_plan_year,
    make_result,
    make_revision,
    make_scale,
)
from tests.markup import read_page, table_lines
from tests.races import together

PAIRS = 3
CAUSE = "職員が足りなかった。"


@pytest.fixture
def meeting(plan):
    return Meeting.objects.create(plan=plan, held_on=datetime.date(2026, 8, 1), name="第1回会議")


@pytest.fixture
def kpi(plan, department):
    """A KPI that is behind in 2025, after a revision."""
    kpi = make_kpi(plan, departments=[department], targets={2024: "10", 2025: "20"}, name="申請数")
    make_revision(kpi, 2025, {2025: "30"}, reason="国の方針が変わった。")
    make_result(kpi, 2024, "10")
    Judgement.objects.create(
        kpi=kpi, fiscal_year=2025, layer="self", symbol="D", cause=CAUSE, next_step="増やす。"
    )
    make_result(kpi, 2025, "10", note="速報を基にした。", review_state="checked")
    return kpi


def year_of(plan, fiscal_year=2025):
    return plan.years.get(fiscal_year=fiscal_year)


def freeze_for(meeting, user, **options):
    plan = meeting.plan
    return freeze_paper(
        plan=plan, plan_year=year_of(plan), kind="meeting", meeting=meeting, user=user, **options
    )


def lines_of(page, label):
    """The table's lines as texts."""
    lines = table_lines(page.first(aria_label=label))
    return [{header: cell.text() for header, cell in line.items()} for line in lines]


def change_everything(kpi):
    """What offices change in the following years."""
    plan = kpi.plan
    Kpi.objects.update(name="別の指標", unit="人", decimals=2, baseline_value=Decimal(5))
    Policy.objects.update(name="別の施策")
    Department.objects.update(name="別の課")
    Plan.objects.filter(pk=plan.pk).update(title="別の計画")
    Meeting.objects.update(name="別の会議", held_on=datetime.date(2027, 1, 1))
    Target.objects.filter(fiscal_year=2025).update(value=Decimal(1))
    with as_before_the_closing():
        Result.objects.update(value=Decimal(99), note="別の備考")
        Judgement.objects.update(cause="別の原因")
    make_scale(plan, 2025, (("優", Decimal(10)), ("劣", None)))
    make_kpi(plan, name="新しい指標")
    Municipality.objects.filter(pk=plan.municipality_id).update(name="新町")


def test_paper_page_and_workbook_stay_as_they_were_frozen(visit, staff, meeting, kpi, dx_office):
    paper = freeze_for(meeting, dx_office)
    page = read_page(visit(staff, f"/papers/{paper.pk}/")).first("main")
    book = visit(staff, f"/papers/{paper.pk}/report.xlsx")

    change_everything(kpi)

    later = read_page(visit(staff, f"/papers/{paper.pk}/")).first("main")
    assert later == page
    assert visit(staff, f"/papers/{paper.pk}/report.xlsx").content == book.content
    living = visit(staff, f"/plans/{meeting.plan_id}/report.xlsx?fiscal_year=2025").content
    assert living != book.content
    assert "別の指標" not in page.text()


def test_paper_page_tells_what_was_frozen(visit, committee, meeting, kpi, dx_office):
    paper = freeze_for(meeting, dx_office)

    page = read_page(visit(committee, f"/papers/{paper.pk}/"))

    assert page.first("h1").text() == "令和7年度 (2025年度) 進捗状況報告"
    cover = {
        item.first("dt").text(): item.first("dd").text() for item in page.first("dl").all("div")
    }
    assert cover["会議"] == "令和8年8月1日 第1回会議"
    assert cover["確定"].endswith("office")
    [line] = lines_of(page, "指標の一覧")
    assert line == {
        "指標": "1 申請数(1) 施策1",
        "担当課": "企画課",
        "基準値": "―",
        "目標": "30 件見直し前 20 件",
        "実績": "10 件",
        "達成率": "33.3%",
        "前年度の達成率": "100.0%",
        "評語": "D大幅な遅れ",
    }
    [late] = lines_of(page, "遅れている指標")
    assert (late["原因"], late["今後の取組"]) == (CAUSE, "増やす。")
    [revised] = lines_of(page, "目標の見直し")
    assert revised["変更"] == "令和7年度: 20 件 → 30 件"
    assert revised["理由"] == "中間見直し: 国の方針が変わった。"


def test_cover_of_a_paper_names_its_meeting_and_edition(plan, meeting, kpi, dx_office):
    papers = [freeze_for(meeting, dx_office) for _ in range(2)]

    covers = [load_workbook(io.BytesIO(bytes(paper.workbook)))["表紙"] for paper in papers]

    day = show_date(timezone.localdate())
    told = [[tuple(cell.value for cell in row) for row in cover["B7:C11"]] for cover in covers]
    assert told[0][:3] == [
        ("会議", papers[0].cover),
        ("確定日", day),
        ("対象年度", "令和7年度 (2025年度)"),
    ]
    assert told[1][:3] == [("会議", papers[0].cover), ("確定日", day), ("版", "第2版")]
    assert covers[0]["A4"].value == plan.title


def test_paper_workbook_says_the_same_as_its_page(meeting, kpi, dx_office):
    paper = freeze_for(meeting, dx_office)

    sheet = load_workbook(io.BytesIO(bytes(paper.workbook)))["遅れている指標"]
    standing = content_of(paper).kpis_behind[0].standing

    assert [sheet[place].value for place in ("B5", "F5", "A6")] == ["申請数", 10, CAUSE]
    assert (standing.result.value, standing.rate) == (Decimal(10), Decimal(10) / Decimal(30))


def test_drafts_are_not_on_paper_whoever_freezes_it(meeting, kpi, dx_office):
    draft = make_kpi(meeting.plan, targets={2025: "10"})
    make_result(draft, 2025, "7777", note="途中の値")

    content = content_of(freeze_for(meeting, dx_office))

    results = [
        (item.standing.result.text, item.standing.result.review_state) for item in content.kpis
    ]
    assert results == [("10 件", "checked"), ("未入力", "")]
    assert (content.total, content.rated) == (2, 1)


def test_content_comes_back_from_the_database_as_frozen(plan, meeting, kpi, dx_office):
    frozen = freeze(plan, kpi_progress(plan, SETTLED_ONLY), 2025, has_previous=True)

    paper = Paper.objects.get(pk=freeze_for(meeting, dx_office).pk)

    assert content_of(paper) == frozen == from_plain(type(frozen), to_plain(frozen))
    assert paper.is_intact


def test_paper_of_unknown_format_is_not_read(meeting, dx_office):
    paper = freeze_for(meeting, dx_office)
    paper.content["format"] = 2

    with pytest.raises(ValueError, match="2"):
        content_of(paper)
    assert not paper.is_intact


def test_second_paper_of_a_meeting_is_its_second_edition(meeting, dx_office):
    first, second = freeze_for(meeting, dx_office), freeze_for(meeting, dx_office, reason="訂正 ")

    assert (first.number, second.number, second.reason) == (1, 2, "訂正")
    assert str(second) == "令和7年度 (2025年度) 進捗状況報告（第2版）"


def test_same_form_sent_twice_makes_one_paper(meeting, dx_office):
    first = freeze_for(meeting, dx_office, seen=0)

    with pytest.raises(FrozenAlready) as refusal:
        freeze_for(meeting, dx_office, seen=0)

    assert refusal.value.paper == first
    assert Paper.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_paper_frozen_by_two_at_the_same_moment_is_one(meeting, kpi, dx_office):
    for number in range(PAIRS):
        freeze_it = partial(freeze_for, meeting, dx_office, seen=number)
        outcomes = together(freeze_it, freeze_it, refusals=(FrozenAlready,))
        assert sorted(isinstance(outcome, Paper) for outcome in outcomes) == [False, True]
    assert list(Paper.objects.order_by("pk").values_list("number", flat=True)) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_freezing_waits_for_a_save_that_has_begun(plan, meeting, kpi, dx_office):
    def freeze_alone():
        try:
            return freeze_for(meeting, dx_office)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hold_open(year_of(plan))
            freezing = pool.submit(freeze_alone)
            with pytest.raises(TimeoutError):
                freezing.result(timeout=1)
        assert freezing.result(timeout=60).number == 1


def test_closing_record_needs_no_meeting_and_is_numbered_by_itself(plan, meeting, dx_office):
    freeze_for(meeting, dx_office)

    papers = [
        freeze_paper(plan=plan, plan_year=year_of(plan, 2024), kind="closing", user=dx_office)
        for _ in range(2)
    ]

    assert [(paper.number, paper.cover) for paper in papers] == [(1, ""), (2, "")]
    assert papers[0].title == "令和6年度 (2024年度) 締めの記録"


@pytest.mark.parametrize(("state", "fiscal_year"), [("draft", 2025), ("in_force", 2026)])
def test_nothing_is_frozen_of_drafts_and_years_to_come(plan, dx_office, state, fiscal_year):
    draft = make_plan(plan.municipality, code="other", state=state)
    year = make_plan_year(draft, fiscal_year, state="planned" if fiscal_year == 2026 else "open")

    with pytest.raises(NotFreezable):
        freeze_paper(plan=draft, plan_year=year, kind="closing", user=dx_office)


def test_freezing_costs_the_same_for_one_and_three_kpis(
    plan, meeting, dx_office, kpi, django_assert_num_queries
):
    year = year_of(plan)
    frozen = {"plan": plan, "plan_year": year, "kind": "meeting", "meeting": meeting}
    with django_assert_num_queries(27):
        freeze_paper(**frozen, user=dx_office)
    for _ in range(2):
        make_kpi(plan, targets={2025: "1"})
    with django_assert_num_queries(27):
        freeze_paper(**frozen, user=dx_office)


def test_paper_page_costs_the_same_for_one_and_three_kpis(
    count_queries, committee, plan, meeting, kpi, dx_office
):
    one = freeze_for(meeting, dx_office)
    count_queries(5, committee, f"/papers/{one.pk}/")
    for _ in range(2):
        make_kpi(plan, targets={2025: "1"})
    three = freeze_for(meeting, dx_office)
    count_queries(5, committee, f"/papers/{three.pk}/")


def test_paper_of_another_town_is_unknown(visit, outsider, meeting, dx_office):
    paper = freeze_for(meeting, dx_office)

    assert visit(outsider, f"/papers/{paper.pk}/").status_code == 404
    assert visit(outsider, f"/papers/{paper.pk}/report.xlsx").status_code == 404


def refused(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()
        connection.check_constraints()
    return True


def test_database_lets_nobody_change_or_remove_a_paper(meeting, dx_office):
    paper = freeze_for(meeting, dx_office)
    own = Paper.objects.filter(pk=paper.pk)

    assert refused(lambda: own.update(title="別の標題"))
    assert refused(lambda: own.update(title=paper.title))
    assert refused(lambda: own._raw_delete(own.db))
    assert Paper.objects.get().title == paper.title


def test_database_refuses_papers_of_other_plans_and_years(plan, meeting, dx_office, outsider):
    paper = freeze_for(meeting, dx_office)
    fields = {
        field.attname: getattr(paper, field.attname)
        for field in Paper._meta.fields
        if field.name != "id"
    }
    other = make_plan(plan.municipality, code="other")
    make_plan_year(other, 2025)
    for wrong in (
        {"plan_id": other.pk},
        {"fiscal_year": 2026, "number": 1},
        {"frozen_by_id": outsider.pk},
        {"workbook": b"other"},
        {"kind": "closing"},
        {"number": 1},
    ):
        columns = fields | {"number": 2} | wrong
        assert refused(partial(Paper.objects.create, **columns)), wrong


def test_department_of_a_paper_keeps_its_name_on_the_trail(plan, meeting, kpi, dx_office):
    make_department(plan.municipality, name="町民課")
    paper = freeze_for(meeting, dx_office)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM kpis_paperevent WHERE pgh_obj_id = %s", [paper.pk])
        columns = {column.name for column in cursor.description}
        assert len(cursor.fetchall()) == 1
    assert columns.isdisjoint({"content", "workbook"})
