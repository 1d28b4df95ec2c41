"""A whole plan as sheets of one workbook: which there are, and in which order."""

from actionplans.resources import (
    ActionPlanResource,
    SchedulePeriodResource,
    SheetKpiResource,
    StageResource,
)
from dxplan.lib.exchange.book import Book
from dxplan.lib.exchange.resource import SheetResource
from kpis.resources import KpiResource, TargetResource
from plans.models import Plan, PlanState
from plans.resources import (
    ChecklistItemResource,
    ChecklistResource,
    CommitteeResource,
    FrameworkItemResource,
    FrameworkResource,
    ItemLinkResource,
    LevelResource,
    LinkResource,
    MeetingResource,
    PlanResource,
    PolicyResource,
    RelatedPlanResource,
    SeatResource,
    SectionResource,
    TermResource,
)

# In the order of the workbook, which is that in which rows can be written.
RESOURCES = (
    PlanResource,
    LevelResource,
    PolicyResource,
    LinkResource,
    FrameworkResource,
    FrameworkItemResource,
    ItemLinkResource,
    ChecklistResource,
    ChecklistItemResource,
    KpiResource,
    TargetResource,
    ActionPlanResource,
    SheetKpiResource,
    SchedulePeriodResource,
    StageResource,
    SectionResource,
    TermResource,
    CommitteeResource,
    SeatResource,
    MeetingResource,
    RelatedPlanResource,
)


class PlanSheets:
    """The sheets of one plan, which know of each other."""

    def __init__(self, plan):
        self.plan, self.book = plan, Book()
        self.all: list[SheetResource] = [resource(plan, self.book) for resource in RESOURCES]
        by_kind = {type(resource): resource for resource in self.all}
        self.plan_sheet = by_kind[PlanResource]
        self.kpis, self.targets = by_kind[KpiResource], by_kind[TargetResource]
        self.actions, self.stages = by_kind[ActionPlanResource], by_kind[StageResource]
        self.targets.kpis = self.kpis
        self.stages.periods = by_kind[SchedulePeriodResource]
        for resource in (self.stages, by_kind[SheetKpiResource]):
            resource.actions = self.actions

    @staticmethod
    def new_plan(town) -> Plan:
        """A plan that is not there yet."""
        return Plan(municipality=town, state=PlanState.DRAFT, code="")

    def load(self):
        """Fetches what stands. One query for each sheet, two more for departments and towns."""
        for resource in self.all:
            resource.load()
        return self

    def prepare(self):
        """Fetches what the rules ask for. Six queries."""
        self.kpis.prepare(self.targets)
        self.targets.prepare(self.kpis.closed)
        self.actions.prepare()

    @property
    def marks(self) -> list[str]:
        """What tells the state of every row that stands."""
        return [mark for resource in self.all for mark in resource.marks.values()]
