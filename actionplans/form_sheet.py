"""個票 of the committee's workbook: one action plan in the order of the paper form."""

from collections.abc import Iterable
from dataclasses import dataclass

from actionplans.paper import Paper
from actionplans.schedule_sheet import FILLS, MARKS, MILESTONE_MARKS, bar_lines
from dxplan.lib import workbooks as wb
from dxplan.lib.workbook_texts import parts_of, rows_of

TITLE = "アクションプラン"
LABEL_WIDTH = 22
FIRST_LINE = 3
BETWEEN = 8  # points between the form's parts
MARKS_MEAN = "□ 予定　■ 実績　◇ 当初の予定（変更前）　△▲ 節目の予定・実績"


@dataclass
class Form:
    """The sheet while it is written: `line` is the next one, `starts` where its parts begin."""

    sheet: object
    columns: int
    line: int = FIRST_LINE
    starts: tuple[int, ...] = ()

    @property
    def width(self) -> float:
        return (wb.SMALLER_WIDTH - LABEL_WIDTH) / (self.columns - 1)

    def row(self, cells):
        """Writes (first column, last column, value, style) side by side, as high as needed."""
        rooms = []
        for first, last, value, style in cells:
            wb.put_across(self.sheet, self.line, first, last, value, **style)
            label = LABEL_WIDTH if first == 1 else 0
            rooms.append((value, label + self.width * (last - max(first, 2) + 1)))
        wb.fit_height(self.sheet, self.line, rooms)
        self.line += 1

    def labelled(self, label, text, **style):
        """A label with a text beside it, over several rows where it is long."""
        for place, part in enumerate(parts_of(text, self.width * (self.columns - 1))):
            self.row([(1, 1, "" if place else label, LABEL), (2, self.columns, part, style)])

    def part(self, heading):
        """Begins one of the form's numbered parts."""
        self.sheet.row_dimensions[self.line].height = BETWEEN
        self.starts += (self.line,)
        wb.put(self.sheet, self.line + 1, 1, heading, font=wb.BOLD_FONT, alignment=wb.FLAT)
        wb.set_heights(self.sheet, [self.line + 1])
        self.line += 2


LABEL = {"font": wb.BOLD_FONT, "alignment": wb.LEFT, "fill": wb.HEADER_FILL}
HEAD = {"font": wb.BOLD_FONT, "alignment": wb.CENTER, "fill": wb.HEADER_FILL}
GROUP = {"font": wb.BOLD_FONT, "alignment": wb.FLAT, "fill": wb.GROUP_FILL}
CENTERED = {"alignment": wb.CENTER}


def form_sheets(book, papers: Iterable[Paper], *, notice, footer):
    """One sheet per action plan."""
    for paper in papers:
        _form_sheet(book, paper, notice, footer)


