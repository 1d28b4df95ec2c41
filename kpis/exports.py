"""The committee's workbook from the same rows as the pages: columns as (header, width, getter)."""

from decimal import Decimal

from dxplan.lib import workbooks as wb
from kpis.explanation_sheet import explanation_sheet
from kpis.measurement import JudgementLayer
from kpis.rows import KpiProgress, YearStanding
from kpis.summary import (
    behind,
    grades_in,
    has_overridden,
    has_sample,
    measured_in,
    summarize,
    unsettled_in,
)

SAMPLE_NOTICE = "見本データ（架空の実績値）"
PRELIMINARY = "（速報）"
UNSETTLED = "承認前の実績{}件を含みます。"
OVERRIDDEN = "※"
OVERRIDDEN_MEANS = "評語の「※」は、DX推進担当が自動判定を変更したものです。"
TITLE_ROWS = {"指標一覧": "1:4", "遅れている指標": "1:3", "計算の根拠": "1:3"}
FULL_SIZE = ("計算の根拠",)
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


def _number(row: KpiProgress, value: Decimal, remark: str = "") -> wb.Number:
    return wb.Number(value, wb.number_format(row.scale.decimals, row.scale.unit_suffix + remark))


def result_cell(row: KpiProgress, standing: YearStanding):
    """A result as a number that reads like the page's text, or that text where it says more."""
    result = standing.result
    remark = PRELIMINARY if result.is_preliminary else ""
    if result.value is None or result.reference is not None:
        return f"{result.text}{remark}" or wb.NOTHING
    return _number(row, result.value, remark)


def baseline_cell(row: KpiProgress):
    if row.scale.baseline is None or row.baseline_reference is not None:
        return row.baseline_text or wb.NOTHING
    return _number(row, row.scale.baseline)


def target_cell(row: KpiProgress, standing: YearStanding):
    """A target as a number that reads like the page's text, or that text where it says more."""
    target = standing.target
    if target is None or target.text != row.scale.show(target.value):
        return standing.target_text or wb.NOTHING
    return _number(row, target.value)


def rate_cell(standing: YearStanding | None):
    if standing is None or standing.achievement is None:
        return wb.NOTHING
    rate = standing.achievement.rate.value
    return wb.NOTHING if rate is None else wb.Number(rate, wb.rate_format())


def grade_cell(standing: YearStanding) -> str:
    grade = standing.grade
    mark = OVERRIDDEN if standing.is_overridden else ""
    return f"{grade.symbol if grade.is_rated else grade.name}{mark}"


def said_cell(standing: YearStanding, name: str) -> str:
    """One text of the department's self-evaluation: its cause, next step or symbol."""
    own = standing.judgement(JudgementLayer.SELF)
    return getattr(own, name) if own else ""


