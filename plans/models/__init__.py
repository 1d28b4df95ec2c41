from plans.models.checklist import Checklist, ChecklistItem, ChecklistState, ItemState
from plans.models.document import Committee, CommitteeSeat, GlossaryTerm
from plans.models.framework import Framework, FrameworkItem, ItemClass, PolicyFrameworkItem
from plans.models.lineage import PolicyLineage
from plans.models.meeting import Meeting
from plans.models.notice import MAILABLE, Notice, NoticeChoice, NoticeKind
from plans.models.outgoing_mail import MailState, OutgoingMail
from plans.models.plan import MOST_YEARS, Plan, PlanState
from plans.models.plan_change import ChangeKind, PlanChange
from plans.models.plan_year import PlanYear, YearReopening, YearState
from plans.models.policy import Policy, PolicyLevel, PolicyLink, Tier
from plans.models.related_plan import RelatedPlan, Relation
from plans.models.reminder import Reminder
from plans.models.reviewed import Reviewed, review_constraints
from plans.models.section import Section, SectionContent
from plans.models.upload import Upload, UploadKind
from plans.models.work import UNFINISHED, Work, WorkState

__all__ = [
    "MAILABLE",
    "MOST_YEARS",
    "UNFINISHED",
    "ChangeKind",
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
    "MailState",
    "Meeting",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "OutgoingMail",
    "Plan",
    "PlanChange",
    "PlanState",
    "PlanYear",
    "Policy",
    "PolicyFrameworkItem",
    "PolicyLevel",
    "PolicyLineage",
    "PolicyLink",
    "RelatedPlan",
    "Relation",
    "Reminder",
    "Reviewed",
    "Section",
    "SectionContent",
    "Tier",
    "Upload",
    "UploadKind",
    "Work",
    "WorkState",
    "YearReopening",
    "YearState",
    "review_constraints",
]
