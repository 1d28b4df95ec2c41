"""What keeps a KPI's definition from changing: its targets, its results, the years closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.fiscal_years import FiscalYear
from kpis.achievement import plain
from kpis.cumulation import Gap, converted, is_convertible
from kpis.definitions import Definition
from kpis.measurement import Direction, MeasurementType, TargetKind, ValueState
from kpis.models import Kpi, Result, Target
from kpis.target_reading import kind_of_targets
from plans.models import PlanYear, YearState

# With these a result is judged, so a closed year keeps them.
JUDGED_BY = {
    "direction": "目指す方向",
    "rate_formula": "達成率の計算式",
    "baseline_value": "基準値",
    "baseline_fiscal_year": "基準年度",
}
CONVERTED_BY = ("baseline_value", "first_fiscal_year")
FLOW_OR_LEVEL = {MeasurementType.YEARLY_FLOW, MeasurementType.POINT_IN_TIME}

NEW_KPI = "この指標はそのまま残し、新しい指標として登録してください。"
OTHER_MEANING = (
    "{years}の実績が登録されています。「{before}」の実績は「{after}」の値としては読めないため、"
    f"測定の種類を変えられません。{NEW_KPI}"
)
GAP = (
    "{year}の実績がないため、「{before}」の値を「{after}」に換算できません。"
    f"先に実績を入力するか、{NEW_KPI}"
)
ALONE = (
    "実績を換算するときは、基準値と測定開始年度を同時に変えられません。先に一方を保存してください。"
)
HANDED_IN = (
    "{years}の実績は提出または承認されているため、換算できません。"
    "先に差戻しや承認の取消しをしてください。"
)
CLOSED_RESULTS = (
    f"締めた年度（{{years}}）の実績を書き換えることになるため、換算できません。{NEW_KPI}"
)
CLOSED_JUDGEMENT = (
    "締めた年度（{years}）の判定が変わるため、{label}は変えられません。"
    "測り方が変わるときは、新しい指標として登録してください。"
)
CLOSED_SPAN = "締めた年度（{years}）は、測定する期間に加えることも、除くこともできません。"
OUTSIDE = "{years}に実績が登録されているため、測定する期間から除けません。"
OTHER_TARGETS = (
    "登録済みの目標（{kinds}）が合わなくなるため、{label}を変えられません。"
    f"先に目標を直すか、{NEW_KPI}"
)
REFERENCE_NEEDED = "参照値と比べる目標が登録されているため、参照値の名称を消せません。"
FINER = "小数{digits}桁の{what}が登録されているため、桁数をこれより少なくできません。"


@dataclass(frozen=True)
class Conversion:
    """One result before and after the type of measurement changes."""

    result: Result
    fiscal_year: FiscalYear
    before: Decimal
    after: Decimal

    @property
    def before_text(self) -> str:
        return plain(self.before)

    @property
    def after_text(self) -> str:
        return plain(self.after)


@dataclass(frozen=True)
class Held:
    """What a KPI holds already."""

    results: list[Result]
    targets: list[Target]
    closed: frozenset[int]

    @property
    def measured(self) -> dict[int, Result]:
        """The results with a value, by fiscal year."""
        return {row.fiscal_year: row for row in self.results if ValueState(row.state).has_value}

    @property
    def handed_in(self) -> set[int]:
        """The fiscal years whose results a department submitted, so that they stay as they are."""
        return {row.fiscal_year for row in self.results if not row.review.is_editable}


def held_by(kpi: Kpi) -> Held:
    """Three queries."""
    return Held(
        results=list(Result.objects.filter(kpi=kpi).order_by("fiscal_year")),
        targets=list(Target.objects.filter(kpi=kpi).order_by("fiscal_year")),
        closed=closed_years(kpi.plan_id),
    )


def closed_years(plan_id) -> frozenset[int]:
    """One query."""
    closed = PlanYear.objects.filter(plan=plan_id, state=YearState.CLOSED)
    return frozenset(closed.values_list("fiscal_year", flat=True))


def refusals(held: Held, before: Definition, after: Definition) -> dict[str, list[str]]:
    """All that is in the way of a change, by field; empty where nothing is."""
    found = {}
    for rule in (_type, _judgements, _span, _targets, _reference, _decimals):
        for field, message in rule(held, before, after):
            found.setdefault(field, []).append(message)
    return found


def refusals_of_new(closed: frozenset[int], definition: Definition) -> dict[str, list[str]]:
    """What is in the way of a new KPI: no year is closed any more in which it would count."""
    years = closed.intersection(definition.years)
    return {"first_fiscal_year": [CLOSED_SPAN.format(years=_names(years))]} if years else {}


def conversions(held: Held, before: Definition, after: Definition) -> list[Conversion]:
    """The results that a change of type rewrites. Raises Gap."""
    kinds = MeasurementType(before.measurement_type), MeasurementType(after.measurement_type)
    if not is_convertible(*kinds):
        return []
    measured = held.measured
    values = converted(
        {year: row.value for year, row in measured.items()},
        to=kinds[1],
        first_year=before.first_fiscal_year,
        baseline=before.baseline_value,
    )
    return [
        Conversion(measured[year], FiscalYear(year), measured[year].value, value)
        for year, value in values.items()
    ]


Refusals = Iterator[tuple[str, str]]


def _type(held, before, after) -> Refusals:
    old, new = MeasurementType(before.measurement_type), MeasurementType(after.measurement_type)
    if old == new or not held.results or {old, new} == FLOW_OR_LEVEL:
        return
    labels = {"before": old.label, "after": new.label}
    if not is_convertible(old, new):
        years = _names(row.fiscal_year for row in held.results)
        yield "measurement_type", OTHER_MEANING.format(years=years, **labels)
        return
    if any(getattr(before, name) != getattr(after, name) for name in CONVERTED_BY):
        yield "measurement_type", ALONE
        return
    try:
        rewritten = {item.fiscal_year for item in conversions(held, before, after)}
    except Gap as gap:
        yield "measurement_type", GAP.format(year=_names([gap.fiscal_year]), **labels)
        return
    if rewritten & held.closed:
        yield "measurement_type", CLOSED_RESULTS.format(years=_names(rewritten & held.closed))
    handed_in = rewritten & held.handed_in - held.closed
    if handed_in:
        yield "measurement_type", HANDED_IN.format(years=_names(handed_in))


def _judgements(held, before, after) -> Refusals:
    years = held.closed.intersection(held.measured)
    for field, label in JUDGED_BY.items():
        if years and getattr(before, field) != getattr(after, field):
            yield field, CLOSED_JUDGEMENT.format(years=_names(years), label=label)


def _span(held, before, after) -> Refusals:
    changed = set(before.years) ^ set(after.years)
    left = set(before.years) - set(after.years)
    years = left.intersection(row.fiscal_year for row in held.results)
    if years:
        yield _bound(before, after, min(years)), OUTSIDE.format(years=_names(years))
    if changed & held.closed:
        field = _bound(before, after, min(changed & held.closed))
        yield field, CLOSED_SPAN.format(years=_names(changed & held.closed))


def _bound(before, after, year):
    """The field by which a year came in or went out."""
    first = min(before.first_fiscal_year, after.first_fiscal_year)
    last = max(before.first_fiscal_year, after.first_fiscal_year)
    return "first_fiscal_year" if first <= year < last else "last_fiscal_year"


def _targets(held, before, after) -> Refusals:
    """Targets stay what the type and the direction ask for."""
    old, new = (kind_of_targets(item.measurement_type, item.direction) for item in (before, after))
    kinds = {TargetKind(row.kind) for row in held.targets} - {TargetKind.NONE}
    fitting = {new, TargetKind.REFERENCE} if new == TargetKind.NUMBER else {new}
    if old == new or kinds <= fitting:
        return
    is_range = Direction.RANGE in (before.direction, after.direction)
    field, label = ("direction", "目指す方向") if is_range else ("measurement_type", "測定の種類")
    names = "・".join(kind.label for kind in TargetKind if kind in kinds - fitting)
    yield field, OTHER_TARGETS.format(kinds=names, label=label)


def _reference(held, before, after) -> Refusals:
    is_compared = any(row.kind == TargetKind.REFERENCE for row in held.targets)
    if before.reference_name and not after.reference_name and is_compared:
        yield "reference_name", REFERENCE_NEEDED


def _decimals(held, before, after) -> Refusals:
    if after.decimals >= before.decimals:
        return
    figures = {
        "目標": [value for row in held.targets for value in (row.value, row.upper_value)],
        "実績": [value for row in held.results for value in (row.value, row.reference)],
    }
    for what, values in figures.items():
        digits = max((_digits(value) for value in values if value is not None), default=0)
        if digits > after.decimals:
            yield "decimals", FINER.format(digits=digits, what=what)


def _digits(value):
    return max(0, -int(value.normalize().as_tuple().exponent))


def _names(years):
    return "、".join(FiscalYear(year).era_label for year in sorted(years))