YEAR_COLUMNS = (
    ("目標", 10, target_cell),
    ("実績", 12, result_cell),
    ("達成率", 8, lambda row, standing: rate_cell(standing)),
    ("評語", 7, lambda row, standing: grade_cell(standing)),
)
COMING_YEAR_COLUMNS = YEAR_COLUMNS[:1]
KPI_COLUMNS = (
    ("番号", 7, lambda row: row.number),
    ("指標", 30, lambda row: row.name),
    ("担当課", 15, lambda row: row.departments_text),
)
BASELINE_COLUMN = ("基準値", 14, baseline_cell)
BEHIND_COLUMNS = (
    ("番号", 8, lambda row, year: row.number),
    ("指標", 28, lambda row, year: row.name),
    ("施策", 22, lambda row, year: row.policy.label),
    ("担当課", 13, lambda row, year: row.departments_text),
    ("目標", 11, lambda row, year: target_cell(row, row.at(year))),
    ("実績", 13, lambda row, year: result_cell(row, row.at(year))),
    ("達成率", 8, lambda row, year: rate_cell(row.at(year))),
    ("前年度の達成率", 9, lambda row, year: rate_cell(row.at(year - 1))),
    ("評語", 7, lambda row, year: grade_cell(row.at(year))),
    ("自己評価", 7, lambda row, year: said_cell(row.at(year), "symbol") or wb.NOTHING),
    ("原因", 30, lambda row, year: said_cell(row.at(year), "cause")),
    ("今後の取組", 30, lambda row, year: said_cell(row.at(year), "next_step")),
    ("備考・理由", 28, lambda row, year: _remark(row.at(year))),
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


def committee_workbook(plan, rows: list[KpiProgress], years, fiscal_year, *, has_previous) -> bytes:
    """The xlsx file: 概要, 指標一覧, 遅れている指標, 注記.

    `years` are the fiscal years to show; those after `fiscal_year` show their targets only.
    """
    book = wb.new_workbook(f"{plan.title} 進捗状況報告書")
    notice = _notice(rows, years, fiscal_year)
    _summary_sheet(book, plan, rows, fiscal_year, has_previous, notice)
    _kpi_sheet(book, rows, years, fiscal_year, notice)
    _behind_sheet(book, rows, fiscal_year, notice)
    explanation_sheet(book, rows, fiscal_year, notice)
    _notes_sheet(book, grades_in(rows, fiscal_year))
    for sheet in book.worksheets:
        wb.set_up_page(
            sheet,
            title_rows=TITLE_ROWS.get(sheet.title),
            is_fitted=sheet.title not in FULL_SIZE,
            footer=plan.title,
        )
    return wb.to_bytes(book)


def _notice(rows, years, fiscal_year) -> str:
    """What stands on every sheet: that figures are made up, that some are not approved yet."""
    is_sample = has_sample(rows, _years_with_results(years, fiscal_year))
    drafts = unsettled_in(rows, fiscal_year)
    said = [SAMPLE_NOTICE if is_sample else "", UNSETTLED.format(drafts) if drafts else ""]
    return "　".join(filter(None, said))


def _years_with_results(years, fiscal_year):
    """Those whose results are on the paper; the year before is compared with."""
    return {fiscal_year - 1} | {year for year in years if year <= fiscal_year}


def _summary_sheet(book, plan, rows, fiscal_year, has_previous, notice):
    sheet = book.create_sheet("概要")
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
    _policy_counts(sheet, rows, summary, first_row=9 + len(summary.shown_counts) + 1)
    wb.set_widths(sheet, (12, 30, *(10 for _ in range(10))))


def _count_cells(item):
    if item.previous is None:
        return (item.grade.label, "", wb.Number(item.count), wb.NOTHING, wb.NOTHING)
    change = wb.Number(item.count - item.previous, "+0;-0;0")
    return (item.grade.label, "", wb.Number(item.count), wb.Number(item.previous), change)


def _policy_counts(sheet, rows, summary, *, first_row):
    """One line per top-level policy: how many of its KPIs have which grade."""
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
        wb.fit_height(sheet, line, [(label, 42)])


def _grade_header(grade):
    return grade.symbol if grade.is_rated else grade.name


def _kpi_sheet(book, rows, years, fiscal_year, notice):
    sheet = book.create_sheet("指標一覧")
    has_baseline = any(row.baseline_text for row in rows)
    kpi_columns = KPI_COLUMNS + ((BASELINE_COLUMN,) if has_baseline else ())
    blocks = [
        (year, YEAR_COLUMNS if year <= fiscal_year else COMING_YEAR_COLUMNS) for year in years
    ]
    widths = [width for _, width, _ in kpi_columns]
    widths += [width for _, columns in blocks for _, width, _ in columns]
    wb.put_head(sheet, "指標一覧（年度別）", notice, columns=len(widths))
    _kpi_headers(sheet, kpi_columns, blocks)
    line, group = 5, None
    for row in rows:
        if row.policy.group_label != group:
            group = row.policy.group_label
            wb.put_group(sheet, line, group, columns=len(widths))
            line += 1
        _kpi_line(sheet, line, row, kpi_columns, blocks)
        line += 1
    if has_overridden(rows, [year for year in years if year <= fiscal_year]):
        wb.put(sheet, line, 1, OVERRIDDEN_MEANS, alignment=wb.FLAT)
    wb.set_widths(sheet, widths)
    sheet.freeze_panes = "C5"


def _kpi_headers(sheet, kpi_columns, blocks):
    """Two header rows: the KPI's own columns, then for every year a block under the year."""
    wb.put_header(sheet, 3, [header for header, _, _ in kpi_columns])
    wb.put_header(sheet, 4, ["" for _ in kpi_columns])
    for column in range(1, len(kpi_columns) + 1):
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
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


def _behind_sheet(book, rows, fiscal_year, notice):
    sheet = book.create_sheet("遅れている指標")
    wb.put_head(
        sheet, f"遅れている指標（{fiscal_year.label}）", notice, columns=len(BEHIND_COLUMNS)
    )
    late = behind(rows, fiscal_year)
    headers = [header for header, _, _ in BEHIND_COLUMNS]
    wb.put_header(sheet, 3, headers)
    wb.fit_line(sheet, 3, headers, [width for _, width, _ in BEHIND_COLUMNS])
    for line, row in enumerate(late, 4):
        cells = [getter(row, fiscal_year) for _, _, getter in BEHIND_COLUMNS]
        wb.put_line(sheet, line, cells[:4])
        wb.put_line(sheet, line, cells[4:10], first_column=5, text_alignment=wb.CENTER)
        wb.put_line(sheet, line, cells[10:], first_column=11)
        wb.fit_line(sheet, line, cells, [width for _, width, _ in BEHIND_COLUMNS])
    if not late:
        wb.put(sheet, 4, 1, "この年度に未達成の指標はありません。", alignment=wb.FLAT)
    wb.set_widths(sheet, [width for _, width, _ in BEHIND_COLUMNS])
    sheet.freeze_panes = "C4"


def _notes_sheet(book, grades):
    sheet = book.create_sheet("注記")
    wb.put(sheet, 1, 1, "注記", font=wb.TITLE_FONT)
    wb.put_header(sheet, 3, ("評語", "意味"))
    for line, grade in enumerate(grades, 4):
        wb.put_line(sheet, line, (grade.label, grade.meaning))
    for line, note in enumerate(NOTES, 5 + len(grades)):
        wb.put(sheet, line, 1, f"・{note}")
        wb.merge(sheet, line, 1, 2)
        wb.fit_height(sheet, line, [(note, 120)])
    wb.set_widths(sheet, (18, 110))
