"""The database keeps action plans under measures and KPIs of their own plan, and departments of
their own town, also when one of those is moved to another plan or town afterwards."""

from django.db import migrations

CREATE = """
CREATE FUNCTION actionplans_check_action_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT plan_id FROM plans_policy WHERE id = NEW.policy_id) <> NEW.plan_id THEN
        RAISE EXCEPTION 'policy of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'action_plan_policy_of_own_plan';
    END IF;
    IF (SELECT municipality_id FROM accounts_department WHERE id = NEW.department_id)
        <> (SELECT municipality_id FROM plans_plan WHERE id = NEW.plan_id) THEN
        RAISE EXCEPTION 'department of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'action_plan_department_of_own_town';
    END IF;
    IF EXISTS (
        SELECT 1 FROM actionplans_actionplankpi link JOIN kpis_kpi kpi ON kpi.id = link.kpi_id
            WHERE link.action_plan_id = NEW.id AND kpi.plan_id <> NEW.plan_id
    ) THEN
        RAISE EXCEPTION 'KPI of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'action_plan_kpi_of_own_plan';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER actionplans_action_plan_within_plan
    AFTER INSERT OR UPDATE OF plan_id, policy_id, department_id ON actionplans_actionplan
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION actionplans_check_action_plan();

CREATE FUNCTION actionplans_check_kpi_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT plan_id FROM kpis_kpi WHERE id = NEW.kpi_id)
        <> (SELECT plan_id FROM actionplans_actionplan WHERE id = NEW.action_plan_id) THEN
        RAISE EXCEPTION 'KPI of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'action_plan_kpi_of_own_plan';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER actionplans_kpi_link_within_plan
    AFTER INSERT OR UPDATE ON actionplans_actionplankpi
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION actionplans_check_kpi_link();

CREATE FUNCTION actionplans_check_moved_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM actionplans_actionplan WHERE policy_id = NEW.id AND plan_id <> NEW.plan_id
    ) THEN
        RAISE EXCEPTION 'action plans of the policy are of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'action_plan_policy_of_own_plan';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER actionplans_policy_stays_in_plan
    AFTER UPDATE OF plan_id ON plans_policy
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION actionplans_check_moved_policy();

CREATE FUNCTION actionplans_check_moved_kpi() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM actionplans_actionplankpi link
            JOIN actionplans_actionplan sheet ON sheet.id = link.action_plan_id
            WHERE link.kpi_id = NEW.id AND sheet.plan_id <> NEW.plan_id
    ) THEN
        RAISE EXCEPTION 'action plans of the KPI are of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'action_plan_kpi_of_own_plan';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER actionplans_kpi_stays_in_plan
    AFTER UPDATE OF plan_id ON kpis_kpi
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION actionplans_check_moved_kpi();
"""

DROP = """
DROP TRIGGER actionplans_kpi_stays_in_plan ON kpis_kpi;
DROP FUNCTION actionplans_check_moved_kpi();
DROP TRIGGER actionplans_policy_stays_in_plan ON plans_policy;
DROP FUNCTION actionplans_check_moved_policy();
DROP TRIGGER actionplans_kpi_link_within_plan ON actionplans_actionplankpi;
DROP FUNCTION actionplans_check_kpi_link();
DROP TRIGGER actionplans_action_plan_within_plan ON actionplans_actionplan;
DROP FUNCTION actionplans_check_action_plan();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actionplans", "0001_create_action_plans"),
        ("kpis", "0002_guard_plans_and_towns"),
        ("plans", "0002_guard_hierarchy"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
