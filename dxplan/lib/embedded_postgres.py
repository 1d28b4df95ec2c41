"""The embedded PostgreSQL of a data folder: found or started, stopped when its last user leaves.

Processes on one data folder agree through two lock files, which the system releases when a process
ends, however it ends. `postgres.lock` is held while one of them makes, starts or stops the server;
`postgres.users` is shared by all that use it.
"""

import atexit
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from fasteners import InterProcessLock, InterProcessReaderWriterLock

from dxplan.lib.postgres_cluster import existing_cluster, password
from dxplan.lib.postgres_control import (
    files_of_running_server,
    pid_file,
    start,
    start_problem,
    stop,
)
from dxplan.lib.startup import StartupProblem, made_writable

DATABASE = "dxplan"
SECONDS_TO_WAIT = 60
SECONDS_TO_WRITE_PID_FILE = 3
SECONDS_TO_END = 10

_known: dict[Path, dict] = {}
_uses: dict[Path, InterProcessReaderWriterLock] = {}
_one_thread = threading.RLock()


def known_server(folder: Path) -> dict | None:
    """What `ensure_server` found the last time in this process, None before the first time."""
    return _known.get(folder)


def ensure_server(folder: Path) -> dict:
    """psycopg's parameters of the server of data folder `folder`, which is started if it does not
    run. It stays this process's until the process ends.

    Raises StartupProblem where it cannot be started.
    """
    real = made_writable(folder).resolve()
    with _alone(real):
        _use(real)
        cluster = existing_cluster(real)
        server = _running(cluster) or _start(cluster)
        _make_database(server)
    _known[folder] = server
    return server


@contextmanager
def _alone(folder: Path):
    """No other thread or process makes, starts or stops the server of `folder` meanwhile."""
    lock = InterProcessLock(folder / "postgres.lock")
    with _one_thread:
        if not lock.acquire(timeout=2 * SECONDS_TO_WAIT):
            raise StartupProblem(
                "別の処理がデータベースを開始しているか停止しているため、待ち続けています。"
                "しばらくしてから、もう一度実行してください。"
            )
        try:
            yield
        finally:
            lock.release()


def _use(folder: Path) -> None:
    if folder not in _uses:
        _uses[folder] = InterProcessReaderWriterLock(folder / "postgres.users")
        _uses[folder].acquire_read_lock()
        atexit.register(_leave, folder)


def _leave(folder: Path) -> None:
    """Stops the server where no other process uses it."""
    with suppress(OSError, StartupProblem), _alone(folder):
        use = _uses.pop(folder)
        use.release_read_lock()
        if use.acquire_write_lock(blocking=False) and _postmaster(folder / "postgres"):
            stop(folder / "postgres")
        use.lockfile.close()


def _start(cluster: Path) -> dict:
    _remove_traces(cluster)
    said = start(cluster)
    server = _running(cluster)
    if server is None:
        raise start_problem(cluster, said)
    return server


def _running(cluster: Path) -> dict | None:
    """The server of `cluster` once it takes connections, None where none runs."""
    begin = time.monotonic()
    while _postmaster(cluster):
        lines = _pid_file_lines(cluster)
        waited = time.monotonic() - begin
        if len(lines) >= 8 and lines[7] == "ready":
            return _parameters(cluster, lines)
        if len(lines) < 8 and waited > SECONDS_TO_WRITE_PID_FILE:
            return None  # damaged: nobody can find that server, it must be started anew
        if waited > SECONDS_TO_WAIT:
            raise StartupProblem(
                "データベースの復旧に時間がかかっています。数分待ってから、もう一度実行してください。"
            )
        time.sleep(0.05)
    return None


def _parameters(cluster: Path, pid_file_lines: list[str]) -> dict:
    port, socket_folder, address = pid_file_lines[3:6]
    return {
        "host": socket_folder or address,
        "port": port,
        "user": "postgres",
        "password": password(cluster),
        "dbname": DATABASE,
    }


def _pid_file_lines(cluster: Path) -> list[str]:
    try:
        return [line.strip() for line in pid_file(cluster).read_text().splitlines()]
    except (OSError, ValueError):
        return []


def _postmaster(cluster: Path) -> psutil.Process | None:
    """The living server of `cluster`, not just any process that got its number."""
    try:
        process = psutil.Process(int(_pid_file_lines(cluster)[0]))
        return process if _is_postgres(process) and _serves(process, cluster) else None
    except (IndexError, ValueError, psutil.Error):
        return None


def _is_postgres(process: psutil.Process) -> bool:
    return process.name().startswith("postgres")


def _serves(process: psutil.Process, cluster: Path) -> bool:
    try:
        return any(Path(argument) == cluster for argument in process.cmdline())
    except psutil.AccessDenied:
        return True


def _remove_traces(cluster: Path) -> None:
    """Ends what a killed server left running, and removes the files that speak of it.

    PostgreSQL itself does not start as long as the number in them is any living process's.
    """
    for end in (psutil.Process.terminate, psutil.Process.kill):
        _end_all(cluster, end)
    for file in files_of_running_server(cluster):
        file.unlink(missing_ok=True)


def _end_all(cluster: Path, end: Callable[[psutil.Process], None]) -> None:
    leftovers = [process for process in psutil.process_iter() if _works_in(process, cluster)]
    for process in leftovers:
        with suppress(psutil.NoSuchProcess):
            end(process)
    until = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < until and any(_works_in(process, cluster) for process in leftovers):
        time.sleep(0.05)


def _works_in(process: psutil.Process, cluster: Path) -> bool:
    try:
        return _is_postgres(process) and Path(process.cwd()) == cluster
    except psutil.Error:
        return False


def _make_database(server: dict) -> None:
    server = server | {"dbname": "postgres", "connect_timeout": 10}
    with psycopg.connect(**server, autocommit=True) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(query, [DATABASE]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
