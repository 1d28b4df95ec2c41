"""The tidy file: one line per KPI and fiscal year, for programs rather than for readers.

The columns are the same for every plan and year. Choices are codes with the Japanese label beside
them, figures are unrounded and apart from their unit, nothing stands for a blank but a blank.
"""

from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.fiscal_years import FiscalYear
from kpis.achievement import Rate
from kpis.grading import NOT_YET_ASKED, Grade
from kpis.measurement import JudgementLayer, TargetKind
from kpis.rows import JudgementRow, KpiProgress, ResultRow, TargetRow, YearStanding
from kpis.taken_at import UNKNOWN_TIME
from kpis.target_rows import standing_targets, versions_in
from plans.models import Plan

RATE_UNIT = "%"
DEPARTMENTS = 3  # columns; department_count tells where there are more
BETWEEN = "between", "範囲内"
# By whether more is better, and whether the target leaves out its own figure.
COMPARATORS = {
    (True, False): ("at_least", "以上"),
    (True, True): ("more_than", "超"),
    (False, False): ("at_most", "以下"),
    (False, True): ("less_than", "未満"),
}


@dataclass(frozen=True)
class Observation:
    """A line: what is known of one KPI in one fiscal year."""

    plan: Plan
    row: KpiProgress
    standing: YearStanding

    @property
    def result(self) -> ResultRow:
        return self.standing.result

    @property
    def target(self) -> TargetRow | None:
        return self.standing.target

    @property
    def rate(self) -> Rate:
        achievement = self.standing.achievement
        return achievement.rate if achievement else Rate(None)

    @property
    def progress(self) -> Rate:
        achievement = self.standing.achievement
        return achievement.progress if achievement else Rate(None)

    @property
    def override(self) -> JudgementRow | None:
        """The DX office's judgement where it counts instead of the rules' grade."""
        is_overridden = self.standing.is_overridden
        return self.standing.judgement(JudgementLayer.OFFICE) if is_overridden else None


def observations(plan, rows: list[KpiProgress]) -> list[Observation]:
    """In the plan's order, every KPI's years from the first to the last. No query."""
    return [Observation(plan, row, standing) for row in rows for standing in row.years.values()]


def tidy_lines(plan, rows: list[KpiProgress]) -> list[list]:
    """The cells of all lines: text, whole numbers, Decimals, None for nothing."""
    return [[getter(item) for _, getter in COLUMNS] for item in observations(plan, rows)]


def coded(name, getter):
    """Two columns for a choice: its code, and its Japanese label beside it."""

    def face(attribute):
        return lambda item: getattr(getter(item), attribute, None)

    return (name, face("value")), (f"{name}_label", face("label"))


def paired(name, getter):
    """The same for a choice that `getter` gives as (code, label), or None."""
    return (
        (name, lambda item: (getter(item) or (None,))[0]),
        (f"{name}_label", lambda item: (getter(item) or (None,))[-1]),
    )


def flag(name, getter):
    return ((name, lambda item: "true" if getter(item) else "false"),)


def taken(name, getter):
    """Two columns for a 時点: a fiscal year, or a day as 2026-03-31."""
    return (
        (f"{name}taken_fiscal_year", lambda item: getter(item).taken_fiscal_year),
        (f"{name}taken_on", lambda item: _day(getter(item).taken_on)),
    )


def graded(name, getter):
    """Three columns for a grade: its code, symbol and name; a, b, c … from the best on."""
    return (
        (name, lambda item: grade_code(getter(item))),
        (f"{name}_symbol", lambda item: getter(item).symbol),
        (f"{name}_label", lambda item: getter(item).name),
    )


def department(place):
    """One of the departments' columns; `place` counts from 1."""
    return (
        f"department_{place}",
        lambda item: next(iter(item.row.department_names[place - 1 :]), None),
    )


def _day(day) -> str | None:
    return day.isoformat() if day else None


def grade_code(grade: Grade) -> str:
    return grade.key.replace("-", "_")


def _percent(rate: Rate) -> Decimal | None:
    return None if rate.value is None else rate.value.scaleb(2)


def _era(fiscal_year: int | None) -> str | None:
    return FiscalYear(fiscal_year).era_label if fiscal_year else None


def _of_target(name):
    return lambda item: getattr(item.target, name, None)


def _comparator(item) -> tuple[str, str] | None:
    """How a result is compared with its target; None where the target is words or missing."""
    if item.target is None or item.target.kind == TargetKind.TEXT:
        return None
    if item.target.kind == TargetKind.RANGE:
        return BETWEEN
    is_upward = item.target.kind == TargetKind.MILESTONE or item.row.scale.direction.is_upward
    return COMPARATORS[is_upward, item.target.is_strict]


def _target_text(item) -> str | None:
    return item.target.text if item.target and item.target.kind == TargetKind.TEXT else None


def _target_version(item) -> int | None:
    """0 for the plan's first targets, n for the n-th revision."""
    if item.target is None:
        return None
    return item.target.revision.number if item.target.revision else 0


