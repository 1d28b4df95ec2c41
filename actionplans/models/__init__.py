from actionplans.models.action_plan import ActionPlan, ActionPlanKpi, Continuity
from actionplans.models.budget import Budget
from actionplans.models.evaluation import Evaluation
from actionplans.models.period import SchedulePeriod
from actionplans.models.progress_note import ProgressNote
from actionplans.models.stage import Placement, Stage

__all__ = [
    "ActionPlan",
    "ActionPlanKpi",
    "Budget",
    "Continuity",
    "Evaluation",
    "Placement",
    "ProgressNote",
    "SchedulePeriod",
    "Stage",
]
