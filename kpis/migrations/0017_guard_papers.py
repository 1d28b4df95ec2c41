"""The database keeps papers as they were frozen.

A paper is only ever added: nothing changes or removes one. It tells of a year of its own plan that
has begun, and of a meeting of that plan; its workbook is the one whose digest it carries. A draft
has no papers, so that deleting one never meets them.
"""

from django.db import migrations

CREATE = """
ALTER TABLE kpis_paper ADD CONSTRAINT paper_workbook_intact
    CHECK (workbook_digest = encode(sha256(workbook), 'hex'));

CREATE FUNCTION kpis_keep_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a paper stays as it was frozen'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'paper_stays_as_frozen';
END $$;

CREATE TRIGGER kpis_paper_stays BEFORE UPDATE OR DELETE ON kpis_paper
    FOR EACH ROW EXECUTE FUNCTION kpis_keep_paper();

CREATE FUNCTION kpis_check_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.meeting_id IS NOT NULL AND NEW.plan_id <> (
        SELECT plan_id FROM plans_meeting WHERE id = NEW.meeting_id
    ) THEN
        RAISE EXCEPTION 'meeting of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'paper_meeting_of_own_plan';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM plans_planyear year JOIN plans_plan plan ON plan.id = year.plan_id
        WHERE plan.id = NEW.plan_id AND plan.state <> 'draft'
            AND year.fiscal_year = NEW.fiscal_year AND year.state <> 'planned'
    ) THEN
        RAISE EXCEPTION 'no year that has begun'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'paper_of_a_year_begun';
    END IF;
    IF (SELECT municipality_id FROM accounts_user WHERE id = NEW.frozen_by_id) <> (
        SELECT municipality_id FROM plans_plan WHERE id = NEW.plan_id
    ) THEN
        RAISE EXCEPTION 'frozen by a person of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'paper_by_own_town';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER kpis_paper_of_own_plan AFTER INSERT ON kpis_paper
    FOR EACH ROW EXECUTE FUNCTION kpis_check_paper();
"""

DROP = """
DROP FUNCTION kpis_check_paper() CASCADE;
DROP FUNCTION kpis_keep_paper() CASCADE;
ALTER TABLE kpis_paper DROP CONSTRAINT paper_workbook_intact;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0016_add_papers")]

    operations = [migrations.RunSQL(CREATE, DROP)]
