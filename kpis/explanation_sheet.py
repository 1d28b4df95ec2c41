"""計算の根拠 of the committee's workbook: the words of the KPI's page, a block per KPI."""

from dxplan.lib import workbooks as wb
from kpis.explanation import explain
from kpis.rows import KpiProgress
from kpis.summary import measured_in

TITLE = "計算の根拠"
HEADERS = ("項目", "根拠")
WIDTHS = (14, 94)  # together no more than A4 landscape at full size, in whatever font
FIRST_LINE = 4


def explanation_sheet(book, rows: list[KpiProgress], fiscal_year, notice):
    """How every figure came about, printed at full size, a KPI's block in one piece."""
    sheet = book.create_sheet(TITLE)
    wb.put_head(sheet, f"{TITLE}（{fiscal_year.label}）", notice, columns=len(HEADERS))
    wb.put_header(sheet, FIRST_LINE - 1, HEADERS)
    wb.set_widths(sheet, WIDTHS)
    wb.set_heights(sheet, range(2, FIRST_LINE))
    starts, line = [], FIRST_LINE
    for row in measured_in(rows, fiscal_year):
        starts.append(line)
        line = _block(sheet, line, row, explain(row, fiscal_year))
    if not starts:
        wb.put(sheet, line, 1, "この年度に測定する指標はありません。", alignment=wb.FLAT)
    wb.break_pages(sheet, starts, title_rows=FIRST_LINE - 1)
    sheet.freeze_panes = f"A{FIRST_LINE}"


def _block(sheet, line, row, explained) -> int:
    """Writes a KPI's heading and its steps; the line after them."""
    heading = f"{row.number} {row.name}"
    wb.put_group(sheet, line, heading, columns=len(HEADERS))
    wb.fit_height(sheet, line, [(heading, sum(WIDTHS))])
    for place, step in enumerate(explained, line + 1):
        wb.put_line(sheet, place, (step.label, step.text))
        wb.fit_line(sheet, place, (step.label, step.text), WIDTHS)
    return line + 1 + len(explained)
