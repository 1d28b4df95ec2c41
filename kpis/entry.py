"""What a person typed for one KPI and year, read and checked: from cells to an entry."""

from dataclasses import dataclass, replace
from decimal import Decimal

from dxplan.lib.numbers import Mark, Outcome, Reading, read_number, show_number
from kpis.achievement import plain
from kpis.measurement import MeasurementType, Milestone, ValueState
from kpis.progress import rejudged, result_text
from kpis.rows import KpiProgress, ResultRow, YearStanding
from kpis.yearly_values import Entered, YearlyValue, share_of, yearly_values

ENTERABLE_STATES = (
    ValueState.FINAL,
    ValueState.PRELIMINARY,
    ValueState.NOT_SURVEYED,
    ValueState.NOT_APPLICABLE,
    ValueState.NOT_COMPUTABLE,
)

UNKNOWN_STATE = "状態を一覧から選んでください。"
UNKNOWN_MILESTONE = "到達段階を一覧から選んでください。"
VALUE_WITHOUT_STATE = (
    "「{state}」では値を入力できません。値を消すか、状態を「確定」か「速報」にしてください。"
)
REASON_NEEDED = "「算定不能」とする理由を備考に入力してください。"
REFERENCE_ALONE = "{name}だけでは保存できません。実績も入力してください。"
TOTAL_FALLS = (
    "前年度の累計（{previous}）を下回っています。正しい場合は、理由を備考に入力してください。"
)
PARTS_IN_PAIRS = "分子と分母は、両方を入力してください。"
PARTS_OR_SHARE = "分子と分母を入力したときは、率の欄は空にしてください（率は計算します）。"
DENOMINATOR_ZERO = (
    "分母が0のため、率を計算できません。状態を「算定不能」にし、理由を備考に入力してください。"
)
PART_NEGATIVE = "{name}は0以上の数を入力してください。"
TEN_TIMES = "前年度（{previous}）の10倍以上です。この値でよければ「はい」を選んでください。"
TEN = Decimal(10)
PART_DECIMALS = 6
WORDS_TOO_LONG = "実績は{limit:,}字以内で入力してください（現在{length:,}字）。"
NOTE_TOO_LONG = "備考は{limit:,}字以内で入力してください（現在{length:,}字）。"
NOTE_HAS_CONTROLS = "備考に使えない文字（制御文字など）が含まれています。"
NOTE_LIMIT = 10_000


@dataclass(frozen=True)
class Cells:
    """The cells of one row exactly as typed; `confirmed` is the text that a person confirmed."""

    value: str = ""
    numerator: str = ""
    denominator: str = ""
    state: str = ValueState.FINAL.value
    reference: str = ""
    note: str = ""
    confirmed: str = ""


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
    note: str = ""


@dataclass(frozen=True)
class CheckedRow:
    """The outcome of reading a row: an entry, or errors or a question that keep it from one.

    A question that was answered stays, beside its entry, so that the answer stays visible.
    """

    entry: Entry | None
    errors: tuple[str, ...] = ()
    question: str = ""
    echo: str = ""


def cells_of(row: KpiProgress, result: ResultRow) -> Cells:
    """The cells with which the grid shows a stored result, numbers as one would type them."""
    state = result.state if result.state in ENTERABLE_STATES else ValueState.FINAL
    return Cells(
        value=result.milestone or result.words or show_number(result.own_value, row.scale.decimals),
        numerator=_part_text(result.numerator),
        denominator=_part_text(result.denominator),
        state=state.value,
        reference=show_number(result.reference, row.scale.decimals),
        note=result.note,
    )


def _part_text(part: Decimal | None) -> str:
    return "" if part is None else plain(part)


def check_row(row: KpiProgress, fiscal_year: int, cells: Cells) -> CheckedRow:
    """Reads and checks one row; never raises, whatever was typed."""
    if cells.state not in [state.value for state in ENTERABLE_STATES]:
        return CheckedRow(None, errors=(UNKNOWN_STATE,))
    note_errors = _note_errors(cells.note)
    if note_errors:
        return CheckedRow(None, errors=note_errors)
    if row.scale.measurement_type == MeasurementType.MILESTONE:
        return _check_milestone(cells)
    if row.scale.measurement_type == MeasurementType.QUALITATIVE:
        return _check_words(cells)
    if cells.numerator.strip() or cells.denominator.strip():
        return _check_parts(row, cells)
    return _check_number(row, fiscal_year, cells)


