"""What a department's workbook would change, cell by cell: read and compared, nothing saved.

A file says by its version which result it was made from. What differs from that one is what the
person filled in; it conflicts where somebody saved another result meanwhile. An empty cell means
no change.
"""

from dataclasses import replace

from dxplan.lib.entry_sheets.findings import Choice
from dxplan.lib.entry_sheets.lines import LOCKED, Reading, Subject
from dxplan.lib.entry_sheets.returned import ReturnedSheet, TypedRow, paired
from dxplan.lib.numbers import read_number
from dxplan.lib.spreadsheets.filled_in import CALCULATED
from dxplan.lib.spreadsheets.sheets import CellKind
from kpis.cells import Cells, cells_of
from kpis.checked_row import CheckedRow
from kpis.entry import check_row
from kpis.measurement import MeasurementType, ValueState
from kpis.result_columns import (
    FIGURES,
    INPUTS,
    MILESTONE_LABELS,
    RESULTS,
    STATE_LABELS,
    inputs_of,
)
from kpis.result_lines import ResultLine
from kpis.rows import KpiProgress
from kpis.taken_at import read_taken

MANY_DECIMALS = 15
STATES = {label: value for value, label in STATE_LABELS.items()}
MILESTONES = {label: value for value, label in MILESTONE_LABELS.items()}
NOT_ASKED = "この指標では入力しない欄です。空にしてください。"


def result_lines(
    file: ReturnedSheet,
    rows: list[KpiProgress],
    fiscal_year: int,
    bases: dict[int, Cells],
    choices: dict[int, Choice],
) -> list[ResultLine]:
    """Every line of the file. `rows` are the KPIs that this person may enter.

    `bases` has the cells of older versions by KPI id, for lines whose KPI was saved since.
    """
    by_number = {row.number: row for row in rows}
    lines = []
    for typed, row, error in paired(file, RESULTS, by_number):
        if error:
            subject = _subject(row, fiscal_year) if row else None
            lines.append(ResultLine(typed, subject, error, row=row, fiscal_year=fiscal_year,
                                    base=Cells()))  # fmt: skip
        else:
            choice = choices.get(row.id, Choice())
            lines.append(_line(typed, row, fiscal_year, bases.get(row.id), choice))
    return lines


def stale_versions(file: ReturnedSheet, rows, fiscal_year) -> dict[int, int]:
    """Which earlier version a line was made from, by KPI id, where another stands now."""
    by_number = {row.number: row for row in rows}
    found = {}
    for typed in file.rows:
        row = by_number.get(typed.number)
        if row and typed.made_from not in (None, row.at(fiscal_year).result.version):
            found[row.id] = typed.made_from
    return found


def _subject(row, fiscal_year) -> Subject:
    result = row.at(fiscal_year).result
    return Subject(
        id=row.id,
        number=row.number,
        name=row.name,
        department_ids=row.department_ids,
        version=result.version,
        entered_by=result.entered_by,
        note=f"単位: {row.scale.unit}" if row.scale.unit else "",
    )


def _line(typed: TypedRow, row, fiscal_year, base, choice) -> ResultLine:
    result = row.at(fiscal_year).result
    standing = cells_of(row, result)
    is_stale = typed.made_from != result.version
    base = (base or Cells()) if is_stale else standing
    codes = {name: _code(row, name, cell.text) for name, cell in typed.cells.items()}
    filled = _filled(row, codes, base, has_base=typed.made_from != 0)
    if is_stale:  # what says the same as what stands is no conflict
        filled = tuple(
            name for name in filled
            if not _is_same(row, name, codes[name], standing, has_result=result.version > 0)
        )  # fmt: skip
    cells = replace(_over(standing, codes, filled), confirmed=choice.confirmed)
    is_locked = bool(filled) and not result.review.state.is_editable
    checked = _checked(typed, row, fiscal_year, cells, filled)
    return ResultLine(
        typed=typed,
        subject=_subject(row, fiscal_year),
        error=LOCKED.format(state=result.review.state.label) if is_locked else "",
        filled=filled,
        is_stale=is_stale and bool(filled),
        reading=Reading(checked.errors, checked.question, checked.is_confirmed, cells.content),
        choice=choice,
        row=row,
        fiscal_year=fiscal_year,
        base=base,
        cells=cells,
        entry=checked.entry,
    )


