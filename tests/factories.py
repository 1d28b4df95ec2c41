"""Things with sensible defaults: `make_kpi(plan, unit="回")`."""

import datetime
import uuid
from contextlib import contextmanager
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from actionplans.models import ActionPlan, Stage
from actionplans.schedule import HalfYear
from dxplan.accounts.models import Assignment, Department, Municipality, User
from kpis.models import (
    GradeScale,
    GradeStep,
    Kpi,
    KpiResponsibility,
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
    Notice,
    Plan,
    PlanYear,
    Policy,
    PolicyFrameworkItem,
    PolicyLevel,
    PolicyLink,
    RelatedPlan,
    Reminder,
    Section,
    Work,
)


def make_town(**overrides):
    fields = {"code": "285854", "name": "香美町", "kana": "かみちょう", "prefecture": "兵庫県"}
    return Municipality.objects.create(**fields | overrides)


def make_department(town, **overrides):
    return Department.objects.create(municipality=town, **{"name": "企画課"} | overrides)


def make_person(username, town=None, *, role, department=None, **overrides):
    user = User.objects.create(username=username, name=username, municipality=town, **overrides)
    Assignment.objects.create(
        user=user, role=role, department=department, valid_from=datetime.date(2020, 4, 1)
    )
    return user


def make_plan(town, **overrides):
    fields = {
        "code": "dx",
        "title": "DX推進計画",
        "first_fiscal_year": 2024,
        "last_fiscal_year": 2026,
    }
    return Plan.objects.create(municipality=town, **fields | overrides)


def make_plan_year(plan, fiscal_year, *, state="open", **overrides):
    return PlanYear.objects.create(plan=plan, fiscal_year=fiscal_year, state=state, **overrides)


def make_notice(person, **overrides):
    """A notice without a plan, newer than those made before."""
    fields = {"kind": "opened", "title": "照会が始まりました", "link": "/plans/"}
    count = Notice.objects.filter(person=person).count()
    fields |= {"event_key": f"event-{count}", "made_at": timezone.now()}
    return Notice.objects.create(person=person, **fields | overrides)


def make_work(person, **overrides):
    """A work that waits, of a kind that nothing does."""
    count = Work.objects.count()
    fields = {"kind": "test", "title": f"作業{count}", "same_as": str(count)}
    fields |= {"reference": "ab12cd34"}
    return Work.objects.create(person=person, **fields | overrides)


def make_reminder(plan, fiscal_year, department, sent_by, **overrides):
    fields = {"sending": uuid.uuid4(), "sent_at": timezone.now()}
    fields |= {"department_name": department.name, "people_names": "担当者"}
    fields |= {"sent_by_name": sent_by.name}
    return Reminder.objects.create(
        plan=plan,
        fiscal_year=fiscal_year,
        department=department,
        sent_by=sent_by,
        **fields | overrides,
    )


def make_policy(plan, **overrides):
    level, _ = PolicyLevel.objects.get_or_create(
        plan=plan, axis="", depth=1, defaults={"tier": "measure", "name": "施策"}
    )
    count = plan.policies.count() + 1
    fields = {"level": level, "code": str(count), "number": f"({count})", "name": f"施策{count}"}
    return Policy.objects.create(plan=plan, **fields | {"position": count} | overrides)


def make_kpi(plan, *, departments=(), targets=None, is_strict=False, **overrides):
    """A KPI of 2024–2026; `targets` maps fiscal years to numbers, all strict (超, 未満) or none."""
    count = plan.kpis.count() + 1
    fields = {
        "policy": overrides.pop("policy", None) or make_policy(plan),
        "number": str(count),
        "name": f"指標{count}",
        "unit": "件",
        "measurement_type": "yearly_flow",
        "direction": "increase",
        "first_fiscal_year": 2024,
        "last_fiscal_year": 2026,
        "position": count,
    }
    kpi = Kpi.objects.create(plan=plan, **fields | overrides)
    for department in departments:
        KpiResponsibility.objects.create(kpi=kpi, department=department)
    for fiscal_year, value in (targets or {}).items():
        make_target(kpi, fiscal_year, value, is_strict=is_strict)
    return kpi


def make_target(kpi, fiscal_year, value, **overrides):
    fields = {"kind": "number", "value": Decimal(value)}
    return Target.objects.create(kpi=kpi, fiscal_year=fiscal_year, **fields | overrides)


def make_result(kpi, fiscal_year, value=None, **overrides):
    """A result as entered; of a closed year one that was checked before the closing."""
    fields = {"state": "final", "value": None if value is None else Decimal(value)}
    closed = PlanYear.objects.filter(plan=kpi.plan_id, fiscal_year=fiscal_year, state="closed")
    if not closed.exists():
        return Result.objects.create(kpi=kpi, fiscal_year=fiscal_year, **fields | overrides)
    settled = fields | {"review_state": "checked"} | overrides
    with as_before_the_closing():
        return Result.objects.create(kpi=kpi, fiscal_year=fiscal_year, **settled)


