"""What a person typed for one KPI and year, read and checked: from cells to an entry."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from dxplan.lib.numbers import Mark, Outcome, Reading, read_number
from kpis.cautions import fall_errors, jump_questions
from kpis.cells import ENTERABLE_STATES, Cells, cells_of, decimals_of
from kpis.measurement import MeasurementType, Milestone, ValueState
from kpis.rows import KpiProgress, ResultRow
from kpis.taken_at import TakenTime, read_taken
from kpis.yearly_values import share_of

PART_DECIMALS = 6
TEXT_LIMIT = 10_000
NO_READING = Reading(Outcome.EMPTY, "")

UNKNOWN_STATE = "状態を一覧から選んでください。"
UNKNOWN_MILESTONE = "到達段階を一覧から選んでください。"
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
TEXT_TOO_LONG = "{name}は{limit:,}字以内で入力してください（現在{length:,}字）。"
TEXT_HAS_CONTROLS = "{name}に使えない文字（制御文字など）が含まれています。"


@dataclass(frozen=True)
class Entry:
    """A row that can be saved."""

    state: ValueState
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    milestone: Milestone | None = None
    words: str = ""
    reference: Decimal | None = None
    taken_fiscal_year: int | None = None
    taken_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class CheckedRow:
    """The outcome of reading a row: an entry, or errors or a question that keep it from one.

    A question that was answered stays, beside its entry, so that the answer stays visible. `taken`
    is the 時点 as it was read.
    """

    entry: Entry | None
    errors: tuple[str, ...] = ()
    question: str = ""
    is_confirmed: bool = False
    echo: str = ""
    taken: str = ""


def check_row(row: KpiProgress, fiscal_year: int, cells: Cells) -> CheckedRow:
    """Reads and checks one row; never raises, whatever was typed."""
    if cells.state not in [state.value for state in ENTERABLE_STATES]:
        return _refused(UNKNOWN_STATE)
    note_errors = _text_errors("備考", cells.note)
    if note_errors:
        return _refused(*note_errors)
    stored = row.at(fiscal_year).result
    return _with_taken(_check_content(row, fiscal_year, cells), stored, cells.taken)


def _refused(*errors) -> CheckedRow:
    return CheckedRow(None, errors=errors)


def _text_errors(name, text) -> list[str]:
    if len(text) > TEXT_LIMIT:
        return [TEXT_TOO_LONG.format(name=name, limit=TEXT_LIMIT, length=len(text))]
    is_odd = any(not _is_writable(character) for character in text)
    return [TEXT_HAS_CONTROLS.format(name=name)] if is_odd else []


def _is_writable(character: str) -> bool:
    """Whether PostgreSQL and a workbook can hold it: no controls but line breaks, no surrogates."""
    code = ord(character)
    return character in "\t\n\r" or (code >= 0x20 and not 0xD800 <= code <= 0xDFFF)


def _with_taken(checked, stored, typed) -> CheckedRow:
    """Adds the 時点, or what is wrong with it."""
    try:
        taken = _taken_as_meant(stored, typed)
    except ValueError as error:
        return replace(checked, entry=None, errors=(*checked.errors, str(error)))
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
    has_parts = bool(cells.numerator.strip() or cells.denominator.strip())
    if measurement_type == MeasurementType.RATIO and has_parts:
        return _check_parts(row, fiscal_year, cells)
    return _check_number(row, fiscal_year, cells)


def _check_milestone(cells) -> CheckedRow:
    state = ValueState(cells.state)
    if cells.value and cells.value not in Milestone.values():
        return _refused(UNKNOWN_MILESTONE)
    milestone = Milestone(cells.value) if cells.value else None
    if not state.has_value:
        return _check_without_value(cells, state, has_value=milestone is not None)
    if milestone is None:
        return CheckedRow(Entry(ValueState.MISSING, note=cells.note))
    return CheckedRow(Entry(state, milestone=milestone, note=cells.note))


def _check_words(cells) -> CheckedRow:
    state, words = ValueState(cells.state), cells.value.strip()
    if not state.has_value:
        return _check_without_value(cells, state, has_value=bool(words))
    errors = _text_errors("実績", words)
    if errors:
        return _refused(*errors)
    if not words:
        return CheckedRow(Entry(ValueState.MISSING, note=cells.note))
    return CheckedRow(Entry(state, words=words, note=cells.note))


def _check_without_value(cells, state, *, has_value, reference=None) -> CheckedRow:
    """A state that has no value; what others measured meanwhile is kept."""
    if has_value:
        return _refused(VALUE_WITHOUT_STATE.format(state=state.label))
    if state == ValueState.NOT_COMPUTABLE and not cells.note.strip():
        return _refused(REASON_NEEDED)
    return CheckedRow(Entry(state, reference=reference, note=cells.note))


def _check_parts(row, fiscal_year, cells) -> CheckedRow:
    """Numerator and denominator of a share; both are kept, also where they cannot be divided."""
    state = ValueState(cells.state)
    if not state.has_value and state != ValueState.NOT_COMPUTABLE:
        return _refused(VALUE_WITHOUT_STATE.format(state=state.label))
    numerator, denominator = _read_part(cells.numerator), _read_part(cells.denominator)
    reference = _read_reference(row, fiscal_year, cells)
    errors = [
        *_part_errors("分子", numerator),
        *_part_errors("分母", denominator),
        *_reference_errors(row, reference),
        *([PARTS_OR_SHARE] if cells.value.strip() else []),
    ]
    if errors:
        return _refused(*dict.fromkeys(errors))
    readings = (
        *(("分子", numerator), ("分母", denominator)),
        (row.scale.reference_name, reference),
    )
    entry = Entry(
        state,
        numerator=numerator.value,
        denominator=denominator.value,
        reference=reference.value,
        note=_note_with_remarks(cells.note, readings),
    )
    return _check_division(row, fiscal_year, cells, entry, readings)


def _check_division(row, fiscal_year, cells, entry, readings) -> CheckedRow:
    if entry.state == ValueState.NOT_COMPUTABLE:
        return CheckedRow(entry) if cells.note.strip() else _refused(REASON_NEEDED)
    if entry.denominator == 0:
        return _refused(DENOMINATOR_ZERO)
    share = share_of(entry.numerator, entry.denominator)
    echo = f"{share.working} = {row.scale.show(share.value)}"
    return _settled(row, fiscal_year, cells, entry, readings, echo)


def _read_part(text) -> Reading:
    return read_number(text, decimals=PART_DECIMALS)


def _part_errors(name, reading) -> list[str]:
    if reading.outcome == Outcome.EMPTY:
        return [PARTS_IN_PAIRS]
    if reading.value is None:
        return [f"{name}: {reading.message or NUMBER_NEEDED}"]
    return [PART_NEGATIVE.format(name=name)] if reading.value < 0 else []


def _check_number(row, fiscal_year, cells) -> CheckedRow:
    state = ValueState(cells.state)
    reading = _read(row, cells.value, stored=row.at(fiscal_year).result.own_value)
    reference = _read_reference(row, fiscal_year, cells)
    refusals = [reading.message] if reading.outcome == Outcome.REFUSED and state.has_value else []
    errors = [*refusals, *_reference_errors(row, reference)]
    if errors:
        return _refused(*errors)
    has_value = reading.outcome not in (Outcome.EMPTY, Outcome.STATE)
    if not state.has_value:
        return _check_without_value(cells, state, has_value=has_value, reference=reference.value)
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


def _reference_errors(row, reading) -> list[str]:
    if reading.outcome == Outcome.EMPTY or reading.value is not None:
        return []
    return [f"{row.scale.reference_name}: {reading.message or NUMBER_NEEDED}"]


def _check_mark(row, cells, reading, reference) -> CheckedRow:
    """No number: nothing, 「－」 for not surveyed, 「集計中」 and the like for not yet entered."""
    if reading.mark == Mark.DASH:
        entry = Entry(ValueState.NOT_SURVEYED, reference=reference, note=cells.note)
    elif reference is not None:
        return _refused(REFERENCE_ALONE.format(name=row.scale.reference_name))
    else:
        entry = Entry(ValueState.MISSING, note=cells.note or reading.typed.strip())
    typed = reading.typed.strip()
    return CheckedRow(entry, echo=f"入力「{typed}」→ {entry.state.label}" if typed else "")


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
    question = "".join([*asked, *jump_questions(row, fiscal_year, entry)])
    is_confirmed = cells.content in (cells.confirmed, _stored_content(row, fiscal_year))
    errors = fall_errors(row, fiscal_year, entry.value, cells.note)
    is_kept_back = errors or (question and not is_confirmed)
    return CheckedRow(
        entry=None if is_kept_back else entry,
        errors=errors,
        question=question,
        is_confirmed=is_confirmed,
        echo=echo,
    )


def _stored_content(row, fiscal_year) -> str:
    """What is stored was confirmed when it was saved: it is not asked about again."""
    return cells_of(row, row.at(fiscal_year).result).content
