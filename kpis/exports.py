"""The committee's workbook from the same rows as the pages: columns as (header, width, getter)."""

from decimal import Decimal

from dxplan.lib import workbooks as wb
from kpis.grading import ALL_GRADES
from kpis.progress import reasons
from kpis.rows import KpiProgress, YearStanding
from kpis.summary import behind, has_sample, measured_in, summarize

SAMPLE_NOTICE = "見本データ（架空の実績値）"
NOTES = (
    "判定は、四捨五入する前の値で行います。",
    "達成率（対目標比）は、増加を目指す指標では 実績÷目標、減少を目指す指標では 目標÷実績 です。"
    "目標と実績が同じ値のときは100%です。",
    "達成率（基準値比）は、（実績−基準値）÷（目標−基準値）です。",
    "進捗率は、（実績−基準値）÷（最終目標−基準値）です。基準値より悪いときは負の値になります。",
    "率を計算できない場合は空欄とし、0%とは区別しています。",
    "単位や性質の異なる指標の率は平均せず、評語ごとの件数で集計しています。",
)


def result_cell(row: KpiProgress, standing: YearStanding):
    """A result as a number that reads like the page's text, or as that text."""
    result = standing.result
    if not result.state.has_value or result.value is None:
        return result.text
    suffix = result.text.removeprefix(row.scale.show(result.value))
    remark = "（速報）" if result.is_preliminary else ""
    return wb.Number(
        result.value, wb.number_format(row.scale.decimals, row.scale.unit_suffix + suffix + remark)
    )


def figure_cell(row: KpiProgress, value: Decimal | None, text: str):
    """A baseline or target as a number that reads like `text`, or as the text."""
    if value is None:
        return text
    decimals = row.scale.decimals
    suffix = text.removeprefix(row.scale.show(value))
    return wb.Number(value, wb.number_format(decimals, row.scale.unit_suffix + suffix))


def target_cell(row: KpiProgress, standing: YearStanding):
    target = standing.target
    return figure_cell(row, target.value, target.text) if target else "―"


def rate_cell(standing: YearStanding | None):
    if standing is None or standing.achievement is None:
        return "―"
    rate = standing.achievement.rate.value
    return "―" if rate is None else wb.Number(rate, wb.rate_format())


def grade_cell(standing: YearStanding) -> str:
    grade = standing.grade
    return grade.symbol if grade.is_rated else grade.name


YEAR_COLUMNS = (
    ("目標", 11, target_cell),
    ("実績", 13, result_cell),
    ("達成率", 9, lambda row, standing: rate_cell(standing)),
    ("評語", 11, lambda row, standing: grade_cell(standing)),
)
KPI_COLUMNS = (
    ("番号", 8, lambda row: row.number),
    ("指標", 34, lambda row: row.name),
    ("担当課", 14, lambda row: row.departments_text),
    (
        "基準値",
        12,
        lambda row: figure_cell(row, row.scale.baseline, row.baseline_text) or "―",
    ),
)
BEHIND_COLUMNS = (
    ("番号", 8, lambda row, year: row.number),
    ("指標", 34, lambda row, year: row.name),
    ("施策", 30, lambda row, year: row.policy.label),
    ("担当課", 14, lambda row, year: row.departments_text),
    ("目標", 12, lambda row, year: target_cell(row, row.at(year))),
    ("実績", 14, lambda row, year: result_cell(row, row.at(year))),
    ("達成率", 9, lambda row, year: rate_cell(row.at(year))),
    ("前年度の達成率", 10, lambda row, year: rate_cell(row.at(year - 1))),
    ("評語", 7, lambda row, year: grade_cell(row.at(year))),
    ("備考・理由", 44, lambda row, year: _remark(row.at(year))),
)


def _remark(standing) -> str:
    return "\n".join(text for text in (standing.result.note, *reasons(standing)) if text)


