"""The database keeps KPIs under their own plan and with departments of their own town."""

from django.db import migrations

CREATE = """
CREATE FUNCTION kpis_check_kpi() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT plan_id FROM plans_policy WHERE id = NEW.policy_id) <> NEW.plan_id THEN
        RAISE EXCEPTION 'policy of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kpi_policy_of_own_plan';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER kpis_kpi_within_plan
    AFTER INSERT OR UPDATE OF plan_id, policy_id ON kpis_kpi
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kpis_check_kpi();

CREATE FUNCTION kpis_check_responsibility() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT municipality_id FROM accounts_department WHERE id = NEW.department_id) <> (
        SELECT plan.municipality_id FROM plans_plan plan
            JOIN kpis_kpi kpi ON kpi.plan_id = plan.id WHERE kpi.id = NEW.kpi_id
    ) THEN
        RAISE EXCEPTION 'department of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kpi_responsibility_of_own_town';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER kpis_responsibility_within_town
    AFTER INSERT OR UPDATE ON kpis_kpiresponsibility
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kpis_check_responsibility();
"""

DROP = """
DROP TRIGGER kpis_responsibility_within_town ON kpis_kpiresponsibility;
DROP FUNCTION kpis_check_responsibility();
DROP TRIGGER kpis_kpi_within_plan ON kpis_kpi;
DROP FUNCTION kpis_check_kpi();
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0001_create_kpis"), ("plans", "0002_guard_hierarchy")]

    operations = [migrations.RunSQL(CREATE, DROP)]
