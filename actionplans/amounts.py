"""Money in thousand yen, as people type it."""

from dataclasses import dataclass

from dxplan.lib.numbers import Mark, Outcome, half_width, quoted, read_number

UNIT = "千円"
LARGEST = 999_999_999_999  # thousand yen
OTHER_UNIT = "「{typed}」は千円単位の数だけで入力してください。例: 5百万円は 5,000"
NEGATIVE = "「{typed}」は入力できません。金額は0以上です。"
NO_NUMBER = "「{typed}」は数だけで入力してください。決まっていないときは、空のままにします。"
TOO_LARGE = "「{typed}」は大きすぎます。単位は千円です。"


@dataclass(frozen=True)
class Amount:
    """A value or none, or why the text is no amount."""

    value: int | None = None
    error: str = ""


def read_amount(typed: str) -> Amount:
    """What was typed into a cell of money; blank and a lone dash are no amount.

    The unit may stand there, for 「1,200千円」 has one meaning; another unit is refused, and so is
    what is negative, about, or no whole number.
    """
    if "円" in half_width(typed).removesuffix(UNIT):
        return Amount(error=OTHER_UNIT.format(typed=quoted(typed)))
    reading = read_number(typed, unit=UNIT, decimals=0)
    if reading.outcome == Outcome.REFUSED:
        return Amount(error=reading.message)
    if reading.outcome == Outcome.QUESTION or reading.remark or reading.mark == Mark.PENDING:
        return Amount(error=NO_NUMBER.format(typed=quoted(typed)))
    if reading.value is None:
        return Amount()
    if reading.value < 0:
        return Amount(error=NEGATIVE.format(typed=quoted(typed)))
    if reading.value > LARGEST:
        return Amount(error=TOO_LARGE.format(typed=quoted(typed)))
    return Amount(int(reading.value))
