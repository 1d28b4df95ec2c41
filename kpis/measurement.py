"""The words with which a KPI says how it is measured and what its values are."""

from dxplan.lib.choices import LabelledEnum


class MeasurementType(LabelledEnum):
    """測定の種類: what one year's value is."""

    YEARLY_FLOW = "yearly_flow", "単年度"
    CUMULATIVE_INCREMENT = "cumulative_increment", "累計（増分を入力）"
    CUMULATIVE_TOTAL = "cumulative_total", "累計（累計値を入力）"
    POINT_IN_TIME = "point_in_time", "時点"
    RATIO = "ratio", "率"
    MILESTONE = "milestone", "到達"
    QUALITATIVE = "qualitative", "定性"

    @property
    def explanation(self) -> str:
        """One sentence with an example, for people who enter or read values."""
        return EXPLANATIONS[self]


EXPLANATIONS = {
    MeasurementType.YEARLY_FLOW: "その年度の1年間の値です。例: 年度中の研修回数",
    MeasurementType.CUMULATIVE_INCREMENT: (
        "その年度に増えた分を入力し、累計は計算します。例: 年度中に新しく導入した業務の数"
    ),
    MeasurementType.CUMULATIVE_TOTAL: "始めてからの合計を入力します。例: 導入した業務の延べ数",
    MeasurementType.POINT_IN_TIME: "ある日の時点の値です。例: 3月末の整備率",
    MeasurementType.RATIO: (
        "割合です。分子と分母を入力し、百分率は計算します。例: オンライン申請数 ÷ 申請総数"
    ),
    MeasurementType.MILESTONE: "どこまで進んだかを選びます。例: 未着手から完了まで",
    MeasurementType.QUALITATIVE: (
        "言葉で記録します。達成したかは自動で判定せず、自己評価で判定します。例: 方針の浸透"
    ),
}


class Direction(LabelledEnum):
    """目指す方向: stored for every KPI, never guessed from its figures."""

    INCREASE = "increase", "増加"
    DECREASE = "decrease", "減少"
    MAINTAIN_AT_LEAST = "maintain_at_least", "維持（以上）"
    MAINTAIN_AT_MOST = "maintain_at_most", "維持（以下）"
    RANGE = "range", "範囲"

    @property
    def is_upward(self) -> bool:
        """Whether a larger value is the better one."""
        return self in (Direction.INCREASE, Direction.MAINTAIN_AT_LEAST)

    @property
    def is_maintaining(self) -> bool:
        return self in (Direction.MAINTAIN_AT_LEAST, Direction.MAINTAIN_AT_MOST)

    def comparator(self, *, is_strict: bool = False) -> str:
        """How a target of this side is said after its figure; a strict one leaves it out."""
        if self.is_upward:
            return "超" if is_strict else "以上"
        return "未満" if is_strict else "以下"


class RateFormula(LabelledEnum):
    """達成率の計算式."""

    TO_TARGET = "to_target", "対目標比"
    FROM_BASELINE = "from_baseline", "基準値比"


class TargetKind(LabelledEnum):
    """目標の種類; 目標なし is said by a revision that takes a target away."""

    NUMBER = "number", "数値"
    RANGE = "range", "範囲"
    REFERENCE = "reference", "参照値との比較"
    MILESTONE = "milestone", "到達"
    TEXT = "text", "文章"
    NONE = "none", "目標なし"


class Milestone(LabelledEnum):
    """到達段階, from the first to the last."""

    NOT_STARTED = "not_started", "未着手"
    PREPARING = "preparing", "準備中"
    IN_PROGRESS = "in_progress", "実施中"
    DONE = "done", "完了"

    @property
    def rank(self) -> int:
        return list(Milestone).index(self)


class RevisionCategory(LabelledEnum):
    """見直しの区分: why targets were revised."""

    MIDTERM = "midterm", "中間見直し"
    PLAN_CHANGE = "plan_change", "計画の改定"
    CIRCUMSTANCES = "circumstances", "社会情勢・国の方針の変化"
    EARLY = "early", "目標の前倒し達成"
    DEFINITION = "definition", "定義・算定方法の変更"
    CORRECTION = "correction", "誤りの訂正"


class JudgementLayer(LabelledEnum):
    """評価の段階: who judges beside the automatic judgement."""

    SELF = "self", "担当課の自己評価"
    OFFICE = "office", "DX推進担当の判定"
    COMMITTEE = "committee", "推進委員会の意見"


class ChecklistMeasure(LabelledEnum):
    """一覧からの算出: which share of a checklist feeds a KPI."""

    ITEMS = "items", "済の項目数 ÷ 対象の項目数"
    COUNTS = "counts", "うちオンライン申請数 ÷ 申請数"


class ValueState(LabelledEnum):
    """値の状態: zero is a value, blank is not zero."""

    FINAL = "final", "確定"
    PRELIMINARY = "preliminary", "速報"
    MISSING = "missing", "未入力"
    NOT_SURVEYED = "not_surveyed", "調査なし"
    NOT_APPLICABLE = "not_applicable", "対象外"
    NOT_COMPUTABLE = "not_computable", "算定不能"

    @property
    def has_value(self) -> bool:
        return self in (ValueState.FINAL, ValueState.PRELIMINARY)
