"""時点 as typed: the fiscal year over which, or the day on which, a figure was taken."""

import datetime
from typing import NamedTuple

from dxplan.lib.fiscal_years import FiscalYear, read_date
from dxplan.lib.numbers import quoted

UNREADABLE = (
    "「{typed}」は時点として読み取れません。「令和6年度」「R7.3末」「令和7年3月31日」のように"
    "入力してください。"
)


class TakenTime(NamedTuple):
    """A fiscal year, or a day, or neither; the names are those of the columns."""

    taken_fiscal_year: int | None = None
    taken_on: datetime.date | None = None


UNKNOWN_TIME = TakenTime()


def read_taken(typed: str) -> TakenTime:
    """Reads 令和6年度, R6, R7.3末 or 令和7年3月31日. Raises ValueError in Japanese."""
    if not typed.strip():
        return UNKNOWN_TIME
    try:
        return TakenTime(taken_fiscal_year=int(FiscalYear.parse(typed)))
    except ValueError as no_year:
        try:
            return TakenTime(taken_on=read_date(typed))
        except ValueError:
            raise ValueError(UNREADABLE.format(typed=quoted(typed))) from no_year
