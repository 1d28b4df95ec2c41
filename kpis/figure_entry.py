"""Figures as typed in one row: a number, or the two parts of a share, read and checked."""

from dataclasses import replace

from dxplan.lib.numbers import Mark, Outcome, Reading, read_number
from kpis.cautions import fall_of, jump_questions
from kpis.cells import Cells, cells_of, decimals_of
from kpis.checked_row import CheckedRow, Entry, refused
from kpis.measurement import MeasurementType, ValueState
from kpis.rows import KpiProgress
from kpis.yearly_values import share_of

PART_DECIMALS = 6
PART_NAMES = {"numerator": "分子", "denominator": "分母"}
NO_READING = Reading(Outcome.EMPTY, "")

VALUE_WITHOUT_STATE = (
    "「{state}」では値を入力できません。値を消すか、状態を「確定」か「速報」にしてください。"
)
REASON_NEEDED = "「算定不能」とする理由を備考に入力してください。"
REFERENCE_ALONE = "{name}だけでは保存できません。実績も入力してください。"
NUMBER_NEEDED = "数値を入力してください。"
PARTS_IN_PAIRS = "分子と分母は、両方を入力してください。"
PARTS_OR_SHARE = "分子と分母を入力したときは、率の欄は空にしてください（率は計算します）。"
PART_NEGATIVE = "{name}は0以上の数を入力してください。"
DENOMINATOR_ZERO = (
    "分母が0のため、率を計算できません。状態を「算定不能」にし、理由を備考に入力してください。"
)


def check_figures(row: KpiProgress, fiscal_year: int, cells: Cells) -> CheckedRow:
    """A number, or for a share its two parts where either was typed; never raises."""
    is_share = row.scale.measurement_type == MeasurementType.RATIO
    has_parts = is_share and bool(cells.numerator.strip() or cells.denominator.strip())
    if has_parts:
        return _check_parts(row, fiscal_year, cells)
    return _check_number(row, fiscal_year, cells)


def without_value(cells: Cells, state: ValueState, *, has_value, reference=None) -> CheckedRow:
    """A state that has no value; what others measured meanwhile is kept."""
    if has_value:
        return refused(state=VALUE_WITHOUT_STATE.format(state=state.label))
    if state == ValueState.NOT_COMPUTABLE and not cells.note.strip():
        return refused(note=REASON_NEEDED)
    return CheckedRow(Entry(state, reference=reference, note=cells.note))


def marked(typed: str, entry: Entry) -> CheckedRow:
    """What a mark such as 「－」 was taken for."""
    return CheckedRow(entry, echo=f"入力「{typed}」→ {entry.state.label}" if typed else "")


def _check_parts(row, fiscal_year, cells) -> CheckedRow:
    """Numerator and denominator of a share; both are kept, also where they cannot be divided."""
    readings = {name: _read_part(getattr(cells, name)) for name in PART_NAMES}
    mark = _mark_of(readings.values())
    if mark:
        return _check_number(row, fiscal_year, replace(cells, value=cells.value.strip() or mark))
    state = ValueState(cells.state)
    if not state.has_value and state != ValueState.NOT_COMPUTABLE:
        return refused(state=VALUE_WITHOUT_STATE.format(state=state.label))
    reference = _read_reference(row, fiscal_year, cells)
    errors = _part_errors(readings) | _reference_errors(row, reference)
    if cells.value.strip():
        errors["value"] = PARTS_OR_SHARE
    if errors:
        return refused(**errors)
    named = [(PART_NAMES[name], part) for name, part in readings.items()]
    named.append((row.scale.reference_name, reference))
    entry = Entry(
        state,
        numerator=readings["numerator"].value,
        denominator=readings["denominator"].value,
        reference=reference.value,
        note=_note_with_remarks(cells.note, named),
    )
    return _check_division(row, fiscal_year, cells, entry, named)


def _mark_of(readings) -> str:
    """「－」 or 「集計中」 typed for the parts, when no figure stands beside it; else blank."""
    outcomes = {reading.outcome for reading in readings}
    typed = [reading.typed for reading in readings if reading.outcome == Outcome.STATE]
    return typed[0] if typed and outcomes <= {Outcome.STATE, Outcome.EMPTY} else ""


