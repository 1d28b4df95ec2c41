"""The folder of one PostgreSQL: made where missing, and checked.

A cluster is made in a staging folder and renamed when complete, so that a first start which was
killed or ran out of space leaves nothing that looks like a database. It asks for the password that
lies beside its files.
"""

import secrets
import shutil
import tempfile
from pathlib import Path

from dxplan.lib.postgres_programs import VERSION, hand_over, is_ours, open_way, owner, run
from dxplan.lib.startup import StartupProblem

SPACE_NEEDED = 200 * 1024**2
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


def password(cluster: Path) -> str:
    return (cluster / "password").read_text().strip()


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
    if not is_ours(cluster):
        raise StartupProblem(
            f"データベースのフォルダー {cluster} は別の利用者（{owner(cluster)}）のものです。"
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