def _note_errors(note: str) -> tuple[str, ...]:
    if len(note) > NOTE_LIMIT:
        return (NOTE_TOO_LONG.format(limit=NOTE_LIMIT, length=len(note)),)
    is_odd = any(not _is_writable(character) for character in note)
    return (NOTE_HAS_CONTROLS,) if is_odd else ()


def _is_writable(character: str) -> bool:
    """Whether PostgreSQL and a workbook can hold it: no controls but line breaks, no surrogates."""
    code = ord(character)
    return character in "\t\n\r" or (code >= 0x20 and not 0xD800 <= code <= 0xDFFF)


def _check_milestone(cells: Cells) -> CheckedRow:
    state = ValueState(cells.state)
    if cells.value and cells.value not in Milestone.values():
        return CheckedRow(None, errors=(UNKNOWN_MILESTONE,))
    milestone = Milestone(cells.value) if cells.value else None
    if not state.has_value:
        return _check_without_value(cells, state, has_value=milestone is not None)
    if milestone is None:
        return CheckedRow(Entry(ValueState.MISSING, note=cells.note))
    return CheckedRow(Entry(state, milestone=milestone, note=cells.note))


def _check_words(cells: Cells) -> CheckedRow:
    state, words = ValueState(cells.state), cells.value.replace("\r\n", "\n").strip()
    if not state.has_value:
        return _check_without_value(cells, state, has_value=bool(words))
    if len(words) > NOTE_LIMIT:
        message = WORDS_TOO_LONG.format(limit=NOTE_LIMIT, length=len(words))
        return CheckedRow(None, errors=(message,))
    if any(not _is_writable(character) for character in words):
        return CheckedRow(None, errors=(NOTE_HAS_CONTROLS,))
    if not words:
        return CheckedRow(Entry(ValueState.MISSING, note=cells.note))
    return CheckedRow(Entry(state, words=words, note=cells.note))


def _check_parts(row, cells) -> CheckedRow:
    """Numerator and denominator of a share; both are kept, also where they cannot be divided."""
    state = ValueState(cells.state)
    if not state.has_value and state != ValueState.NOT_COMPUTABLE:
        return _check_without_value(cells, state, has_value=True)
    names = {"分子": cells.numerator, "分母": cells.denominator}
    readings = {
        name: read_number(text, unit="", decimals=PART_DECIMALS) for name, text in names.items()
    }
    errors = [
        message for name, reading in readings.items() for message in _part_errors(name, reading)
    ]
    if cells.value.strip():
        errors.append(PARTS_OR_SHARE)
    if errors:
        return CheckedRow(None, errors=tuple(dict.fromkeys(errors)))
    numerator, denominator = (reading.value for reading in readings.values())
    return _entry_of_parts(row, cells, state, numerator, denominator)


def _part_errors(name, reading) -> list[str]:
    if reading.outcome in (Outcome.EMPTY, Outcome.STATE):
        return [PARTS_IN_PAIRS]
    if reading.outcome != Outcome.NUMBER:
        return [f"{name}: {reading.message}"]
    return [PART_NEGATIVE.format(name=name)] if reading.value < 0 else []


def _entry_of_parts(row, cells, state, numerator, denominator) -> CheckedRow:
    parts = {"numerator": numerator, "denominator": denominator, "note": cells.note}
    if state == ValueState.NOT_COMPUTABLE:
        if not cells.note.strip():
            return CheckedRow(None, errors=(REASON_NEEDED,))
        return CheckedRow(Entry(state, **parts))
    if denominator == 0:
        return CheckedRow(None, errors=(DENOMINATOR_ZERO,))
    share = share_of(numerator, denominator)
    return CheckedRow(
        Entry(state, **parts), echo=f"{share.working} = {row.scale.show(share.value)}"
    )


def _check_number(row, fiscal_year, cells) -> CheckedRow:
    state = ValueState(cells.state)
    reading = _read(row, cells.value)
    if not state.has_value:
        has_value = reading.outcome not in (Outcome.EMPTY, Outcome.STATE)
        return _check_without_value(cells, state, has_value=has_value)
    if reading.outcome == Outcome.REFUSED:
        return CheckedRow(None, errors=(reading.message,))
    if reading.outcome == Outcome.QUESTION and cells.confirmed != cells.value:
        return CheckedRow(None, question=reading.message, echo=reading.echo)
    if reading.outcome == Outcome.STATE:
        return CheckedRow(_entry_of_mark(reading, cells.note), echo=_mark_echo(reading))
    return _with_reference(row, fiscal_year, cells, reading)


def _read(row, text) -> Reading:
    return read_number(text, unit=row.scale.unit, decimals=row.scale.decimals)


