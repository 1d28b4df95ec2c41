"""Fiscal years (April to March) and dates as Japanese offices write them.

A fiscal year takes the era that had begun in its calendar year: 2019 is 令和元年度 although its
April was still Heisei, 1989 is 平成元年度. A date belongs to the era of that very day.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Self

from dxplan.lib.numbers import half_width, quoted

EARLIEST, LATEST = 1950, 2100  # fiscal years this product knows


@dataclass(frozen=True)
class Era:
    """元号 with its first and last day (None: it goes on)."""

    name: str
    letter: str
    first_day: date
    last_day: date | None

    def number_of(self, year: int) -> int:
        """The era's number for a western year: 8 for 2026 in Reiwa; below 1 before the era."""
        return year - self.first_day.year + 1

    def year_of(self, number: int) -> int:
        return number + self.first_day.year - 1

    def has_number(self, number: int) -> bool:
        last = self.number_of(self.last_day.year) if self.last_day else number
        return 1 <= number <= last

    def has_day(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def year_text(self, year: int) -> str:
        """`令和8年`, the first year being `令和元年`."""
        number = self.number_of(year)
        return f"{self.name}{'元' if number == 1 else number}年"


ERAS = (  # latest first
    Era("令和", "R", date(2019, 5, 1), None),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
)
ERA_BY_TEXT = {text: era for era in ERAS for text in (era.name, era.letter, era.letter.lower())}

ERA_YEAR = r"(?P<era>令和|平成|昭和|[RHSrhs])(?P<number>元|[0-9]{1,2})"
WESTERN_YEAR = r"(?P<western>[0-9]{4})"
ANY_YEAR = rf"(?:{ERA_YEAR}|{WESTERN_YEAR})"
MONTH, DAY = r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"

FISCAL_YEAR_SHAPES = (
    re.compile(rf"{ERA_YEAR}(?:年度)?(?: ?\({WESTERN_YEAR}年度\))?"),
    re.compile(rf"{WESTERN_YEAR}(?:年度)?"),
)
CALENDAR_YEAR = re.compile(rf"{ANY_YEAR}年")
DATE_SHAPES = (
    re.compile(rf"{ANY_YEAR}年 ?{MONTH}月(?: ?{DAY}日| ?末)?"),
    re.compile(rf"{ANY_YEAR}(?P<mark>[-./]){MONTH}(?:(?P=mark){DAY}| ?末)?"),
)


class FiscalYear(int):
    """年度 from April to March, an int from 1950 to 2100: ValueError in Japanese for others.

    What arithmetic gives is a plain int.
    """

    def __new__(cls, year: int) -> Self:
        if not EARLIEST <= year <= LATEST:
            raise ValueError(f"年度は{EARLIEST}年度から{LATEST}年度までです。")
        return super().__new__(cls, year)

    @classmethod
    def of(cls, day: date) -> Self:
        """The fiscal year a day lies in."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads 2026, 2026年度, 令和8年度, 令和8, R8, r08, 令和8年度 (2026年度), also full-width.

        平成31年度, 令和元年度, H31 and R1 are all 2019. Raises ValueError in Japanese for a
        calendar year (2026年), a year no era has (H32, R0), a pair that differs, anything else.
        """
        found = _first_match(FISCAL_YEAR_SHAPES, text)
        if found is None:
            raise ValueError(_no_fiscal_year(text))
        return cls(_western_year(found, "年度"))

    @property
    def _era(self) -> Era:
        return next(era for era in ERAS if era.number_of(self) >= 1)

    @property
    def era_label(self) -> str:
        """`令和8年度`"""
        return f"{self._era.year_text(self)}度"

    @property
    def label(self) -> str:
        """`令和8年度 (2026年度)`"""
        return f"{self.era_label} ({self}年度)"

    @property
    def short_label(self) -> str:
        """`R8`"""
        return f"{self._era.letter}{self._era.number_of(self)}"

    @property
    def first_day(self) -> date:
        return date(self, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self + 1, 3, 31)

    @property
    def previous(self) -> Self:
        return type(self)(self - 1)

    @property
    def next(self) -> Self:
        return type(self)(self + 1)


def fiscal_years(first: int, last: int) -> list[FiscalYear]:
    """All fiscal years from the first to the last, both included."""
    return [FiscalYear(year) for year in range(first, last + 1)]


def read_date(text: str) -> date:
    """The day meant by R7.3末, 令和7年3月末, H31.4.1, 令和8年3月31日, 2026-03-31 or 2026/3/31.

    These are points in time (時点): a month without a day means its last day. Full-width
    characters are read too. Raises ValueError in Japanese for anything else, for days that do not
    exist, for days outside their era (H31.5.1) and outside the fiscal years from 1950 to 2100.
    """
    found = _first_match(DATE_SHAPES, text)
    if found is None:
        raise ValueError(
            f"「{quoted(text)}」は日付として読み取れません。"
            "「R7.3末」「令和7年3月31日」「2025-03-31」のように入力してください。"
        )
    day = _day(_western_year(found, "年"), int(found["month"]), found["day"], text)
    if found["era"] and not ERA_BY_TEXT[found["era"]].has_day(day):
        era = ERA_BY_TEXT[found["era"]]
        raise ValueError(f"「{quoted(text)}」は{era.name}の期間に入っていません。")
    FiscalYear.of(day)  # refuses what lies outside the years we know
    return day


def show_month(day: date) -> str:
    """`令和8年3月`: the month a day lies in."""
    era = next((era for era in ERAS if era.has_day(day)), None)
    year = era.year_text(day.year) if era else f"{day.year}年"
    return f"{year}{day.month}月"


def show_date(day: date) -> str:
    """`令和8年3月15日`."""
    return f"{show_month(day)}{day.day}日"


def show_month_end(day: date) -> str:
    """`令和7年3月末` for the last day of a month, `令和7年3月15日` for any other."""
    is_last = day.day == monthrange(day.year, day.month)[1]
    return f"{show_month(day)}{'末' if is_last else f'{day.day}日'}"


def _first_match(shapes: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    matches = (shape.fullmatch(half_width(text)) for shape in shapes)
    return next(filter(None, matches), None)


def _western_year(found: re.Match[str], suffix: str) -> int:
    """The year of a match with an era's number, a western year, or both where they agree."""
    groups = found.groupdict()
    if not groups.get("era"):
        return int(groups["western"])
    era = ERA_BY_TEXT[groups["era"]]
    number = 1 if groups["number"] == "元" else int(groups["number"])
    if not era.has_number(number):
        raise ValueError(f"{era.name}{number}{suffix}はありません。")
    year = era.year_of(number)
    if groups["western"] not in (None, str(year)):
        raise ValueError(f"{era.name}{number}{suffix}は{groups['western']}{suffix}ではありません。")
    return year


def _day(year: int, month: int, day: str | None, text: str) -> date:
    try:
        return date(year, month, int(day) if day else monthrange(year, month)[1])
    except ValueError:
        raise ValueError(f"「{quoted(text)}」は暦にない日付です。") from None


def _no_fiscal_year(text: str) -> str:
    advice = "「令和8年度」「R8」「2026年度」のように入力してください。"
    if CALENDAR_YEAR.fullmatch(half_width(text)):
        return f"「{quoted(text)}」は暦年です。年度は{advice}"
    return f"「{quoted(text)}」は年度として読み取れません。{advice}"
