"""The database keeps results as they were handed in, and those of closed years for ever.

Results of years that are closed today count as checked. The year's row is read under a shared
lock, so that a closing and a save wait for each other. Made-up results of the demo come in beside
closed years. A department's own judgement stays while its result is handed in.
"""

from django.db import migrations

SETTLE = """
ALTER TABLE kpis_result DISABLE TRIGGER USER;
UPDATE kpis_result SET review_state = 'checked'
    FROM kpis_kpi kpi JOIN plans_planyear year ON year.plan_id = kpi.plan_id
    WHERE kpi.id = kpis_result.kpi_id AND year.fiscal_year = kpis_result.fiscal_year
        AND year.state = 'closed';
ALTER TABLE kpis_result ENABLE TRIGGER USER;
"""

CREATE = """
CREATE TRIGGER kpis_result_reviewed AFTER INSERT OR UPDATE ON kpis_result
    FOR EACH ROW EXECUTE FUNCTION plans_check_review();

CREATE FUNCTION kpis_keep_result(kpi bigint, year integer) RETURNS void
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
        RAISE EXCEPTION 'a closed year keeps its results'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_year_keeps_its_results';
    END IF;
END $$;

CREATE FUNCTION kpis_check_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.is_sample THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM kpis_keep_result(OLD.kpi_id, OLD.fiscal_year);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM kpis_keep_result(NEW.kpi_id, NEW.fiscal_year);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER kpis_result_of_closed_year AFTER INSERT OR DELETE ON kpis_result
    FOR EACH ROW EXECUTE FUNCTION kpis_check_result();
CREATE TRIGGER kpis_result_of_closed_year_changed AFTER UPDATE ON kpis_result
    FOR EACH ROW
    WHEN (to_jsonb(OLD.*) - 'entered_at' IS DISTINCT FROM to_jsonb(NEW.*) - 'entered_at')
    EXECUTE FUNCTION kpis_check_result();

CREATE FUNCTION kpis_keep_own_judgement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched kpis_judgement := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    found text;
BEGIN
    SELECT review_state INTO found FROM kpis_result
        WHERE kpi_id = touched.kpi_id AND fiscal_year = touched.fiscal_year FOR SHARE;
    IF touched.layer = 'self' AND found NOT IN ('draft', 'returned') THEN
        RAISE EXCEPTION 'what was handed in stays as it is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reviewed_judgement_stays';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER kpis_judgement_of_reviewed_result AFTER INSERT OR DELETE ON kpis_judgement
    FOR EACH ROW EXECUTE FUNCTION kpis_keep_own_judgement();
CREATE TRIGGER kpis_judgement_of_reviewed_result_changed AFTER UPDATE ON kpis_judgement
    FOR EACH ROW
    WHEN (to_jsonb(OLD.*) - 'entered_at' IS DISTINCT FROM to_jsonb(NEW.*) - 'entered_at')
    EXECUTE FUNCTION kpis_keep_own_judgement();
"""

DROP = """
DROP FUNCTION kpis_keep_own_judgement() CASCADE;
DROP FUNCTION kpis_check_result() CASCADE;
DROP FUNCTION kpis_keep_result(bigint, integer);
DROP TRIGGER kpis_result_reviewed ON kpis_result;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0014_review_results"), ("plans", "0009_guard_year_cycle")]

    operations = [
        migrations.RunSQL(SETTLE, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, DROP),
    ]
