"""The columns of the workbook in which a department fills in a year's results."""

from dxplan.lib.entry_sheets.layout import Column, Layout
from kpis.cells import ENTERABLE_STATES, Cells
from kpis.measurement import MeasurementType, Milestone
from kpis.rows import KpiProgress

FIGURES = ("value", "numerator", "denominator")
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
GUIDE = (
    ("実績", "数字だけを入力します。例: 12.5　値がない場合は「－」、集計中の場合は「集計中」"),
    ("分子・分母", "割合の指標では両方を入力します。率は計算されます。"),
    ("値の状態", "一覧から選びます。空欄は、実績を入力すると「確定」になります。"),
    ("値のない状態", "「調査なし」「対象外」「算定不能」を選ぶときは、実績の欄を空にします。"),
    ("時点", "集計した日や年度が決まっているときに入力します。例: R7.3末、令和6年度"),
    ("備考", "前年度より累計が減る場合や「算定不能」の場合は、理由を入力します。"),
    ("空欄", "空欄の項目は、登録済みの内容から変更しません。"),
    (
        "灰色の欄",
        "入力できません。提出済み・承認済みの指標は、すべての欄が灰色です。列の並べ替えや列の追加は差し支えありません。",
    ),
)
RESULTS = Layout(
    template="実績入力-1",
    sheet_name="実績入力",
    thing="指標",
    shown=(
        Column("number", "番号", 8),
        Column("name", "指標", 30, is_text=True),
        Column("departments", "担当課", 14, is_text=True),
        Column("way", "入力するもの", 17, is_text=True),
        Column("unit", "単位", 7),
        Column("target", "目標", 12),
        Column("previous", "前年度の実績", 12),
        Column("value", "実績", 16),
        Column("numerator", "分子", 10),
        Column("denominator", "分母", 10),
        Column("state", "値の状態", 10),
        Column("reference", "参照値", 10),
        Column("taken", "時点", 13),
        Column("note", "備考", 28, is_text=True),
    ),
    inputs=(*FIGURES, "state", "reference", "taken", "note"),
    guide=GUIDE,
)
HEADERS, INPUTS = RESULTS.headers, RESULTS.inputs


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
