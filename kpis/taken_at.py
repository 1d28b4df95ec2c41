"""時点, typed and in words: the year over which, or the day on which, a figure was taken."""

import datetime
import re
from typing import NamedTuple

from dxplan.lib.fiscal_years import FiscalYear, read_date, show_month_end
from dxplan.lib.numbers import half_width, quoted

SAID_AFTER = re.compile("(.+?) ?(?:時点|現在|実績)?")
LAST_DAY = re.compile("(.+年度) ?末")
UNREADABLE = (
    "「{typed}」は時点として読み取れません。「令和6年度」「R7.3末」「令和7年3月31日」のように"
    "入力してください。"
)


class TakenTime(NamedTuple):
    """A fiscal year, a day, both or neither; the names are those of the columns."""

    taken_fiscal_year: int | None = None
    taken_on: datetime.date | None = None

    @property
    def text(self) -> str:
        """「令和6年度」 or 「令和7年3月末」, the day where both are known; blank for neither."""
        if self.taken_on:
            return show_month_end(self.taken_on)
        year = self.taken_fiscal_year
        return FiscalYear(year).era_label if year else ""


UNKNOWN_TIME = TakenTime()


def taken_at(stored) -> TakenTime:
    """The 時点 of a target or result, or that of a KPI's baseline."""
    return TakenTime(stored.taken_fiscal_year, stored.taken_on)


def taken_text(fiscal_year: int | None, day: datetime.date | None) -> str:
    """A 時点 in words: 「令和6年度」 or 「令和7年3月末」; blank where none is given."""
    return TakenTime(fiscal_year, day).text


def read_taken(typed: str) -> TakenTime:
    """Reads 令和6年度, R7.3末, 令和7年3月31日現在, 令和6年度末. Raises ValueError in Japanese."""
    plain = half_width(typed)
    if not plain:
        return UNKNOWN_TIME
    try:
        return _time_of(SAID_AFTER.fullmatch(plain)[1])
    except ValueError as unread:
        raise ValueError(UNREADABLE.format(typed=quoted(typed))) from unread


def _time_of(plain: str) -> TakenTime:
    year_end = LAST_DAY.fullmatch(plain)
    if year_end:
        return TakenTime(taken_on=FiscalYear.parse(year_end[1]).last_day)
    try:
        return TakenTime(taken_fiscal_year=int(FiscalYear.parse(plain)))
    except ValueError:
        return TakenTime(taken_on=read_date(plain))
