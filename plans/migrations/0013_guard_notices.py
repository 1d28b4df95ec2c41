"""The database keeps notices and reminders within the plan's town."""

from django.db import migrations

CREATE = """
CREATE FUNCTION plans_check_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT municipality_id FROM plans_plan WHERE id = NEW.plan_id) IS DISTINCT FROM
        (SELECT municipality_id FROM accounts_user WHERE id = NEW.person_id)
    THEN
        RAISE EXCEPTION 'notice to a person of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_within_town';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER plans_notice_within_town
    AFTER INSERT OR UPDATE OF plan_id, person_id ON plans_notice
    FOR EACH ROW WHEN (NEW.plan_id IS NOT NULL) EXECUTE FUNCTION plans_check_notice();

CREATE FUNCTION plans_check_reminder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT municipality_id FROM plans_plan WHERE id = NEW.plan_id) IS DISTINCT FROM
        (SELECT municipality_id FROM accounts_department WHERE id = NEW.department_id)
    THEN
        RAISE EXCEPTION 'reminder of a department of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reminder_within_town';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER plans_reminder_within_town
    AFTER INSERT OR UPDATE OF plan_id, department_id ON plans_reminder
    FOR EACH ROW EXECUTE FUNCTION plans_check_reminder();
"""

DROP = """
DROP FUNCTION plans_check_reminder() CASCADE;
DROP FUNCTION plans_check_notice() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0012_add_notices")]

    operations = [migrations.RunSQL(CREATE, DROP)]
