"""Which departments still owe results of a fiscal year."""

from collections import Counter

from kpis.rows import KpiProgress
from kpis.summary import measured_in


def outstanding(rows: list[KpiProgress], fiscal_year: int) -> Counter[int]:
    """How many KPIs each department has not handed in, by its id today. No queries."""
    return Counter(
        department_id
        for row in measured_in(rows, fiscal_year)
        if row.at(fiscal_year).result.review.state.is_editable
        for department_id in row.department_ids
    )
