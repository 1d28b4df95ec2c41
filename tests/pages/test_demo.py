"""The demo loads again without harm, and what it makes up is marked as made up."""

import datetime
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from dxplan.accounts.models import Assignment, Role, User
from dxplan.accounts.permissions import access_of
from dxplan.pages.demo import demo_password
from kpis.actions import Change, save_results
from kpis.checked_row import Entry
from kpis.measurement import ValueState
from kpis.models import Kpi, Result
from plans.models import PlanYear
from tests import content

PASSWORD = "tokonoma no kakejiku"
FIXTURES = sorted((Path(__file__).resolve().parents[2] / "fixtures").glob("*.json"))
TOWNS = {
    "jinsekikogen": "神石高原町",
    "kami": "香美町",
    "mamurogawa": "真室川町",
    "kagamiishi": "鏡石町",
    "kokonoe": "九重町",
}
ROLES = {
    "dxo": "DX推進担当",
    "staff": "担当者",
    "head": "課長",
    "committee": "推進委員",
    "auditor": "監査",
}
ACCOUNTS = {"admin": ("", "システム管理者")} | {
    f"{prefix}-{suffix}": (town, role)
    for prefix, town in TOWNS.items()
    for suffix, role in ROLES.items()
}


def load():
    output = StringIO()
    call_command("demo", stdout=output)
    return output.getvalue()


@pytest.fixture
def output(db, settings, monkeypatch):
    """What the first run printed. The site's own hasher takes a fifth of a second, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setenv("DXPLAN_DEMO_PASSWORD", PASSWORD)
    return load()


def dump():
    """Everything but the hashed passwords."""
    people = list(User.objects.values("id", "username", "name", "municipality"))
    return content.dump(without=["accounts.User"]), people


def test_second_run_changes_nothing(output):
    before = dump()

    assert load() == output
    assert dump() == before


def test_what_people_entered_survives_a_second_run(output):
    year = PlanYear.objects.get(plan__municipality__name="香美町", state="open")
    staff = User.objects.get(username="kami-staff")
    drafts = Result.objects.filter(kpi__plan=year.plan, review_state="draft")
    sample = drafts.filter(fiscal_year=year.fiscal_year).first()
    unreported = Kpi.objects.filter(plan=year.plan).exclude(results__fiscal_year=year.fiscal_year)
    kpi = unreported.first()
    changes = [
        Change(sample.kpi_id, sample.version, Entry(ValueState.NOT_SURVEYED, note="調査は来年度")),
        Change(kpi.pk, 0, Entry(ValueState.FINAL, value=7)),
    ]
    assert save_results(plan_year=year, changes=changes, user=staff) == {}
    before = dump()

    load()

    assert dump() == before
    own = Result.objects.filter(entered_by=staff)
    assert set(own.values_list("kpi", "state", "value", "note", "is_sample")) == {
        (sample.kpi_id, "not_surveyed", None, "調査は来年度", False),
        (kpi.pk, "final", 7, "", False),
    }


def test_results_taken_out_by_people_do_not_come_back(output):
    drafts = Result.objects.filter(kpi__plan__municipality__name="香美町", review_state="draft")
    drafts.first().delete()
    before = dump()

    load()

    assert dump() == before


def test_role_that_was_ended_stays_ended(output):
    Assignment.objects.filter(user__username="kami-staff").update(valid_to="2026-03-31")

    load()

    staff = User.objects.get(username="kami-staff")
    assert access_of(staff, datetime.date(2026, 4, 1)).assignments == ()


def test_role_that_was_ended_and_given_again_is_no_obstacle(output):
    first = Assignment.objects.get(user__username="kami-staff")
    Assignment.objects.update(valid_to="2026-03-31")
    Assignment.objects.create(
        user=first.user, role=first.role, department=first.department, valid_from="2026-04-01"
    )
    before = dump()

    load()

    assert dump() == before


def test_there_is_an_account_for_every_role_and_town(output):
    today = timezone.localdate()
    found = {
        user.username: (
            user.municipality.name if user.municipality else "",
            *access_of(user, today).role_names,
        )
        for user in User.objects.all()
    }

    assert found == ACCOUNTS
    assert {role for _, role in found.values()} == set(Role.labels)


def test_every_account_logs_in_with_the_given_password(client, output):
    for username in ACCOUNTS:
        data = {"username": username, "password": PASSWORD}

        assert client.post("/accounts/login/", data, follow=True).redirect_chain == [("/", 302)]
        assert client.post("/accounts/logout/").status_code == 302


def test_changed_password_of_the_environment_takes_effect(client, output, monkeypatch):
    monkeypatch.setenv("DXPLAN_DEMO_PASSWORD", "another long password")
    load()

    assert client.login(username="kami-dxo", password="another long password")
    assert not client.login(username="kami-dxo", password=PASSWORD)


def test_accounts_and_password_are_told(output):
    assert output == (
        "見本データを読み込みました。\n"
        "見本の利用者ID: jinsekikogen-…、kami-…、mamurogawa-…、kagamiishi-…、kokonoe-…"
        "（dxo=DX推進担当 / staff=担当者 / head=課長 / "
        "committee=推進委員 / auditor=監査）、admin\n"
        f"例: kami-staff　パスワード（共通）: {PASSWORD}\n"
    )


def test_password_is_random_and_kept_where_none_is_given(monkeypatch, tmp_path):
    monkeypatch.delenv("DXPLAN_DEMO_PASSWORD", raising=False)
    monkeypatch.setenv("DXPLAN_DATA_DIR", str(tmp_path / "one"))
    first = demo_password()
    again = demo_password()
    monkeypatch.setenv("DXPLAN_DATA_DIR", str(tmp_path / "two"))

    assert first == again
    assert len(first) == 16
    assert demo_password() != first


def test_every_result_of_the_demo_is_a_sample(output):
    assert Result.objects.count() > 0
    assert Result.objects.filter(is_sample=False).count() == 0


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_made_up_figures_are_only_in_sample_fixtures_and_marked(path):
    items = json.loads(path.read_text(encoding="utf-8"))
    marks = {item["fields"].get("is_sample") for item in items}
    models = {item["model"] for item in items}

    if path.stem.endswith("_sample"):
        assert (marks, models) == ({True}, {"kpis.kpiresponsibility", "kpis.result"})
    else:
        assert True not in marks
        assert "kpis.result" not in models
