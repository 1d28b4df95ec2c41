"""Things with sensible defaults: `make_kpi(plan, unit="回")`."""

import datetime
from decimal import Decimal

from dxplan.accounts.models import Assignment, Department, Municipality, User
from kpis.models import Kpi, KpiResponsibility, Result, Target
from plans.models import Plan, PlanYear, Policy, PolicyLevel, Section


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


def make_policy(plan, **overrides):
    level, _ = PolicyLevel.objects.get_or_create(
        plan=plan, axis="", depth=1, defaults={"tier": "measure", "name": "施策"}
    )
    count = plan.policies.count() + 1
    fields = {"level": level, "code": str(count), "number": f"({count})", "name": f"施策{count}"}
    return Policy.objects.create(plan=plan, **fields | {"position": count} | overrides)


def make_kpi(plan, *, departments=(), targets=None, **overrides):
    """A KPI of 2024–2026; `targets` maps fiscal years to numbers."""
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
        Target.objects.create(kpi=kpi, fiscal_year=fiscal_year, kind="number", value=Decimal(value))
    return kpi


def make_result(kpi, fiscal_year, value=None, **overrides):
    fields = {"state": "final", "value": None if value is None else Decimal(value)}
    return Result.objects.create(kpi=kpi, fiscal_year=fiscal_year, **fields | overrides)


def make_section(plan, **overrides):
    count = plan.sections.count() + 1
    fields = {"position": count, "number": str(count), "title": f"第{count}章"}
    return Section.objects.create(plan=plan, **fields | overrides)
