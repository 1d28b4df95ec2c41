"""A figure typed where nothing can be kept beside it: targets and baselines."""

from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.numbers import Mark, Outcome, quoted, read_number

UNDECIDED = "「{typed}」は入力できません。決まっていないときは、空のままにしてください。"
REMARK_IS_LOST = "「{remark}」は保存されません。値は {value} でよろしいですか。"


@dataclass(frozen=True)
class Figure:
    """A value or none, or an error, or a question to answer before the value is saved."""

    value: Decimal | None = None
    error: str = ""
    question: str = ""


def read_figure(typed: str, *, unit: str, decimals: int) -> Figure:
    """What was typed, by the one reader of numbers; blank and a lone dash are no figure."""
    reading = read_number(typed, unit=unit, decimals=decimals)
    if reading.outcome == Outcome.REFUSED:
        return Figure(error=reading.message)
    if reading.mark == Mark.PENDING:
        return Figure(error=UNDECIDED.format(typed=quoted(typed)))
    if not reading.remark:
        return Figure(reading.value, question=reading.message)
    question = REMARK_IS_LOST.format(remark=quoted(reading.remark), value=f"{reading.value:f}")
    return Figure(reading.value, question=question)
