"""The rows in the middle: frozen values that table, dashboard, chart and workbook read."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.numbers import show_rate
from kpis.achievement import ALREADY_THERE, NO_WORKING, Achievement, Rate, Verdict, Working
from kpis.figures import show_figure, unit_suffix
from kpis.grade_scales import STANDARD
from kpis.grade_scales import Scale as GradeScale
from kpis.grading import Grade
from kpis.measurement import (
    Direction,
    JudgementLayer,
    MeasurementType,
    Milestone,
    RateFormula,
    TargetKind,
    ValueState,
)
from kpis.pace import Expected, Trend
from kpis.taken_at import UNKNOWN_TIME, TakenTime
from kpis.target_rows import RevisionRow, TargetRow, goal_of
from plans.review import ReviewRow
from plans.tree import PolicyNode

NOTHING_EXPECTED = Expected(None)
NO_PACE = Rate(None)
NOT_REVIEWED = ReviewRow()
NO_WAY_TO_GO = "算定対象外"
BOUND_LEFT_OUT = "目標「{target}」はその値ちょうどを含まないため、達成率が{rate}でも未達成です。"


@dataclass(frozen=True)
class Scale:
    """How one KPI is measured and shown: what a figure needs in order to be judged and read.

    `is_final_strict` says whether the final target leaves out its own figure (超, 未満).
    """

    measurement_type: MeasurementType
    direction: Direction
    rate_formula: RateFormula
    unit: str
    decimals: int
    reference_name: str
    baseline: Decimal | None
    final_target: Decimal | None
    is_final_strict: bool = False

    def show(self, value: Decimal | None) -> str:
        """A figure with its unit: 「12.5%」「45 手続」; blank for none."""
        return show_figure(value, unit=self.unit, decimals=self.decimals)

    def show_goal(self, value: Decimal | None, *, is_strict: bool) -> str:
        """A figure to reach: 「45 手続」, where its own figure does not count 「50 件未満」."""
        word = self.direction.comparator(is_strict=True) if is_strict else ""
        return f"{self.show(value)}{word}" if value is not None else ""

    @property
    def final_target_text(self) -> str:
        return self.show_goal(self.final_target, is_strict=self.is_final_strict)

    @property
    def unit_suffix(self) -> str:
        return unit_suffix(self.unit)


@dataclass(frozen=True)
class ResultRow:
    """A result of one fiscal year; `version` 0 stands for one that was never saved.

    `value` is what is judged: the total of increments, the share of two parts. `own_value`,
    `numerator` and `denominator` are what was entered; `working` says how one came of the other,
    `reason` why it could not.
    """

    fiscal_year: int
    state: ValueState = ValueState.MISSING
    value: Decimal | None = None
    own_value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    words: str = ""
    working: Working = NO_WORKING
    reason: str = ""
    milestone: Milestone | None = None
    reference: Decimal | None = None
    taken_at: TakenTime = UNKNOWN_TIME
    note: str = ""
    is_sample: bool = False
    version: int = 0
    text: str = ValueState.MISSING.label
    entered_by: str = ""
    entered_at: datetime.datetime | None = None
    review: ReviewRow = NOT_REVIEWED

    @property
    def taken(self) -> str:
        """The 時点 in words, blank where none is given."""
        return self.taken_at.text

    @property
    def is_missing(self) -> bool:
        """Whether a value is still to be entered; a note alone is none."""
        return self.state == ValueState.MISSING

    @property
    def is_preliminary(self) -> bool:
        return self.state == ValueState.PRELIMINARY

    @property
    def is_stored(self) -> bool:
        return self.version > 0

    @property
    def is_unsettled(self) -> bool:
        """Whether it was entered but is not approved yet, so that not everyone sees it."""
        return self.is_stored and not self.review.state.is_settled


@dataclass(frozen=True)
class JudgementRow:
    """What one layer of people says of a year; `grade` is None where they gave none.

    `symbol` is the grade as written, which the scale in force may not have.
    """

    layer: JudgementLayer
    symbol: str = ""
    grade: Grade | None = None
    comment: str = ""
    cause: str = ""
    next_step: str = ""
    version: int = 0
    is_sample: bool = False
    entered_by: str = ""
    entered_at: datetime.datetime | None = None


@dataclass(frozen=True)
class YearStanding:
    """Where a KPI stands in one fiscal year: target, result, judgement and grade.

    `scale` has the final target that was in force then. `grade` is the one that counts: the DX
    office's where it overrode the automatic one, the self-evaluation's where nothing else can
    judge. `automatic_grade` is the rules' own. `withdrawal` is the version that took the year's
    target away, `earlier_target` what stood before the latest revision.
    """

    fiscal_year: FiscalYear
    scale: Scale
    target: TargetRow | None
    result: ResultRow
    achievement: Achievement | None
    grade: Grade
    automatic_grade: Grade
    grade_scale: GradeScale = STANDARD
    expected: Expected = NOTHING_EXPECTED
    pace: Rate = NO_PACE
    judgements: tuple[JudgementRow, ...] = ()
    earlier_target: TargetRow | None = None
    withdrawal: TargetRow | None = None
    rounding_note: str = ""
    has_later_target: bool = False
    is_asked: bool = True

    def judgement(self, layer: JudgementLayer) -> JudgementRow | None:
        return next((item for item in self.judgements if item.layer == layer), None)

    @property
    def layers(self) -> tuple[JudgementRow, ...]:
        """What people say, layer by layer; an empty row for a layer that said nothing."""
        return tuple(self.judgement(layer) or JudgementRow(layer) for layer in JudgementLayer)

    @property
    def is_overridden(self) -> bool:
        """Whether the DX office gave another grade than the rules."""
        office = self.judgement(JudgementLayer.OFFICE)
        return bool(office and office.grade) and self.grade != self.automatic_grade

    @property
    def is_told_in_words(self) -> bool:
        return self.scale.measurement_type == MeasurementType.QUALITATIVE

    @property
    def lacks_cause(self) -> bool:
        """Whether the year is 未達成 and the department has not said why, or not what next."""
        own = self.judgement(JudgementLayer.SELF)
        return self.is_behind and not (own and own.cause and own.next_step)

    @property
    def expected_text(self) -> str:
        return self.scale.show_goal(self.expected.value, is_strict=self.expected.is_strict)

    @property
    def pace_text(self) -> str:
        return show_rate(self.pace.value)

    @property
    def rate_text(self) -> str:
        return show_rate(self.achievement.rate.value) if self.achievement else ""

    @property
    def progress_text(self) -> str:
        """進捗率, or that there is no way to go: baseline and final target are the same."""
        progress = self.achievement.progress if self.achievement else NO_PACE
        return NO_WAY_TO_GO if progress.reason == ALREADY_THERE else show_rate(progress.value)

    @property
    def verdict_text(self) -> str:
        verdict = self.achievement.verdict if self.achievement else None
        return verdict.label if verdict else ""

    @property
    def target_text(self) -> str:
        """The target in words, 「目標なし」 where a revision took it away; blank without one."""
        told = self.target or self.withdrawal
        return told.text if told else ""

    @property
    def goal(self) -> Decimal | None:
        return goal_of(self.target, self.result)

    @property
    def bound_note(self) -> str:
        """Says so where the value is the very figure that a strict target leaves out."""
        if not self.is_behind or not self.target.is_strict or self.result.value != self.goal:
            return ""
        return BOUND_LEFT_OUT.format(target=self.target.text, rate=self.rate_text)

    @property
    def verdict_note(self) -> str:
        """Why the verdict is another than the shown figures or the rate suggest."""
        return self.rounding_note or self.bound_note

    @property
    def is_behind(self) -> bool:
        return bool(self.achievement and self.achievement.verdict == Verdict.NOT_ACHIEVED)


@dataclass(frozen=True)
class KpiProgress:
    """One KPI with a standing for every fiscal year in which it is measured.

    `targets` are those of all versions; a standing has the one in force in its year.
    """

    id: int
    number: str
    name: str
    definition: str
    target_wording: str
    source: str
    scale: Scale
    policy: PolicyNode
    department_ids: frozenset[int]
    department_names: tuple[str, ...]
    former_departments: tuple[str, ...]
    has_sample_departments: bool
    baseline_fiscal_year: FiscalYear | None
    baseline_reference: Decimal | None
    baseline_taken_at: TakenTime
    last_target_year: int
    years: dict[int, YearStanding] = field(hash=False)
    targets: tuple[TargetRow, ...] = ()
    revisions: tuple[RevisionRow, ...] = ()
    trend: Trend | None = None
    checklist_id: int | None = None
    checklist_measure: str = ""

    def at(self, fiscal_year: int) -> YearStanding | None:
        """The standing in a year, None where the KPI is not measured in it."""
        return self.years.get(fiscal_year)

    @property
    def has_reference(self) -> bool:
        """Whether any year's target is the reference series, so that both values are entered."""
        return any(
            item.target and item.target.kind == TargetKind.REFERENCE for item in self.years.values()
        )

    @property
    def has_only_a_final_target(self) -> bool:
        """Whether one year alone has a target, so that the years before it have expected values."""
        return sum(1 for item in self.years.values() if item.target) == 1

    @property
    def has_expected(self) -> bool:
        """Whether the way to the only target can be told year by year."""
        expected = any(item.expected.value is not None for item in self.years.values())
        return expected and self.has_only_a_final_target

    def has_sample_in(self, years=None) -> bool:
        shown = self.years if years is None else [year for year in years if self.at(year)]
        return any(self.years[year].result.is_sample for year in shown)

    @property
    def trend_text(self) -> str:
        """The value that the trend gives for the final year, as shown; blank without one."""
        return self.scale.show(self.trend.final_value) if self.trend else ""

    @property
    def departments_text(self) -> str:
        names = "、".join(self.department_names)
        return f"{names}（見本）" if self.has_sample_departments else names

    @property
    def baseline_taken(self) -> str:
        return self.baseline_taken_at.text

    @property
    def baseline_text(self) -> str:
        shown = self.scale.show(self.scale.baseline)
        if self.baseline_reference is None:
            return shown
        return f"{shown}（{self.scale.reference_name} {self.scale.show(self.baseline_reference)}）"