def committee_workbook(plan, rows: list[KpiProgress], years, fiscal_year, *, has_previous) -> bytes:
    """The xlsx file: 概要, 指標一覧, 遅れている指標, 注記. `years` are the fiscal years to show."""
    book = wb.new_workbook(f"{plan.title} 進捗状況報告書")
    footer = f"{plan.municipality.name} {plan.title}"
    _summary_sheet(book, plan, rows, fiscal_year, has_previous)
    _kpi_sheet(book, rows, years)
    _behind_sheet(book, rows, fiscal_year)
    _notes_sheet(book)
    for sheet in book.worksheets:
        title_rows = {"指標一覧": "1:4", "遅れている指標": "1:3"}.get(sheet.title)
        wb.set_up_page(sheet, title_rows=title_rows, footer=footer)
    return wb.to_bytes(book)


def _head(sheet, title, rows, *, columns):
    """Title in row 1; in row 2 the notice that results are made up, where they are."""
    wb.put(sheet, 1, 1, title, font=wb.TITLE_FONT, alignment=wb.Alignment(vertical="center"))
    sheet.row_dimensions[1].height = 28
    if has_sample(rows):
        for column in range(1, columns + 1):
            wb.put(sheet, 2, column, None, fill=wb.BANNER_FILL)
        wb.put(sheet, 2, 1, SAMPLE_NOTICE, font=wb.BOLD_FONT, fill=wb.BANNER_FILL,
               alignment=wb.Alignment(vertical="center"))  # fmt: skip


def _summary_sheet(book, plan, rows, fiscal_year, has_previous):
    sheet = book.create_sheet("概要")
    summary = summarize(rows, fiscal_year, has_previous=has_previous)
    _head(sheet, f"{plan.municipality.name} DX推進計画 進捗状況報告書", rows, columns=12)
    for row, (name, value) in enumerate(
        (("計画", plan.title), ("年度", fiscal_year.label), ("集計対象", summary.denominator_text)),
        3,
    ):
        wb.put(sheet, row, 1, name, font=wb.BOLD_FONT)
        wb.put(sheet, row, 2, value, alignment=wb.Alignment(vertical="top"))
    wb.put(sheet, 7, 1, "評語ごとの指標数", font=wb.BOLD_FONT, alignment=wb.Alignment())
    wb.put_header(sheet, 8, ("評語", "区分", "指標数", "前年度", "増減"))
    for row, item in enumerate(summary.counts, 9):
        wb.put_line(sheet, row, _count_cells(item))
    _policy_counts(sheet, rows, fiscal_year, first_row=9 + len(summary.counts) + 1)
    wb.set_widths(sheet, (12, 30, 10, 10, 10, 12, 12, 12, 12, 12, 12, 12))


def _count_cells(item):
    none = item.previous is None
    change = wb.Number(0 if none else item.count - item.previous, "+0;-0;0")
    return (
        item.grade.symbol,
        item.grade.name,
        wb.Number(item.count),
        "―" if none else wb.Number(item.previous),
        "―" if none else change,
    )


def _policy_counts(sheet, rows, fiscal_year, *, first_row):
    """One line per top-level policy: how many of its KPIs have which grade."""
    wb.put(sheet, first_row, 1, "基本方針ごとの指標数", font=wb.BOLD_FONT, alignment=wb.Alignment())
    wb.put_header(
        sheet,
        first_row + 1,
        ("", "基本方針", "全指標", "評価可能", *(_grade_header(grade) for grade in ALL_GRADES)),
    )
    groups = {}
    for row in measured_in(rows, fiscal_year):
        groups.setdefault(row.policy.path[0], []).append(row)
    for line, (label, members) in enumerate(groups.items(), first_row + 2):
        counts = summarize(members, fiscal_year, has_previous=False)
        numbers = (counts.total, counts.rated, *(item.count for item in counts.counts))
        wb.put_line(sheet, line, ("", label, *(wb.Number(number) for number in numbers)))
        wb.fit_height(sheet, line, [(label, 30)])


def _grade_header(grade):
    return grade.symbol if grade.is_rated else grade.name


