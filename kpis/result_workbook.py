"""The workbook in which a department fills in a year's results, and the same with marks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from openpyxl.comments import Comment
from openpyxl.styles import PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from dxplan.lib import workbooks as wb
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.numbers import read_number
from kpis.cells import cells_of, decimals_of
from kpis.exports import SAMPLE_NOTICE
from kpis.measurement import MeasurementType
from kpis.result_columns import (
    COLUMNS,
    FIGURES,
    MILESTONE_LABELS,
    REMARKS,
    SHEET_NAME,
    STATE_LABELS,
    TEMPLATE,
    inputs_of,
    labelled,
    way_of,
)
from kpis.rows import KpiProgress
from kpis.summary import has_sample

FIRST_ROW = 4
HOW_TO = (
    "黄色の欄に入力し、このまま「実績入力」の画面から取り込んでください。空欄は「変更なし」です。"
)
MARKED = "色の付いた欄を直し、もう一度取り込んでください。"
INPUT_FILL = PatternFill("solid", fgColor="FFFBE6")
LOCKED_FILL = PatternFill("solid", fgColor="F2F2F2")
FILLS = {
    "error": PatternFill("solid", fgColor="FFD0D0"),
    "conflict": PatternFill("solid", fgColor="F0DAFF"),
    "question": PatternFill("solid", fgColor="FFDFA8"),
}
UNLOCKED = Protection(locked=False)
EXACT_DIGITS = 15  # of a number in a spreadsheet
REMARKS_WIDTH = 44
COMMENT_SIZE = {"width": 320, "height": 120}
GUIDE = (
    ("実績", "数字だけを入力します。例: 12.5　値がない場合は「－」、集計中の場合は「集計中」"),
    ("分子・分母", "割合の指標では両方を入力します。率は計算されます。"),
    ("値の状態", "一覧から選びます。空欄は、実績を入力すると「確定」になります。"),
    ("値のない状態", "「調査なし」「対象外」「算定不能」を選ぶときは、実績の欄を空にします。"),
    ("時点", "集計した日や年度が決まっているときに入力します。例: R7.3末、令和6年度"),
    ("備考", "前年度より累計が減る場合や「算定不能」の場合は、理由を入力します。"),
    ("空欄", "空欄の項目は、登録済みの内容から変更しません。"),
    (
        "灰色の欄",
        "入力できません。提出済み・承認済みの指標は、すべての欄が灰色です。列の並べ替えや列の追加は差し支えありません。",
    ),
)


@dataclass(frozen=True)
class Mark:
    """What is said of one cell: an error, a conflict or a question."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line to write: what its cells hold, by column, and what is said of them."""

    texts: dict[str, object]
    inputs: tuple[str, ...] = ()
    is_milestone: bool = False
    marks: dict[str, Mark] = field(default_factory=dict)

    @property
    def remarks(self) -> str:
        return "\n".join(dict.fromkeys(mark.text for mark in self.marks.values()))


def result_workbook(plan, rows: list[KpiProgress], fiscal_year: FiscalYear) -> bytes:
    """The workbook to fill in: one line per KPI, with what is stored of the year."""
    lines = [stored_line(plan, row, fiscal_year) for row in rows]
    notice = SAMPLE_NOTICE if has_sample(rows, (fiscal_year - 1, fiscal_year)) else ""
    return written(plan, fiscal_year, lines, notice=notice)


def stored_line(plan, row: KpiProgress, fiscal_year: int) -> Line:
    result = row.at(fiscal_year).result
    cells = labelled(row, cells_of(row, result), has_result=result.version > 0)
    texts = {name: cell_value(row, name, cells[name]) for name in inputs_of(row)}
    return line_of(plan, row, fiscal_year, texts, version=result.version)


def line_of(plan, row: KpiProgress, fiscal_year, texts, *, version, marks=None) -> Line:
    """A KPI's line with these texts in its input cells."""
    standing, before = row.at(fiscal_year), row.at(fiscal_year - 1)
    told = {
        "number": row.number,
        "name": row.name,
        "departments": row.departments_text,
        "way": way_of(row),
        "unit": row.scale.unit,
        "target": standing.target_text or wb.NOTHING,
        "previous": before.result.text if before else wb.NOTHING,
        "template": TEMPLATE,
        "town": plan.municipality.code,
        "plan": plan.code,
        "fiscal_year": str(int(fiscal_year)),
        "version": str(version),
    }
    is_milestone = row.scale.measurement_type == MeasurementType.MILESTONE
    inputs = inputs_of(row) if standing.result.review.state.is_editable else ()
    return Line(told | texts, inputs, is_milestone and bool(inputs), marks or {})


def cell_value(row: KpiProgress, name: str, text: str):
    """A text as a number where it is one that a spreadsheet keeps exactly."""
    is_words = row.scale.measurement_type == MeasurementType.QUALITATIVE
    if name not in (*FIGURES, "reference") or (is_words and name == "value"):
        return text
    value = read_number(text, decimals=EXACT_DIGITS).value
    if value is None or not is_plain(text, value):
        return text
    return wb.Number(value, wb.number_format(_decimals(row, name, value)))


