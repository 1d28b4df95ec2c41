"""評語: the grade of a KPI in a year, or the class it has outside the scale."""

from dataclasses import dataclass
from functools import lru_cache

from kpis.achievement import Achievement
from kpis.grade_scales import STANDARD, Scale, Step
from kpis.measurement import ValueState


@dataclass(frozen=True)
class Grade:
    """One class in which a KPI is counted; `tone` is its colour family on page and chart."""

    key: str
    symbol: str
    name: str
    meaning: str
    tone: str
    is_rated: bool = False

    @property
    def label(self) -> str:
        return f"{self.symbol} {self.name}" if self.is_rated else self.name


def _outside(key, name, meaning):
    return Grade(key, "", name, meaning, tone=key)


BEFORE_TARGET = _outside("before-target", "目標年度前", "最終目標の年度より前")
UNREPORTED = _outside("unreported", "未報告", "実績が未入力")
EXCLUDED = _outside("excluded", "評価対象外", "調査なし、対象外、目標なし、又は自己評価の前")
UNCOMPUTABLE = _outside("uncomputable", "算定不能", "値か参照値がなく、判定できないもの")
NOT_YET_ASKED = _outside("not-yet-asked", "受付前", "実績の入力を受け付ける前")
OUTSIDE_SCALE = (BEFORE_TARGET, UNREPORTED, EXCLUDED, UNCOMPUTABLE, NOT_YET_ASKED)


def grade_for(scale: Scale, step: Step) -> Grade:
    """A step of a scale as a class to count in."""
    return grades_of_scale(scale)[scale.steps.index(step)]


@lru_cache(maxsize=256)  # a dashboard judges hundreds of years by one scale
def grades_of_scale(scale: Scale) -> tuple[Grade, ...]:
    """The grades of a scale from the best to the worst; a key is the place, from a for the best."""
    return tuple(
        Grade(
            key=chr(ord("a") + place),
            symbol=step.symbol,
            name=step.name,
            meaning=step.meaning,
            tone=scale.tone_of(step),
            is_rated=True,
        )
        for place, step in enumerate(scale.steps)
    )


def all_grades(scale: Scale) -> tuple[Grade, ...]:
    """Every class that can occur in a year: the scale's grades, then those outside it."""
    return grades_of_scale(scale) + OUTSIDE_SCALE


STANDARD_GRADES = grades_of_scale(STANDARD)


def grade_of(
    *,
    state: ValueState,
    achievement: Achievement | None,
    has_later_target: bool,
    is_asked: bool = True,
    is_told_in_words: bool = False,
    scale: Scale = STANDARD,
) -> Grade:
    """The class of a KPI in one year by the rules alone.

    `achievement` is None where the value has no judgement, for pace scales it is the one against
    the expected value. A missing value counts as 未報告 only once results have been asked for.
    """
    if state == ValueState.MISSING:
        return UNREPORTED if is_asked else NOT_YET_ASKED
    if state == ValueState.NOT_COMPUTABLE:
        return UNCOMPUTABLE
    if not state.has_value or is_told_in_words:
        return EXCLUDED
    if achievement is None:
        return UNCOMPUTABLE
    if achievement.verdict is None:
        return BEFORE_TARGET if has_later_target else EXCLUDED
    return grade_for(scale, scale.step_of(achievement))


def grade_by_symbol(scale: Scale, symbol: str) -> Grade | None:
    """The grade that a person gave, None where the scale has none of that symbol."""
    return next((grade for grade in grades_of_scale(scale) if grade.symbol == symbol), None)
