"""The workbook in which a department fills in a year's results, and the same with marks."""

from decimal import Decimal

from dxplan.lib import workbooks as wb
from dxplan.lib.entry_sheets.layout import Origin
from dxplan.lib.entry_sheets.writing import Line, entry_workbook
from dxplan.lib.numbers import read_number
from dxplan.lib.spreadsheets.sheets import CellKind
from kpis.cells import cells_of, decimals_of
from kpis.exports import SAMPLE_NOTICE
from kpis.measurement import MeasurementType
from kpis.result_columns import (
    FIGURES,
    MILESTONE_LABELS,
    RESULTS,
    STATE_LABELS,
    inputs_of,
    labelled,
    way_of,
)
from kpis.result_lines import ResultLine
from kpis.rows import KpiProgress
from kpis.summary import has_sample

EXACT_DIGITS = 15  # of a number in a spreadsheet


def result_workbook(origin: Origin, rows: list[KpiProgress]) -> bytes:
    """The workbook to fill in: one line per KPI, with what is stored of the year."""
    return _workbook(origin, rows, [_stored(origin, row) for row in rows])


def marked_workbook(origin: Origin, lines: list[ResultLine]) -> bytes:
    """All lines of a file with what was typed and what is wrong; generated anew."""
    rows = [line.row for line in lines if line.row]
    return _workbook(origin, rows, [_returned(origin, line) for line in lines])


def _workbook(origin, rows, lines):
    years = (origin.fiscal_year - 1, origin.fiscal_year)
    notice = SAMPLE_NOTICE if has_sample(rows, years) else ""
    return entry_workbook(RESULTS, origin, lines, notice=notice)


def _stored(origin, row: KpiProgress) -> Line:
    result = row.at(origin.fiscal_year).result
    cells = labelled(row, cells_of(row, result), has_result=result.version > 0)
    texts = {name: cell_value(row, name, cells[name]) for name in inputs_of(row)}
    keys = origin.keys(RESULTS, number=row.number, version=str(result.version))
    return _line(origin, row, keys | texts, {})


def _returned(origin, line: ResultLine) -> Line:
    """As it was typed; a line of no KPI too, so that it can be found and taken away."""
    keys = origin.keys(RESULTS, number=line.typed.number, version=line.typed.version)
    if line.row is None:
        texts = {name: cell.text for name, cell in line.typed.cells.items()}
        return Line(keys | texts, marks=line.marks)
    texts = {name: _typed_value(line, name) for name in line.typed.cells}
    return _line(origin, line.row, keys | texts, line.marks)


def _typed_value(line, name):
    cell = line.typed.cells[name]
    is_number = cell.kind == CellKind.NUMBER and name in inputs_of(line.row)
    return cell_value(line.row, name, cell.text) if is_number else cell.text


def _line(origin, row: KpiProgress, texts, marks) -> Line:
    """A KPI's line with these texts in its key and input cells."""
    standing, before = row.at(origin.fiscal_year), row.at(origin.fiscal_year - 1)
    told = {
        "name": row.name,
        "departments": row.departments_text,
        "way": way_of(row),
        "unit": row.scale.unit,
        "target": standing.target_text or wb.NOTHING,
        "previous": before.result.text if before else wb.NOTHING,
    }
    inputs = inputs_of(row) if standing.result.review.state.is_editable else ()
    return Line(told | texts, inputs, _choices(row, inputs), marks)


def _choices(row, inputs) -> dict[str, tuple[str, ...]]:
    """The words for the states and, for such KPIs, for the stages."""
    choices = {"state": tuple(STATE_LABELS.values()), "value": tuple(MILESTONE_LABELS.values())}
    if row.scale.measurement_type != MeasurementType.MILESTONE:
        del choices["value"]
    return {name: words for name, words in choices.items() if name in inputs}


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
