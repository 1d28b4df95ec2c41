"""The rows in the middle: frozen values that table, dashboard, chart and workbook read."""

from dataclasses import dataclass, field
from decimal import Decimal

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.numbers import show_number, show_rate
from kpis.achievement import Achievement, Verdict
from kpis.grading import Grade
from kpis.measurement import (
    Direction,
    MeasurementType,
    Milestone,
    RateFormula,
    TargetKind,
    ValueState,
)
from plans.tree import PolicyNode


@dataclass(frozen=True)
class Scale:
    """How one KPI is measured and shown: what a figure needs in order to be judged and read."""

    measurement_type: MeasurementType
    direction: Direction
    rate_formula: RateFormula
    unit: str
    decimals: int
    reference_name: str
    baseline: Decimal | None
    final_target: Decimal | None

    def show(self, value: Decimal | None) -> str:
        """A figure with its unit: 「12.5%」「45 手続」; blank for none."""
        return "" if value is None else f"{show_number(value, self.decimals)}{self.unit_suffix}"

    @property
    def unit_suffix(self) -> str:
        """The unit as it follows a number: 「%」 closely, others after a space."""
        return self.unit if self.unit in ("", "%", "％") else f" {self.unit}"


@dataclass(frozen=True)
class TargetRow:
    """A target of one fiscal year; `taken` is its 時点 as words, blank where none is given."""

    fiscal_year: int
    kind: TargetKind
    value: Decimal | None
    milestone: Milestone | None
    taken: str
    text: str


@dataclass(frozen=True)
class ResultRow:
    """A result of one fiscal year; `version` 0 stands for one that was never saved."""

    fiscal_year: int
    state: ValueState = ValueState.MISSING
    value: Decimal | None = None
    milestone: Milestone | None = None
    reference: Decimal | None = None
    taken: str = ""
    note: str = ""
    is_sample: bool = False
    version: int = 0
    text: str = ValueState.MISSING.label

    @property
    def is_missing(self) -> bool:
        """Whether a value is still to be entered; a note alone is none."""
        return self.state == ValueState.MISSING

    @property
    def is_preliminary(self) -> bool:
        return self.state == ValueState.PRELIMINARY


@dataclass(frozen=True)
class YearStanding:
    """Where a KPI stands in one fiscal year: target, result, judgement and grade."""

    fiscal_year: FiscalYear
    target: TargetRow | None
    result: ResultRow
    achievement: Achievement | None
    grade: Grade
    rounding_note: str = ""

    @property
    def rate_text(self) -> str:
        return show_rate(self.achievement.rate.value) if self.achievement else ""

    @property
    def progress_text(self) -> str:
        return show_rate(self.achievement.progress.value) if self.achievement else ""

    @property
    def verdict_text(self) -> str:
        verdict = self.achievement.verdict if self.achievement else None
        return verdict.label if verdict else ""

    @property
    def is_behind(self) -> bool:
        return bool(self.achievement and self.achievement.verdict == Verdict.NOT_ACHIEVED)


@dataclass(frozen=True)
class KpiProgress:
    """One KPI with a standing for every fiscal year in which it is measured."""

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
    has_sample_departments: bool
    baseline_fiscal_year: FiscalYear | None
    baseline_reference: Decimal | None
    baseline_taken: str
    last_target_year: int
    years: dict[int, YearStanding] = field(hash=False)

    def at(self, fiscal_year: int) -> YearStanding | None:
        """The standing in a year, None where the KPI is not measured in it."""
        return self.years.get(fiscal_year)

    def has_target_after(self, fiscal_year: int) -> bool:
        return fiscal_year < self.last_target_year

    @property
    def has_reference(self) -> bool:
        """Whether any year's target is the reference series, so that both values are entered."""
        return any(
            item.target and item.target.kind == TargetKind.REFERENCE for item in self.years.values()
        )

    def has_sample_in(self, years=None) -> bool:
        shown = self.years if years is None else [year for year in years if self.at(year)]
        return any(self.years[year].result.is_sample for year in shown)

    @property
    def departments_text(self) -> str:
        names = "、".join(self.department_names)
        return f"{names}（見本）" if self.has_sample_departments else names

    @property
    def baseline_text(self) -> str:
        shown = self.scale.show(self.scale.baseline)
        if self.baseline_reference is None:
            return shown
        return f"{shown}（{self.scale.reference_name} {self.scale.show(self.baseline_reference)}）"
