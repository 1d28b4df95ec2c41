"""工程表 and the sheets of action plans in the committee's workbook, as LibreOffice shows them."""

from io import BytesIO

import openpyxl
import pytest
from django.core.management import call_command

from actionplans.models import Evaluation, Placement, SchedulePeriod, Stage
from actionplans.schedule_sheet import stage_text
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.pages.report import report_rows, report_workbook
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING, SETTLED_ONLY
from plans.models import Plan
from plans.years import plan_years
from tests.factories import make_kpi, make_stage
from tests.spreadsheets import displayed_sheets

pytestmark = pytest.mark.django_db

FIXTURES = ("kami", "kami_sample", "kami_actionplans", "kagamiishi", "kagamiishi_actionplans")


def report_of(plan, sight=EVERYTHING):
    return report_rows(plan, plan_years(plan), kpi_progress(plan, sight), 2025, sight)


def written(report, fiscal_year=2025):
    return report_workbook(report, FiscalYear(fiscal_year))


def shown(reports, folder):
    """The sheets of workbooks as LibreOffice shows them, in one run of it."""
    paths = []
    for number, report in enumerate(reports):
        paths.append(folder / f"{number}.xlsx")
        paths[-1].write_bytes(written(report))
    sheets = displayed_sheets(paths, folder)
    return [sheets[path.stem] for path in paths]


@pytest.fixture
def towns(db):
    call_command("loaddata", *FIXTURES, verbosity=0)
    first, second, third = Stage.objects.filter(placement="both").order_by("pk")[:3]
    Stage.objects.filter(pk=first.pk).update(actual_start=first.first_start + 1, actual_end=4050)
    revised = {"revised_start": 4048, "revised_end": 4049, "revision_reason": "国の仕様の変更"}
    Stage.objects.filter(pk=second.pk).update(**revised)
    Stage.objects.filter(pk=third.pk).update(actual_start=third.first_start)
    return [report_of(plan) for plan in Plan.objects.order_by("municipality__code")]


def test_printed_sheets_read_as_the_pages_rows(towns, tmp_path):
    for report, sheets in zip(towns, shown(towns, tmp_path), strict=True):
        assert bars_shown(sheets["工程表"], report) == bars_expected(report)
        for paper in report.papers:
            lines = sheets[f"個票 {paper.sheet.number}"]
            assert form_shown(lines) == form_expected(paper)


def bars_shown(lines, report):
    """[(number or blank, stage, 予定 or 実績, halves marked, state)] of the 工程表."""
    halves = len(report.period.halves)
    found = []
    for cells in lines[5:]:
        marks = cells[5 : 5 + halves]
        if cells[4]:
            columns = [place for place, mark in enumerate(marks) if mark]
            found.append((cells[0], cells[3], cells[4], columns, cells[5 + halves]))
    return found


def bars_expected(report):
    expected = []
    for action in report.actions:
        number = action.number
        for line in action.lines(Placement.SHEET):
            for stage in line.stages:
                text, state = stage_text(stage, line.name), stage.state.label
                for kind, span in kinds_of(stage):
                    marked = [
                        n for n, half in enumerate(report.period.halves) if within(half, span)
                    ]
                    expected.append((number, text, kind, marked, state))
                    number = text = state = ""
    return expected


def kinds_of(stage):
    spans = (
        ("当初", stage.first if stage.revised else None),
        ("予定", stage.planned),
        ("実績", stage.actual),
    )
    return [(kind, span) for kind, span in spans if span]


def within(half, span):
    return span.start <= half <= span.end


def form_shown(lines):
    """{label: texts beside it} of a form, in order; what stands below the last label too."""
    return [[cell for cell in cells if cell] for cells in lines[2:] if any(cells)]


def form_expected(paper):
    sheet, action = paper.sheet, paper.action
    years = [year.label for year in paper.period.years]
    lines = [
        [
            "施策NO.",
            sheet.number,
            "担当課",
            action.department_name,
            "新規・継続",
            action.continuity,
        ],
        ["事業名", sheet.title],
        [sheet.upper_plan or "総合計画"],
        ["基本方針名", sheet.upper_policy],
        ["主要施策名", sheet.upper_measure],
        ["町DX推進計画"],
        *([f"{name}名" if name == "基本方針" else name, label] for name, label in paper.levels),
        ["1. 事業の概要"],
        [sheet.overview],
        ["2. 事業の効果"],
        [sheet.effect],
        ["3. 成果目標・スケジュール"],
        *(line for kpi in paper.kpis for line in kpi_lines(kpi, years)),
        *([] if paper.kpis else [["KPI", "未設定"], ["年度", *years]]),
        *stage_lines(paper),
        ["備考", sheet.remarks],
        ["4. 施策の評価"],
        ["年度", "目標の達成度", "未達成の場合原因・理由等を記入"],
        *([y.fiscal_year.label, y.attainment_label, y.said.cause] for y in paper.evaluated),
    ]
    return [found for line in lines if (found := [text for text in line if text])]