def _kpi_sheet(book, rows, years):
    sheet = book.create_sheet("指標一覧")
    widths = [column[1] for column in KPI_COLUMNS]
    widths += [column[1] for _ in years for column in YEAR_COLUMNS]
    _head(sheet, "指標一覧（年度別）", rows, columns=len(widths))
    _year_headers(sheet, years)
    line, previous_path = 5, ()
    for row in rows:
        if row.policy.path != previous_path:
            _group_line(sheet, line, " ＞ ".join(row.policy.path), len(widths))
            line, previous_path = line + 1, row.policy.path
        _kpi_line(sheet, line, row, years)
        line += 1
    wb.set_widths(sheet, widths)
    sheet.freeze_panes = sheet.cell(row=5, column=3)


def _year_headers(sheet, years):
    wb.put_header(sheet, 3, [header for header, _, _ in KPI_COLUMNS])
    wb.put_header(sheet, 4, ["" for _ in KPI_COLUMNS])
    for column in range(1, len(KPI_COLUMNS) + 1):
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    for index, year in enumerate(years):
        first = len(KPI_COLUMNS) + 1 + index * len(YEAR_COLUMNS)
        last = first + len(YEAR_COLUMNS) - 1
        wb.put_header(sheet, 3, [year.label, *("" for _ in YEAR_COLUMNS[1:])], first_column=first)
        wb.put_header(sheet, 4, [header for header, _, _ in YEAR_COLUMNS], first_column=first)
        sheet.merge_cells(start_row=3, end_row=3, start_column=first, end_column=last)


def _group_line(sheet, line, label, columns):
    flat = wb.Alignment(vertical="center")
    wb.put_line(sheet, line, [label, *("" for _ in range(columns - 1))], font=wb.BOLD_FONT,
                alignment=flat, fill=wb.GROUP_FILL)  # fmt: skip
    sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=columns)


def _kpi_line(sheet, line, row, years):
    wb.put_line(sheet, line, [getter(row) for _, _, getter in KPI_COLUMNS])
    for index, year in enumerate(years):
        first = len(KPI_COLUMNS) + 1 + index * len(YEAR_COLUMNS)
        standing = row.at(year)
        cells = [getter(row, standing) if standing else "―" for _, _, getter in YEAR_COLUMNS]
        for offset, cell in enumerate(cells):
            alignment = None if isinstance(cell, wb.Number) else wb.MIDDLE_TOP
            wb.put(sheet, line, first + offset, cell, alignment=alignment, border=wb.BOX)
    wb.fit_height(
        sheet, line, [(row.name, 34), (row.departments_text, 14), (row.baseline_text, 12)]
    )


def _behind_sheet(book, rows, fiscal_year):
    sheet = book.create_sheet("遅れている指標")
    _head(sheet, f"遅れている指標（{fiscal_year.label}）", rows, columns=len(BEHIND_COLUMNS))
    late = behind(rows, fiscal_year)
    wb.put_header(sheet, 3, [header for header, _, _ in BEHIND_COLUMNS])
    for line, row in enumerate(late, 4):
        cells = [getter(row, fiscal_year) for _, _, getter in BEHIND_COLUMNS]
        wb.put_line(sheet, line, cells)
        texts = zip(cells, (width for _, width, _ in BEHIND_COLUMNS), strict=True)
        wb.fit_height(
            sheet, line, [(text, width) for text, width in texts if isinstance(text, str)]
        )
    if not late:
        wb.put(sheet, 4, 1, "この年度に未達成の指標はありません。", alignment=wb.Alignment())
    wb.set_widths(sheet, [width for _, width, _ in BEHIND_COLUMNS])
    sheet.freeze_panes = "C4"


def _notes_sheet(book):
    sheet = book.create_sheet("注記")
    wb.put(sheet, 1, 1, "注記", font=wb.TITLE_FONT)
    wb.put_header(sheet, 3, ("評語", "意味"))
    for line, grade in enumerate(ALL_GRADES, 4):
        wb.put_line(sheet, line, (grade.label, grade.meaning))
    for line, note in enumerate(NOTES, 5 + len(ALL_GRADES)):
        wb.put(sheet, line, 1, "・", alignment=wb.MIDDLE_TOP)
        wb.put(sheet, line, 2, note)
        wb.fit_height(sheet, line, [(note, 110)])
    wb.set_widths(sheet, (18, 110))