def _form_sheet(book, paper, notice, footer):
    sheet = book.create_sheet(wb.sheet_name(book, f"個票 {paper.sheet.number}"))
    halves = len(paper.period.halves)
    columns = 1 + halves * -(-10 // halves)  # ten at least, so that the head has room
    form = Form(sheet, columns, starts=(FIRST_LINE,))
    wb.set_widths(sheet, [LABEL_WIDTH, *(form.width for _ in range(columns - 1))])
    wb.put_head(sheet, f"{TITLE} {paper.sheet.number}", notice, columns=columns)
    wb.set_heights(sheet, [2])
    _places(form, paper)
    for heading, text in (
        ("1. 事業の概要", paper.sheet.overview),
        ("2. 事業の効果", paper.sheet.effect),
    ):
        _text(form, heading, text)
    _goals(form, paper)
    _evaluations(form, paper)
    wb.break_pages(sheet, list(form.starts), title_rows=2, scale=wb.SMALLER)
    wb.set_up_page(sheet, title_rows="1:2", scale=wb.SMALLER, footer=footer)


def _places(form, paper):
    """施策NO., department, title, and where the measure stands in both plans."""
    action, last = paper.action, form.columns
    name, kind = 1 + last // 5, last - last // 4
    form.row(
        [
            (1, 1, "施策NO.", LABEL),
            (2, name, paper.sheet.number, {}),
            (name + 1, name + 1, "担当課", LABEL),
            (name + 2, kind, action.department_name, {}),
            (kind + 1, kind + 1, "新規・継続", LABEL),
            (kind + 2, last, action.continuity, {}),
        ]
    )
    form.labelled("事業名", paper.sheet.title, font=wb.BOLD_FONT)
    form.row([(1, last, paper.sheet.upper_plan or "総合計画", GROUP)])
    form.labelled("基本方針名", paper.sheet.upper_policy)
    form.labelled("主要施策名", paper.sheet.upper_measure)
    form.row([(1, last, f"{paper.town_kind}DX推進計画", GROUP)])
    for name, label in paper.levels:
        form.labelled(f"{name}名" if name == "基本方針" else name, label)


def _text(form, heading, text):
    form.part(heading)
    for part in parts_of(text, wb.SMALLER_WIDTH):
        form.row([(1, form.columns, part, {})])


def _goals(form, paper):
    form.part("3. 成果目標・スケジュール")
    years = paper.period.years
    for kpi in paper.kpis:
        form.labelled("KPI", kpi.row.name)
        form.labelled("数値目標", kpi.row.target_wording)
        _by_year(form, "年度別数値目標", [year.label for year in years], HEAD)
        _by_year(form, "", kpi.targets, CENTERED)
        form.labelled("達成時期", kpi.due)
    if not paper.kpis:
        form.labelled("KPI", "未設定")
        _by_year(form, "年度", [year.label for year in years], HEAD)
    _bars(form, paper)
    form.labelled("備考", paper.sheet.remarks)


def _by_year(form, label, texts, style):
    span = (form.columns - 1) // len(texts)
    cells = [
        (2 + span * place, 1 + span * (place + 1), text, style) for place, text in enumerate(texts)
    ]
    form.row([(1, 1, label, LABEL), *cells])


def _bars(form, paper):
    """Every stage with its name, and below it a line of half years per kind of bar."""
    for lane in paper.lines:
        for bar in lane.bars:
            stage = bar.stage
            standing = f"{stage.label}（{stage.planned.label}、{stage.state.label}）"
            form.labelled("スケジュール", standing)
            for kind, columns in bar_lines(bar):
                _bar(form, kind, columns, stage, len(paper.period.halves))
        for stage in lane.outside:
            form.labelled("スケジュール", f"{stage.label}（期間外: {stage.planned.label}）")
    if any(lane.bars for lane in paper.lines):
        form.row([(1, form.columns, MARKS_MEAN, {"alignment": wb.FLAT})])


def _bar(form, kind, columns, stage, halves):
    marks = MILESTONE_MARKS if stage.is_milestone else MARKS
    span = (form.columns - 1) // halves
    cells = [(1, 1, f"　{kind}", LABEL)]
    for half in range(halves):
        is_in = half in columns
        style = CENTERED | ({"fill": FILLS[kind]} if is_in and kind in FILLS else {})
        first = 2 + span * half
        cells.append((first, first + span - 1, marks[kind] if is_in else "", style))
    form.row(cells)


def _evaluations(form, paper):
    form.part("4. 施策の評価")
    middle = 1 + form.columns // 4
    heads = ("年度", "目標の達成度", "未達成の場合原因・理由等を記入")
    lines = [
        (year.fiscal_year.label, year.attainment_label, year.said.cause) for year in paper.evaluated
    ]
    widths = (LABEL_WIDTH, form.width * (middle - 1), form.width * (form.columns - middle))
    for place, line in enumerate([heads, *lines]):
        style = {} if place else HEAD
        for year, attainment, cause in rows_of(line, widths):
            form.row(
                [
                    (1, 1, year, style or LABEL),
                    (2, middle, attainment, style or CENTERED),
                    (middle + 1, form.columns, cause, style),
                ]
            )
