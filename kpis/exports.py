"""The committee's workbook from the same rows as the pages, sheet by sheet."""

from dxplan.lib import workbooks as wb
from dxplan.lib.fiscal_years import FiscalYear
from kpis import behind_sheet, explanation_sheet, kpi_sheet, summary_sheet
from kpis.cover_sheet import NOTES_TITLE, REPORT, cover_sheet
from kpis.report_cells import OVERRIDDEN_MEANS
from kpis.rows import KpiProgress
from kpis.summary import grades_in, has_sample, unsettled_in

SAMPLE_NOTICE = "見本データ（架空の実績値）"
PERIOD = "{first}から{last}まで"
UNSETTLED = "承認前の実績{}件を含みます。"
PAGES = {  # rows repeated on every page, and the percentage at which a sheet is printed
    summary_sheet.TITLE: ("1:2", wb.SMALLER),
    kpi_sheet.TITLE: ("1:4", wb.SMALLER),
    behind_sheet.TITLE: ("1:4", wb.SMALLER),
    explanation_sheet.TITLE: ("1:3", 100),
    NOTES_TITLE: (None, None),
}
NOTES = (
    "判定は、四捨五入する前の値で行います。",
    "達成率（対目標比）は、増加を目指す指標では 実績÷目標、減少を目指す指標では 目標÷実績 です。"
    "目標と実績が同じ値のときは100%です。",
    "「超」「未満」の目標は、その値ちょうどを含みません。達成率が100%でも未達成であり、"
    "下限が100%以上の評語は付けません。",
    "達成率（基準値比）は、（実績−基準値）÷（目標−基準値）です。",
    "進捗率は、（実績−基準値）÷（最終目標−基準値）です。基準値より悪いときは負の値になります。",
    "率を計算できない場合は「―」とし、0%とは区別しています。",
    "単位や性質の異なる指標の率は平均せず、評語ごとの件数で集計しています。",
    OVERRIDDEN_MEANS,
)


def committee_workbook(
    plan, rows: list[KpiProgress], years, fiscal_year, *, has_previous, further=(), cover=()
) -> bytes:
    """The xlsx file: 表紙, 概要, 指標一覧, 遅れている指標, `further` sheets, 計算の根拠, 注記.

    `years` are the fiscal years to show; those after `fiscal_year` show their targets only.
    `further` are functions that write sheets of other apps into the book, and set up their pages.
    `cover` has lines for the cover as (name, text): the meeting, the day.
    """
    book = wb.new_workbook(f"{plan.title} {REPORT}")
    notice = _notice(rows, years, fiscal_year)
    summary_sheet.summary_sheet(book, plan, rows, years, fiscal_year, has_previous, notice)
    kpi_sheet.kpi_sheet(book, rows, years, fiscal_year, notice)
    behind_sheet.behind_sheet(book, rows, fiscal_year, notice)
    for write in further:
        write(book)
    explanation_sheet.explanation_sheet(book, rows, fiscal_year, notice)
    _notes_sheet(book, grades_in(rows, fiscal_year))
    for name, (title_rows, scale) in PAGES.items():
        wb.set_up_page(book[name], title_rows=title_rows, scale=scale, footer=plan.title)
    cover_sheet(book, plan, [*cover, *_about(plan, fiscal_year)], notice)
    return wb.to_bytes(book)


def _about(plan, fiscal_year):
    first, last = FiscalYear(plan.first_fiscal_year), FiscalYear(plan.last_fiscal_year)
    yield "対象年度", fiscal_year.label
    yield "計画期間", PERIOD.format(first=first.era_label, last=last.era_label)


def _notice(rows, years, fiscal_year) -> str:
    """What stands on every sheet: that figures are made up, that some are not approved yet."""
    is_sample = has_sample(rows, _years_with_results(years, fiscal_year))
    drafts = unsettled_in(rows, fiscal_year)
    said = [SAMPLE_NOTICE if is_sample else "", UNSETTLED.format(drafts) if drafts else ""]
    return "　".join(filter(None, said))


def _years_with_results(years, fiscal_year):
    """Those whose results are on the paper; the year before is compared with."""
    return {fiscal_year - 1} | {year for year in years if year <= fiscal_year}


def _notes_sheet(book, grades):
    sheet = book.create_sheet(NOTES_TITLE)
    wb.put(sheet, 1, 1, NOTES_TITLE, font=wb.TITLE_FONT)
    wb.put_header(sheet, 3, ("評語", "意味"))
    for line, grade in enumerate(grades, 4):
        wb.put_line(sheet, line, (grade.label, grade.meaning))
    for line, note in enumerate(NOTES, 5 + len(grades)):
        wb.put(sheet, line, 1, f"・{note}")
        wb.merge(sheet, line, 1, 2)
        wb.fit_height(sheet, line, [(note, 120)])
    wb.set_widths(sheet, (18, 110))
