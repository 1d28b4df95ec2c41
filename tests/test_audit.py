"""The trail: one event per changed row of every model, by bulk writes too, and never rewritten."""

import datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from actionplans.models import Budget, Evaluation, ProgressNote, SchedulePeriod
from dxplan.accounts.models import (
    Assignment,
    FactorRemoval,
    Municipality,
    PasswordLink,
    TownSecurity,
)
from dxplan.lib.audit import event_models, trail_tables
from dxplan.lib.postgresql.application_role import application_login, prepare_application_role
from dxplan.pages.editions import delete_draft
from dxplan.pages.papers import freeze_paper
from kpis.models import Judgement, Kpi, KpiLineage, KpiResponsibility, Result
from kpis.opinion_changes import OpinionSaid, record_opinion
from plans.models import ChangeKind, NoticeChoice, Plan, PlanChange, PolicyLineage, YearReopening
from tests.content import content_models
from tests.factories import (
    furnish,
    make_action,
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_reminder,
    make_result,
    make_revision,
    make_scale,
    make_town,
)

# A field of each model whose change the database allows.
CHANGES = {
    "actionplans.ActionPlan": {"effect": "別の効果"},
    "actionplans.ActionPlanKpi": {"due": "令和8年度末"},
    "actionplans.Budget": {"settled": 9},
    "actionplans.Evaluation": {"comment": "別の評価"},
    "actionplans.ProgressNote": {"text": "別の報告"},
    "actionplans.SchedulePeriod": {"note": "別の注"},
    "actionplans.Stage": {"label": "別の工程"},
    "accounts.Assignment": {"valid_to": datetime.date(2030, 3, 31)},
    "accounts.Department": {"position": 9},
    "accounts.Municipality": {"kana": "べつのよみ"},
    "accounts.PasswordLink": {"used_at": datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)},
    "accounts.TownSecurity": {"offers_passkeys": False},
    "accounts.FactorRemoval": {"factors": "パスキー"},
    "accounts.User": {"name": "別の氏名"},
    "kpis.GradeScale": {"name": "別の名称"},
    "kpis.GradeStep": {"name": "別の名称"},
    "kpis.Judgement": {"comment": "別の意見"},
    "kpis.Kpi": {"source": "別の出典"},
    "kpis.KpiLineage": {},
    "kpis.KpiResponsibility": {"is_sample": True},
    "kpis.Opinion": {"text": "別の意見"},
    "kpis.OpinionResponsibility": {},
    "kpis.Paper": {},
    "kpis.Result": {"note": "別の備考"},
    "kpis.Target": {"taken_fiscal_year": 2023},
    "kpis.TargetRevision": {"decided_by": "別の機関"},
    "plans.Checklist": {"name": "別の一覧"},
    "plans.ChecklistItem": {"name": "別の項目"},
    "plans.ChecklistState": {"state": "not_yet"},
    "plans.Committee": {"name": "別の組織"},
    "plans.CommitteeSeat": {"post": "副町長"},
    "plans.Framework": {"name": "別の計画"},
    "plans.FrameworkItem": {"name": "別の項目"},
    "plans.GlossaryTerm": {"definition": "別の説明"},
    "plans.Meeting": {"name": "第2回"},
    "plans.NoticeChoice": {"kinds": ["opened"]},
    "plans.Plan": {"philosophy": "別の理念"},
    "plans.PlanChange": {"reason": "別の理由"},
    "plans.PlanYear": {"due_on": datetime.date(2026, 5, 31)},
    "plans.YearReopening": {"answer": "別の回答"},
    "plans.Policy": {"summary": "別の概要"},
    "plans.PolicyFrameworkItem": {},
    "plans.PolicyLevel": {"name": "別の階層"},
    "plans.PolicyLineage": {},
    "plans.PolicyLink": {},
    "plans.RelatedPlan": {"name": "別の計画"},
    "plans.Reminder": {"message": "別の言葉"},
    "plans.Section": {"title": "別の章"},
}


KEPT_WITHOUT_PLANS = ("plans.Framework", "plans.FrameworkItem")
ONLY_ADDED = ("kpis.Paper",)
KEPT_WITHOUT_PLANS = ("plans.Framework", "plans.FrameworkItem", "plans.NoticeChoice")


def event_model(model):
    return event_models()[model]


def labels_of(model):
    """The labels of a model's events by object, oldest first."""
    found = {}
    for item in event_model(model).objects.order_by("pgh_id"):
        found.setdefault(item.pgh_obj_id, []).append(item.pgh_label)
    return found


