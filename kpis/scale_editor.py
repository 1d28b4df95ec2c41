"""A plan's scales of grades as people see, try out and change them."""

import datetime
from dataclasses import dataclass, replace

from dxplan.lib.conflicts import Conflict, conflict_of, differences
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.numbers import show_number
from kpis.grade_scales import STANDARD, Scale, ScaleBasis
from kpis.grading import Grade
from kpis.models import GradeScale, GradeStep
from kpis.rows import KpiProgress
from kpis.scales import scale_in, scale_rows, scales_of
from kpis.standings import regraded
from kpis.summary import YearSummary, measured_in, summarize
from plans.editing import PlanEdit, Stale, what_changed
from plans.models import ChangeKind, Plan
from plans.years import plan_years

YEAR_CLOSED = "締めた年度の評語は変えられません。適用する年度を選び直してください。"


class YearClosed(Exception):
    """The fiscal year from which a scale was to hold was closed meanwhile."""


@dataclass(frozen=True)
class ScaleVersion:
    """A scale with the plan's fiscal years in which it holds, oldest first, and who made it."""

    scale: Scale
    years: tuple[FiscalYear, ...]
    made_by: str = ""
    made_at: datetime.datetime | None = None

    @property
    def label(self) -> str:
        return f"第{self.scale.version}版" if self.scale.fiscal_year else "標準"

    @property
    def years_text(self) -> str:
        """「令和6年度〜令和7年度」; says so where none is left to it."""
        if not self.years:
            return "なし（後の版に置き換え）"
        ends = dict.fromkeys((self.years[0].era_label, self.years[-1].era_label))
        return "〜".join(ends)


def scale_versions(plan, fiscal_years) -> list[ScaleVersion]:
    """All scales of a plan, the latest first, the standard one where it holds. Two queries."""
    scales = plan_scales(plan)
    made = {
        row.version: row for row in GradeScale.objects.filter(plan=plan).select_related("made_by")
    }
    holds = {}
    for year in fiscal_years:
        holds.setdefault(scale_in(scales, year), []).append(FiscalYear(year))
    versions = [_version(made[scale.version], scale, holds) for scale in reversed(scales)]
    if STANDARD in holds or not scales:
        versions.append(ScaleVersion(STANDARD, tuple(holds.get(STANDARD, ()))))
    return versions


def _version(row, scale, holds) -> ScaleVersion:
    name = row.made_by.name if row.made_by else ""
    return ScaleVersion(scale, tuple(holds.get(scale, ())), name, row.made_at)


def plan_scales(plan) -> tuple[Scale, ...]:
    """The scales of a plan, oldest version first. One query."""
    found = Plan.objects.annotate(found=scale_rows()).values_list("found", flat=True)
    return scales_of(found.get(pk=plan.pk))


def fiscal_years(plan, years) -> list[int]:
    """The fiscal years of a plan's period and its plan years, oldest first."""
    period = range(plan.first_fiscal_year, plan.last_fiscal_year + 1)
    return sorted({*period, *(year.fiscal_year for year in years)})


def years_to_choose(plan, years) -> list[FiscalYear]:
    """The years from which a new scale can hold: all after the last closed one."""
    closed = max((year.fiscal_year for year in years if year.is_closed), default=0)
    return [FiscalYear(year) for year in fiscal_years(plan, years) if year > closed]


@dataclass(frozen=True)
class GradeShift:
    """A KPI whose grade another scale would change."""

    row: KpiProgress
    before: Grade
    after: Grade


@dataclass(frozen=True)
class Trial:
    """What a scale would make of the latest results, beside what the scale in force makes of them.

    `is_in_force_then` tells whether the scale would hold in that year.
    """

    fiscal_year: FiscalYear
    now: YearSummary
    then: YearSummary
    shifts: tuple[GradeShift, ...]
    is_in_force_then: bool

    @property
    def sentence(self) -> str:
        """「この基準では A 12、B 5（評価可能 17 / 全24指標）」."""
        counts = [item for item in self.then.counts if item.grade.is_rated]
        shown = "、".join(f"{item.grade.symbol} {item.count}" for item in counts)
        return f"この基準では {shown}（{self.then.denominator_text}）"


