from plans.models.plan import Plan
from plans.models.plan_year import PlanYear, YearState
from plans.models.policy import Policy, PolicyLevel, PolicyLink, Tier

__all__ = ["Plan", "PlanYear", "Policy", "PolicyLevel", "PolicyLink", "Tier", "YearState"]
