"""評語 scales: which grade a judged value gets. Pure; a plan keeps its scales as versions.

A scale lists its grades from the best to the worst, each with the lowest ratio that earns it (1 is
100%); the last one has no bound. The ratio is the 達成率 of the year's target, or, on a scale of
pace, the rate against the year's expected value. Presets are those found in towns' practice.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from dxplan.lib.choices import LabelledEnum
from dxplan.lib.numbers import show_rate
from kpis.achievement import Achievement

REACHED = Decimal(1)
TONES = ("a", "b", "c", "d")
FEWEST_STEPS, MOST_STEPS = 2, 8


class ScaleBasis(LabelledEnum):
    """評語の基準: which ratio the bounds of a scale are compared with."""

    RATE = "rate", "達成率"
    PACE = "pace", "期待値に対する達成率"

    @property
    def explanation(self) -> str:
        """One sentence for people who choose or read a scale."""
        return EXPLANATIONS[self]


EXPLANATIONS = {
    ScaleBasis.RATE: "その年度の目標に対する率で決めます。目標のない年度は「目標年度前」です。",
    ScaleBasis.PACE: (
        "基準値から最終目標まで直線で進むとしたときの、その年度の値（期待値）に対する率で決めます。"
        "期待値のない指標は達成率によります。"
    ),
}


@dataclass(frozen=True)
class Step:
    """One grade of a scale; `lower` is None for the last."""

    symbol: str
    name: str
    lower: Decimal | None = None

    @property
    def meaning(self) -> str:
        return f"{show_rate(self.lower)}以上" if self.lower is not None else "それより下"


@dataclass(frozen=True)
class Scale:
    """The grades of a plan from `fiscal_year` on."""

    name: str
    basis: ScaleBasis
    steps: tuple[Step, ...]
    version: int = 1
    fiscal_year: int = 0

    def step_of(self, achievement: Achievement) -> Step:
        """The grade of a judged value.

        A value without a ratio counts as 100% where the target is reached and as nothing where it
        is missed, so that nothing that is behind drops out of the count. A grade from 100% on
        needs the verdict too: a strict target is missed at exactly 100%.
        """
        ratio = achievement.rate.value
        if ratio is None and achievement.is_achieved:
            ratio = REACHED
        return self.step_by(ratio, is_achieved=achievement.is_achieved)

    def step_by(self, ratio: Decimal | None, *, is_achieved: bool = True) -> Step:
        """The best grade whose bound a ratio reaches; the last for none."""
        earned = (
            step
            for step in self.steps[:-1]
            if ratio is not None and ratio >= step.lower and (is_achieved or step.lower < REACHED)
        )
        return next(earned, self.steps[-1])

    def tone_of(self, step: Step) -> str:
        """The colour family of a grade: the best is a, the worst d, the others between."""
        place, last = self.steps.index(step), len(self.steps) - 1
        if place == last:
            return "d"
        return TONES[min(place if last < 4 else -(-place * 3 // last), 2)]


def _scale(name, *steps, basis=ScaleBasis.RATE):
    return Scale(name, basis, tuple(Step(symbol, label, lower) for symbol, label, lower in steps))


def percent(number: int) -> Decimal:
    return Decimal(number) / 100


STANDARD = _scale(
    "A〜D（100・80・50）",
    ("A", "達成", percent(100)),
    ("B", "概ね達成", percent(80)),
    ("C", "遅れ", percent(50)),
    ("D", "大幅な遅れ", None),
)
PRESETS = {
    "a-d": STANDARD,
    "s-c": _scale(
        "S〜C（110・100・80）",
        ("S", "目標を上回る", percent(110)),
        ("A", "達成", percent(100)),
        ("B", "概ね達成", percent(80)),
        ("C", "未達成", None),
    ),
    "marks": _scale(
        "◎○△×（100・80・50）",
        ("◎", "達成", percent(100)),
        ("○", "概ね達成", percent(80)),
        ("△", "遅れ", percent(50)),
        ("×", "大幅な遅れ", None),
    ),
    "110-95": _scale(
        "110・95の3段階",
        ("◎", "目標を大きく上回る", percent(110)),
        ("○", "概ね目標どおり", percent(95)),
        ("△", "目標を下回る", None),
    ),
    "expected": _scale(
        "期待値との比較（A・B＋・B・C）",
        ("A", "期待値以上", percent(100)),
        ("B＋", "期待値の80%以上", percent(80)),
        ("B", "期待値の50%以上", percent(50)),
        ("C", "期待値の50%未満", None),
        basis=ScaleBasis.PACE,
    ),
}


def problems_of(steps: list[Step]) -> list[str]:
    """Why these steps make no scale, as Japanese sentences; empty where they do."""
    found = []
    if not FEWEST_STEPS <= len(steps) <= MOST_STEPS:
        found.append(f"評語は{FEWEST_STEPS}段階から{MOST_STEPS}段階までにしてください。")
    if len({step.symbol for step in steps}) < len(steps):
        found.append("同じ記号が2つ以上あります。")
    bounds = [step.lower for step in steps[:-1]]
    if any(bound is None for bound in bounds):
        found.append("最後の段階のほかは、下限の率が必要です。")
    elif any(upper <= lower for upper, lower in pairwise(bounds)):
        found.append("下限の率は、上の段階から順に小さくしてください。")
    if steps and steps[-1].lower is not None:
        found.append("最後の段階には下限の率を付けません。")
    return found
