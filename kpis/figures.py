"""A figure typed where nothing can be kept beside it, targets and baselines; and how it reads."""

from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.numbers import Mark, Outcome, quoted, read_number, show_number

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


def show_figure(value: Decimal | None, *, unit: str, decimals: int) -> str:
    """A figure with its unit: 「12.5%」「45 手続」; blank for none."""
    return "" if value is None else f"{show_number(value, decimals)}{unit_suffix(unit)}"


def unit_suffix(unit: str) -> str:
    """The unit as it follows a number: 「%」 closely, others after a space."""
    return unit if unit in ("", "%", "％") else f" {unit}"


def read_as(typed: str, shown: str) -> str:
    """「入力「４５％以上」→ 45%以上」: what was typed, and how it was read."""
    return f"入力「{quoted(typed.strip())}」→ {shown}"
