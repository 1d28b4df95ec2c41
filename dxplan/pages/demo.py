"""The demo: five towns' plans, made-up results marked as such, and an account for every role."""

import datetime
import os

from django.core.management import call_command
from django.db import transaction

from dxplan.accounts.models import Assignment, Department, Municipality, Role, User
from dxplan.lib.startup import kept_secret
from kpis.models import Result

ADMINISTRATOR = "admin"
ASSIGNED_FROM = datetime.date(2022, 4, 1)

# File name in fixtures/, municipality code, department of the demo's staff and head.
TOWNS = (
    ("jinsekikogen", "345458", "未来創造課"),
    ("kami", "285854", "企画課"),
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
    """Loads plans and accounts again; sample results only where a town has no results yet."""
    password = demo_password()
    for fixture, code, department_name in TOWNS:
        call_command("loaddata", fixture, verbosity=0)
        if not Result.objects.filter(kpi__plan__municipality__code=code).exists():
            call_command("loaddata", f"{fixture}_sample", verbosity=0)
        _make_town_accounts(fixture, code, department_name, password)
    _make_account(ADMINISTRATOR, "システム管理者（見本）", Role.SYSTEM_ADMINISTRATOR, password)


def _make_town_accounts(prefix, code, department_name, password):
    town = Municipality.objects.get(code=code)
    department = Department.objects.get(municipality=town, name=department_name)
    for suffix, role in ACCOUNT_ROLES:
        own = department if role in (Role.STAFF, Role.HEAD) else None
        _make_account(
            f"{prefix}-{suffix}", f"{role.label}（見本）", role, password, town=town, department=own
        )


def _make_account(username, name, role, password, *, town=None, department=None):
    user = User.objects.filter(username=username).first() or User(username=username)
    user.name, user.municipality = name, town
    user.set_password(password)
    user.save()
    Assignment.objects.get_or_create(
        user=user, role=role, department=department, defaults={"valid_from": ASSIGNED_FROM}
    )


def is_loaded() -> bool:
    return User.objects.filter(username=ADMINISTRATOR).exists()


def demo_accounts_text() -> str:
    """The accounts with their password, for the person at the machine; empty without the demo."""
    if not is_loaded():
        return ""
    suffixes = " / ".join(f"{suffix}={role.label}" for suffix, role in ACCOUNT_ROLES)
    prefixes = "、".join(f"{town}-…" for town, _, _ in TOWNS)
    return (
        f"見本の利用者ID: {prefixes}（{suffixes}）、{ADMINISTRATOR}\n"
        f"例: kami-staff　パスワード（共通）: {demo_password()}"
    )
