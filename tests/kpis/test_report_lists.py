"""Chart, opinions and changes of targets in the committee's workbook."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.pages.report import report_rows, report_workbook
from kpis.meeting_sheets import OPINION_COLUMNS, REVISION_COLUMNS
from kpis.opinion_changes import OpinionSaid, record_opinion
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from plans.years import plan_years
from tests.factories import make_kpi, make_result, make_revision
from tests.spreadsheets import displayed_sheets

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(plan, department, dx_office):
    kpi = make_kpi(plan, targets={2025: 20, 2026: 30})
    make_result(kpi, 2025, 10)
    make_revision(kpi, 2026, {2026: 40}, reason="=1+1")
    meeting = plan.meetings.create(held_on=date(2025, 8, 1), name="第1回会議")
    said = OpinionSaid(
        "opinion", "遅れの理由を\n示すこと。", department_ids=frozenset({department.pk})
    )
    record_opinion(meeting=meeting, said=said, user=dx_office)
    return report_rows(plan, plan_years(plan), kpi_progress(plan, EVERYTHING), 2025, EVERYTHING)


def test_opinions_and_changes_read_as_on_the_pages(report, tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(report_workbook(report, FiscalYear(2025)))
    sheets = displayed_sheets([path], tmp_path)["book"]

    for name, columns, rows in (
        ("意見と対応", OPINION_COLUMNS, report.opinions),
        ("目標の見直し", REVISION_COLUMNS, report.revisions),
    ):
        assert len(rows) == 1
        expected = [[getter(row) for _, _, getter in columns] for row in rows]
        assert sheets[name][2:] == [[header for header, _, _ in columns], *expected]


def test_chart_is_drawn_from_the_counts_of_the_years(report):
    book = openpyxl.load_workbook(BytesIO(report_workbook(report, FiscalYear(2025))))
    sheet = book["概要"]
    [chart] = sheet._charts
    drawn = {
        cell_of(book, series.tx.strRef.f)[0]: cell_of(book, series.val.numRef.f)
        for series in chart.series
    }

    assert drawn == {"C 遅れ": [0, 1], "未報告": [1, 0]}
    assert (chart.x_axis.delete, chart.y_axis.delete) == (False, False)


def cell_of(book, reference):
    """The values that a chart's reference means."""
    name, _, place = reference.rpartition("!")
    found = book[name.strip("'")][place.replace("$", "")]
    cells = found[0] if isinstance(found, tuple) else (found,)
    return [cell.value for cell in cells]


def test_long_opinion_goes_on_in_further_rows(plan, department, dx_office, report):
    text = "".join(f"{number:04}" for number in range(2_000))
    said = OpinionSaid("opinion", text, department_ids=frozenset({department.pk}))
    record_opinion(meeting=plan.meetings.get(), said=said, user=dx_office)
    report = report_rows(plan, plan_years(plan), kpi_progress(plan, EVERYTHING), 2025, EVERYTHING)

    book = openpyxl.load_workbook(BytesIO(report_workbook(report, FiscalYear(2025))))

    sheet = book["意見と対応"]
    rows = [
        row
        for row in range(4, sheet.max_row + 1)
        if sheet.cell(row, 4).value != "遅れの理由を\n示すこと。"
    ]
    assert "".join(sheet.cell(row, 4).value for row in rows) == text
    assert [bool(sheet.cell(row, 1).value) for row in rows] == [True] + [False] * (len(rows) - 1)
    assert max(sheet.row_dimensions[row].height for row in rows) < 400