def kpi_lines(kpi, years):
    yield ["KPI", kpi.row.name]
    yield ["数値目標", kpi.row.target_wording]
    yield ["年度別数値目標", *years]
    yield list(kpi.targets)
    yield ["達成時期", kpi.due]


def stage_lines(paper):
    stages = [stage for line in paper.action.lines(Placement.SCHEDULE) for stage in line.stages]
    for stage in stages:
        planned = stage.planned
        yield ["スケジュール", f"{stage.label}（{planned.label}、{stage.state.label}）"]
        for kind, span in kinds_of(stage):
            marks = {"当初": "◇", "予定": "□", "実績": "■"}[kind]
            yield [f"　{kind}", *(marks for half in paper.period.halves if within(half, span))]
    if stages:
        yield ["□ 予定　■ 実績　◇ 当初の予定（変更前）　△▲ 節目の予定・実績"]


def test_every_action_plan_has_a_sheet_that_repeats_its_title(towns):
    for report in towns:
        book = openpyxl.load_workbook(BytesIO(written(report)))
        forms = [book[name] for name in book.sheetnames if name.startswith("個票 ")]
        assert [sheet["B3"].value for sheet in forms] == [row.number for row in report.actions]
        assert {(sheet.page_setup.scale, sheet.print_title_rows) for sheet in forms} == {
            (90, "$1:$2")
        }


def test_sheets_of_numbers_alike_have_names_of_their_own(plan):
    for number in ("1/2", "12", "1:2", "１" * 20, "ａ" * 20 + "b"):
        plan.action_plans.create(number=number[:20], title="=1+1")
    report = report_of(plan)

    book = openpyxl.load_workbook(BytesIO(written(report)))
    names = [name for name in book.sheetnames if name.startswith("個票")]
    assert names[:3] == ["個票 12", "個票 12（2）", "個票 12（3）"]
    assert len({name.casefold() for name in names}) == len(report.actions)
    assert (book[names[0]]["B4"].value, book[names[0]]["B4"].data_type) == ("=1+1", "s")


def test_plan_without_action_plans_has_no_sheets_of_them(plan):
    book = openpyxl.load_workbook(BytesIO(written(report_of(plan))))

    assert [name for name in book.sheetnames if name == "工程表" or "個票" in name] == []


def test_paper_leaves_out_evaluations_nobody_approved(plan):
    sheet = plan.action_plans.create(number="1", title="施策")
    Evaluation.objects.create(
        action_plan=sheet, fiscal_year=2025, attainment="achieved", cause="下書きの理由"
    )

    def has_cause(sight):
        book = openpyxl.load_workbook(BytesIO(written(report_of(plan, sight))))
        texts = [cell for line in book["個票 1"].values for cell in line]
        return "下書きの理由" in texts

    assert (has_cause(EVERYTHING), has_cause(SETTLED_ONLY)) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_rows_of_a_report_take_as_many_queries_for_any_number(
    plan, count, django_assert_num_queries
):
    for number in range(count):
        sheet = plan.action_plans.create(number=str(number), title="施策")
        sheet.kpi_links.create(kpi=make_kpi(plan))
        make_stage(sheet, label="工程")
    rows, years = kpi_progress(plan, EVERYTHING), plan_years(plan)

    with django_assert_num_queries(14):
        report = report_rows(plan, years, rows, 2025, EVERYTHING)
    with django_assert_num_queries(0):
        written(report)


def test_all_lines_of_a_note_below_the_timetable_are_in_view(plan, action):
    SchedulePeriod.objects.create(
        plan=plan, first_fiscal_year=2023, last_fiscal_year=2027, note="※1 国の期限\n※2 県の期限"
    )
    make_stage(action, label="工程")

    sheet = openpyxl.load_workbook(BytesIO(written(report_of(plan))))["工程表"]

    note = sheet.max_row
    assert sheet.cell(note, 1).value == "※1 国の期限\n※2 県の期限"
    assert sheet.cell(note, 1).alignment.wrap_text is True
    assert sheet.row_dimensions[note].height == 32
