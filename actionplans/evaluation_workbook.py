"""The workbook in which a department evaluates a year, and the same with marks."""

from actionplans.evaluation_columns import CHOICES, EVALUATIONS
from actionplans.evaluation_lines import EvaluationImportLine, labelled
from actionplans.evaluation_rows import EvaluationLine
from dxplan.lib import workbooks as wb
from dxplan.lib.entry_sheets.layout import Origin
from dxplan.lib.entry_sheets.writing import Line, entry_workbook
from kpis.exports import SAMPLE_NOTICE


def evaluation_workbook(origin: Origin, rows: list[EvaluationLine]) -> bytes:
    """The workbook to fill in: one line per action plan, with what is stored of the year."""
    return _workbook(origin, rows, [_stored(origin, row) for row in rows])


def marked_workbook(origin: Origin, lines: list[EvaluationImportLine]) -> bytes:
    """All lines of a file with what was typed and what is wrong; generated anew."""
    rows = [line.line for line in lines if line.line]
    return _workbook(origin, rows, [_returned(origin, line) for line in lines])


def _workbook(origin, rows, lines):
    is_sample = any(row.year.is_sample or row.before.is_sample for row in rows)
    return entry_workbook(EVALUATIONS, origin, lines, notice=SAMPLE_NOTICE if is_sample else "")


def _stored(origin, row: EvaluationLine) -> Line:
    keys = origin.keys(EVALUATIONS, number=row.action.number, version=str(row.year.version))
    return _line(row, keys | labelled(row.year.said), {})


def _returned(origin, line: EvaluationImportLine) -> Line:
    keys = origin.keys(EVALUATIONS, number=line.typed.number, version=line.typed.version)
    texts = keys | {name: cell.text for name, cell in line.typed.cells.items()}
    if line.line is None:
        return Line(texts, marks=line.marks)
    return _line(line.line, texts, line.marks)


def _line(row, texts, marks) -> Line:
    told = {
        "name": row.action.title,
        "department": row.action.department_name,
        "drawn": row.year.drawn.text,
        "previous": row.before.attainment_label or wb.NOTHING,
    }
    inputs = EVALUATIONS.inputs if row.year.is_editable else ()
    choices = {name: tuple(labels.values()) for name, labels in CHOICES.items() if name in inputs}
    return Line(told | texts, inputs, choices, marks)
