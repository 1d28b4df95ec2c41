"""Results as rows: how a KPI is measured, and the value that is judged, computed over all years."""

from dataclasses import replace

from kpis.achievement import NO_WORKING
from kpis.measurement import Direction, MeasurementType, Milestone, RateFormula, ValueState
from kpis.rows import ResultRow, Scale
from kpis.taken_at import taken_at
from kpis.target_rows import TargetRow
from kpis.yearly_values import Entered, yearly_values
from plans.review import review_row


def result_rows(kpi, scale, results) -> dict[int, ResultRow]:
    """The results with the values that are judged, computed over all years."""
    entered = {
        row.fiscal_year: Entered(row.value, row.numerator, row.denominator)
        for row in results
        if ValueState(row.state).has_value
    }
    values = yearly_values(
        scale.measurement_type,
        entered,
        first_year=kpi.first_fiscal_year,
        baseline=kpi.baseline_value,
    )
    return {row.fiscal_year: result_row(row, scale, values.get(row.fiscal_year)) for row in results}


def missing_text(is_unasked: bool) -> str:
    """What stands for a value that is missing: nothing in a year not asked for yet."""
    return "" if is_unasked else ValueState.MISSING.label


def scale_of(kpi) -> Scale:
    """How a KPI is measured, its targets left aside."""
    return Scale(
        measurement_type=MeasurementType(kpi.measurement_type),
        direction=Direction(kpi.direction),
        rate_formula=RateFormula(kpi.rate_formula),
        unit=kpi.unit,
        decimals=kpi.decimals,
        reference_name=kpi.reference_name,
        baseline=kpi.baseline_value,
        final_target=None,
    )


def with_final_target(scale: Scale, targets: dict[int, TargetRow]) -> Scale:
    """The scale with the last of the targets, by fiscal year; with none where there is none."""
    if not targets:
        return scale
    last = targets[max(targets)]
    return replace(scale, final_target=last.value, is_final_strict=last.is_strict)


def result_text(scale, result) -> str:
    """A result in words, from a ResultRow with the value that is judged."""
    state = ValueState(result.state)
    if not state.has_value:
        return state.label
    if result.milestone:
        return Milestone(result.milestone).label
    if result.words:
        return result.words
    text = scale.show(result.value)
    if result.reference is None:
        return text
    return f"{text}（{scale.reference_name} {scale.show(result.reference)}）"


def result_row(result, scale, computed=None) -> ResultRow:
    """`computed` is the YearlyValue of the year, None where there is no value."""
    row = ResultRow(
        fiscal_year=result.fiscal_year,
        state=ValueState(result.state),
        value=computed.value if computed else None,
        own_value=result.value,
        numerator=result.numerator,
        denominator=result.denominator,
        words=result.text,
        working=computed.working if computed else NO_WORKING,
        reason=computed.reason if computed else "",
        milestone=Milestone(result.milestone) if result.milestone else None,
        reference=result.reference,
        taken_at=taken_at(result),
        note=result.note,
        is_sample=result.is_sample,
        version=result.version,
        entered_by=result.entered_by_name,
        entered_at=result.entered_at,
        review=review_row(result),
    )
    return replace(row, text=result_text(scale, row))