@pytest.fixture
def everything(db):
    """Two or more rows of every model, all inserted in this test."""
    town = make_town()
    department = make_department(town)
    person = make_person("someone", town, role="staff", department=department)
    office = make_person("office", town, role="dx_office")
    TownSecurity.objects.create(municipality=town)
    FactorRemoval.objects.create(
        person=person, removed_by=office, factors="認証アプリ", reason="紛失のため"
    )
    PasswordLink.objects.create(user=person, made_by=office, made_at=timezone.now())
    earlier, later = (make_plan(town, code=code, state="draft") for code in ("dx", "dx2"))
    Plan.objects.filter(pk=later.pk).update(predecessor=earlier)
    for plan in (earlier, later):
        furnish(plan)
        year = make_plan_year(plan, 2025)
        YearReopening.objects.create(plan_year=year, reason="訂正", asked_by=office)
        make_scale(plan, 2025, (("A", 100), ("B", None)))
        PlanChange.objects.create(
            plan=plan, kind=ChangeKind.EDITED, subject="計画", changed_by=person
        )
        make_reminder(plan, 2025, department, office)
    for someone in (person, office):
        NoticeChoice.objects.create(person=someone)
    for plan in (earlier, later):
        asked = OpinionSaid("opinion", "意見", department_ids=frozenset({department.pk}))
        record_opinion(meeting=plan.meetings.get(), said=asked, user=office)
        kpi = make_kpi(plan, departments=[department], targets={2025: "10"})
        make_revision(kpi, 2025, {2026: "20"})
        make_result(kpi, 2025, "5")
        Judgement.objects.create(kpi=kpi, fiscal_year=2025, layer="self", comment="意見")
        action = make_action(plan, policy=kpi.policy, kpis=[kpi], stages=[("検討", 2024, 2024)])
        Budget.objects.create(action_plan=action, fiscal_year=2025, budgeted=100)
        ProgressNote.objects.create(
            action_plan=action, fiscal_year=2025, quarter=1, is_on_time=True, text="予定どおり"
        )
        Evaluation.objects.create(action_plan=action, fiscal_year=2025)
        SchedulePeriod.objects.create(plan=plan, first_fiscal_year=2023, last_fiscal_year=2026)
    before, after = (plan.kpis.first() for plan in (earlier, later))
    KpiLineage.objects.create(earlier=before, later=after)
    PolicyLineage.objects.create(earlier=before.policy, later=after.policy)
    in_force = make_plan(town, code="dx3")
    year = make_plan_year(in_force, 2025)
    freeze_paper(plan=in_force, plan_year=year, kind="closing", user=office)
    connection.check_constraints()
    return town


def test_every_model_of_ours_is_on_record():
    tracked = {model._meta.label for model in event_models()}

    assert {model._meta.label for model in content_models()} == tracked == set(CHANGES)


def test_secrets_are_not_on_record():
    kept = {field.name for field in event_model(apps.get_model("accounts.User"))._meta.fields}

    assert kept.isdisjoint({"password", "last_login"})


def test_each_insert_of_every_model_makes_one_event(everything):
    for model in content_models():
        ids = set(model.objects.values_list("pk", flat=True))
        inserts = {
            key: labels.count("insert") for key, labels in labels_of(model).items()
        }  # fmt: skip

        assert inserts == dict.fromkeys(ids, 1) != {}, model


def test_each_bulk_update_of_every_model_makes_one_event_a_row(everything):
    for model in content_models():
        change = CHANGES[model._meta.label]
        if not change:
            continue
        before = {key: len(labels) for key, labels in labels_of(model).items()}

        changed = model.objects.update(**change)
        model.objects.update(**change)  # nothing changes any more

        after = {key: len(labels) for key, labels in labels_of(model).items()}
        assert after == {key: count + 1 for key, count in before.items()}, model
        assert changed == len(after)


def test_each_removed_row_leaves_its_last_state(everything):
    Plan.objects.update(predecessor=None)
    apps.get_model("kpis.KpiLineage").objects.all().delete()
    PolicyLineage.objects.all().delete()
    Judgement.objects.all().delete()
    Evaluation.objects.all().delete()
    Result.objects.all().delete()
    before = {model: model.objects.count() for model in content_models()}

    for plan in Plan.objects.filter(state="draft"):
        delete_draft(plan=plan)

    gone = {model for model, count in before.items() if model.objects.count() < count}
    assert gone == {
        model
        for model in content_models()
        if before[model]
        and (
            model._meta.app_label in ("kpis", "actionplans")
            or model._meta.label not in KEPT_WITHOUT_PLANS
        )
        and model._meta.app_label != "accounts"
        and model._meta.label not in ONLY_ADDED
    }
    for model in gone:
        standing = set(model.objects.values_list("pk", flat=True))
        ends = [labels[-1] for key, labels in labels_of(model).items() if key not in standing]
        assert ends.count("delete") == len(ends), model


