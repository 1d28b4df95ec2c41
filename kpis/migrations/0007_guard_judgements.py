"""The database leaves the judgements of closed years as they were.

The year's row is read under a shared lock, so that a closing and a judgement wait for each other.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION kpis_keep_judgement(kpi bigint, year integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    SELECT plan_year.state INTO found
    FROM plans_planyear plan_year
    WHERE plan_year.fiscal_year = year
        AND plan_year.plan_id = (SELECT plan_id FROM kpis_kpi WHERE id = kpi)
    FOR SHARE;
    IF found = 'closed' THEN
        RAISE EXCEPTION 'a closed year keeps its judgements'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_year_keeps_its_judgements';
    END IF;
END $$;

CREATE FUNCTION kpis_check_judgement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM kpis_keep_judgement(OLD.kpi_id, OLD.fiscal_year);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM kpis_keep_judgement(NEW.kpi_id, NEW.fiscal_year);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER kpis_judgement_of_closed_year AFTER INSERT OR DELETE ON kpis_judgement
    FOR EACH ROW EXECUTE FUNCTION kpis_check_judgement();
CREATE TRIGGER kpis_judgement_of_closed_year_changed AFTER UPDATE ON kpis_judgement
    FOR EACH ROW
    WHEN (to_jsonb(OLD.*) - 'entered_at' IS DISTINCT FROM to_jsonb(NEW.*) - 'entered_at')
    EXECUTE FUNCTION kpis_check_judgement();
"""

DROP = """
DROP FUNCTION kpis_check_judgement() CASCADE;
DROP FUNCTION kpis_keep_judgement(bigint, integer);
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0006_guard_revisions_and_scales")]

    operations = [migrations.RunSQL(CREATE, DROP)]
