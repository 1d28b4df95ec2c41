"""Every kind of thing on the trail: what one is called, where it stands, what goes without saying.

In the order in which changes that were saved together are told.
"""

from django.urls import reverse

from actionplans.models import (
    ActionPlan,
    ActionPlanKpi,
    Budget,
    Evaluation,
    ProgressNote,
    SchedulePeriod,
    Stage,
)
from dxplan.accounts.models import (
    Assignment,
    Department,
    FactorRemoval,
    Municipality,
    PasswordLink,
    TownSecurity,
    User,
)
from dxplan.accounts.trail.changes import Reader
from dxplan.accounts.trail.subjects import EventKind, Subject
from dxplan.lib.fiscal_years import FiscalYear
from kpis.models import (
    GradeScale,
    GradeStep,
    Judgement,
    Kpi,
    KpiLineage,
    KpiResponsibility,
    Opinion,
    OpinionResponsibility,
    Paper,
    Result,
    Target,
    TargetRevision,
)
from plans.models import (
    Checklist,
    ChecklistItem,
    ChecklistState,
    Committee,
    CommitteeSeat,
    Framework,
    FrameworkItem,
    GlossaryTerm,
    Meeting,
    NoticeChoice,
    Plan,
    PlanChange,
    PlanYear,
    Policy,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLineage,
    PolicyLink,
    RelatedPlan,
    Reminder,
    Section,
    YearReopening,
)
from plans.places import policy_url, section_url, term_url

# Counters of saves, and who and when, which the event itself tells.
STAMPS = (
    *("version", "changed_by", "made_by"),
    *("entered_by", "entered_by_name", "recorded_by", "recorded_by_name"),
    *("submitted_by", "approved_by", "checked_by", "review_comment_by_name"),
    *("opened_by", "closed_by", "asked_by", "answered_by"),
    *("response_version", "responded_by", "responded_by_name"),
    *("sent_by", "sent_by_name", "sending"),
)


def _year(row):
    return FiscalYear(row.fiscal_year).era_label


def _role(assignment):
    place = f"（{assignment.department}）" if assignment.department else ""
    return f"{assignment.get_role_display()}{place}"


def _target(target):
    is_revised = isinstance(target.revision, TargetRevision)
    return _year(target) + (f"（第{target.revision.number}回見直し）" if is_revised else "")


def _subject(slug, model, name=str, **options):
    return Subject(slug, model, name, left_out=STAMPS, **options)


def _part(slug, model, name=str, **options):
    return _subject(slug, model, name, is_part=True, **options)


ACCOUNTS = (
    _subject("municipalities", Municipality),
    _subject("departments", Department),
    _subject("people", User),
    _part("assignments", Assignment, _role),
    _part("password-links", PasswordLink),
    _part("town-security", TownSecurity),
    _part("factor-removals", FactorRemoval),
    _part("notice-choices", NoticeChoice),
)
PLANS = (
    _subject("frameworks", Framework),
    _subject("framework-items", FrameworkItem),
    _subject("plans", Plan, url=Plan.get_absolute_url),
    _part("plan-years", PlanYear, _year),
    _part("year-reopenings", YearReopening, lambda row: _year(row.plan_year)),
    _part("reminders", Reminder, lambda row: f"{_year(row)} {row.department_name}"),
    _subject("sections", Section, url=lambda it: section_url(it.plan_id, it.pk)),
    _subject("levels", PolicyLevel),
    _subject("policies", Policy, url=lambda it: policy_url(it.plan_id, it.pk)),
    _part("policy-links", PolicyLink, lambda link: f"→ {link.parent}"),
    _part("policy-items", PolicyFrameworkItem, lambda link: f"→ {link.item}"),
    _part("policy-lineages", PolicyLineage, lambda line: f"← {line.earlier}"),
    _subject(
        "checklists",
        Checklist,
        url=lambda it: reverse("checklist_detail", args=[it.plan_id, it.pk]),
    ),
    _part("checklist-items", ChecklistItem),
    _part("checklist-states", ChecklistState, _year),
    _subject("committees", Committee),
    _part("seats", CommitteeSeat),
    _subject("meetings", Meeting, url=Meeting.get_absolute_url),
    _subject("related-plans", RelatedPlan),
    _subject("terms", GlossaryTerm, url=lambda it: term_url(it.plan_id, it.pk)),
    # What comes in says in sentences what the events beside it say; a change of it is told.
    _part("plan-changes", PlanChange, kinds=(EventKind.UPDATE, EventKind.DELETE)),
    Subject("grade-scales", GradeScale, left_out=("made_by",)),  # its version is its number
    _part("grade-steps", GradeStep),
    _subject(
        "opinions", Opinion, url=lambda it: f"{it.meeting.get_absolute_url()}#opinion-{it.pk}"
    ),
    _part("opinion-departments", OpinionResponsibility),
    _subject("papers", Paper, url=Paper.get_absolute_url),
)
KPIS = (
    _subject("kpis", Kpi, url=Kpi.get_absolute_url),
    _part("kpi-departments", KpiResponsibility, lambda row: str(row.department)),
    _part("kpi-lineages", KpiLineage, lambda line: f"← {line.earlier}"),
    _part("revisions", TargetRevision, lambda row: f"第{row.number}回見直し"),
    _part("targets", Target, _target),
    _part("results", Result, _year),
    _part("judgements", Judgement, lambda row: f"{_year(row)} {row.get_layer_display()}"),
)

ACTION_PLANS = (
    _part("schedule-periods", SchedulePeriod),
    _subject("action-plans", ActionPlan, url=ActionPlan.get_absolute_url),
    _part("action-plan-kpis", ActionPlanKpi, lambda link: str(link.kpi)),
    _part("stages", Stage),
    _part("budgets", Budget, _year),
    _part("evaluations", Evaluation, _year),
    _part("progress-notes", ProgressNote, lambda note: f"{_year(note)} 第{note.quarter}四半期"),
)

CONTENTS = PLANS + KPIS + ACTION_PLANS
SUBJECTS = {subject.model: subject for subject in ACCOUNTS + CONTENTS}
BY_SLUG = {subject.slug: subject for subject in SUBJECTS.values()}
READER = Reader(SUBJECTS)
