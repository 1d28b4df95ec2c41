"""The role with which pages talk to the database: it reads and writes rows, and nothing else.

Tables, triggers and functions belong to the owner, with whom `start` and the other commands prepare
the database. The application's role cannot change them, and it can neither write nor remove what
the audit trail holds: only the triggers write there. See docs/decisions/0011-two-database-roles.md.
"""

import hashlib
import hmac
from collections.abc import Iterable

from psycopg import sql

from dxplan.lib.postgresql.url import given_application_login

PURPOSE = b"dxplan application role"
KEPT = ("django_migrations", "django_content_type", "pghistory_context")
# Functions that a trigger calls for its owner, whoever changes the row.
TRIGGER_FUNCTIONS = """
SELECT proname FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'pgtrigger%'
"""

_state = {"is_application": False}


def serve_as_application() -> None:
    """From now on this process connects with the application's role instead of the owner's."""
    _state["is_application"] = True


def login_for_pages(server: dict) -> dict:
    """`server` (psycopg's parameters of the owner) as this process may use it."""
    return server | application_login(server) if _state["is_application"] else server


def application_login(server: dict) -> dict:
    """User and password of the application's role: DATABASE_APPLICATION_URL's, else one of our own.

    That password is made of the owner's, so that all machines come to the same without keeping it.
    """
    given = given_application_login()
    if given:
        return given
    key = (server.get("password") or "").encode()
    password = hmac.new(key, PURPOSE, hashlib.sha256).hexdigest()
    return {"user": f"{server['dbname']}_app", "password": password}


def prepare_application_role(cursor, server: dict, trail_tables: Iterable[str]) -> None:
    """Makes the role where it is missing and gives it what pages need; run by the owner.

    `trail_tables` are those of the audit trail. Safe to repeat after every change of the tables.
    """
    login = application_login(server)
    role = sql.Identifier(login["user"])
    if not given_application_login():
        _make_role(cursor, login)
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON {kept} FROM {role}",
    ):
        kept = sql.SQL(", ").join(map(sql.Identifier, [*KEPT, *trail_tables]))
        cursor.execute(sql.SQL(statement).format(role=role, kept=kept))
    _let_triggers_write(cursor)


def _make_role(cursor, login) -> None:
    role, password = sql.Identifier(login["user"]), sql.Literal(login["password"])
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login["user"]])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    cursor.execute(sql.SQL(f"{verb} ROLE {{}} LOGIN PASSWORD {{}}").format(role, password))


def _let_triggers_write(cursor) -> None:
    """The triggers' functions write to the trail as its owner: nobody else can."""
    cursor.execute(TRIGGER_FUNCTIONS)
    for (name,) in cursor.fetchall():
        statement = "ALTER FUNCTION {}() SECURITY DEFINER SET search_path = public"
        cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
