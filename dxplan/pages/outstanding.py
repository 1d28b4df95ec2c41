"""Which departments still owe results of a fiscal year."""

from collections import Counter

from kpis.rows import KpiProgress
from kpis.summary import measured_in


def outstanding(rows: list[KpiProgress], fiscal_year: int) -> Counter[int]:
    """How many KPIs without a value each department has, by its id today. No queries."""
    return Counter(
        department_id
        for row in measured_in(rows, fiscal_year)
        if row.at(fiscal_year).result.is_missing
        for department_id in row.department_ids
    )
