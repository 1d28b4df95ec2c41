from plans.resources.basics import PlanResource
from plans.resources.checklists import ChecklistItemResource, ChecklistResource
from plans.resources.document import (
    CommitteeResource,
    MeetingResource,
    RelatedPlanResource,
    SeatResource,
    SectionResource,
    TermResource,
)
from plans.resources.frameworks import (
    FrameworkItemResource,
    FrameworkResource,
    ItemLinkResource,
)
from plans.resources.hierarchy import LevelResource, LinkResource, PolicyResource

__all__ = [
    "ChecklistItemResource",
    "ChecklistResource",
    "CommitteeResource",
    "FrameworkItemResource",
    "FrameworkResource",
    "ItemLinkResource",
    "LevelResource",
    "LinkResource",
    "MeetingResource",
    "PlanResource",
    "PolicyResource",
    "RelatedPlanResource",
    "SeatResource",
    "SectionResource",
    "TermResource",
]
