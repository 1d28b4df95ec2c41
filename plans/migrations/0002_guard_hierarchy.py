"""The database keeps a plan's hierarchy whole.

A policy stands at a level of its own plan, below a policy of the level right above it in the same
axis (or at the top of the axis). Depth therefore falls with every step up, so no cycle can arise,
whoever moves what at the same moment. A link joins two policies of one plan.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION plans_check_policy() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own plans_policylevel;
    above plans_policylevel;
    parent_plan bigint;
BEGIN
    SELECT * INTO own FROM plans_policylevel WHERE id = NEW.level_id;
    IF own.plan_id <> NEW.plan_id THEN
        RAISE EXCEPTION 'level of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_level_of_own_plan';
    END IF;
    IF EXISTS (
        SELECT 1 FROM plans_policy WHERE parent_id = NEW.id AND plan_id <> NEW.plan_id
    ) THEN
        RAISE EXCEPTION 'policies below are of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_parent_of_own_plan';
    END IF;
    IF EXISTS (
        SELECT 1 FROM plans_policy child
            JOIN plans_policylevel below ON below.id = child.level_id
            WHERE child.parent_id = NEW.id
                AND (below.axis <> own.axis OR below.depth <> own.depth + 1)
    ) THEN
        RAISE EXCEPTION 'policies below stay at their level'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_parent_one_level_up';
    END IF;
    IF NEW.parent_id IS NULL THEN
        IF own.depth <> 1 THEN
            RAISE EXCEPTION 'a policy below the top level needs a parent'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_parent_one_level_up';
        END IF;
        RETURN NULL;
    END IF;
    SELECT plan_id INTO parent_plan FROM plans_policy WHERE id = NEW.parent_id FOR SHARE;
    SELECT level.* INTO above FROM plans_policylevel level
        JOIN plans_policy policy ON policy.level_id = level.id WHERE policy.id = NEW.parent_id;
    IF parent_plan <> NEW.plan_id THEN
        RAISE EXCEPTION 'parent in another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_parent_of_own_plan';
    END IF;
    IF above.axis <> own.axis OR above.depth <> own.depth - 1 THEN
        RAISE EXCEPTION 'a level is skipped'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_parent_one_level_up';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER plans_policy_hierarchy
    AFTER INSERT OR UPDATE OF plan_id, level_id, parent_id ON plans_policy
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_check_policy();

CREATE FUNCTION plans_check_policy_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT plan_id FROM plans_policy WHERE id = NEW.policy_id)
        <> (SELECT plan_id FROM plans_policy WHERE id = NEW.parent_id) THEN
        RAISE EXCEPTION 'link into another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_link_within_plan';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER plans_policy_link_within_plan
    AFTER INSERT OR UPDATE ON plans_policylink
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_check_policy_link();
"""

DROP = """
DROP TRIGGER plans_policy_link_within_plan ON plans_policylink;
DROP FUNCTION plans_check_policy_link();
DROP TRIGGER plans_policy_hierarchy ON plans_policy;
DROP FUNCTION plans_check_policy();
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_create_plans")]

    operations = [migrations.RunSQL(CREATE, DROP)]