def _check_without_value(cells, state, *, has_value) -> CheckedRow:
    if has_value:
        return CheckedRow(None, errors=(VALUE_WITHOUT_STATE.format(state=state.label),))
    if state == ValueState.NOT_COMPUTABLE and not cells.note.strip():
        return CheckedRow(None, errors=(REASON_NEEDED,))
    return CheckedRow(Entry(state, note=cells.note))


def _entry_of_mark(reading, note) -> Entry:
    """「－」 means not surveyed; 「集計中」 and the like mean not yet entered, kept as the note."""
    if reading.mark == Mark.DASH:
        return Entry(ValueState.NOT_SURVEYED, note=note)
    return Entry(ValueState.MISSING, note=note or reading.typed.strip())


def _mark_echo(reading) -> str:
    state = _entry_of_mark(reading, "").state
    return f"入力「{reading.typed.strip()}」→ {state.label}"


def _with_reference(row, fiscal_year, cells, reading) -> CheckedRow:
    reference = _read(row, cells.reference if row.has_reference else "")
    name = row.scale.reference_name
    if reference.outcome not in (Outcome.EMPTY, Outcome.NUMBER):
        message = reference.message or "数値を入力してください。"
        return CheckedRow(None, errors=(f"{name}: {message}",))
    if reading.outcome == Outcome.EMPTY:
        if reference.value is not None:
            return CheckedRow(None, errors=(REFERENCE_ALONE.format(name=name),))
        return CheckedRow(Entry(ValueState.MISSING, note=cells.note))
    errors = _fall_errors(row, fiscal_year, reading.value, cells.note)
    entry = Entry(
        ValueState(cells.state),
        value=reading.value,
        reference=reference.value,
        note=_note_with_remark(cells.note, reading.remark),
    )
    question = reading.message if reading.outcome == Outcome.QUESTION else ""
    jump = _jump_question(row, fiscal_year, reading.value)
    if jump and not errors and cells.confirmed != cells.value:
        return CheckedRow(None, question=jump, echo=reading.echo)
    return CheckedRow(None if errors else entry, errors, question or jump, reading.echo)


def _note_with_remark(note, remark) -> str:
    """Keeps what stood beside a number (「※1」「約」) in the note."""
    if not remark or remark in note:
        return note
    return f"{note}（{remark}）" if note else remark


def _fall_errors(row, fiscal_year, value, note) -> tuple[str, ...]:
    """A cumulative total below last year's is saved only with a reason."""
    before = row.at(fiscal_year - 1)
    is_total = row.scale.measurement_type == MeasurementType.CUMULATIVE_TOTAL
    if not is_total or before is None or before.result.value is None or note.strip():
        return ()
    if value >= before.result.value:
        return ()
    return (TOTAL_FALLS.format(previous=before.result.text),)


def _jump_question(row, fiscal_year, value) -> str:
    """Asks where a value is ten times last year's, as a missing decimal point makes it."""
    before = row.at(fiscal_year - 1)
    own = before.result.own_value if before else None
    if own is None or own == 0 or abs(value) < abs(own) * TEN:
        return ""
    return TEN_TIMES.format(previous=row.scale.show(own))


def previewed(row: KpiProgress, fiscal_year: int, entry: Entry) -> YearStanding:
    """The standing a row would have if `entry` were saved, judged by the one engine."""
    before = row.at(fiscal_year)
    computed = value_with(row, fiscal_year, entry)
    result = replace(
        before.result,
        state=entry.state,
        value=computed.value,
        own_value=entry.value,
        numerator=entry.numerator,
        denominator=entry.denominator,
        working=computed.working,
        reason=computed.reason,
        milestone=entry.milestone,
        words=entry.words,
        reference=entry.reference,
        note=entry.note,
    )
    return rejudged(row, fiscal_year, replace(result, text=result_text(row.scale, result)))


def value_with(row: KpiProgress, fiscal_year: int, entry: Entry) -> YearlyValue:
    """The value a year would have with `entry`, computed from the other years as they are."""
    entered = {
        year: Entered(item.result.own_value, item.result.numerator, item.result.denominator)
        for year, item in row.years.items()
        if item.result.state.has_value
    }
    entered[fiscal_year] = Entered(entry.value, entry.numerator, entry.denominator)
    if not entry.state.has_value:
        return YearlyValue(None)
    values = yearly_values(
        row.scale.measurement_type,
        entered,
        first_year=min(row.years),
        baseline=row.scale.baseline,
    )
    return values[fiscal_year]
