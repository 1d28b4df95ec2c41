"""A workbook that came back wrong, given back with what is wrong beside every cell."""

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.spreadsheets.sheets import CellKind
from kpis.exports import SAMPLE_NOTICE
from kpis.import_lines import Finding, ImportCell, ImportLine
from kpis.result_columns import TEMPLATE, inputs_of
from kpis.result_workbook import Line, Mark, cell_value, line_of, written
from kpis.summary import has_sample

MARKED = (Finding.ERROR, Finding.CONFLICT, Finding.QUESTION)
BESIDE = "保存済み: {standing}"


def marked_workbook(plan, lines: list[ImportLine], fiscal_year: FiscalYear) -> bytes:
    """All lines of the file with what was typed; generated anew, like the one to fill in."""
    rows = [line.row for line in lines if line.row]
    is_sample = has_sample(rows, (fiscal_year - 1, fiscal_year))
    return written(
        plan,
        fiscal_year,
        [_line(plan, line, fiscal_year) for line in lines],
        notice=SAMPLE_NOTICE if is_sample else "",
    )


def _line(plan, line: ImportLine, fiscal_year) -> Line:
    if line.row is None:
        return _stray(plan, line, fiscal_year)
    texts = {name: _value(line, name) for name in line.typed.cells}
    version = line.typed.version
    marks = _marks(line)
    return line_of(plan, line.row, fiscal_year, texts, version=version, marks=marks)


def _stray(plan, line, fiscal_year) -> Line:
    """A line that belongs to no KPI: as it was, so that it can be found and taken away."""
    texts = {name: cell.text for name, cell in line.typed.cells.items()}
    keys = {
        "number": line.typed.number,
        "template": TEMPLATE,
        "town": plan.municipality.code,
        "plan": plan.code,
        "fiscal_year": str(int(fiscal_year)),
        "version": line.typed.version,
    }
    return Line(keys | texts, marks={"number": Mark(Finding.ERROR, line.error)})


def _value(line, name):
    cell = line.typed.cells[name]
    is_number = cell.kind == CellKind.NUMBER and name in inputs_of(line.row)
    return cell_value(line.row, name, cell.text) if is_number else cell.text


def _marks(line) -> dict[str, Mark]:
    marks = {"number": Mark(Finding.ERROR, line.error)} if line.error else {}
    for name, text in line.checked.errors.items():
        marks[name] = Mark(Finding.ERROR, text)
    for cell in line.found if not line.error else ():
        if cell.finding in MARKED:
            marks[cell.name] = Mark(cell.finding, _said(cell))
    return marks


def _said(cell: ImportCell) -> str:
    """What is said of a cell; where others saved too, what they saved."""
    if cell.finding != Finding.CONFLICT:
        return cell.message
    return f"{cell.message}{BESIDE.format(standing=cell.standing or '空欄')}"
