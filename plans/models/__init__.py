from plans.models.checklist import Checklist, ChecklistItem, ChecklistState, ItemState
from plans.models.document import Committee, CommitteeSeat, GlossaryTerm
from plans.models.framework import Framework, FrameworkItem, ItemClass, PolicyFrameworkItem
from plans.models.plan import Plan
from plans.models.plan_year import PlanYear, YearState
from plans.models.policy import Policy, PolicyLevel, PolicyLink, Tier

__all__ = [
    "Checklist",
    "ChecklistItem",
    "ChecklistState",
    "Committee",
    "CommitteeSeat",
    "Framework",
    "FrameworkItem",
    "GlossaryTerm",
    "ItemClass",
    "ItemState",
    "Plan",
    "PlanYear",
    "Policy",
    "PolicyFrameworkItem",
    "PolicyLevel",
    "PolicyLink",
    "Tier",
    "YearState",
]