def trial(rows: list[KpiProgress], scale: Scale) -> Trial | None:
    """Tries a scale on the latest fiscal year with results; None where there are none."""
    reported = [
        year for row in rows for year, item in row.years.items() if not item.result.is_missing
    ]
    if not reported:
        return None
    fiscal_year = max(reported)
    tried = regraded(rows, fiscal_year, scale)
    return Trial(
        fiscal_year=FiscalYear(fiscal_year),
        now=summarize(rows, fiscal_year, has_previous=False),
        then=summarize(tried, fiscal_year, has_previous=False),
        shifts=tuple(_shifts(rows, tried, fiscal_year)),
        is_in_force_then=scale.fiscal_year <= fiscal_year,
    )


def _shifts(rows, tried, fiscal_year):
    """Grades of two scales are the same where they read the same, whatever their bounds."""
    pairs = zip(measured_in(rows, fiscal_year), measured_in(tried, fiscal_year), strict=True)
    for row, after in pairs:
        before, then = row.at(fiscal_year).grade, after.at(fiscal_year).grade
        if before.label != then.label:
            yield GradeShift(row, before, then)


def save_scale(edit: PlanEdit, scale: Scale, *, seen: int) -> bool:
    """Makes a scale hold from its fiscal year on, as a new version; False where it does already.

    So the same sent twice is harmless. `seen` is the version that was the latest when the person
    looked, 0 for none. Raises Stale with the latest one, YearClosed.
    """
    scales = plan_scales(edit.plan)
    latest = scales[-1] if scales else None
    if latest and says_the_same(latest, scale) and latest.fiscal_year <= scale.fiscal_year:
        return False
    version = latest.version if latest else 0
    if version != seen:
        raise Stale(latest)
    if scale.fiscal_year not in years_to_choose(edit.plan, plan_years(edit.plan)):
        raise YearClosed
    new = replace(scale, version=version + 1)
    _store(edit, new)
    before = replace(scale_in(scales, new.fiscal_year), fiscal_year=0)
    kind = ChangeKind.EDITED if scales else ChangeKind.ADDED
    detail = what_changed(shown(before), shown(new))
    edit.record(kind, f"評語の基準「{new.name}」（第{new.version}版）", detail)
    return True


def _store(edit, scale):
    stored = GradeScale.objects.create(
        plan=edit.plan,
        version=scale.version,
        effective_fiscal_year=scale.fiscal_year,
        name=scale.name,
        basis=scale.basis,
        made_by=edit.user,
    )
    GradeStep.objects.bulk_create(
        GradeStep(
            scale=stored,
            position=position,
            symbol=step.symbol,
            name=step.name,
            lower=None if step.lower is None else step.lower * 100,
        )
        for position, step in enumerate(scale.steps, 1)
    )


def says_the_same(one: Scale, other: Scale) -> bool:
    """Whether two scales differ in nothing but version and year."""
    return (one.name, one.basis, one.steps) == (other.name, other.basis, other.steps)


def shown(scale: Scale) -> dict[str, str]:
    """A scale in words, by the labels of its form."""
    return {
        "適用する年度": FiscalYear(scale.fiscal_year).era_label if scale.fiscal_year else "",
        "名称": scale.name,
        "評語の基準とする率": ScaleBasis(scale.basis).label,
        "段階": steps_text(scale),
    }


def steps_text(scale: Scale) -> str:
    """「A 達成（100.0%以上）、B 遅れ（それより下）」."""
    return "、".join(f"{step.symbol} {step.name}（{step.meaning}）" for step in scale.steps)


def scale_conflict(plan, yours: Scale, theirs: Scale, seen: int) -> Conflict:
    """What two people say, who both saw version `seen` (0: the standard). Two queries."""
    known = {scale.version: scale for scale in plan_scales(plan)} | {0: STANDARD}
    base = shown(known[seen]) if seen in known else {}
    made = GradeScale.objects.filter(plan=plan, version=theirs.version).first()
    if made is None:
        return Conflict(differences(shown(yours), shown(theirs), base))
    return conflict_of(made, yours=shown(yours), theirs=shown(theirs), base=base)


def lower_text(step) -> str:
    """A lower bound as it is typed: 「100」「79.5」; blank for the last."""
    if step.lower is None:
        return ""
    percent = step.lower * 100
    return show_number(percent, 0 if percent == int(percent) else 1).replace(",", "")
