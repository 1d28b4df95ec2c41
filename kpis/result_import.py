"""What a department's workbook would change, cell by cell: read and compared, nothing saved.

A file says by its version which result it was made from. What differs from that one is what the
person filled in; it conflicts where somebody saved another result meanwhile. An empty cell means
no change.
"""

from collections import Counter
from dataclasses import replace

from dxplan.lib.numbers import read_number
from dxplan.lib.spreadsheets.sheets import CellKind
from kpis.cells import Cells, cells_of
from kpis.checked_row import CheckedRow
from kpis.entry import check_row
from kpis.import_lines import Choice, ImportLine
from kpis.measurement import MeasurementType, ValueState
from kpis.result_columns import FIGURES, INPUTS, MILESTONE_LABELS, STATE_LABELS, inputs_of
from kpis.result_file import ResultFile
from kpis.rows import KpiProgress
from kpis.taken_at import read_taken

MANY_DECIMALS = 15
STATES = {label: value for value, label in STATE_LABELS.items()}
MILESTONES = {label: value for value, label in MILESTONE_LABELS.items()}

UNKNOWN_NUMBER = "番号「{number}」は、担当する指標にありません。"
NO_NUMBER = "番号がありません。様式の行をそのまま使ってください。"
DOUBLE_ROW = "番号「{number}」の行が2つ以上あります（{rows}行目）。1つだけ残してください。"
ODD_VERSION = "この行の隠れた欄が変わっています。様式を受け取り直してください。"
LOCKED = "「{state}」のため変更できません。直すときは、取下げか差戻しの後に取り込んでください。"
UNCALCULATED = "計算されていない数式です。Excelで開いて保存し直すか、値を入力してください。"
ERROR_VALUE = "「{text}」は表計算ソフトのエラー値です。値を入力してください。"
NOT_ASKED = "この指標では入力しない欄です。空にしてください。"
CALCULATED = "「{text}」は数式の計算結果です。この値でよろしいですか。"


def import_lines(
    file: ResultFile,
    rows: list[KpiProgress],
    fiscal_year: int,
    bases: dict[int, Cells],
    choices: dict[int, Choice],
) -> list[ImportLine]:
    """Every line of the file. `rows` are the KPIs that this person may enter.

    `bases` has the cells of older versions by KPI id, for lines whose KPI was saved since.
    """
    by_number = {row.number: row for row in rows}
    count = Counter(typed.number for typed in file.rows)
    lines = []
    for typed in file.rows:
        row = by_number.get(typed.number)
        error = _row_error(file, typed, row, count[typed.number])
        if error:
            lines.append(ImportLine(typed, row, error, fiscal_year=fiscal_year, base=Cells()))
            continue
        choice = choices.get(row.id, Choice())
        lines.append(_line(typed, row, fiscal_year, bases.get(row.id), choice))
    return lines


def stale_versions(file: ResultFile, rows, fiscal_year) -> dict[int, int]:
    """Which earlier version a line was made from, by KPI id, where another stands now."""
    by_number = {row.number: row for row in rows}
    found = {}
    for typed in file.rows:
        row = by_number.get(typed.number)
        if row and _version_of(typed) not in (None, row.at(fiscal_year).result.version):
            found[row.id] = _version_of(typed)
    return found


def _version_of(typed) -> int | None:
    text = typed.version
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _row_error(file, typed, row, count) -> str:
    if not typed.number:
        return NO_NUMBER
    if count > 1:
        places = "・".join(str(other.row) for other in file.rows if other.number == typed.number)
        return DOUBLE_ROW.format(number=typed.number, rows=places)
    if row is None:
        return UNKNOWN_NUMBER.format(number=typed.number)
    return ODD_VERSION if _version_of(typed) is None else ""


def _line(typed, row, fiscal_year, base, choice) -> ImportLine:
    result = row.at(fiscal_year).result
    standing = cells_of(row, result)
    is_stale = _version_of(typed) != result.version
    base = (base or Cells()) if is_stale else standing
    codes = {name: _code(row, name, cell.text) for name, cell in typed.cells.items()}
    filled = _filled(typed, row, codes, base, has_base=typed.version != "0")
    if is_stale:  # what says the same as what stands is no conflict
        filled = tuple(
            name for name in filled
            if not _is_same(row, name, codes[name], standing, has_result=result.version > 0)
        )  # fmt: skip
    cells = replace(_over(standing, codes, filled), confirmed=choice.confirmed)
    is_locked = bool(filled) and not result.review.state.is_editable
    return ImportLine(
        typed=typed,
        row=row,
        error=LOCKED.format(state=result.review.state.label) if is_locked else "",
        base=base,
        filled=filled,
        cells=cells,
        checked=_checked(typed, row, fiscal_year, cells, filled),
        is_stale=is_stale and bool(filled),
        choice=choice,
        fiscal_year=fiscal_year,
    )


def _code(row, name, text) -> str:
    """What the grid would send for a word of a drop-down list; other texts as they are."""
    if name == "state":
        return STATES.get(text.strip(), text)
    if name == "value" and row.scale.measurement_type == MeasurementType.MILESTONE:
        return MILESTONES.get(text.strip(), text)
    return text


def _filled(typed, row, codes, base, *, has_base) -> tuple[str, ...]:
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
    if name not in inputs_of(row):
        return NOT_ASKED
    if cell.kind == CellKind.UNCALCULATED:
        return UNCALCULATED
    return ERROR_VALUE.format(text=cell.text) if cell.kind == CellKind.ERROR else ""


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
