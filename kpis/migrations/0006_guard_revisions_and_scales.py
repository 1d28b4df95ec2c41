"""The database leaves closed years as they were judged.

A revision of targets and a scale of grades take effect after the last closed year only, and targets
of a closed year stay as they are. A KPI is fed by a checklist of its own plan; a target belongs to
a revision of its own KPI.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION kpis_closes_after(plan bigint, year integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM plans_planyear
        WHERE plan_id = plan AND state = 'closed' AND fiscal_year >= year
    )
$$;

CREATE FUNCTION kpis_check_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF kpis_closes_after(
        (SELECT plan_id FROM kpis_kpi WHERE id = NEW.kpi_id), NEW.effective_fiscal_year
    ) THEN
        RAISE EXCEPTION 'a closed year keeps its targets'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'target_revision_after_closed_years';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER kpis_revision_after_closed_years AFTER INSERT OR UPDATE ON kpis_targetrevision
    FOR EACH ROW EXECUTE FUNCTION kpis_check_revision();

CREATE FUNCTION kpis_check_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM kpis_targetrevision
        WHERE id = NEW.revision_id AND kpi_id = NEW.kpi_id
            AND effective_fiscal_year <= NEW.fiscal_year
    ) THEN
        RAISE EXCEPTION 'not a target of this revision'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'target_of_its_revision';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER kpis_target_of_its_revision AFTER INSERT OR UPDATE ON kpis_target
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kpis_check_target();

CREATE FUNCTION kpis_keep_closed_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM plans_planyear year JOIN kpis_kpi kpi ON kpi.plan_id = year.plan_id
        WHERE kpi.id = OLD.kpi_id AND year.fiscal_year = OLD.fiscal_year AND year.state = 'closed'
    ) THEN
        RAISE EXCEPTION 'a closed year keeps its targets'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_year_keeps_its_targets';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER kpis_target_of_closed_year_changed AFTER UPDATE ON kpis_target
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION kpis_keep_closed_target();
CREATE TRIGGER kpis_target_of_closed_year_removed AFTER DELETE ON kpis_target
    FOR EACH ROW EXECUTE FUNCTION kpis_keep_closed_target();

CREATE FUNCTION kpis_check_scale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF kpis_closes_after(NEW.plan_id, NEW.effective_fiscal_year) THEN
        RAISE EXCEPTION 'a closed year keeps its scale'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grade_scale_after_closed_years';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER kpis_scale_after_closed_years AFTER INSERT OR UPDATE ON kpis_gradescale
    FOR EACH ROW EXECUTE FUNCTION kpis_check_scale();

CREATE FUNCTION kpis_check_checklist() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.checklist_id IS NOT NULL AND NEW.plan_id <> (
        SELECT plan_id FROM plans_checklist WHERE id = NEW.checklist_id
    ) THEN
        RAISE EXCEPTION 'checklist of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kpi_checklist_of_own_plan';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER kpis_kpi_checklist_of_own_plan
    AFTER INSERT OR UPDATE OF plan_id, checklist_id ON kpis_kpi
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kpis_check_checklist();
"""

DROP = """
DROP FUNCTION kpis_check_checklist() CASCADE;
DROP FUNCTION kpis_check_scale() CASCADE;
DROP FUNCTION kpis_keep_closed_target() CASCADE;
DROP FUNCTION kpis_check_target() CASCADE;
DROP FUNCTION kpis_check_revision() CASCADE;
DROP FUNCTION kpis_closes_after(bigint, integer);
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0005_add_revisions_scales_and_judgements")]

    operations = [migrations.RunSQL(CREATE, DROP)]
