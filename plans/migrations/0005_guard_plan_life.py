"""The database keeps a plan's life and its parts in order.

A plan is drafted, in force, ended (and may be taken back from its end); an ended plan's hierarchy
stays as it is. A plan follows one of its own town; lines between policies join a plan and the one
it follows. A level moves to another depth or axis only together with what stands at it. What a
plan points to belongs to the plan or to its town.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION plans_check_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.state, NEW.state) IN (
        ('draft', 'ended'), ('in_force', 'draft'), ('ended', 'draft')
    ) THEN
        RAISE EXCEPTION 'no such step in the life of a plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_state_in_order';
    END IF;
    IF NEW.predecessor_id IS NOT NULL AND NEW.municipality_id <> (
        SELECT municipality_id FROM plans_plan WHERE id = NEW.predecessor_id
    ) THEN
        RAISE EXCEPTION 'follows a plan of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_follows_one_of_its_town';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER plans_plan_life AFTER INSERT OR UPDATE ON plans_plan
    FOR EACH ROW EXECUTE FUNCTION plans_check_plan();

CREATE FUNCTION plans_refuse_ended() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.plan_id ELSE NEW.plan_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM plans_plan WHERE id = touched AND state = 'ended' FOR SHARE) THEN
        RAISE EXCEPTION 'the plan has ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_plan_unwritable';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER plans_policy_of_living_plan AFTER INSERT OR UPDATE OR DELETE ON plans_policy
    FOR EACH ROW EXECUTE FUNCTION plans_refuse_ended();
CREATE TRIGGER plans_level_of_living_plan AFTER INSERT OR UPDATE OR DELETE ON plans_policylevel
    FOR EACH ROW EXECUTE FUNCTION plans_refuse_ended();
CREATE TRIGGER plans_section_of_living_plan AFTER INSERT OR UPDATE OR DELETE ON plans_section
    FOR EACH ROW EXECUTE FUNCTION plans_refuse_ended();

CREATE FUNCTION plans_check_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM plans_policylevel own
            JOIN plans_policy policy ON policy.level_id = own.id
            LEFT JOIN plans_policy parent ON parent.id = policy.parent_id
            LEFT JOIN plans_policylevel above ON above.id = parent.level_id
        WHERE (own.id = NEW.id OR above.id = NEW.id) AND (
            policy.plan_id <> own.plan_id
            OR (parent.id IS NULL AND own.depth <> 1)
            OR (parent.id IS NOT NULL AND (above.axis <> own.axis OR above.depth <> own.depth - 1))
        )
    ) THEN
        RAISE EXCEPTION 'policies stand at this level'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_level_keeps_its_place';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER plans_level_keeps_its_place
    AFTER UPDATE OF plan_id, axis, depth ON plans_policylevel
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_check_level();

CREATE FUNCTION plans_check_lineage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM plans_policy later
            JOIN plans_plan plan ON plan.id = later.plan_id
            JOIN plans_policy earlier ON earlier.plan_id = plan.predecessor_id
        WHERE later.id = NEW.later_id AND earlier.id = NEW.earlier_id
    ) THEN
        RAISE EXCEPTION 'not the plan before'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_lineage_from_plan_before';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER plans_lineage_from_plan_before
    AFTER INSERT OR UPDATE ON plans_policylineage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_check_lineage();

CREATE FUNCTION plans_check_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.committee_id IS NOT NULL AND NEW.plan_id <> (
        SELECT plan_id FROM plans_committee WHERE id = NEW.committee_id
    ) THEN
        RAISE EXCEPTION 'committee of another plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_committee_of_own_plan';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER plans_meeting_of_own_committee
    AFTER INSERT OR UPDATE ON plans_meeting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_check_meeting();

CREATE FUNCTION plans_is_foreign(framework bigint, plan bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM plans_framework f, plans_plan p
        WHERE f.id = framework AND p.id = plan AND f.municipality_id <> p.municipality_id
    )
$$;

CREATE FUNCTION plans_check_related_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF plans_is_foreign(NEW.framework_id, NEW.plan_id) THEN
        RAISE EXCEPTION 'framework of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'related_plan_framework_of_own_town';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER plans_related_plan_of_own_town
    AFTER INSERT OR UPDATE ON plans_relatedplan
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_check_related_plan();

CREATE FUNCTION plans_check_policy_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF plans_is_foreign(
        (SELECT framework_id FROM plans_frameworkitem WHERE id = NEW.item_id),
        (SELECT plan_id FROM plans_policy WHERE id = NEW.policy_id)
    ) THEN
        RAISE EXCEPTION 'item of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_item_of_own_town';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER plans_policy_item_of_own_town
    AFTER INSERT OR UPDATE ON plans_policyframeworkitem
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plans_check_policy_item();
"""

DROP = """
DROP FUNCTION plans_check_policy_item() CASCADE;
DROP FUNCTION plans_check_related_plan() CASCADE;
DROP FUNCTION plans_is_foreign(bigint, bigint);
DROP FUNCTION plans_check_meeting() CASCADE;
DROP FUNCTION plans_check_lineage() CASCADE;
DROP FUNCTION plans_check_level() CASCADE;
DROP FUNCTION plans_refuse_ended() CASCADE;
DROP FUNCTION plans_check_plan() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_add_sections_meetings_and_life")]

    operations = [migrations.RunSQL(CREATE, DROP)]
