"""The cells of one row of the entry grid, as typed and as a stored result fills them."""

from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.numbers import show_number
from kpis.measurement import ValueState
from kpis.rows import KpiProgress, ResultRow

ENTERABLE_STATES = (
    ValueState.FINAL,
    ValueState.PRELIMINARY,
    ValueState.NOT_SURVEYED,
    ValueState.NOT_APPLICABLE,
    ValueState.NOT_COMPUTABLE,
)
STATES_WITH_VALUE = [state.value for state in ValueState if state.has_value]


@dataclass(frozen=True)
class Cells:
    """The cells of one row exactly as typed; `confirmed` is the content that a person confirmed."""

    value: str = ""
    numerator: str = ""
    denominator: str = ""
    state: str = ValueState.FINAL.value
    reference: str = ""
    taken: str = ""
    note: str = ""
    confirmed: str = ""

    @property
    def takes_value(self) -> bool:
        """Whether the chosen state goes with a value."""
        return self.state in STATES_WITH_VALUE

    @property
    def content(self) -> str:
        """The figures as typed, which one confirmation is about: 「約30」, 「|33|48」."""
        figures = (self.value, self.numerator, self.denominator, self.reference)
        return "|".join(figures).rstrip("|")


def cells_of(row: KpiProgress, result: ResultRow) -> Cells:
    """The cells with which the grid shows a stored result, numbers as one would type them."""
    state = result.state if result.state in ENTERABLE_STATES else ValueState.FINAL
    return Cells(
        value=result.milestone or result.words or _shown(row, result.own_value),
        numerator=part_text(result.numerator),
        denominator=part_text(result.denominator),
        state=state.value,
        reference=_shown(row, result.reference),
        taken=result.taken,
        note=result.note,
    )


def part_text(part: Decimal | None) -> str:
    """A part of a share as one would type it: 「1,234」 for 1234.000000."""
    return "" if part is None else f"{part.normalize():,f}"


def _shown(row, figure) -> str:
    return show_number(figure, decimals_of(row, figure))


def decimals_of(row: KpiProgress, stored: Decimal | None) -> int:
    """The KPI's decimals, or more where what is stored has more: no save may round it."""
    exponent = stored.normalize().as_tuple().exponent if stored is not None else 0
    return max(row.scale.decimals, -exponent)
