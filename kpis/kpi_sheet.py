"""指標一覧 of the committee's workbook: a line per KPI, a block of columns per fiscal year."""

from dxplan.lib import workbooks as wb
from kpis.report_cells import (
    OVERRIDDEN_MEANS,
    baseline_cell,
    grade_cell,
    rate_cell,
    result_cell,
    target_cell,
)
from kpis.summary import has_overridden

TITLE = "指標一覧"
FIRST_LINE = 5
KPI_COLUMNS = (
    ("番号", 6, lambda row: row.number),
    ("指標", 23, lambda row: row.name),
    ("担当課", 12, lambda row: row.departments_text),
)
BASELINE_COLUMN = ("基準値", 10, baseline_cell)
TITLE_COLUMNS = 3  # repeated where the years take several pages
YEAR_COLUMNS = (
    ("目標", 8.5, target_cell),
    ("実績", 12.5, result_cell),
    ("達成率", 7.5, lambda row, standing: rate_cell(standing)),
    ("評語", 6, lambda row, standing: grade_cell(standing)),
)
COMING_YEAR_COLUMNS = (("目標", 10, target_cell),)


def kpi_sheet(book, rows, years, fiscal_year, notice):
    """Printed so that it can be read: years that do not fit go on a page beside the first."""
    sheet = book.create_sheet(TITLE)
    has_baseline = any(row.baseline_text for row in rows)
    kpi_columns = KPI_COLUMNS + ((BASELINE_COLUMN,) if has_baseline else ())
    blocks = [
        (year, YEAR_COLUMNS if year <= fiscal_year else COMING_YEAR_COLUMNS) for year in years
    ]
    widths = [width for _, width, _ in kpi_columns]
    widths += [width for _, columns in blocks for _, width, _ in columns]
    wb.put_head(sheet, f"{TITLE}（年度別）", notice, columns=len(widths))
    _keep_in_titles(sheet, 2, notice)
    _kpi_headers(sheet, kpi_columns, blocks)
    starts, line = _groups(sheet, rows, kpi_columns, blocks, widths)
    if has_overridden(rows, [year for year in years if year <= fiscal_year]):
        wb.put(sheet, line, 1, OVERRIDDEN_MEANS, alignment=wb.FLAT)
        wb.set_heights(sheet, [line])
    wb.set_widths(sheet, widths)
    wb.set_heights(sheet, [4])
    wb.break_pages(sheet, starts, title_rows=FIRST_LINE - 1, scale=wb.SMALLER)
    firsts = _first_columns(kpi_columns, blocks)
    wb.break_columns(sheet, firsts, title_columns=TITLE_COLUMNS, scale=wb.SMALLER)
    sheet.freeze_panes = f"C{FIRST_LINE}"


def _groups(sheet, rows, kpi_columns, blocks, widths):
    """Writes the KPIs below the headings of their policies: where those stand, the next line."""
    starts, line, group = [], FIRST_LINE, None
    for row in rows:
        if row.policy.group_label != group:
            group = row.policy.group_label
            wb.put_line(sheet, line, [group, *("" for _ in widths[1:])], font=wb.BOLD_FONT,
                        fill=wb.GROUP_FILL)  # fmt: skip
            _keep_in_titles(sheet, line, group)
            starts.append(line)
            line += 1
        _kpi_line(sheet, line, row, kpi_columns, blocks)
        line += 1
    return starts, line


def _keep_in_titles(sheet, line, text):
    """Keeps a text within the columns that are repeated, so that every page shows all of it."""
    wb.merge(sheet, line, 1, TITLE_COLUMNS)
    sheet.cell(line, 1).alignment = wb.LEFT
    wb.fit_height(sheet, line, [(text, sum(width for _, width, _ in KPI_COLUMNS))])


def _first_columns(kpi_columns, blocks):
    found, column = [], len(kpi_columns) + 1
    for _, columns in blocks:
        found.append(column)
        column += len(columns)
    return found


def _kpi_headers(sheet, kpi_columns, blocks):
    """Two header rows: the KPI's own columns, then for every year a block under the year."""
    wb.put_header(sheet, 3, [header for header, _, _ in kpi_columns])
    wb.put_header(sheet, 4, ["" for _ in kpi_columns])
    for column in range(1, len(kpi_columns) + 1):
        wb.merge_block(sheet, 3, 4, column, column)
    first = len(kpi_columns) + 1
    for year, columns in blocks:
        label = year.label if len(columns) > 1 else year.era_label
        wb.put_header(sheet, 3, [label, *("" for _ in columns[1:])], first_column=first)
        wb.put_header(sheet, 4, [header for header, _, _ in columns], first_column=first)
        wb.merge(sheet, 3, first, first + len(columns) - 1)
        first += len(columns)
    wb.fit_height(sheet, 3, [("二行\n二行", 20)])


def _kpi_line(sheet, line, row, kpi_columns, blocks):
    cells = [getter(row) for _, _, getter in kpi_columns]
    wb.put_line(sheet, line, cells)
    wb.put_line(sheet, line, _year_cells(row, blocks), first_column=len(cells) + 1,
                text_alignment=wb.CENTER)  # fmt: skip
    widths = [width for _, width, _ in kpi_columns]
    widths += [width for _, columns in blocks for _, width, _ in columns]
    wb.fit_line(sheet, line, [*cells, *_year_cells(row, blocks)], widths)


def _year_cells(row, blocks):
    for year, columns in blocks:
        standing = row.at(year)
        for _, _, getter in columns:
            yield getter(row, standing) if standing else wb.NOTHING