def _check_division(row, fiscal_year, cells, entry, readings) -> CheckedRow:
    if entry.state == ValueState.NOT_COMPUTABLE:
        return CheckedRow(entry) if cells.note.strip() else refused(note=REASON_NEEDED)
    if entry.denominator == 0:
        return refused(denominator=DENOMINATOR_ZERO)
    share = share_of(entry.numerator, entry.denominator)
    echo = f"{share.working} = {row.scale.show(share.value)}"
    return _settled(row, fiscal_year, cells, entry, readings, echo)


def _read_part(text) -> Reading:
    return read_number(text, decimals=PART_DECIMALS)


def _part_errors(readings) -> dict[str, str]:
    found = {name: _part_error(PART_NAMES[name], part) for name, part in readings.items()}
    return {name: error for name, error in found.items() if error}


def _part_error(name, reading) -> str:
    if reading.outcome == Outcome.EMPTY:
        return PARTS_IN_PAIRS
    if reading.value is None:
        return f"{name}: {reading.message or NUMBER_NEEDED}"
    return PART_NEGATIVE.format(name=name) if reading.value < 0 else ""


def _check_number(row, fiscal_year, cells) -> CheckedRow:
    state = ValueState(cells.state)
    reading = _read(row, cells.value, stored=row.at(fiscal_year).result.own_value)
    reference = _read_reference(row, fiscal_year, cells)
    errors = _reference_errors(row, reference)
    if reading.outcome == Outcome.REFUSED and state.has_value:
        errors["value"] = reading.message
    if errors:
        return refused(**errors)
    has_value = reading.outcome not in (Outcome.EMPTY, Outcome.STATE)
    if not state.has_value:
        return without_value(cells, state, has_value=has_value, reference=reference.value)
    if not has_value:
        return _check_mark(row, cells, reading, reference.value)
    readings = (("", reading), (row.scale.reference_name, reference))
    note = _note_with_remarks(cells.note, readings)
    entry = Entry(state, value=reading.value, reference=reference.value, note=note)
    return _settled(row, fiscal_year, cells, entry, readings, reading.echo)


def _read(row, text, *, stored) -> Reading:
    return read_number(text, unit=row.scale.unit, decimals=decimals_of(row, stored))


def _read_reference(row, fiscal_year, cells) -> Reading:
    if not row.has_reference:
        return NO_READING
    return _read(row, cells.reference, stored=row.at(fiscal_year).result.reference)


def _reference_errors(row, reading) -> dict[str, str]:
    if reading.outcome == Outcome.EMPTY or reading.value is not None:
        return {}
    return {"reference": f"{row.scale.reference_name}: {reading.message or NUMBER_NEEDED}"}


def _check_mark(row, cells, reading, reference) -> CheckedRow:
    """No number: nothing, 「－」 for not surveyed, 「集計中」 and the like for not yet entered."""
    if reading.mark == Mark.DASH:
        entry = Entry(ValueState.NOT_SURVEYED, reference=reference, note=cells.note)
    elif reference is not None:
        return refused(reference=REFERENCE_ALONE.format(name=row.scale.reference_name))
    else:
        entry = Entry(ValueState.MISSING, note=cells.note or reading.typed.strip())
    return marked(reading.typed.strip(), entry)


def _note_with_remarks(note, readings) -> str:
    """Keeps what stood beside a number (「※1」「約」) in the note."""
    for name, reading in readings:
        remark = f"{name} {reading.remark}".strip() if reading.remark else ""
        if remark and remark not in note:
            note = f"{note}（{remark}）" if note else remark
    return note


def _settled(row, fiscal_year, cells, entry, readings, echo) -> CheckedRow:
    """The entry, kept back by what is wrong beside last year and by what is not confirmed yet."""
    asked = [
        f"{name}: {reading.message}" if name else reading.message
        for name, reading in readings
        if reading.outcome == Outcome.QUESTION
    ]
    fall = fall_of(row, fiscal_year, entry.value, cells.note)
    question = "".join([*asked, fall.question, *jump_questions(row, fiscal_year, entry)])
    is_confirmed = cells.content in (cells.confirmed, _stored_content(row, fiscal_year))
    is_kept_back = fall.error or (question and not is_confirmed)
    return CheckedRow(
        entry=None if is_kept_back else entry,
        errors={"value": fall.error} if fall.error else {},
        question=question,
        is_confirmed=is_confirmed,
        echo=echo,
    )


def _stored_content(row, fiscal_year) -> str:
    """What is stored was confirmed when it was saved: it is not asked about again."""
    return cells_of(row, row.at(fiscal_year).result).content
