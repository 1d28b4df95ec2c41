"""The database raises a user's session serial when the account or one of its roles changes.

A session remembers the serial of its login, so whoever makes the change, by whatever way, ends it.
The serial never goes down: a user object saved from an older copy cannot bring a session back.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION accounts_keep_session_serial() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.session_serial := greatest(NEW.session_serial, OLD.session_serial);
    IF (NEW.is_active, NEW.municipality_id) IS DISTINCT FROM (OLD.is_active, OLD.municipality_id)
    THEN
        NEW.session_serial := NEW.session_serial + 1;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER accounts_user_session_serial
    BEFORE UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_session_serial();

CREATE FUNCTION accounts_end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD IS DISTINCT FROM NEW THEN
        UPDATE accounts_user SET session_serial = session_serial + 1
            WHERE id IN (OLD.user_id, NEW.user_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER accounts_assignment_ends_sessions
    AFTER INSERT OR UPDATE OR DELETE ON accounts_assignment
    FOR EACH ROW EXECUTE FUNCTION accounts_end_sessions();
"""

DROP = """
DROP TRIGGER accounts_assignment_ends_sessions ON accounts_assignment;
DROP FUNCTION accounts_end_sessions();
DROP TRIGGER accounts_user_session_serial ON accounts_user;
DROP FUNCTION accounts_keep_session_serial();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_add_session_serial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
