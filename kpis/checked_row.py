"""What came of reading one row of the entry grid: an entry to save, or what keeps it from one."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kpis.measurement import Milestone, ValueState


@dataclass(frozen=True)
class Entry:
    """A row that can be saved."""

    state: ValueState
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    milestone: Milestone | None = None
    words: str = ""
    reference: Decimal | None = None
    taken_fiscal_year: int | None = None
    taken_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class CheckedRow:
    """An entry, or errors or a question that keep the row from one.

    `errors` has what is wrong by the name of the cell. A question that was answered stays, beside
    its entry, so that the answer stays visible. `taken` is the 時点 as it was read.
    """

    entry: Entry | None
    errors: dict[str, str] = field(default_factory=dict)
    question: str = ""
    is_confirmed: bool = False
    echo: str = ""
    taken: str = ""


def refused(**errors: str) -> CheckedRow:
    """A row that cannot be saved, with what is wrong by the name of the cell."""
    return CheckedRow(None, errors=errors)
