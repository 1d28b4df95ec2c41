"""The cells of one line of the entry grid as the page shows them: text, label, what is wrong."""

from dataclasses import asdict, dataclass

from kpis.cells import Cells
from kpis.measurement import MeasurementType
from kpis.rows import KpiProgress

FIGURES = ("value", "numerator", "denominator", "reference")
SHARE_ALONE = "率だけ（分子・分母が分からないとき）"
NO_NUMBER = (MeasurementType.MILESTONE, MeasurementType.QUALITATIVE)
LABELS = {
    "numerator": "分子",
    "denominator": "分母",
    "state": "値の状態",
    "taken": "時点",
    "note": "備考",
}
PLACES = {"state": "state-message", "taken": "state-message", "note": "note-message"}


@dataclass(frozen=True)
class GridField:
    """One cell. `key` is its name in the form; `place` the id of what is said of it.

    Enter comes to the first one of a line; one has the focus where a person goes on after a
    refusal.
    """

    name: str
    key: str
    text: str
    label: str
    place: str
    error: str
    is_first: bool
    has_focus: bool

    @property
    def is_figure(self) -> bool:
        return self.name in FIGURES


def grid_fields(
    row: KpiProgress, cells: Cells, errors: dict[str, str], *, is_refused: bool
) -> dict[str, GridField]:
    """The fields by the names of the cells."""
    is_share = row.scale.measurement_type == MeasurementType.RATIO
    first = "numerator" if is_share else "value"
    wrong = next((name for name in asdict(cells) if name in errors), first)
    return {
        name: GridField(
            name=name,
            key=f"{name}-{row.id}",
            text=text,
            label=f"{row.name}の{_label(row.scale, name)}",
            place=f"{PLACES.get(name, 'message')}-{row.id}",
            error=errors.get(name, ""),
            is_first=name == first,
            has_focus=is_refused and name == wrong,
        )
        for name, text in asdict(cells).items()
    }


def _label(scale, name) -> str:
    if name == "reference":
        return scale.reference_name
    if name != "value":
        return LABELS.get(name, "")
    if scale.measurement_type == MeasurementType.RATIO:
        return SHARE_ALONE
    takes_unit = scale.measurement_type not in (
        MeasurementType.MILESTONE,
        MeasurementType.QUALITATIVE,
    )
    return f"実績（{scale.unit}）" if takes_unit and scale.unit else "実績"
