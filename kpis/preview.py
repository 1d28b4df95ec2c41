"""The standing a row would have if what was typed were saved, judged by the one engine."""

from dataclasses import replace

from kpis.checked_row import Entry
from kpis.result_rows import result_text
from kpis.rows import KpiProgress, YearStanding
from kpis.standings import rejudged
from kpis.taken_at import taken_at
from kpis.yearly_values import Entered, YearlyValue, yearly_values


def previewed(row: KpiProgress, fiscal_year: int, entry: Entry) -> YearStanding:
    """The year's standing with `entry` as its result."""
    before = row.at(fiscal_year)
    computed = value_with(row, fiscal_year, entry)
    result = replace(
        before.result,
        state=entry.state,
        value=computed.value,
        own_value=entry.value,
        numerator=entry.numerator,
        denominator=entry.denominator,
        working=computed.working,
        reason=computed.reason,
        milestone=entry.milestone,
        words=entry.words,
        reference=entry.reference,
        taken_at=taken_at(entry),
        note=entry.note,
    )
    return rejudged(row, fiscal_year, replace(result, text=result_text(row.scale, result)))


def value_with(row: KpiProgress, fiscal_year: int, entry: Entry) -> YearlyValue:
    """The value a year would have with `entry`, computed from the other years as they are."""
    if not entry.state.has_value:
        return YearlyValue(None)
    entered = {
        year: Entered(item.result.own_value, item.result.numerator, item.result.denominator)
        for year, item in row.years.items()
        if item.result.state.has_value
    }
    entered[fiscal_year] = Entered(entry.value, entry.numerator, entry.denominator)
    values = yearly_values(
        row.scale.measurement_type,
        entered,
        first_year=min(row.years),
        baseline=row.scale.baseline,
    )
    return values[fiscal_year]
