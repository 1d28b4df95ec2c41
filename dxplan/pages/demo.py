"""The demo: five towns' plans, made-up results marked as such, and an account for every role."""

import datetime
import os
from dataclasses import dataclass

from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from actionplans.models import ActionPlan, Stage
from actionplans.schedule import HalfYear
from dxplan.accounts.models import (
    DEPARTMENT_ROLES,
    Assignment,
    Department,
    Municipality,
    Role,
    User,
)
from dxplan.lib.startup import kept_secret
from kpis.models import Result
from plans.models import Plan

ADMINISTRATOR = "admin"
ASSIGNED_FROM = datetime.date(2022, 4, 1)


@dataclass(frozen=True)
class DemoTown:
    """A town of the demo: its fixture's name, its code, the department of its staff and head."""

    name: str
    code: str
    department: str
    has_sample_results: bool = False
    has_action_plans: bool = False


TOWNS = (
    DemoTown("jinsekikogen", "345458", "未来創造課", has_sample_results=True),
    DemoTown("kami", "285854", "企画課", has_sample_results=True, has_action_plans=True),
    DemoTown("mamurogawa", "063657", "企画課"),
    DemoTown("kagamiishi", "073423", "企画財政課", has_action_plans=True),
    DemoTown("kokonoe", "444618", "見本課"),  # made up: its plan names no department
)

ACCOUNT_ROLES = (
    ("dxo", Role.DX_OFFICE),
    ("staff", Role.STAFF),
    ("head", Role.HEAD),
    ("committee", Role.COMMITTEE),
    ("auditor", Role.AUDITOR),
)


def demo_password() -> str:
    """DXPLAN_DEMO_PASSWORD, or a random one made once and kept in the data folder."""
    return os.environ.get("DXPLAN_DEMO_PASSWORD") or kept_secret("demo-password", size=12)


@transaction.atomic
def load_demo():
    """Loads what is missing of plans, sample results and accounts; what is there stays."""
    password = demo_password()
    for town in TOWNS:
        _load_town(town)
        _make_town_accounts(town, password)
    _make_account(ADMINISTRATOR, "システム管理者（見本）", Role.SYSTEM_ADMINISTRATOR, password)


def _load_town(town):
    if not Plan.objects.filter(municipality__code=town.code).exists():
        call_command("loaddata", town.name, verbosity=0)
    has_actions = ActionPlan.objects.filter(plan__municipality__code=town.code).exists()
    if town.has_action_plans and not has_actions:
        call_command("loaddata", f"{town.name}_actionplans", verbosity=0)
        _make_up_progress(town)
    has_results = Result.objects.filter(kpi__plan__municipality__code=town.code).exists()
    if town.has_sample_results and not has_results:
        call_command("loaddata", f"{town.name}_sample", verbosity=0)


def _make_up_progress(town):
    """Lets the printed stages begin and mostly end as planned, marked as made up."""
    today = HalfYear.of(timezone.localdate())
    begun = Stage.objects.filter(
        action_plan__plan__municipality__code=town.code, first_start__lte=today
    )
    begun.update(actual_start=F("first_start"), is_sample=True)
    over = begun.filter(first_end__lt=today).annotate(nth=F("action_plan__position") % 5)
    over.exclude(nth=0).update(actual_end=F("first_end"))


def _make_town_accounts(town, password):
    municipality = Municipality.objects.get(code=town.code)
    named = {"municipality": municipality, "name": town.department}
    department = Department.objects.filter(**named).first() or Department.objects.create(**named)
    for suffix, role in ACCOUNT_ROLES:
        own = department if role in DEPARTMENT_ROLES else None
        name = f"{role.label}（見本）"
        _make_account(
            f"{town.name}-{suffix}", name, role, password, town=municipality, department=own
        )


def _make_account(username, name, role, password, *, town=None, department=None):
    user = User.objects.filter(username=username).first() or User(username=username)
    user.name, user.municipality = name, town
    if not user.check_password(password):
        user.set_password(password)
    user.save()
    if not user.assignments.exists():
        Assignment.objects.create(
            user=user, role=role, department=department, valid_from=ASSIGNED_FROM
        )


def is_loaded() -> bool:
    return User.objects.filter(username=ADMINISTRATOR).exists()


def demo_accounts_text() -> str:
    """The accounts with their password, for the person at the machine; empty without the demo."""
    if not is_loaded():
        return ""
    suffixes = " / ".join(f"{suffix}={role.label}" for suffix, role in ACCOUNT_ROLES)
    prefixes = "、".join(f"{town.name}-…" for town in TOWNS)
    return (
        f"見本の利用者ID: {prefixes}（{suffixes}）、{ADMINISTRATOR}\n"
        f"例: kami-staff　パスワード（共通）: {demo_password()}"
    )
