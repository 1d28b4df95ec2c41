"""The database keeps the order of a fiscal year's life and of a review.

A year is planned, open, closed, and open again only when a second person granted it after the
closing. What was handed in stays as it is until it is withdrawn, sent back or reopened; the pairs
below are those of `plans.review`. Checklist states of a closed year stay, but for
those of a draft, which may be deleted.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION plans_check_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) IN (('planned', 'closed'), ('closed', 'planned')) THEN
        RAISE EXCEPTION 'no such step in the life of a fiscal year'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_year_state_in_order';
    END IF;
    IF OLD.state = 'closed' AND NEW.state = 'open' AND NOT EXISTS (
        SELECT 1 FROM plans_yearreopening
        WHERE plan_year_id = NEW.id AND is_granted
            AND (OLD.closed_at IS NULL OR answered_at >= OLD.closed_at)
    ) THEN
        RAISE EXCEPTION 'nobody granted the reopening'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_year_reopened_by_two';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER plans_year_life AFTER UPDATE ON plans_planyear
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION plans_check_year();

CREATE FUNCTION plans_is_review_step(before text, following text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT before = following OR (before, following) IN (
        ('draft', 'submitted'), ('returned', 'submitted'),
        ('submitted', 'draft'), ('submitted', 'approved'), ('submitted', 'returned'),
        ('approved', 'returned'), ('approved', 'checked'), ('approved', 'draft'),
        ('checked', 'draft')
    )
$$;

CREATE FUNCTION plans_reviewed_content(reviewed jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT reviewed - '{version,review_state,review_comment,review_comment_by_name,
        submitted_by_id,submitted_by_name,submitted_at,approved_by_id,approved_by_name,
        approved_at,checked_by_id,checked_by_name,checked_at,on_behalf_reason}'::text[]
$$;

CREATE FUNCTION plans_check_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.review_state NOT IN ('draft', 'checked') THEN
            RAISE EXCEPTION 'a review begins with a draft'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'review_state_in_order';
        END IF;
        RETURN NULL;
    END IF;
    IF NOT plans_is_review_step(OLD.review_state, NEW.review_state)
        OR (NEW.review_state = 'submitted' AND NEW.submitted_by_id IS NULL)
        OR (OLD.review_state = 'submitted' AND NEW.review_state = 'approved'
            AND NEW.approved_by_id IS NULL)
        OR (OLD.review_state = 'approved' AND NEW.review_state = 'checked'
            AND NEW.checked_by_id IS NULL)
    THEN
        RAISE EXCEPTION 'no such step in a review'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_state_in_order';
    END IF;
    IF plans_reviewed_content(to_jsonb(OLD)) IS DISTINCT FROM plans_reviewed_content(to_jsonb(NEW))
        AND (OLD.review_state <> NEW.review_state
            OR OLD.review_state NOT IN ('draft', 'returned'))
    THEN
        RAISE EXCEPTION 'what was handed in stays as it is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reviewed_content_stays';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION plans_keep_checklist_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM plans_planyear year
            JOIN plans_plan plan ON plan.id = year.plan_id AND plan.state <> 'draft'
            JOIN plans_checklist checklist ON checklist.plan_id = year.plan_id
            JOIN plans_checklistitem item ON item.checklist_id = checklist.id
        WHERE item.id = OLD.item_id AND year.fiscal_year = OLD.fiscal_year
            AND year.state = 'closed'
        FOR SHARE OF year
    ) THEN
        RAISE EXCEPTION 'a closed year keeps its checklists'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_year_keeps_its_checklists';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER plans_checklist_state_of_closed_year AFTER UPDATE ON plans_checkliststate
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION plans_keep_checklist_state();
CREATE TRIGGER plans_checklist_state_of_closed_year_removed AFTER DELETE ON plans_checkliststate
    FOR EACH ROW EXECUTE FUNCTION plans_keep_checklist_state();
"""

DROP = """
DROP FUNCTION plans_keep_checklist_state() CASCADE;
DROP FUNCTION plans_check_review() CASCADE;
DROP FUNCTION plans_reviewed_content(jsonb);
DROP FUNCTION plans_is_review_step(text, text);
DROP FUNCTION plans_check_year() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0008_add_year_cycle")]

    operations = [migrations.RunSQL(CREATE, DROP)]
