"""遅れている指標 of the committee's workbook: figures of a KPI and below them what is said."""

from dxplan.lib import workbooks as wb
from dxplan.lib.workbook_texts import rows_of
from kpis.measurement import JudgementLayer
from kpis.report_cells import (
    OVERRIDDEN,
    grade_cell,
    rate_cell,
    result_cell,
    said_cell,
    target_cell,
)
from kpis.summary import behind

TITLE = "遅れている指標"
FIRST_LINE = 5
NONE_BEHIND = "この年度に未達成の指標はありません。"
COLUMNS = (
    ("番号", 7, lambda row, year: row.number),
    ("指標", 27, lambda row, year: row.name),
    ("施策", 21, lambda row, year: row.policy.label),
    ("担当課", 12, lambda row, year: row.departments_text),
    ("目標", 10, lambda row, year: target_cell(row, row.at(year))),
    ("実績", 13, lambda row, year: result_cell(row, row.at(year))),
    ("達成率", 7.5, lambda row, year: rate_cell(row.at(year))),
    ("前年度の達成率", 8.5, lambda row, year: rate_cell(row.at(year - 1))),
    ("評語", 6, lambda row, year: grade_cell(row.at(year))),
    ("自己評価", 7, lambda row, year: said_cell(row.at(year), "symbol") or wb.NOTHING),
)
WIDTHS = tuple(width for _, width, _ in COLUMNS)
TEXTS = (  # header, first and last of the columns below which it stands
    ("原因", 1, 2, lambda row, year: said_cell(row.at(year), "cause")),
    ("今後の取組", 3, 4, lambda row, year: said_cell(row.at(year), "next_step")),
    ("備考・理由", 5, 10, lambda row, year: _remark(row.at(year))),
)


def _remark(standing) -> str:
    rate_reason = standing.achievement.rate.reason
    texts = (standing.result.note, standing.verdict_note, rate_reason, _override(standing))
    return "\n".join(text for text in texts if text)


def _override(standing) -> str:
    """Why the DX office gave another grade than the rules; blank where it did not."""
    if not standing.is_overridden:
        return ""
    reason = standing.judgement(JudgementLayer.OFFICE).comment
    return f"{OVERRIDDEN} DX推進担当が判定を変更: {reason}"


def behind_sheet(book, rows, fiscal_year, notice):
    sheet = book.create_sheet(TITLE)
    wb.put_head(sheet, f"{TITLE}（{fiscal_year.label}）", notice, columns=len(COLUMNS))
    wb.put_header(sheet, 3, [header for header, _, _ in COLUMNS])
    wb.fit_height(sheet, 3, [("二行\n二行", 20)])
    _texts(sheet, 4, [header for header, _, _, _ in TEXTS], wb.put_header)
    wb.set_heights(sheet, [2, 4])
    starts, line = [], FIRST_LINE
    for row in behind(rows, fiscal_year):
        starts.append(line)
        line = _block(sheet, line, row, fiscal_year)
    if not starts:
        wb.put(sheet, line, 1, NONE_BEHIND, alignment=wb.FLAT)
        wb.set_heights(sheet, [line])
    wb.set_widths(sheet, WIDTHS)
    wb.break_pages(sheet, starts, title_rows=FIRST_LINE - 1, scale=wb.SMALLER)
    sheet.freeze_panes = f"C{FIRST_LINE}"


def _block(sheet, line, row, fiscal_year) -> int:
    """Writes a KPI's figures and below them what is said of it; the line after them."""
    cells = [getter(row, fiscal_year) for _, _, getter in COLUMNS]
    wb.put_line(sheet, line, cells[:4], fill=wb.GROUP_FILL)
    wb.put_line(sheet, line, cells[4:], first_column=5, text_alignment=wb.CENTER,
                fill=wb.GROUP_FILL)  # fmt: skip
    wb.fit_line(sheet, line, cells, WIDTHS)
    said = [getter(row, fiscal_year) for _, _, _, getter in TEXTS]
    if not any(said):
        return line + 1
    rooms = [sum(WIDTHS[first - 1 : last]) for _, first, last, _ in TEXTS]
    for texts in rows_of(said, rooms):
        line += 1
        _texts(sheet, line, texts, wb.put_line)
        wb.fit_height(sheet, line, zip(texts, rooms, strict=True))
    return line + 1


def _texts(sheet, line, texts, put):
    """Three texts across the columns, by `put_line` or `put_header`."""
    for text, (_, first, last, _) in zip(texts, TEXTS, strict=True):
        put(sheet, line, [text, *("" for _ in range(last - first))], first_column=first)
        wb.merge(sheet, line, first, last)
