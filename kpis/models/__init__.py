from kpis.models.grade_scale import GradeScale, GradeStep
from kpis.models.judgement import Judgement
from kpis.models.kpi import Kpi, KpiResponsibility
from kpis.models.lineage import KpiLineage
from kpis.models.opinion import Opinion, OpinionKind, OpinionResponsibility
from kpis.models.paper import Paper, PaperKind
from kpis.models.result import Result
from kpis.models.target import Target, TargetRevision

__all__ = [
    "GradeScale",
    "GradeStep",
    "Judgement",
    "Kpi",
    "KpiLineage",
    "KpiResponsibility",
    "Opinion",
    "OpinionKind",
    "OpinionResponsibility",
    "Paper",
    "PaperKind",
    "Result",
    "Target",
    "TargetRevision",
]
