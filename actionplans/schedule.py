"""The schedule in half fiscal years: where a span lies, and how a stage stands on a day.

A half is one integer, so that halves can be compared, subtracted and stored: twice the fiscal year
for April to September (上期), one more for October to March (下期). 令和6年度上期 is 4048.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from dxplan.lib.choices import LabelledEnum
from dxplan.lib.fiscal_years import EARLIEST, LATEST, FiscalYear
from dxplan.lib.numbers import half_width, quoted

NO_HALF = (
    "「{typed}」は半期として読み取れません。「令和8年度上期」「R8下期」のように入力してください。"
)

FIRST_HALF, LAST_HALF = 2 * EARLIEST, 2 * LATEST + 1  # halves this product knows


class HalfYear(int):
    """年度の上期 or 下期, an int; ValueError in Japanese outside the fiscal years we know."""

    def __new__(cls, index: int) -> Self:
        if not FIRST_HALF <= index <= LAST_HALF:
            raise ValueError(f"年度は{EARLIEST}年度から{LATEST}年度までです。")
        return super().__new__(cls, index)

    @classmethod
    def first_of(cls, fiscal_year: int) -> Self:
        """上期 of a fiscal year."""
        return cls(2 * fiscal_year)

    @classmethod
    def last_of(cls, fiscal_year: int) -> Self:
        """下期 of a fiscal year."""
        return cls(2 * fiscal_year + 1)

    @classmethod
    def of(cls, day: date) -> Self:
        """The half that a day lies in."""
        return cls(2 * FiscalYear.of(day) + (not 4 <= day.month <= 9))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads 令和8年度上期 and R8下期. Raises ValueError in Japanese."""
        plain = half_width(text)
        if not plain.endswith(("上期", "下期")):
            raise ValueError(NO_HALF.format(typed=quoted(text)))
        year = FiscalYear.parse(plain[:-2])
        return cls.first_of(year) if plain.endswith("上期") else cls.last_of(year)

    @property
    def fiscal_year(self) -> FiscalYear:
        return FiscalYear(self // 2)

    @property
    def is_second(self) -> bool:
        return self % 2 == 1

    @property
    def name(self) -> str:
        return "下期" if self.is_second else "上期"

    @property
    def label(self) -> str:
        """`令和6年度上期`"""
        return f"{self.fiscal_year.era_label}{self.name}"

    @property
    def first_day(self) -> date:
        return date(self.fiscal_year, 10 if self.is_second else 4, 1)

    @property
    def last_day(self) -> date:
        following = date(self.fiscal_year + 1, 4, 1) if self.is_second else None
        return (following or date(self.fiscal_year, 10, 1)) - timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From one half to another, both included."""

    start: HalfYear
    end: HalfYear

    @property
    def label(self) -> str:
        """`令和3年度上期から令和4年度下期まで`, whole years without their halves."""
        if self.start == self.end:
            return self.start.label
        if not self.start.is_second and self.end.is_second:
            first, last = self.start.fiscal_year.era_label, self.end.fiscal_year.era_label
            return first if first == last else f"{first}から{last}まで"
        return f"{self.start.label}から{self.end.label}まで"

    @property
    def halves(self) -> int:
        return self.end - self.start + 1

    def is_within(self, other: Self) -> bool:
        return other.start <= self.start and self.end <= other.end


def span_of(start: int | None, end: int | None) -> Span | None:
    """A span of two stored halves; None where there is none."""
    if start is None or end is None:
        return None
    return Span(HalfYear(start), HalfYear(end))


def years_span(first: int, last: int) -> Span:
    """All halves of the fiscal years from the first to the last."""
    return Span(HalfYear.first_of(first), HalfYear.last_of(last))


class StageState(LabelledEnum):
    """工程の状態."""

    NOT_STARTED = "not_started", "未着手"
    ON_TIME = "on_time", "順調"
    LATE = "late", "遅れ"
    DONE = "done", "完了"
    STOPPED = "stopped", "中止"


@dataclass(frozen=True)
class Standing:
    """The state of a stage on a day, and the rule that gave it, in words."""

    state: StageState
    rule: str


NOT_ENDED = "予定の終わり（{end}）を過ぎましたが、完了の入力がありません。"
NOT_BEGUN = "予定の始まり（{start}）を過ぎましたが、着手の入力がありません。"
DONE_LATER = "完了しています（予定の{end}より後）。"


def standing_of(
    planned: Span,
    *,
    begun: HalfYear | None,
    ended: HalfYear | None,
    is_stopped: bool,
    today: HalfYear,
) -> Standing:
    """How a stage stands in the half of today, by the plan now in force and what was entered.

    The first rule that applies counts: stopped; ended; the planned end is past; the planned start
    is past and nothing has begun; nothing has begun; else on time. A half is past when it is over.
    """
    if is_stopped:
        return Standing(StageState.STOPPED, "中止の入力があります。")
    if ended is not None:
        later = ended > planned.end
        rule = DONE_LATER.format(end=planned.end.label) if later else "完了しています。"
        return Standing(StageState.DONE, rule)
    if today > planned.end:
        return Standing(StageState.LATE, NOT_ENDED.format(end=planned.end.label))
    if begun is not None:
        return Standing(StageState.ON_TIME, "着手していて、予定の終わりはまだです。")
    if today > planned.start:
        return Standing(StageState.LATE, NOT_BEGUN.format(start=planned.start.label))
    return Standing(StageState.NOT_STARTED, "着手の入力がなく、予定の始まりを過ぎていません。")


def state_of_all(states: Iterable[StageState]) -> StageState | None:
    """One state for several stages: late if one is late; done or stopped if all are; else going.

    None without stages.
    """
    found = set(states)
    if not found:
        return None
    if StageState.LATE in found:
        return StageState.LATE
    if len(found) == 1:
        return found.pop()
    if found == {StageState.DONE, StageState.STOPPED}:
        return StageState.DONE
    return StageState.ON_TIME
