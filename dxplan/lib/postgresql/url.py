"""The server that DATABASE_URL names, and the login that DATABASE_APPLICATION_URL names."""

import os

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from dxplan.lib.startup import StartupProblem

EXAMPLE = "postgresql://利用者:パスワード@ホスト:5432/データベース名"


def given_server() -> dict | None:
    """psycopg's parameters out of DATABASE_URL, None where it is not set.

    Raises StartupProblem where it is not the address of a PostgreSQL database.
    """
    return _read("DATABASE_URL")


def given_application_login() -> dict | None:
    """User and password out of DATABASE_APPLICATION_URL, None where it is not set."""
    server = _read("DATABASE_APPLICATION_URL")
    return server and {name: server[name] for name in ("user", "password") if name in server}


def _read(variable: str) -> dict | None:
    url = os.environ.get(variable, "").strip()
    if not url:
        return None
    if not url.startswith(("postgres://", "postgresql://")):
        raise StartupProblem(
            f"{variable} が PostgreSQL を指していません。{EXAMPLE} の形で指定するか、"
            f"{variable} を消して内蔵のデータベースを使ってください。"
        )
    try:
        server = conninfo_to_dict(url)
    except ProgrammingError as error:
        # The driver's words are left out: they may repeat a piece of the password.
        raise StartupProblem(
            f"{variable} を読み取れません。{EXAMPLE} の形で指定してください。"
            "パスワードなどの記号は %40（@）のように置き換えてください。"
        ) from error
    if not server.get("dbname"):
        raise StartupProblem(
            f"{variable} にデータベース名がありません。"
            f"{EXAMPLE} のように、最後にデータベース名を付けてください。"
        )
    return server
