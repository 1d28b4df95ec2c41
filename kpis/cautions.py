"""What looks wrong beside last year's value: a total that falls, a figure ten times as large.

A falling total needs a reason, and a note that stood there before is asked about. A jump is only
asked about: a digit too many, or a decimal point that was forgotten, looks like it, and so does an
honest leap.
"""

from dataclasses import dataclass
from decimal import Decimal

from kpis.achievement import plain
from kpis.measurement import MeasurementType
from kpis.rows import KpiProgress
from kpis.yearly_values import share_of

TEN = Decimal(10)
TOTAL_FALLS = "前年度の累計（{previous}）を下回っています。"
INCREMENT_FALLS = "増えた分が0を下回るため、累計が前年度より減ります。"
REASON_ASKED = "正しい場合は、理由を備考に入力してください。"
OLD_NOTE_ASKED = "入力済みの備考を理由として保存してよろしいですか。"
TEN_TIMES = "{name}前年度（{previous}）の10倍以上です。この値でよろしいですか。"
A_TENTH = "{name}前年度（{previous}）の10分の1以下です。この値でよろしいですか。"


@dataclass(frozen=True)
class Fall:
    """What is said of a total that falls: an error without a reason, else perhaps a question."""

    error: str = ""
    question: str = ""


def fall_of(row: KpiProgress, fiscal_year: int, value: Decimal | None, note: str) -> Fall:
    """A total below last year's needs a reason; an old note may speak of something else."""
    said = _fall(row, fiscal_year, value)
    if not said:
        return Fall()
    if not note.strip():
        return Fall(error=said + REASON_ASKED)
    is_old = note == row.at(fiscal_year).result.note
    return Fall(question=said + OLD_NOTE_ASKED if is_old else "")


def _fall(row, fiscal_year, value) -> str:
    """That the total falls, in words; blank where it does not or where nothing can be said."""
    if value is None:
        return ""
    if row.scale.measurement_type == MeasurementType.CUMULATIVE_INCREMENT:
        return INCREMENT_FALLS if value < 0 else ""
    previous = _last_total(row, fiscal_year)
    if previous is None or value >= previous:
        return ""
    return TOTAL_FALLS.format(previous=row.scale.show(previous))


def _last_total(row, fiscal_year) -> Decimal | None:
    before = row.at(fiscal_year - 1)
    is_total = row.scale.measurement_type == MeasurementType.CUMULATIVE_TOTAL
    return before.result.value if is_total and before else None


def jump_questions(row: KpiProgress, fiscal_year: int, entry) -> list[str]:
    """Asks where an Entry's figure is ten times last year's or more, or a tenth or less.

    Parts of a share are compared with parts, else shares with shares. A total that falls is not
    asked about: it needs a reason already.
    """
    before = row.at(fiscal_year - 1)
    if before is None:
        return []
    asked = [_jump(*pair) for pair in _pairs(row.scale, before.result, entry)]
    return [question for question in asked if question]


def _pairs(scale, before, entry):
    """(name, last year's figure, this year's, how to show it) of what can be compared."""
    if before.numerator is not None and entry.numerator is not None:
        yield "分子が", before.numerator, entry.numerator, plain
        yield "分母が", before.denominator, entry.denominator, plain
        return
    is_share = scale.measurement_type == MeasurementType.RATIO
    old, new = before.value if is_share else before.own_value, entry.value
    if entry.numerator is not None:
        new = share_of(entry.numerator, entry.denominator).value
    is_total = scale.measurement_type == MeasurementType.CUMULATIVE_TOTAL
    if not (is_total and old is not None and new < old):
        yield "", old, new, scale.show


def _jump(name, old, new, show) -> str:
    if not old or not new:
        return ""
    if abs(new) >= abs(old) * TEN:
        return TEN_TIMES.format(name=name, previous=show(old))
    if abs(new) * TEN <= abs(old):
        return A_TENTH.format(name=name, previous=show(old))
    return ""
