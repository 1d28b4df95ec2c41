"""A fiscal year as it was at one moment: plain values, left alone by later edits and later code.

Figures stand as texts, the way they were shown, with the exact numbers beside them. `freeze` of
kpis/freezing.py makes a FrozenYear; `to_plain` and `from_plain` of dxplan/lib/plain_records.py
carry it through JSON. Pages read the same names of it as of the living rows.
"""

from dataclasses import dataclass
from decimal import Decimal

FORMAT = 1


@dataclass(frozen=True)
class FrozenGrade:
    """A class in which a KPI was counted."""

    symbol: str
    name: str
    meaning: str
    tone: str
    is_rated: bool

    @property
    def label(self) -> str:
        return f"{self.symbol} {self.name}" if self.is_rated else self.name


@dataclass(frozen=True)
class FrozenCount:
    """How many KPIs had a grade; `previous` is None without a year before."""

    grade: FrozenGrade
    count: int
    previous: int | None
    change_text: str


@dataclass(frozen=True)
class FrozenScale:
    """The scale of grades by which the year was judged."""

    name: str
    version: int
    fiscal_year: int
    basis: str


@dataclass(frozen=True)
class FrozenTarget:
    """The target in force."""

    kind: str
    text: str
    value: Decimal | None
    upper_value: Decimal | None
    is_strict: bool
    taken: str
    version_text: str
    earlier_text: str


@dataclass(frozen=True)
class FrozenResult:
    """What was entered, and the value that was judged."""

    state: str
    text: str
    value: Decimal | None
    own_value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reference: Decimal | None
    taken: str
    note: str
    is_preliminary: bool
    is_sample: bool
    entered_by: str
    entered_at: str
    review_state: str = ""
    approved_by: str = ""
    checked_by: str = ""


@dataclass(frozen=True)
class FrozenLayer:
    """What the department, the DX office or the committee said."""

    label: str
    symbol: str
    comment: str
    cause: str
    next_step: str
    entered_by: str
    entered_at: str
    layer: str


@dataclass(frozen=True)
class FrozenLine:
    """One step of how a figure came about."""

    label: str
    text: str


@dataclass(frozen=True)
class FrozenStanding:
    """Where a KPI stood in the year."""

    target: FrozenTarget | None
    target_text: str
    result: FrozenResult
    verdict_text: str
    rate: Decimal | None
    rate_text: str
    progress: Decimal | None
    progress_text: str
    is_worse: bool
    expected: Decimal | None
    expected_text: str
    grade: FrozenGrade
    automatic_grade: FrozenGrade
    is_overridden: bool
    is_behind: bool
    remarks: tuple[str, ...]
    reasons: tuple[str, ...]
    explanation: tuple[FrozenLine, ...]
    layers: tuple[FrozenLayer, ...]

    def layer(self, name: str) -> FrozenLayer | None:
        return next((item for item in self.layers if item.layer == name), None)

    @property
    def has_remarks(self) -> bool:
        return bool(self.result.note or self.remarks or self.is_overridden)

    @property
    def own(self) -> FrozenLayer | None:
        """The department's self-evaluation."""
        return self.layer("self")

    @property
    def office(self) -> FrozenLayer | None:
        return self.layer("office")


@dataclass(frozen=True)
class FrozenBefore:
    """The year before, for comparison."""

    text: str
    rate_text: str
    grade: FrozenGrade


@dataclass(frozen=True)
class FrozenRevision:
    """A revision of a KPI's targets; `changes` are lines such as 「令和8年度: 30 件 → 25 件」."""

    number: int
    effective_fiscal_year: int
    effective_text: str
    decided_on: str
    decided_text: str
    decided_by: str
    category: str
    reason: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class FrozenKpi:
    """One KPI under the names that it, its policies and its departments had."""

    id: int
    number: str
    name: str
    definition: str
    unit: str
    decimals: int
    measurement_type: str
    direction: str
    rate_formula: str
    policy_path: tuple[str, ...]
    group_label: str
    policy_label: str
    departments_text: str
    baseline: Decimal | None
    baseline_text: str
    final_target_text: str
    standing: FrozenStanding
    previous: FrozenBefore | None
    revisions: tuple[FrozenRevision, ...]

    @property
    def label(self) -> str:
        return f"{self.number} {self.name}"


@dataclass(frozen=True)
class FrozenYear:
    """A plan's fiscal year with every KPI measured in it.

    `behind` are ids of KPIs, furthest behind first.
    """

    format: int
    town: str
    plan_title: str
    fiscal_year: int
    year_label: str
    total: int
    rated: int
    denominator_text: str
    counts: tuple[FrozenCount, ...]
    scale: FrozenScale | None
    kpis: tuple[FrozenKpi, ...]
    behind: tuple[int, ...]
    has_sample: bool

    @property
    def rated_counts(self) -> list[FrozenCount]:
        return [item for item in self.counts if item.grade.is_rated]

    @property
    def other_counts(self) -> list[FrozenCount]:
        return [item for item in self.counts if not item.grade.is_rated]

    @property
    def kpis_behind(self) -> list[FrozenKpi]:
        by_id = {kpi.id: kpi for kpi in self.kpis}
        return [by_id[pk] for pk in self.behind]

    @property
    def revised(self) -> list[FrozenKpi]:
        """The KPIs whose targets were revised."""
        return [kpi for kpi in self.kpis if kpi.revisions]

    @property
    def remarked(self) -> list[FrozenKpi]:
        """The KPIs of which there was more to say than their figures."""
        return [kpi for kpi in self.kpis if kpi.standing.has_remarks]
