"""意見と対応 and 目標の見直し of the committee's workbook."""

from dxplan.lib import workbooks as wb
from dxplan.lib.workbook_texts import rows_of
from kpis.opinions import OpinionRow
from kpis.revisions import RevisionLine

FIRST_LINE = 4
OPINIONS_TITLE, REVISIONS_TITLE = "意見と対応", "目標の見直し"
OPINION_COLUMNS = (
    ("会議", 17, lambda row: row.meeting_text),
    ("区分", 8, lambda row: row.kind),
    ("対象", 18, lambda row: row.about),
    ("内容", 32, lambda row: row.text),
    ("担当課", 11, lambda row: row.departments_text),
    ("対応", 24, lambda row: row.response),
    ("完了日", 10, lambda row: row.settled_text or "未完了"),
)
REVISION_COLUMNS = (
    ("指標", 26, lambda line: line.kpi_label),
    ("回", 6, lambda line: f"第{line.revision.number}回"),
    ("適用する年度", 13, lambda line: f"{line.revision.effective_fiscal_year.era_label}から"),
    ("変更", 20, lambda line: "\n".join(line.changes)),
    ("決定", 16, lambda line: f"{line.revision.decided_text}\n{line.revision.decided_by}".strip()),
    ("区分", 9, lambda line: line.revision.category),
    ("理由", 30, lambda line: line.revision.reason),
)


def opinions_sheet(book, rows: list[OpinionRow], *, footer):
    """What meetings said, what became of it."""
    _list_sheet(book, OPINIONS_TITLE, OPINION_COLUMNS, rows, "意見・決定はありません。", footer)


def revisions_sheet(book, lines: list[RevisionLine], *, footer):
    """The changes of targets, the latest first."""
    _list_sheet(
        book, REVISIONS_TITLE, REVISION_COLUMNS, lines, "目標の見直しはありません。", footer
    )


def _list_sheet(book, title, columns, rows, nothing, footer):
    sheet, widths = book.create_sheet(title), [width for _, width, _ in columns]
    wb.put_head(sheet, title, "", columns=len(columns))
    wb.put_header(sheet, FIRST_LINE - 1, [header for header, _, _ in columns])
    wb.set_heights(sheet, [2, FIRST_LINE - 1])
    line = FIRST_LINE
    for row in rows:
        parts = rows_of([getter(row) for _, _, getter in columns], widths)
        for cells in parts:
            wb.put_line(sheet, line, cells, text_alignment=wb.TOP if len(parts) > 1 else None)
            wb.fit_line(sheet, line, cells, widths)
            line += 1
    if not rows:
        wb.put(sheet, line, 1, nothing, alignment=wb.FLAT)
    wb.set_widths(sheet, widths)
    title_rows = f"1:{FIRST_LINE - 1}"
    wb.set_up_page(sheet, title_rows=title_rows, scale=wb.SMALLER, footer=footer)
    sheet.freeze_panes = f"A{FIRST_LINE}"
