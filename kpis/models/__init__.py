from kpis.models.kpi import Kpi, KpiResponsibility
from kpis.models.lineage import KpiLineage
from kpis.models.result import Result
from kpis.models.target import Target

__all__ = ["Kpi", "KpiLineage", "KpiResponsibility", "Result", "Target"]