def hand_in(kpi, fiscal_year, by):
    """A result of an open year that its department has submitted."""
    result = make_result(kpi, fiscal_year, "1")
    submitted = {"submitted_by": by, "submitted_by_name": by.name, "submitted_at": timezone.now()}
    Result.objects.filter(pk=result.pk).update(review_state="submitted", **submitted)


def put_years(years, state):
    """Puts fiscal years into a state, whatever they went through before."""
    with as_before_the_closing():
        years.update(state=state)


@contextmanager
def as_before_the_closing():
    """Leaves out the database's guards, for what stands there since a year was open."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def make_section(plan, **overrides):
    count = plan.sections.count() + 1
    fields = {"position": count, "number": str(count), "title": f"第{count}章"}
    return Section.objects.create(plan=plan, **fields | overrides)


def furnish(plan, *, count=1):
    """Gives a plan something of every kind: `count` measures with a KPI each, and all the rest."""
    top, below = (
        PolicyLevel.objects.create(plan=plan, depth=depth, tier=tier, name=name)
        for depth, tier, name in ((1, "basic_policy", "方針"), (2, "measure", "施策"))
    )
    aside = PolicyLevel.objects.create(
        plan=plan, axis="視点", axis_position=2, depth=1, tier="initiative", name="視点"
    )
    policy = make_policy(plan, level=top, number="①", name="方針", version=3)
    view = make_policy(plan, level=aside, number="", name="視点")
    framework = Framework.objects.create(code=f"framework-{plan.pk}", name="総合計画")
    item = FrameworkItem.objects.create(framework=framework, number="1", name="項目")
    for _ in range(count):
        measure = make_policy(plan, level=below, parent=policy, summary="概要")
        PolicyLink.objects.create(policy=measure, parent=view)
        PolicyFrameworkItem.objects.create(policy=measure, item=item)
        make_kpi(plan, policy=measure)
    make_section(plan, version=2)
    GlossaryTerm.objects.create(plan=plan, term="AI", definition="人工知能")
    committee = Committee.objects.create(plan=plan, name="推進本部")
    CommitteeSeat.objects.create(committee=committee, position=1, role="本部長", post="町長")
    Meeting.objects.create(plan=plan, committee=committee, held_on="2024-05-01", name="第1回")
    RelatedPlan.objects.create(plan=plan, name="総合計画", relation="above", framework=framework)
    checklist = Checklist.objects.create(plan=plan, code="procedures", name="手続")
    procedure = ChecklistItem.objects.create(checklist=checklist, number=1, name="転入届")
    ChecklistState.objects.create(item=procedure, fiscal_year=2024, state="done")
    connection.check_constraints()
    return plan


def make_revision(kpi, effective_fiscal_year, targets, **overrides):
    """A revision of a KPI's targets; `targets` maps fiscal years to numbers, None to no target."""
    fields = {
        "number": kpi.revisions.count() + 1,
        "decided_on": datetime.date(2025, 5, 20),
        "decided_by": "推進本部",
        "category": "midterm",
        "reason": "実績を踏まえて見直した。",
    }
    revision = TargetRevision.objects.create(
        kpi=kpi, effective_fiscal_year=effective_fiscal_year, **fields | overrides
    )
    for fiscal_year, value in targets.items():
        if value is None:
            kpi.targets.create(revision=revision, fiscal_year=fiscal_year, kind="none")
        else:
            make_target(kpi, fiscal_year, value, revision=revision)
    return revision


def make_scale(plan, effective_fiscal_year, steps, **overrides):
    """A scale of grades; `steps` are symbols with their lower bounds in percent."""
    version = plan.grade_scales.count() + 1
    fields = {"version": version, "name": "町の評語", "basis": "rate"}
    scale = GradeScale.objects.create(
        plan=plan, effective_fiscal_year=effective_fiscal_year, **fields | overrides
    )
    for position, (symbol, lower) in enumerate(steps, 1):
        GradeStep.objects.create(
            scale=scale, position=position, symbol=symbol, name=f"{symbol}の評語", lower=lower
        )
    return scale


def make_action(plan, *, stages=(), kpis=(), **overrides):
    """An action plan; `stages` are (label, first fiscal year, last fiscal year), a line each."""
    count = plan.action_plans.count() + 1
    fields = {"number": str(count), "title": f"取組{count}", "position": count}
    action = ActionPlan.objects.create(plan=plan, **fields | overrides)
    for position, kpi in enumerate(kpis, 1):
        action.kpi_links.create(kpi=kpi, position=position)
    for stage in stages:
        make_stage(action, *stage)
    return action


def make_stage(action, label="導入", first=2024, last=2026, **overrides):
    count = action.stages.count() + 1
    fields = {
        "position": count,
        "line": count,
        "first_start": HalfYear.first_of(first),
        "first_end": HalfYear.last_of(last),
    }
    return Stage.objects.create(action_plan=action, label=label, **fields | overrides)
