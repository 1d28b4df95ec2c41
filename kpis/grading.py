"""評語: the grade of a KPI in a year, or the class it has outside the scale."""

from dataclasses import dataclass
from decimal import Decimal

from kpis.achievement import Achievement
from kpis.measurement import ValueState


@dataclass(frozen=True)
class Grade:
    """One class in which a KPI is counted; `lower_rate` bounds those of the scale (1 is 100%)."""

    key: str
    symbol: str
    name: str
    meaning: str
    is_rated: bool = False
    lower_rate: Decimal | None = None

    @property
    def label(self) -> str:
        return f"{self.symbol} {self.name}" if self.is_rated else self.name


ACHIEVED = Grade("a", "A", "達成", "目標を達成", is_rated=True)
NEARLY = Grade("b", "B", "概ね達成", "達成率80%以上", is_rated=True, lower_rate=Decimal("0.8"))
HALFWAY = Grade("c", "C", "遅れ", "達成率50%以上", is_rated=True, lower_rate=Decimal("0.5"))
FAR = Grade("d", "D", "大幅な遅れ", "達成率50%未満、又は率のない未達成", is_rated=True)
STANDARD_SCALE = (ACHIEVED, NEARLY, HALFWAY, FAR)

BEFORE_TARGET = Grade("before-target", "", "目標年度前", "最終目標の年度より前")
UNREPORTED = Grade("unreported", "", "未報告", "実績が未入力")
EXCLUDED = Grade("excluded", "", "評価対象外", "調査なし、対象外、又は目標なし")
UNCOMPUTABLE = Grade("uncomputable", "", "算定不能", "値か参照値がなく、判定できないもの")
NOT_YET_ASKED = Grade("not-yet-asked", "", "受付前", "実績の入力を受け付ける前")
OUTSIDE_SCALE = (BEFORE_TARGET, UNREPORTED, EXCLUDED, UNCOMPUTABLE, NOT_YET_ASKED)

ALL_GRADES = STANDARD_SCALE + OUTSIDE_SCALE
GRADES_BY_KEY = {grade.key: grade for grade in ALL_GRADES}


def rated_grade(achievement: Achievement) -> Grade:
    """The grade on the standard scale: A by the verdict, the others by the unrounded 達成率.

    A missed target without a rate (a milestone, a zero target) gets the last grade, so that
    nothing that is behind drops out of the count.
    """
    if achievement.is_achieved:
        return ACHIEVED
    rate = achievement.rate.value
    for grade in (NEARLY, HALFWAY):
        if rate is not None and rate >= grade.lower_rate:
            return grade
    return FAR


def grade_of(
    *,
    state: ValueState,
    achievement: Achievement | None,
    has_later_target: bool,
    is_asked: bool = True,
) -> Grade:
    """The class of a KPI in one year; `achievement` is None where the value has no judgement.

    A missing value counts as 未報告 only once the year's results have been asked for.
    """
    if state == ValueState.MISSING:
        return UNREPORTED if is_asked else NOT_YET_ASKED
    if state == ValueState.NOT_COMPUTABLE:
        return UNCOMPUTABLE
    if not state.has_value:
        return EXCLUDED
    if achievement is None:
        return UNCOMPUTABLE
    if achievement.verdict is None:
        return BEFORE_TARGET if has_later_target else EXCLUDED
    return rated_grade(achievement)
