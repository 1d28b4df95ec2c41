"""The database keeps evaluations as they were handed in, and those of closed years for ever.

As kpis/migrations/0015_guard_reviews.py does with results: the year's row is read under a shared
lock, so that a closing and a save wait for each other.
"""

from django.db import migrations

CREATE = """
CREATE TRIGGER actionplans_evaluation_reviewed AFTER INSERT OR UPDATE ON actionplans_evaluation
    FOR EACH ROW EXECUTE FUNCTION plans_check_review();

CREATE FUNCTION actionplans_keep_evaluation(sheet bigint, year integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    SELECT plan_year.state INTO found
    FROM plans_planyear plan_year
    WHERE plan_year.fiscal_year = year
        AND plan_year.plan_id = (SELECT plan_id FROM actionplans_actionplan WHERE id = sheet)
    FOR SHARE;
    IF found = 'closed' THEN
        RAISE EXCEPTION 'a closed year keeps its evaluations'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_year_keeps_its_evaluations';
    END IF;
END $$;

CREATE FUNCTION actionplans_check_evaluation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.is_sample THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM actionplans_keep_evaluation(OLD.action_plan_id, OLD.fiscal_year);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM actionplans_keep_evaluation(NEW.action_plan_id, NEW.fiscal_year);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER actionplans_evaluation_of_closed_year
    AFTER INSERT OR DELETE ON actionplans_evaluation
    FOR EACH ROW EXECUTE FUNCTION actionplans_check_evaluation();
CREATE TRIGGER actionplans_evaluation_of_closed_year_changed
    AFTER UPDATE ON actionplans_evaluation FOR EACH ROW
    WHEN (to_jsonb(OLD.*) - 'entered_at' IS DISTINCT FROM to_jsonb(NEW.*) - 'entered_at')
    EXECUTE FUNCTION actionplans_check_evaluation();
"""

DROP = """
DROP FUNCTION actionplans_check_evaluation() CASCADE;
DROP FUNCTION actionplans_keep_evaluation(bigint, integer);
DROP TRIGGER actionplans_evaluation_reviewed ON actionplans_evaluation;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actionplans", "0003_add_evaluations"),
        ("plans", "0009_guard_year_cycle"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
