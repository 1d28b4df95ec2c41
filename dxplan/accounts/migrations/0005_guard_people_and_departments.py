"""The database knows which department carries on another's work, and keeps people in their town.

`department_on` follows a department's successors up to a day; every question who is responsible
asks it. `departments_behind` goes back from there, to all whose work that department then has. A
successor belongs to the same town and exists on the day after its predecessor's last;
so it ends later, and no chain runs in a circle. A role is given for a department of the person's
own town that exists (or whose successor does) on the role's first day. Only a system administrator
can do without a town, and nobody moves to another.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION department_on(department bigint, day date) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH RECURSIVE chain AS (
        SELECT id, valid_to, successor_id FROM accounts_department WHERE id = department
        UNION
        SELECT later.id, later.valid_to, later.successor_id
        FROM chain JOIN accounts_department later ON later.id = chain.successor_id
        WHERE chain.valid_to < day
    )
    SELECT id FROM chain WHERE successor_id IS NULL OR valid_to IS NULL OR valid_to >= day LIMIT 1
$$;

CREATE FUNCTION departments_behind(department bigint, day date) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH RECURSIVE behind AS (
        SELECT department_on(department, day) AS id
        UNION
        SELECT earlier.id
        FROM behind JOIN accounts_department earlier ON earlier.successor_id = behind.id
        WHERE earlier.valid_to < day
    )
    SELECT array_agg(id ORDER BY id) FROM behind WHERE id IS NOT NULL
$$;

CREATE FUNCTION accounts_check_department() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM accounts_department earlier
            JOIN accounts_department later ON later.id = earlier.successor_id
        WHERE (earlier.id = NEW.id OR later.id = NEW.id)
            AND later.municipality_id <> earlier.municipality_id
    ) THEN
        RAISE EXCEPTION 'successor in another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'department_successor_of_own_town';
    END IF;
    IF EXISTS (
        SELECT 1 FROM accounts_department earlier
            JOIN accounts_department later ON later.id = earlier.successor_id
        WHERE (earlier.id = NEW.id OR later.id = NEW.id)
            AND (later.valid_from > earlier.valid_to + 1 OR later.valid_to <= earlier.valid_to)
    ) THEN
        RAISE EXCEPTION 'successor does not exist on the day after'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'department_successor_takes_over';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER accounts_department_has_fit_successor
    AFTER INSERT OR UPDATE ON accounts_department
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_check_department();

CREATE FUNCTION accounts_check_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    town bigint := (SELECT municipality_id FROM accounts_user WHERE id = NEW.user_id);
    place accounts_department;
BEGIN
    IF town IS NULL AND NEW.role <> 'system_administrator' THEN
        RAISE EXCEPTION 'no town' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'assignment_without_town_for_administrators_only';
    END IF;
    IF NEW.department_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO place FROM accounts_department
        WHERE id = department_on(NEW.department_id, NEW.valid_from);
    IF place.municipality_id <> town THEN
        RAISE EXCEPTION 'department of another town'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_department_of_own_town';
    END IF;
    IF place.valid_from > NEW.valid_from OR place.valid_to < NEW.valid_from THEN
        RAISE EXCEPTION 'department does not exist on that day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_department_exists';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER accounts_assignment_within_town
    AFTER INSERT OR UPDATE OF user_id, role, department_id, valid_from ON accounts_assignment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_check_assignment();

CREATE FUNCTION accounts_keep_town() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account stays in its town'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'user_stays_in_town';
END $$;

CREATE TRIGGER accounts_user_stays_in_town
    BEFORE UPDATE OF municipality_id ON accounts_user
    FOR EACH ROW WHEN (OLD.municipality_id IS DISTINCT FROM NEW.municipality_id)
    EXECUTE FUNCTION accounts_keep_town();
"""

DROP = """
DROP FUNCTION accounts_keep_town() CASCADE;
DROP FUNCTION accounts_check_assignment() CASCADE;
DROP FUNCTION accounts_check_department() CASCADE;
DROP FUNCTION departments_behind(bigint, date);
DROP FUNCTION department_on(bigint, date);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_add_periods_versions_and_password_links")]

    operations = [migrations.RunSQL(CREATE, DROP)]
