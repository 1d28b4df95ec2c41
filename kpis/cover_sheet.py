"""表紙 of the committee's workbook: whose report it is, for which meeting, and what it holds."""

from openpyxl.styles import Font

from dxplan.lib import workbooks as wb
from kpis import behind_sheet, explanation_sheet, kpi_sheet, meeting_sheets, summary_sheet

TITLE = "表紙"
REPORT = "進捗状況報告書"
CONTENTS = "目次"
NOTES_TITLE = "注記"
SCHEDULE_TITLE = "工程表"  # of the action plans
WIDTHS = (6, 22, 66)
ABOUT = {
    summary_sheet.TITLE: "評語ごとの指標数、前年度からの増減、年度ごとの推移",
    kpi_sheet.TITLE: "基準値、年度ごとの目標・実績・達成率・評語",
    behind_sheet.TITLE: "原因と今後の対応",
    SCHEDULE_TITLE: "取組ごとの予定と進み具合",
    meeting_sheets.OPINIONS_TITLE: "会議での意見・決定と、その後の対応",
    meeting_sheets.REVISIONS_TITLE: "変更した目標、決定した日と機関、理由",
    explanation_sheet.TITLE: "達成率・進捗率・判定の計算式と値",
    NOTES_TITLE: "評語の意味と、計算の決まり",
}
SHEETS = "アクションプラン"
SHEETS_ABOUT = "取組ごとのシート {count}枚（「{first}」から）"
HUGE = Font(name=wb.FONT_NAME, size=26, bold=True)
LARGE = Font(name=wb.FONT_NAME, size=16)
LINK = Font(name=wb.FONT_NAME, size=10, underline="single", color="0017C1")


def cover_sheet(book, plan, lines: list[tuple[str, str]], notice: str):
    """The first sheet. `lines` are what stands below the title, as (name, text)."""
    sheet = book.create_sheet(TITLE, 0)
    columns = len(WIDTHS)
    wb.set_widths(sheet, WIDTHS)
    wb.put_head(sheet, "", notice, columns=columns)
    _put_title(sheet, 3, plan.municipality.name, LARGE, columns)
    _put_title(sheet, 4, plan.title, LARGE, columns)
    _put_title(sheet, 5, REPORT, HUGE, columns)
    row = 7
    for row, (name, text) in enumerate(lines, 7):
        wb.put_line(sheet, row, (name, text), first_column=2)
        sheet.cell(row, 2).font, sheet.cell(row, 2).fill = wb.BOLD_FONT, wb.HEADER_FILL
        wb.fit_height(sheet, row, [(text, WIDTHS[2])])
    wb.put(sheet, row + 2, 2, CONTENTS, font=wb.BOLD_FONT, alignment=wb.FLAT)
    for line, (name, about, target) in enumerate(_contents(book), row + 3):
        wb.put_line(sheet, line, (name, about), first_column=2)
        _link(sheet.cell(line, 2), target)
        wb.set_heights(sheet, [line])
    wb.set_up_page(sheet, footer=plan.title)


def _put_title(sheet, row, text, font, columns):
    wb.put(sheet, row, 1, text, font=font, alignment=wb.CENTER)
    wb.merge(sheet, row, 1, columns)
    lines = wb.lines_needed(text, sum(WIDTHS) * wb.BODY_FONT.size / font.size)
    sheet.row_dimensions[row].height = (font.size * 1.6 + 6) * lines


def _contents(book):
    """(name, what it holds, sheet) of the sheets that follow; those of action plans in one line."""
    forms = [name for name in book.sheetnames if name not in (*ABOUT, TITLE)]
    for name in book.sheetnames:
        if name in ABOUT:
            yield name, ABOUT[name], name
        elif forms and name == forms[0]:
            yield SHEETS, SHEETS_ABOUT.format(count=len(forms), first=name), name


def _link(cell, target):
    cell.hyperlink = f"#'{target.replace(chr(39), chr(39) * 2)}'!A1"
    cell.font = LINK
