"""Quarters of a fiscal year: 第1四半期 is April to June."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from dxplan.lib.fiscal_years import FiscalYear

MONTHS = {1: "4〜6月", 2: "7〜9月", 3: "10〜12月", 4: "1〜3月"}
SHAPE = re.compile("([0-9]{4})-([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    fiscal_year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter that a day lies in."""
        return cls(int(FiscalYear.of(day)), (day.month - 4) % 12 // 3 + 1)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Reads `2025-3`; None for anything else."""
        found = SHAPE.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def key(self) -> str:
        """`2025-3`, as addresses name it."""
        return f"{self.fiscal_year}-{self.number}"

    @property
    def label(self) -> str:
        """`令和7年度第3四半期（10〜12月）`"""
        return f"{FiscalYear(self.fiscal_year).era_label}{self.short_label}"

    @property
    def short_label(self) -> str:
        return f"第{self.number}四半期（{MONTHS[self.number]}）"


def quarters_of(first: int, last: int) -> list[Quarter]:
    """All quarters of the fiscal years from the first to the last."""
    return [Quarter(year, number) for year in range(first, last + 1) for number in MONTHS]


def chosen_quarter(quarters: list[Quarter], text: str, today: date) -> Quarter | None:
    """The one that an address names, or that of today, or the nearest; None for an unknown one."""
    if text:
        named = Quarter.parse(text)
        return named if named in quarters else None
    return min(max(Quarter.of(today), quarters[0]), quarters[-1])
