"""The database joins KPIs only between a plan and the one it follows."""

from django.db import migrations

CREATE = """
CREATE FUNCTION kpis_check_lineage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM kpis_kpi later
            JOIN plans_plan plan ON plan.id = later.plan_id
            JOIN kpis_kpi earlier ON earlier.plan_id = plan.predecessor_id
        WHERE later.id = NEW.later_id AND earlier.id = NEW.earlier_id
    ) THEN
        RAISE EXCEPTION 'not the plan before'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kpi_lineage_from_plan_before';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER kpis_lineage_from_plan_before
    AFTER INSERT OR UPDATE ON kpis_kpilineage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kpis_check_lineage();
"""

DROP = "DROP FUNCTION kpis_check_lineage() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0003_add_lineage"),
        ("plans", "0005_guard_plan_life"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
