"""From the database to rows: every action plan of a plan with its stages as they stand today.

List, sheet, schedule, checks and quarterly summary read these rows.
"""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

from actionplans.models import ActionPlan, Continuity, Placement, SchedulePeriod, Stage
from actionplans.schedule import (
    HalfYear,
    Span,
    StageState,
    Standing,
    span_of,
    standing_of,
    state_of_all,
    years_span,
)
from dxplan.lib.fiscal_years import FiscalYear, fiscal_years
from plans.tree import PolicyNode, policy_tree

WHOLE_PLAN = "計画全体"


@dataclass(frozen=True)
class Period:
    """The years that a plan's schedule prints, with what stands below it."""

    years: tuple[FiscalYear, ...]
    note: str = ""

    @property
    def span(self) -> Span:
        return years_span(self.years[0], self.years[-1])

    @property
    def halves(self) -> list[HalfYear]:
        return [HalfYear(index) for index in range(self.span.start, self.span.end + 1)]


@dataclass(frozen=True)
class StageRow:
    """A bar of the schedule: what was planned first and is planned now, what came of it."""

    id: int
    action_id: int
    line: int
    line_name: str
    label: str
    placement: str
    is_milestone: bool
    first: Span
    revised: Span | None
    revision_reason: str
    begun: HalfYear | None
    ended: HalfYear | None
    stopped_reason: str
    carry_over_reason: str
    is_sample: bool
    standing: Standing
    today: HalfYear

    @property
    def placement_label(self) -> str:
        return Placement(self.placement).label

    @property
    def planned(self) -> Span:
        """The plan now in force."""
        return self.revised or self.first

    @property
    def actual(self) -> Span | None:
        """From when it began until it ended, or until today while it goes on."""
        if self.begun is None:
            return None
        return Span(self.begun, self.ended or max(self.begun, self.today))

    @property
    def actual_text(self) -> str:
        if self.begun is None:
            return ""
        return self.actual.label if self.ended else f"{self.begun.label}に着手"

    @property
    def state(self) -> StageState:
        return self.standing.state

    @property
    def lacks_carry_over(self) -> bool:
        """Whether it is late and nobody has said why."""
        return self.state == StageState.LATE and not self.carry_over_reason


@dataclass(frozen=True)
class Line:
    """段: stages of one sheet that follow each other."""

    name: str
    stages: tuple[StageRow, ...]


@dataclass(frozen=True)
class ActionRow:
    """One action plan with its place in the plan, department of today, and stages."""

    id: int
    number: str
    title: str
    policy: PolicyNode | None
    continuity: str
    department_id: int | None
    department_name: str
    reference_due: str
    stages: tuple[StageRow, ...]

    @property
    def state(self) -> StageState | None:
        return state_of_all(stage.state for stage in self.stages)

    @property
    def name(self) -> str:
        """The title behind the measure's number, where it bears the measure's name."""
        if self.policy and self.policy.name == self.title:
            return self.policy.label
        return self.title

    @property
    def measure_label(self) -> str:
        """The measure, where the title is another than its name."""
        return self.policy.label if self.policy and self.policy.name != self.title else ""

    @property
    def group(self) -> tuple[str, ...]:
        """The labels of the policies above the measure; of the whole plan without one."""
        return self.policy.path[:-1] if self.policy else (WHOLE_PLAN,)

    @property
    def department_ids(self) -> frozenset[int]:
        return frozenset([self.department_id] if self.department_id else ())

    def lines(self, *left_out: Placement) -> tuple[Line, ...]:
        """The stages line by line, without those that stand elsewhere."""
        grouped = {}
        for stage in self.stages:
            if stage.placement not in left_out:
                grouped.setdefault(stage.line, []).append(stage)
        return tuple(_line(stages) for _, stages in sorted(grouped.items()))


def _line(stages):
    in_order = sorted(stages, key=lambda stage: stage.planned.start)
    return Line(next((item.line_name for item in stages if item.line_name), ""), tuple(in_order))


def period_of(plan) -> Period:
    """The years of a plan's schedule: its own, unless others were set. One query."""
    own = SchedulePeriod.objects.filter(plan=plan).first()
    source = own or plan
    years = fiscal_years(source.first_fiscal_year, source.last_fiscal_year)
    return Period(tuple(years), own.note if own else "")


def action_rows(plan) -> list[ActionRow]:
    """All action plans in the plan's order, those of the whole plan first. Two queries."""
    today = timezone.localdate()
    half = HalfYear.of(today)
    places = {node.id: (place, node) for place, node in enumerate(policy_tree(plan), 1)}
    found = []
    for action in ActionPlan.objects.of_plan(plan).carried_on(today).annotate(bars=_bars()):
        place, node = places.get(action.policy_id, (0, None))
        stages = [stage_row(Stage(**bar), half) for bar in action.bars]
        found.append((place, _action_row(action, node, stages)))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def _bars():
    """The stages of an action plan, handed over as a list with it."""
    stages = Stage.objects.filter(action_plan=OuterRef("pk")).order_by("line", "position")
    columns = [field.attname for field in Stage._meta.concrete_fields]
    return ArraySubquery(stages.values(row=JSONObject(**dict(zip(columns, columns, strict=True)))))


def _action_row(action, node, stages) -> ActionRow:
    carrier = action.carrier or {"id": None, "name": ""}
    return ActionRow(
        id=action.pk,
        number=action.number,
        title=action.title,
        policy=node,
        continuity=Continuity(action.continuity).label if action.continuity else "",
        department_id=carrier["id"],
        department_name=carrier["name"],
        reference_due=action.reference_due,
        stages=tuple(stages),
    )


def stage_row(stage: Stage, today: HalfYear) -> StageRow:
    begun = HalfYear(stage.actual_start) if stage.actual_start is not None else None
    ended = HalfYear(stage.actual_end) if stage.actual_end is not None else None
    return StageRow(
        id=stage.pk,
        action_id=stage.action_plan_id,
        line=stage.line,
        line_name=stage.line_name,
        label=stage.label,
        placement=stage.placement,
        is_milestone=stage.is_milestone,
        first=stage.first,
        revised=span_of(stage.revised_start, stage.revised_end),
        revision_reason=stage.revision_reason,
        begun=begun,
        ended=ended,
        stopped_reason=stage.stopped_reason if stage.is_stopped else "",
        carry_over_reason=stage.carry_over_reason,
        is_sample=stage.is_sample,
        standing=standing_of(
            stage.planned, begun=begun, ended=ended, is_stopped=stage.is_stopped, today=today
        ),
        today=today,
    )
