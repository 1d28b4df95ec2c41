"""What a person typed for one KPI and year, read and checked: from cells to an entry."""

from dataclasses import replace

from dxplan.lib.numbers import Mark, read_number
from kpis.cells import ENTERABLE_STATES, Cells
from kpis.checked_row import CheckedRow, Entry, refused
from kpis.figure_entry import check_figures, marked, without_value
from kpis.measurement import MeasurementType, Milestone, ValueState
from kpis.rows import KpiProgress, ResultRow
from kpis.taken_at import TakenTime, read_taken

TEXT_LIMIT = 10_000

UNKNOWN_STATE = "状態を一覧から選んでください。"
UNKNOWN_MILESTONE = "到達段階を一覧から選んでください。"
TEXT_TOO_LONG = "{name}は{limit:,}字以内で入力してください（現在{length:,}字）。"
TEXT_HAS_CONTROLS = "{name}に使えない文字（制御文字など）が含まれています。"


def check_row(row: KpiProgress, fiscal_year: int, cells: Cells) -> CheckedRow:
    """Reads and checks one row, all cells at once; never raises, whatever was typed."""
    if cells.state not in [state.value for state in ENTERABLE_STATES]:
        return refused(state=UNKNOWN_STATE)
    stored = row.at(fiscal_year).result
    checked = _with_taken(_check_content(row, fiscal_year, cells), stored, cells.taken)
    return _with_error(checked, "note", _text_error("備考", cells.note))


def _with_error(checked, cell, error) -> CheckedRow:
    if not error:
        return checked
    return replace(checked, entry=None, errors=checked.errors | {cell: error})


def _text_error(name, text) -> str:
    if len(text) > TEXT_LIMIT:
        return TEXT_TOO_LONG.format(name=name, limit=TEXT_LIMIT, length=len(text))
    is_odd = any(not _is_writable(character) for character in text)
    return TEXT_HAS_CONTROLS.format(name=name) if is_odd else ""


def _is_writable(character: str) -> bool:
    """Whether PostgreSQL and a workbook can hold it: no controls but line breaks, no surrogates."""
    code = ord(character)
    return character in "\t\n\r" or (code >= 0x20 and not 0xD800 <= code <= 0xDFFF)


def _with_taken(checked, stored, typed) -> CheckedRow:
    """Adds the 時点, or what is wrong with it."""
    try:
        taken = _taken_as_meant(stored, typed)
    except ValueError as error:
        return _with_error(checked, "taken", str(error))
    entry = replace(checked.entry, **taken._asdict()) if checked.entry else None
    return replace(checked, entry=entry, taken=taken.text)


def _taken_as_meant(stored: ResultRow, typed: str) -> TakenTime:
    """A cell left as it was means what is stored, which may be a fiscal year beside a day."""
    return stored.taken_at if typed == stored.taken else read_taken(typed)


def _check_content(row, fiscal_year, cells) -> CheckedRow:
    measurement_type = row.scale.measurement_type
    if measurement_type == MeasurementType.MILESTONE:
        return _check_milestone(cells)
    if measurement_type == MeasurementType.QUALITATIVE:
        return _check_words(cells)
    return check_figures(row, fiscal_year, cells)


def _check_milestone(cells) -> CheckedRow:
    state = ValueState(cells.state)
    if cells.value and cells.value not in Milestone.values():
        return refused(value=UNKNOWN_MILESTONE)
    milestone = Milestone(cells.value) if cells.value else None
    if not state.has_value:
        return without_value(cells, state, has_value=milestone is not None)
    if milestone is None:
        return CheckedRow(Entry(ValueState.MISSING, note=cells.note))
    return CheckedRow(Entry(state, milestone=milestone, note=cells.note))


def _check_words(cells) -> CheckedRow:
    state, words = ValueState(cells.state), cells.value.strip()
    is_dash = read_number(words).mark == Mark.DASH
    if not state.has_value:
        return without_value(cells, state, has_value=bool(words) and not is_dash)
    if is_dash:
        return marked(words, Entry(ValueState.NOT_SURVEYED, note=cells.note))
    error = _text_error("実績", words)
    if error:
        return refused(value=error)
    if not words:
        return CheckedRow(Entry(ValueState.MISSING, note=cells.note))
    return CheckedRow(Entry(state, words=words, note=cells.note))
