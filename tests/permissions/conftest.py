"""Two towns that hold one of everything, and a person of each role in the first."""

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import connection

from dxplan.accounts.models import DEPARTMENT_ROLES, Role
from dxplan.pages.papers import freeze_paper
from kpis.models import KpiResponsibility
from kpis.opinion_changes import OpinionSaid, record_opinion
from plans.models import Checklist, Framework, FrameworkItem, Plan
from plans.part_kinds import KINDS
from tests.factories import (
    furnish,
    make_action,
    make_department,
    make_kpi,
    make_notice,
    make_person,
    make_plan,
    make_plan_year,
    make_stage,
    make_town,
    make_work,
)

UNKNOWN = 2_000_000_000


@dataclass
class World:
    """`people` by role, and None for anonymous; `ids` by place, then by what an address names."""

    people: dict
    ids: dict


def make_plan_with_everything(town, code, state="in_force"):
    plan = furnish(make_plan(town, code=code, state=state))
    Framework.objects.filter(code=f"framework-{plan.pk}").update(municipality=town)
    for fiscal_year, year_state in ((2024, "closed"), (2025, "open"), (2026, "planned")):
        make_plan_year(plan, fiscal_year, state=year_state)
    return plan


def ids_of(plan, kpi, department, person):
    """What addresses of this plan may carry: URL argument (or a kind of part) to an id."""
    checklist = Checklist.objects.get(plan=plan)
    action = make_action(plan, policy=kpi.policy, department=department)
    found = {
        "plan_id": plan.pk,
        "fiscal_year": 2025,
        "kpi_id": kpi.pk,
        "action_id": action.pk,
        "stage_id": make_stage(action).pk,
        "department": department.pk,
        "department_id": department.pk,
        "person_id": person.pk,
        "role_id": person.assignments.get().pk,
        "meeting_id": plan.meetings.get().pk,
        "paper_id": plan.papers.get().pk,
        "upload_id": UNKNOWN,
        "work_id": make_work(person, plan=plan).pk,
        "framework": Framework.objects.get(code=f"framework-{plan.pk}").pk,
        "policy_id": kpi.policy_id,
        "parent": kpi.policy.parent_id,
        "checklist_id": checklist.pk,
        "checklist_item": checklist.items.get().pk,
        "framework_item": FrameworkItem.objects.get(framework__code=f"framework-{plan.pk}").pk,
        "notice_id": make_notice(person, plan=plan, fiscal_year=2025).pk,
        "draft": Plan.objects.get(municipality=plan.municipality, state="draft").pk,
    }
    return found | {slug: kind.of_plan(plan).first().pk for slug, kind in KINDS.items()}


def make_kpi_of(plan, department):
    kpi = make_kpi(plan, policy=plan.policies.filter(level__depth=2).first())
    KpiResponsibility.objects.create(kpi=kpi, department=department)
    return kpi


def freeze_papers(office, plan):
    """A paper of the plan's meeting."""
    freeze_paper(
        plan=plan,
        plan_year=plan.years.get(fiscal_year=2025),
        kind="meeting",
        meeting=plan.meetings.get(),
        user=office,
    )


def make_opinion(plan, department, person):
    """What the plan's meeting asks of a department."""
    said = OpinionSaid(
        "opinion", f"{department}への意見", department_ids=frozenset({department.pk})
    )
    record_opinion(meeting=plan.meetings.get(), said=said, user=person)
    return plan.meetings.get().opinions.last()


def leave_a_gap():
    """Lets the ids from here on be long numbers that stand nowhere else on a page."""
    tables = [model._meta.db_table for model in apps.get_models() if "id" in names_of(model)]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            [sequence] = cursor.fetchone()
            if sequence:
                cursor.execute("SELECT setval(%s, nextval(%s) + 1000000)", [sequence, sequence])


def names_of(model):
    return {field.column for field in model._meta.fields}


@pytest.fixture
def world(db):
    town = make_town()
    own, other = (make_department(town, name=name) for name in ("企画課", "町民課"))
    plan = make_plan_with_everything(town, "dx")
    make_plan_with_everything(town, "draft", state="draft")
    leave_a_gap()
    foreign_town = make_town(code="345458", name="神石高原町")
    foreign_department = make_department(foreign_town, name="未来創造課")
    foreign = make_plan_with_everything(foreign_town, "dx")
    make_plan_with_everything(foreign_town, "draft", state="draft")
    people = {
        role: make_person(
            role.value, town, role=role, department=own if role in DEPARTMENT_ROLES else None
        )
        for role in Role
    }
    colleagues = [
        make_person(f"{department.name}の人", department.municipality, role="staff",
                    department=department)
        for department in (own, other, foreign_department)
    ]  # fmt: skip
    freeze_papers(people[Role.DX_OFFICE], plan)
    freeze_papers(make_person("foreign", foreign_town, role="dx_office"), foreign)
    plans, departments = (plan, plan, foreign), (own, other, foreign_department)
    places = [
        ids_of(at, make_kpi_of(at, department), department, person)
        | {"opinion_id": make_opinion(at, department, person).pk}
        for at, department, person in zip(plans, departments, colleagues, strict=True)
    ]
    return World(
        people=people | {None: None},
        ids=dict(zip(("own", "other", "foreign"), places, strict=True)),
    )
