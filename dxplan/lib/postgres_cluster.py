"""The folder of one PostgreSQL: made, checked, started and stopped.

A cluster is made in a staging folder and renamed when complete, so that a first start which was
killed or ran out of space leaves nothing that looks like a database. It listens on a socket inside
its own folder (on Windows on 127.0.0.1) and asks for the password that lies beside its files.
"""

import hashlib
import os
import secrets
import shlex
import shutil
import tempfile
from pathlib import Path

from dxplan.lib.postgres_programs import (
    ON_WINDOWS,
    VERSION,
    hand_over,
    open_way,
    run,
    server_uid,
    wheel,
)
from dxplan.lib.startup import StartupProblem

SPACE_NEEDED = 200 * 1024**2
SPACE_EXHAUSTED = 20 * 1024**2
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # bytes; Linux takes 107, macOS 103
SECONDS_TO_START = 60
INITDB = (
    *("--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"),
    # The same order of texts on every machine, whatever its language.
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)


def existing_cluster(folder: Path) -> Path:
    """The cluster of data folder `folder`, made where missing.

    Raises StartupProblem where it cannot be made or is another user's or version's.
    """
    cluster = folder / "postgres"
    _remove_staging(folder)
    if not cluster.exists() or _is_empty(cluster):
        _make(cluster)
    _check(cluster)
    return cluster


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


def password(cluster: Path) -> str:
    return (cluster / "password").read_text().strip()


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


def _make(cluster: Path) -> None:
    folder = cluster.parent
    free = shutil.disk_usage(folder).free
    if free < SPACE_NEEDED:
        raise StartupProblem(
            f"データフォルダー {folder} の空き容量が足りません（空き {free // 1024**2} MB）。"
            f"データベースを作るには {SPACE_NEEDED // 1024**2} MB が必要です。空き容量を増やすか、"
            "DXPLAN_DATA_DIR で別のフォルダーを指定してください。"
        )
    staging = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=folder))
    try:
        _fill(staging)
        if cluster.exists():
            cluster.rmdir()
        (staging / "cluster").rename(cluster)
    finally:
        _remove_staging(folder)


def _remove_staging(folder: Path) -> None:
    for staging in folder.glob("postgres.new-*"):
        shutil.rmtree(staging, ignore_errors=True)


def _fill(staging: Path) -> None:
    secret = staging / "password"
    secret.write_text(secrets.token_urlsafe(32))
    secret.chmod(0o600)
    hand_over(staging)
    hand_over(secret)
    arguments = (*INITDB, f"--pwfile={secret}", "-D", str(staging / "cluster"))
    open_way(secret)
    made, said = run("initdb", *arguments)
    if not made:
        detail = next((line for line in said.splitlines() if "error" in line), said)
        raise StartupProblem(
            f"データフォルダー {staging.parent} にデータベースを作れません。空き容量と権限を"
            f"確認するか、DXPLAN_DATA_DIR で別のフォルダーを指定してください。(詳細: {detail})"
        )
    secret.rename(staging / "cluster" / "password")


def _check(cluster: Path) -> None:
    if not _is_ours(cluster):
        raise StartupProblem(
            f"データベースのフォルダー {cluster} は別の利用者（{_owner(cluster)}）のものです。"
            "その利用者で実行するか、DXPLAN_DATA_DIR で別のフォルダーを指定してください。"
        )
    version_file = cluster / "PG_VERSION"
    version = version_file.read_text().strip() if version_file.exists() else "不明"
    if version != str(VERSION) or not (cluster / "password").exists():
        raise StartupProblem(
            f"フォルダー {cluster} の中身は、このシステムの PostgreSQL {VERSION} のデータベースでは"
            f"ありません（版: {version}）。中身には触れていません。"
            "DXPLAN_DATA_DIR で別のフォルダーを指定してください。"
        )


def _is_empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except PermissionError:
        return False


def _is_ours(path: Path) -> bool:
    return ON_WINDOWS or path.lstat().st_uid == server_uid()


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:  # a number without a name
        return str(path.stat().st_uid)


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
    if not _is_ours(short):
        raise StartupProblem(
            f"フォルダー {short} は別の利用者（{_owner(short)}）のものです。"
            "DXPLAN_DATA_DIR でもっと短い名前のフォルダーを指定してください。"
        )
    return short