def test_bulk_insert_makes_one_event_a_row(everything):
    kpis = Kpi.objects.all()
    made = Result.objects.bulk_create(
        [Result(kpi=kpi, fiscal_year=2024, state="final", value=1) for kpi in kpis]
    )

    assert [labels_of(Result)[result.pk] for result in made] == [["insert"]] * len(kpis)


def test_change_that_is_rolled_back_leaves_no_event(everything):
    count = event_model(Municipality).objects.count()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Municipality.objects.update(kana="よみ")
        raise ZeroDivisionError

    assert event_model(Municipality).objects.count() == count


def test_request_puts_who_as_what_and_why_on_record(visit, plan, dx_office):
    Plan.objects.filter(pk=plan.pk).update(state="in_force")
    kpi = make_kpi(plan)
    visit(dx_office, f"/kpis/{kpi.pk}/remove/", {"version": "1", "reason": "会議で決定"})

    event = event_model(Kpi).objects.filter(pgh_obj_id=kpi.pk).latest("pgh_id")
    assert len(event.pgh_context.pop("reference")) == 8
    assert (event.pgh_label, event.pgh_context) == (
        "delete",
        {
            "request": f"POST /kpis/{kpi.pk}/remove/",
            "user": dx_office.pk,
            "name": "office",
            "roles": "DX推進担当",
            "town": plan.municipality_id,
            "reason": "会議で決定",
        },
    )


@pytest.fixture
def as_application(db):
    """Runs SQL with the application's role; the kind of its refusal, or None."""
    server = connection.get_connection_params()
    role = application_login(server)["user"]
    with connection.cursor() as cursor:
        prepare_application_role(cursor, server, trail_tables())

    def run(text):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f'SET LOCAL ROLE "{role}"')
                cursor.execute(text)
                cursor.execute("RESET ROLE")
        except DatabaseError as error:
            return type(error.__cause__).__name__
        return None

    return run


def test_application_changes_rows_and_only_triggers_write_the_trail(as_application):
    make_town()

    assert as_application("UPDATE accounts_municipality SET kana = 'よみ'") is None
    assert list(labels_of(Municipality).values()) == [["insert", "update"]]


def test_application_cannot_touch_the_trail(as_application):
    for table in trail_tables():
        statements = (
            f"UPDATE {table} SET pgh_label = 'insert'",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"INSERT INTO {table} DEFAULT VALUES",
            f"DROP TABLE {table}",
        )
        assert [as_application(text) for text in statements] == ["InsufficientPrivilege"] * 5, table


def test_application_cannot_switch_triggers_off(as_application):
    statements = (
        "SET session_replication_role = replica",
        "ALTER TABLE kpis_result DISABLE TRIGGER ALL",
        "DROP FUNCTION kpis_check_target() CASCADE",
        "CREATE TABLE other (id int)",
    )
    assert [as_application(text) for text in statements] == ["InsufficientPrivilege"] * 4


def test_owner_cannot_rewrite_events_by_accident(db):
    town = make_town()

    with pytest.raises(DatabaseError), transaction.atomic():
        event_model(Municipality).objects.filter(pgh_obj_id=town.pk).update(kana="よみ")
    with pytest.raises(DatabaseError), transaction.atomic():
        event_model(Municipality).objects.filter(pgh_obj_id=town.pk).delete()

    assert list(labels_of(Municipality).values()) == [["insert"]]
    assert not Assignment.objects.exists()
    assert not KpiResponsibility.objects.exists()


def test_what_is_referred_to_or_at_the_top_is_found_by_its_id(db):
    referred = {
        field.related_model
        for model in event_models()
        for field in model._meta.fields
        if field.is_relation and field.related_model in event_models()
    }
    by_row = {
        model
        for model, events in event_models().items()
        if ["pgh_obj", "pgh_id"] in [index.fields for index in events._meta.indexes]
    }

    assert referred - by_row == set()


def test_every_model_says_what_it_belongs_to():
    owners = {
        model._meta.label: events.pgh_owner and model._meta.get_field(events.pgh_owner)
        for model, events in event_models().items()
    }

    assert [label for label, owner in owners.items() if not owner] == ["accounts.Municipality"]
    assert {owner.related_model for owner in owners.values() if owner} <= set(event_models())
