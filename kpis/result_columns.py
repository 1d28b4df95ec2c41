"""The columns of the workbook in which a department fills in a year's results.

Writer and reader know them from here. The version of the layout stands in every row, so that a
file of an older one is told apart.
"""

from dataclasses import dataclass

from kpis.cells import ENTERABLE_STATES, Cells
from kpis.measurement import MeasurementType, Milestone
from kpis.rows import KpiProgress

TEMPLATE = "実績入力-1"
SHEET_NAME = "実績入力"
REMARKS = "確認してほしいこと"  # beside the cells of a file that came back marked
FIGURES = ("value", "numerator", "denominator")
INPUTS = (*FIGURES, "state", "reference", "taken", "note")
KEYS = ("number", "template", "town", "plan", "fiscal_year", "version")

STATE_LABELS = {state.value: state.label for state in ENTERABLE_STATES}
MILESTONE_LABELS = {item.value: item.label for item in Milestone}
WAYS = {
    MeasurementType.YEARLY_FLOW: "その年度の値",
    MeasurementType.CUMULATIVE_INCREMENT: "その年度に増えた分",
    MeasurementType.CUMULATIVE_TOTAL: "始めてからの累計",
    MeasurementType.POINT_IN_TIME: "時点の値",
    MeasurementType.RATIO: "分子と分母（率だけのときは実績へ）",
    MeasurementType.MILESTONE: "段階を選ぶ",
    MeasurementType.QUALITATIVE: "文章",
}


@dataclass(frozen=True)
class Column:
    """A column by its name in the code; the keys at the end are hidden."""

    name: str
    header: str
    width: int
    is_hidden: bool = False


COLUMNS = (
    Column("number", "番号", 8),
    Column("name", "指標", 30),
    Column("departments", "担当課", 14),
    Column("way", "入力するもの", 17),
    Column("unit", "単位", 7),
    Column("target", "目標", 12),
    Column("previous", "前年度の実績", 12),
    Column("value", "実績", 16),
    Column("numerator", "分子", 10),
    Column("denominator", "分母", 10),
    Column("state", "値の状態", 10),
    Column("reference", "参照値", 10),
    Column("taken", "時点", 13),
    Column("note", "備考", 28),
    Column("template", "様式", 12, is_hidden=True),
    Column("town", "団体コード", 12, is_hidden=True),
    Column("plan", "計画コード", 12, is_hidden=True),
    Column("fiscal_year", "年度", 8, is_hidden=True),
    Column("version", "版", 6, is_hidden=True),
)
HEADERS = {column.name: column.header for column in COLUMNS}


def inputs_of(row: KpiProgress) -> tuple[str, ...]:
    """The cells that are filled in for a KPI; the others of its line are locked."""
    kind = row.scale.measurement_type
    parts = FIGURES if kind == MeasurementType.RATIO else ("value",)
    is_in_words = kind in (MeasurementType.MILESTONE, MeasurementType.QUALITATIVE)
    reference = ("reference",) if row.has_reference and not is_in_words else ()
    return (*parts, "state", *reference, "taken", "note")


def way_of(row: KpiProgress) -> str:
    """What to fill in, in a few words."""
    way = WAYS[row.scale.measurement_type]
    name = row.scale.reference_name or HEADERS["reference"]
    return f"{way}（{name}も）" if "reference" in inputs_of(row) else way


def labelled(row: KpiProgress, cells: Cells, *, has_result: bool) -> dict[str, str]:
    """What stands in the input cells for stored cells: words for codes, nothing for no result."""
    is_milestone = row.scale.measurement_type == MeasurementType.MILESTONE
    return {
        "value": MILESTONE_LABELS.get(cells.value, "") if is_milestone else cells.value,
        "numerator": cells.numerator,
        "denominator": cells.denominator,
        "state": STATE_LABELS[cells.state] if has_result else "",
        "reference": cells.reference,
        "taken": cells.taken,
        "note": cells.note,
    }
