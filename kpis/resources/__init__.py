from kpis.resources.kpis import KpiResource
from kpis.resources.targets import TargetResource

__all__ = ["KpiResource", "TargetResource"]
