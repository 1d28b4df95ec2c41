"""The database keeps opinions with their own plan and town.

An opinion is about a policy or a KPI of the plan whose meeting gave it; a department of its own
town responds.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION kpis_check_opinion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own bigint := (SELECT plan_id FROM plans_meeting WHERE id = NEW.meeting_id);
BEGIN
    IF own <> (SELECT plan_id FROM plans_policy WHERE id = NEW.policy_id)
        OR own <> (SELECT plan_id FROM kpis_kpi WHERE id = NEW.kpi_id)
    THEN
        RAISE EXCEPTION 'about something of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_about_own_plan';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER kpis_opinion_about_own_plan
    AFTER INSERT OR UPDATE OF meeting_id, policy_id, kpi_id ON kpis_opinion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kpis_check_opinion();

CREATE FUNCTION kpis_check_opinion_responsibility() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT municipality_id FROM accounts_department WHERE id = NEW.department_id) <> (
        SELECT plan.municipality_id FROM plans_plan plan
            JOIN plans_meeting meeting ON meeting.plan_id = plan.id
            JOIN kpis_opinion opinion ON opinion.meeting_id = meeting.id
        WHERE opinion.id = NEW.opinion_id
    ) THEN
        RAISE EXCEPTION 'department of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_responsibility_of_own_town';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER kpis_opinion_responsibility_within_town
    AFTER INSERT OR UPDATE ON kpis_opinionresponsibility
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION kpis_check_opinion_responsibility();
"""

DROP = """
DROP FUNCTION kpis_check_opinion_responsibility() CASCADE;
DROP FUNCTION kpis_check_opinion() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0018_add_opinions")]

    operations = [migrations.RunSQL(CREATE, DROP)]