def is_plain(text: str, value: Decimal) -> bool:
    """Whether the text is just this number, and short enough for a spreadsheet."""
    digits = len(value.normalize().as_tuple().digits)
    return text.replace(",", "") == f"{value:f}" and digits <= EXACT_DIGITS


def _decimals(row, name, value) -> int:
    own = max(0, -value.normalize().as_tuple().exponent)
    return own if name in ("numerator", "denominator") else max(own, decimals_of(row, None))


def written(plan, fiscal_year: FiscalYear, lines: Iterable[Line], *, notice="") -> bytes:
    """The workbook of these lines; with a column of remarks where any line has marks."""
    lines = list(lines)
    is_marked = any(line.marks for line in lines)
    book = wb.new_workbook(f"{plan.title} {SHEET_NAME} {fiscal_year.era_label}")
    sheet = book.create_sheet(SHEET_NAME)
    visible = sum(not column.is_hidden for column in COLUMNS)
    title = f"{plan.title}　{SHEET_NAME}（{fiscal_year.label}）"
    wb.put_head(sheet, title, f"{MARKED if is_marked else HOW_TO}{notice}", columns=visible)
    columns = [*COLUMNS, *([None] if is_marked else [])]
    wb.put_header(
        sheet, FIRST_ROW - 1, [column.header if column else REMARKS for column in columns]
    )
    wb.fit_height(sheet, FIRST_ROW - 1, [("二行\n二行", 20)])
    for number, line in enumerate(lines, FIRST_ROW):
        _put_line(sheet, number, line, is_marked=is_marked)
    _add_choices(sheet, lines)
    _arrange(sheet, is_marked=is_marked)
    _put_guide(book)
    return wb.to_bytes(book)


def _put_line(sheet, number, line, *, is_marked):
    for place, column in enumerate(COLUMNS, 1):
        is_input = column.name in line.inputs
        is_text = column.name in ("name", "departments", "way", "note")
        value = line.texts.get(column.name)
        cell = wb.put(
            sheet,
            number,
            place,
            value,
            alignment=None if isinstance(value, wb.Number) or is_text else wb.CENTER,
            fill=INPUT_FILL if is_input else LOCKED_FILL,
            border=wb.BOX,
        )
        if is_input:
            cell.protection = UNLOCKED
        _mark(cell, line.marks.get(column.name))
    if is_marked:
        wb.put(sheet, number, len(COLUMNS) + 1, line.remarks, border=wb.BOX)
    _fit(sheet, number, line, is_marked)


def _mark(cell, mark):
    if mark:
        cell.fill = FILLS[mark.kind]
        cell.protection = UNLOCKED
        cell.comment = Comment(wb.writable_text(mark.text), "", **COMMENT_SIZE)


def _fit(sheet, number, line, is_marked):
    texts = [(line.texts.get(column.name), column.width) for column in COLUMNS]
    texts.append((line.remarks if is_marked else "", REMARKS_WIDTH))
    shown = [(text, width) for text, width in texts if isinstance(text, str)]
    wb.fit_height(sheet, number, [*shown, ("二行\n二行", 20)])


def _add_choices(sheet, lines):
    """Drop-down lists for the states and, in the lines of such KPIs, for the stages."""
    places = {column.name: place for place, column in enumerate(COLUMNS, 1)}
    states, stages = [], []
    for number, line in enumerate(lines, FIRST_ROW):
        if "state" in line.inputs:
            states.append(sheet.cell(number, places["state"]).coordinate)
        if line.is_milestone:
            stages.append(sheet.cell(number, places["value"]).coordinate)
    _add_choice(sheet, STATE_LABELS.values(), "値の状態", states)
    _add_choice(sheet, MILESTONE_LABELS.values(), "到達段階", stages)


def _add_choice(sheet, labels, name, addresses):
    if not addresses:
        return
    choice = DataValidation(
        type="list",
        formula1=f'"{",".join(labels)}"',
        sqref=" ".join(addresses),
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=name,
        error="一覧から選んでください。",
    )
    sheet.add_data_validation(choice)


def _arrange(sheet, *, is_marked):
    widths = [column.width for column in COLUMNS]
    wb.set_widths(sheet, [*widths, *([REMARKS_WIDTH] if is_marked else [])])
    for place, column in enumerate(COLUMNS, 1):
        letter = sheet.cell(1, place).column_letter
        sheet.column_dimensions[letter].hidden = column.is_hidden
    sheet.freeze_panes = f"C{FIRST_ROW}"
    protection = sheet.protection
    protection.sheet = True  # no password: it guards against slips, not against people
    protection.formatColumns = protection.formatRows = protection.formatCells = False
    protection.sort = protection.autoFilter = False
    wb.set_up_page(sheet, title_rows=f"{FIRST_ROW - 1}:{FIRST_ROW - 1}")


def _put_guide(book):
    sheet = book.create_sheet("記入の仕方")
    wb.put_head(sheet, "記入の仕方", "", columns=2)
    wb.put_header(sheet, 3, ("欄", "入力の仕方"))
    for number, (name, text) in enumerate(GUIDE, 4):
        wb.put_line(sheet, number, (name, text))
        wb.fit_height(sheet, number, [(text, 80)])
    wb.set_widths(sheet, (16, 80))
    wb.set_up_page(sheet)