def _code(row, name, text) -> str:
    """What the grid would send for a word of a drop-down list; other texts as they are."""
    if name == "state":
        return STATES.get(text.strip(), text)
    if name == "value" and row.scale.measurement_type == MeasurementType.MILESTONE:
        return MILESTONES.get(text.strip(), text)
    return text


def _filled(row, codes, base, *, has_base) -> tuple[str, ...]:
    """The cells that say another thing than the result from which the file was made."""
    return tuple(
        name
        for name in INPUTS
        if name in codes and not _is_same(row, name, codes[name], base, has_result=has_base)
    )


def _is_same(row, name, text, cells, *, has_result) -> bool:
    shown = getattr(cells, name)
    if name == "state":
        return has_result and text == shown
    if _plain(text) == _plain(shown):
        return True
    if name == "taken":
        return _taken(text) == _taken(shown)
    if name == "note" or row.scale.measurement_type == MeasurementType.QUALITATIVE:
        return False
    number, other = (read_number(item, unit=row.scale.unit, decimals=MANY_DECIMALS)
                     for item in (text, shown))  # fmt: skip
    return number.value is not None and (number.value, number.remark) == (other.value, other.remark)


def _plain(text):
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _taken(text):
    try:
        return read_taken(text)
    except ValueError:
        return text


def _over(standing: Cells, codes, filled) -> Cells:
    """What stands with what was filled in; the figures come together or not at all.

    A state without a value takes the figures away where the file has none.
    """
    told = {name: codes[name] for name in filled}
    typed_figures = {name: codes.get(name, "") for name in FIGURES}
    if any(name in filled for name in FIGURES) or (
        _has_no_value(told.get("state")) and not any(typed_figures.values())
    ):
        told |= typed_figures
    return replace(standing, **told)


def _has_no_value(state) -> bool:
    return state in STATE_LABELS and not ValueState(state).has_value


def _checked(typed, row, fiscal_year, cells, filled) -> CheckedRow:
    """The line read by the grid's own reader, with what only a workbook can hold."""
    errors = {name: error for name in typed.cells
              if (error := _cell_error(typed.cells[name], name, row))}  # fmt: skip
    if not filled and not errors:
        return CheckedRow(None)
    checked = check_row(row, fiscal_year, cells)
    if "state" in checked.errors and cells.state not in STATE_LABELS:
        final = check_row(row, fiscal_year, replace(cells, state=ValueState.FINAL.value))
        checked = replace(checked, errors=final.errors | checked.errors)
    checked = _with_formulas(checked, typed, cells, filled)
    if not errors:
        return checked
    return replace(checked, entry=None, errors=checked.errors | errors)


def _cell_error(cell, name, row) -> str:
    return cell.unusable if name in inputs_of(row) else NOT_ASKED


def _with_formulas(checked, typed, cells, filled) -> CheckedRow:
    """Asks about figures that a formula gave: nobody knows when it was last worked out."""
    asked = [CALCULATED.format(text=typed.cells[name].text)
             for name in (*FIGURES, "reference")
             if name in filled and typed.cells[name].is_formula
             and typed.cells[name].kind == CellKind.NUMBER]  # fmt: skip
    if not asked or checked.errors:
        return checked
    is_confirmed = cells.content == cells.confirmed
    return replace(
        checked,
        entry=checked.entry if is_confirmed else None,
        question="".join([checked.question, *asked]),
        is_confirmed=is_confirmed,
    )