def _target_since(item) -> int | None:
    revision = item.target.revision if item.target else None
    return int(revision.effective_fiscal_year) if revision else None


def _final_year(item) -> int | None:
    """The last year with a target, by the targets that were in force."""
    in_force = standing_targets(versions_in(item.row.targets, item.standing.fiscal_year))
    return max(in_force, default=None)


def _state(item) -> tuple[str, str]:
    if item.result.is_missing and not item.standing.is_asked:
        return grade_code(NOT_YET_ASKED), NOT_YET_ASKED.name
    return item.result.state.value, item.result.state.label


def _verdict(item):
    return item.standing.achievement.verdict if item.standing.achievement else None


def _is_worse(item) -> bool:
    return bool(item.standing.achievement and item.standing.achievement.is_worse)


def _is_sample(item) -> bool:
    """Whether a result or judgement of the line is made up for the demo."""
    return item.result.is_sample or any(said.is_sample for said in item.standing.judgements)


COLUMNS = (
    ("municipality_code", lambda item: item.plan.municipality.code),
    ("municipality_name", lambda item: item.plan.municipality.name),
    ("plan_code", lambda item: item.plan.code),
    ("plan_title", lambda item: item.plan.title),
    ("plan_edition", lambda item: item.plan.edition),
    ("basic_policy", lambda item: item.row.policy.path[0]),
    ("policy_level", lambda item: item.row.policy.level_name),
    ("policy", lambda item: item.row.policy.label),
    ("kpi_number", lambda item: item.row.number),
    ("kpi_name", lambda item: item.row.name),
    *(department(place) for place in range(1, DEPARTMENTS + 1)),
    ("department_count", lambda item: len(item.row.department_names)),
    *flag("is_sample_department", lambda item: item.row.has_sample_departments),
    ("fiscal_year", lambda item: int(item.standing.fiscal_year)),
    ("fiscal_year_era", lambda item: item.standing.fiscal_year.era_label),
    *coded("measurement_type", lambda item: item.row.scale.measurement_type),
    *coded("direction", lambda item: item.row.scale.direction),
    *coded("rate_formula", lambda item: item.row.scale.rate_formula),
    ("unit", lambda item: item.row.scale.unit),
    ("shown_decimals", lambda item: item.row.scale.decimals),
    ("baseline_value", lambda item: item.row.scale.baseline),
    ("baseline_fiscal_year", lambda item: item.row.baseline_fiscal_year),
    ("baseline_fiscal_year_era", lambda item: _era(item.row.baseline_fiscal_year)),
    *taken("baseline_", lambda item: item.row.baseline_taken_at),
    ("baseline_reference_value", lambda item: item.row.baseline_reference),
    *coded("target_kind", _of_target("kind")),
    *paired("target_comparator", _comparator),
    ("target_value", _of_target("value")),
    ("target_upper_value", _of_target("upper_value")),
    *coded("target_milestone", _of_target("milestone")),
    ("target_text", _target_text),
    *taken("target_", lambda item: item.target.taken_at if item.target else UNKNOWN_TIME),
    ("target_version", _target_version),
    ("target_effective_fiscal_year", _target_since),
    ("final_target_value", lambda item: item.standing.scale.final_target),
    ("final_target_fiscal_year", _final_year),
    ("expected_value", lambda item: item.standing.expected.value),
    *paired("value_state", _state),
    ("value", lambda item: item.result.value),
    ("entered_value", lambda item: item.result.own_value),
    ("numerator", lambda item: item.result.numerator),
    ("denominator", lambda item: item.result.denominator),
    *coded("milestone", lambda item: item.result.milestone),
    ("text", lambda item: item.result.words),
    ("no_value_reason", lambda item: item.result.reason),
    ("reference_name", lambda item: item.row.scale.reference_name),
    ("reference_value", lambda item: item.result.reference),
    *taken("", lambda item: item.result.taken_at),
    *coded("verdict", _verdict),
    *flag("is_worse_than_baseline", _is_worse),
    ("rate_unit", lambda item: RATE_UNIT),
    ("achievement_rate", lambda item: _percent(item.rate)),
    ("no_achievement_rate_reason", lambda item: item.rate.reason),
    ("progress_rate", lambda item: _percent(item.progress)),
    ("no_progress_rate_reason", lambda item: item.progress.reason),
    ("expected_value_rate", lambda item: _percent(item.standing.pace)),
    *graded("grade", lambda item: item.standing.grade),
    *graded("automatic_grade", lambda item: item.standing.automatic_grade),
    *flag("is_overridden", lambda item: item.override),
    ("override_reason", lambda item: item.override.comment if item.override else None),
    ("grade_scale", lambda item: item.standing.grade_scale.name),
    ("grade_scale_version", lambda item: item.standing.grade_scale.version),
    ("note", lambda item: item.result.note),
    *flag("is_sample", _is_sample),
)
HEADERS = tuple(header for header, _ in COLUMNS)
