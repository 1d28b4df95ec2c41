"""概要 of the committee's workbook: how many KPIs have which grade."""

from dxplan.lib import workbooks as wb
from dxplan.lib.workbook_charts import add_stacked_chart
from kpis.charts import GRADE_COLORS, used_grades
from kpis.summary import measured_in, summarize

TITLE = "概要"
NAME_WIDTHS = (11, 25)
COUNT_WIDTH = 8.4  # narrower where a scale has many grades
HISTORY = "年度ごとの指標数"
HEADING_PLACE, CHART_PLACE = "G3", "G4"  # beside the counts of the year


def summary_sheet(book, plan, rows, years, fiscal_year, has_previous, notice):
    sheet = book.create_sheet(TITLE)
    summary = summarize(rows, fiscal_year, has_previous=has_previous)
    wb.put_head(sheet, f"{plan.municipality.name} DX推進計画 進捗状況報告書", notice, columns=12)
    for row, (name, value) in enumerate(
        (("計画", plan.title), ("年度", fiscal_year.label), ("集計対象", summary.denominator_text)),
        3,
    ):
        wb.put(sheet, row, 1, name, font=wb.BOLD_FONT)
        wb.put(sheet, row, 2, value, alignment=wb.FLAT)
    wb.put(sheet, 7, 1, "評語ごとの指標数", font=wb.BOLD_FONT, alignment=wb.FLAT)
    wb.put_header(sheet, 8, ("評語", "", "指標数", "前年度", "増減"))
    wb.merge(sheet, 8, 1, 2)
    for row, item in enumerate(summary.shown_counts, 9):
        wb.put_line(sheet, row, _count_cells(item))
        wb.merge(sheet, row, 1, 2)
    line = _policy_counts(sheet, rows, summary, first_row=9 + len(summary.shown_counts) + 1)
    columns = 2 + len(summary.shown_counts)
    room = (wb.SMALLER_WIDTH - sum(NAME_WIDTHS)) / columns
    wb.set_widths(sheet, (*NAME_WIDTHS, *(min(COUNT_WIDTH, room) for _ in range(columns))))
    wb.set_heights(sheet, range(2, 12 + len(summary.shown_counts)))
    starts = [3, 10 + len(summary.shown_counts)]
    summaries = [summarize(rows, year, has_previous=False) for year in years if year <= fiscal_year]
    if any(item.total for item in summaries):
        starts.append(line + 1)
        wb.set_heights(sheet, [line])
        _history(sheet, summaries, first_row=line + 1)
    wb.break_pages(sheet, starts, title_rows=2, scale=wb.SMALLER)


def _count_cells(item):
    if item.previous is None:
        return (item.grade.label, "", wb.Number(item.count), wb.NOTHING, wb.NOTHING)
    change = wb.Number(item.count - item.previous, "+0;-0;0")
    return (item.grade.label, "", wb.Number(item.count), wb.Number(item.previous), change)


def _policy_counts(sheet, rows, summary, *, first_row) -> int:
    """One line per top-level policy: how many of its KPIs have which grade; the line after."""
    wb.put(sheet, first_row, 1, "基本方針ごとの指標数", font=wb.BOLD_FONT, alignment=wb.FLAT)
    grades = [item.grade for item in summary.shown_counts]
    headers = ("全指標", "評価可能", *(_grade_header(grade) for grade in grades))
    wb.put_header(sheet, first_row + 1, ("基本方針", "", *headers))
    wb.merge(sheet, first_row + 1, 1, 2)
    groups = {}
    for row in measured_in(rows, summary.fiscal_year):
        groups.setdefault(row.policy.path[0], []).append(row)
    for line, (label, members) in enumerate(groups.items(), first_row + 2):
        counts = summarize(members, summary.fiscal_year, has_previous=False)
        numbers = (counts.total, counts.rated, *(counts.count_of(grade) for grade in grades))
        wb.put_line(sheet, line, (label, "", *(wb.Number(number) for number in numbers)))
        wb.merge(sheet, line, 1, 2)
        wb.fit_height(sheet, line, [(label, sum(NAME_WIDTHS))])
    return first_row + 2 + len(groups)


def _history(sheet, summaries, *, first_row):
    """How many KPIs had which grade, year by year, with a chart beside this year's counts."""
    for cell in (sheet.cell(first_row, 1), sheet[HEADING_PLACE]):
        wb.put(sheet, cell.row, cell.column, HISTORY, font=wb.BOLD_FONT, alignment=wb.FLAT)
    years = [item.fiscal_year.era_label for item in summaries]
    wb.put_header(sheet, first_row + 1, ("評語", "", *years))
    wb.merge(sheet, first_row + 1, 1, 2)
    grades = used_grades(summaries)
    for line, grade in enumerate(grades, first_row + 2):
        counts = (wb.Number(item.count_of(grade)) for item in summaries)
        wb.put_line(sheet, line, (grade.label, "", *counts))
        wb.merge(sheet, line, 1, 2)
    wb.set_heights(sheet, range(first_row, first_row + 2 + len(grades)))
    wb.fit_height(sheet, first_row + 1, [(year, COUNT_WIDTH) for year in years])
    add_stacked_chart(
        sheet,
        CHART_PLACE,
        header_row=first_row + 1,
        columns=(3, 2 + len(years)),
        colors=[GRADE_COLORS[grade.tone] for grade in grades],
    )


def _grade_header(grade):
    return grade.symbol if grade.is_rated else grade.name
