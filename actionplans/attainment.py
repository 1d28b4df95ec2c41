"""目標の達成度 of an action plan's year: what KPIs and stages say of it, and people."""

from dataclasses import dataclass

from dxplan.lib.choices import LabelledEnum


class Attainment(LabelledEnum):
    """目標の達成度."""

    ACHIEVED = "achieved", "達成"
    PARTLY = "partly", "一部達成"
    NOT_ACHIEVED = "not_achieved", "未達成"


class NextDirection(LabelledEnum):
    """翌年度の方向."""

    CONTINUE = "continue", "継続"
    EXPAND = "expand", "拡充"
    REVIEW = "review", "見直し"
    COMPLETE = "complete", "完了"
    ABOLISH = "abolish", "廃止"

    @property
    def changes_the_plan(self) -> bool:
        """Whether it changes the plan, so that a reason is needed."""
        return self in (NextDirection.EXPAND, NextDirection.REVIEW, NextDirection.ABOLISH)


CHANGING = tuple(item.value for item in NextDirection if item.changes_the_plan)


@dataclass(frozen=True)
class Drawn:
    """What KPIs and stages of a year say: how many were judged or due, and how many of them are
    achieved or done."""

    kpis_judged: int
    kpis_achieved: int
    stages_due: int
    stages_done: int

    @property
    def attainment(self) -> Attainment | None:
        """Achieved where all are, not achieved where none is, else partly; None without any."""
        of, reached = self.kpis_judged + self.stages_due, self.kpis_achieved + self.stages_done
        if not of:
            return None
        if reached == of:
            return Attainment.ACHIEVED
        return Attainment.PARTLY if reached else Attainment.NOT_ACHIEVED

    @property
    def text(self) -> str:
        """「指標 1/2 達成、工程 3/3 完了」, what there is."""
        parts = []
        if self.kpis_judged:
            parts.append(f"指標 {self.kpis_achieved}/{self.kpis_judged} 達成")
        if self.stages_due:
            parts.append(f"終わる予定の工程 {self.stages_done}/{self.stages_due} 完了")
        return "、".join(parts) or "判定できる指標と、終わる予定の工程がありません。"
