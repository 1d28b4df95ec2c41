"""Starts and stops the server of a cluster, which listens on a socket inside its own folder."""

import hashlib
import os
import shlex
import shutil
import tempfile
from pathlib import Path

from dxplan.lib.postgres_programs import (
    ON_WINDOWS,
    hand_over,
    is_ours,
    open_way,
    owner,
    run,
    wheel,
)
from dxplan.lib.startup import StartupProblem

SPACE_EXHAUSTED = 20 * 1024**2
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # bytes; Linux takes 107, macOS 103
SECONDS_TO_START = 60


def start(cluster: Path) -> str:
    """Starts the server of `cluster` and waits for it; what PostgreSQL said."""
    open_way(cluster)
    log = log_file(cluster)
    if log.exists():
        log.replace(log.with_suffix(".old"))
    options = ("-l", str(log), "-w", "-t", str(SECONDS_TO_START), "-o", _listening(cluster))
    _, said = run("pg_ctl", "-D", str(cluster), *options, "start")
    return said


def stop(cluster: Path) -> None:
    """Stops the server of `cluster`, whoever is connected."""
    run("pg_ctl", "-D", str(cluster), "-w", "-m", "fast", "stop")
    if not ON_WINDOWS and _socket_folder(cluster) != cluster:
        _socket_folder(cluster).rmdir()


def log_file(cluster: Path) -> Path:
    return cluster / "server.log"


def pid_file(cluster: Path) -> Path:
    return cluster / "postmaster.pid"


def files_of_running_server(cluster: Path) -> list[Path]:
    """The files that PostgreSQL removes when it stops, and leaves when it is killed."""
    if ON_WINDOWS:
        return [pid_file(cluster)]
    sockets = _socket_folder(cluster)
    return [pid_file(cluster), sockets / f"{SOCKET}.lock", sockets / SOCKET]


def start_problem(cluster: Path, said: str) -> StartupProblem:
    """Why the server of `cluster` did not start, from its log or else what `start` gave."""
    log = log_file(cluster)
    lines = (log.read_text(errors="replace") if log.exists() else said).splitlines()
    is_full = shutil.disk_usage(cluster).free < SPACE_EXHAUSTED
    if is_full or any("No space left on device" in line for line in lines):
        return StartupProblem(
            f"データベースを開始できません。データフォルダー {cluster.parent} のディスクに"
            "空きがありません。空き容量を増やしてから、もう一度実行してください。"
        )
    serious = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines or [said]
    return StartupProblem(
        f"データベースを開始できません。記録 {log} を確認してください。"
        f"(詳細: {serious[-1].strip()})"
    )


def _listening(cluster: Path) -> str:
    """The server's options that say where to listen, quoted for the shell that pg_ctl calls."""
    if ON_WINDOWS:
        return f"-h 127.0.0.1 -p {wheel.find_suitable_port()}"
    sockets = shlex.quote(f'unix_socket_directories="{_socket_folder(cluster)}"')
    return f"-p 5432 -c listen_addresses= -c {sockets}"


def _socket_folder(cluster: Path) -> Path:
    if len(os.fsencode(cluster / SOCKET)) <= LONGEST_SOCKET_PATH:
        return cluster
    name = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"dxplan-{name}"
    if not short.exists():
        short.mkdir(mode=0o700)
        hand_over(short)
        open_way(short)
    if not is_ours(short):
        raise StartupProblem(
            f"フォルダー {short} は別の利用者（{owner(short)}）のものです。"
            "DXPLAN_DATA_DIR でもっと短い名前のフォルダーを指定してください。"
        )
    return short
