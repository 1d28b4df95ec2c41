from kpis.models.kpi import Kpi, KpiResponsibility
from kpis.models.result import Result
from kpis.models.target import Target

__all__ = ["Kpi", "KpiResponsibility", "Result", "Target"]
