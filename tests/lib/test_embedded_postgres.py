import os
import shutil
import signal
import subprocess
from contextlib import ExitStack

import psutil
import pytest

from tests.processes import (
    copy_folder,
    data_folder,
    mounted,
    run,
    server_processes,
    spawned,
    wait_until,
)

# Counts its own runs in the database, tells how many there were, and stays until its input ends.
PROGRAM = """
import sys
from pathlib import Path
import psycopg
from dxplan.lib.embedded_postgres import ensure_server
from dxplan.lib.startup import StartupProblem
try:
    server = ensure_server(Path(sys.argv[1]))
except StartupProblem as problem:
    sys.exit(str(problem))
with psycopg.connect(**server) as connection:
    connection.execute("SELECT pg_advisory_xact_lock(1)")
    connection.execute("CREATE TABLE IF NOT EXISTS run (at timestamptz)")
    connection.execute("INSERT INTO run VALUES (now())")
    count = connection.execute("SELECT count(*) FROM run").fetchone()[0]
    pid = connection.execute(
        "SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)"
    ).fetchone()[0]
print(count, pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def empty_folder():
    with data_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def used_once():
    with data_folder() as folder:
        use(folder)
        yield folder


@pytest.fixture
def folder(used_once, empty_folder):
    """A data folder whose database was used once and is stopped."""
    copy_folder(used_once, empty_folder)
    return empty_folder


@pytest.fixture
def staying():
    """Starts a process that uses a folder's server until its input ends."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(spawned("-c", PROGRAM, folder, folder=folder))


def use(folder):
    """Uses the server and leaves; how often that was done so far."""
    code, output, errors = run("-W", "default", "-c", PROGRAM, folder, folder=folder)
    assert (code, errors) == (0, "")
    return int(output.split()[0])


def problem(folder):
    code, output, errors = run("-c", PROGRAM, folder, folder=folder)
    assert (code, output) == (1, "")
    return errors


def pid_file(folder):
    return folder / "postgres" / "postmaster.pid"


def test_server_of_fresh_folder_keeps_data_and_stops_with_its_last_user(empty_folder):
    assert use(empty_folder) == 1
    assert server_processes(empty_folder) == []
    assert use(empty_folder) == 2
    assert server_processes(empty_folder) == []


def test_two_first_users_at_once_share_one_server(empty_folder, staying):
    both = [staying(empty_folder), staying(empty_folder)]
    answers = [process.stdout.readline().split() for process in both]
    assert sorted(count for count, _ in answers) == ["1", "2"]
    assert answers[0][1] == answers[1][1]
    for process in both:
        process.communicate()
    assert server_processes(empty_folder) == []


def test_server_stops_with_its_last_user_though_another_was_killed(folder, staying):
    killed, last = staying(folder), staying(folder)
    assert killed.stdout.readline() and last.stdout.readline()
    killed.kill()
    killed.communicate()
    assert server_processes(folder) != []
    last.communicate()
    assert server_processes(folder) == []


def test_server_left_alone_by_killed_user_is_found_again(folder, staying):
    user = staying(folder)
    pid = user.stdout.readline().split()[1]
    user.kill()
    user.communicate()
    again = staying(folder)
    assert again.stdout.readline().split() == ["3", pid]
    again.communicate()
    assert server_processes(folder) == []


def test_killed_server_is_started_again_with_its_data(folder, staying):
    user = staying(folder)
    pid = int(user.stdout.readline().split()[1])
    os.kill(pid, signal.SIGKILL)
    assert use(folder) == 3
    user.communicate()


def test_stale_number_of_another_living_process_is_no_server(folder):
    lines = (os.getpid(), f"{folder}/postgres", 1, 5432, folder, "", "1 1", "ready")
    pid_file(folder).write_text("\n".join(map(str, lines)))
    assert use(folder) == 2


@pytest.mark.parametrize("content", ["", "{living}", "{living}\nhalf a li", "no number"])
def test_damaged_pid_file_of_stopped_server_is_removed(folder, content):
    pid_file(folder).write_text(content.format(living=os.getpid()))
    assert use(folder) == 2


def test_server_with_damaged_pid_file_is_started_anew(folder, staying):
    user = staying(folder)
    pid = int(user.stdout.readline().split()[1])
    pid_file(folder).write_text(f"{pid}\n")
    assert use(folder) == 3
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    user.communicate()


def test_first_start_killed_in_the_middle_is_done_again(empty_folder, staying):
    first = staying(empty_folder)
    wait_until(lambda: list(empty_folder.glob("postgres.new-*/cluster/base")))
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert not (empty_folder / "postgres").exists()
    assert use(empty_folder) == 1
    assert list(empty_folder.glob("postgres.new-*")) == []


def test_empty_folder_of_the_database_is_filled(empty_folder):
    (empty_folder / "postgres").mkdir()
    assert use(empty_folder) == 1


def test_folder_with_long_name_and_spaces(empty_folder):
    long = empty_folder / "Application Support" / ("長い名前" * 8)
    assert use(long) == 1
    assert use(long) == 2
    assert server_processes(long) == []


def test_other_version_is_told_and_left_alone(folder):
    version_file = folder / "postgres" / "PG_VERSION"
    version_file.write_text("16\n")
    assert problem(folder) == (
        f"フォルダー {folder}/postgres の中身は、このシステムの PostgreSQL 18 のデータベースでは"
        "ありません（版: 16）。中身には触れていません。"
        "DXPLAN_DATA_DIR で別のフォルダーを指定してください。\n"
    )
    version_file.write_text("18\n")
    assert use(folder) == 2


def test_files_of_others_are_told_and_left_alone(empty_folder):
    other = empty_folder / "postgres" / "letter.txt"
    other.parent.mkdir()
    other.write_text("大切")
    if os.geteuid() == 0:
        shutil.chown(other.parent, "pgserver")
    assert problem(empty_folder) == (
        f"フォルダー {empty_folder}/postgres の中身は、このシステムの PostgreSQL 18 の"
        "データベースではありません（版: 不明）。中身には触れていません。"
        "DXPLAN_DATA_DIR で別のフォルダーを指定してください。\n"
    )
    assert other.read_text() == "大切"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_database_of_another_user_is_told(folder):
    os.chown(folder / "postgres", 54321, -1)
    assert problem(folder) == (
        f"データベースのフォルダー {folder}/postgres は別の利用者（54321）のものです。"
        "その利用者で実行するか、DXPLAN_DATA_DIR で別のフォルダーを指定してください。\n"
    )


def test_read_only_folder_is_told(empty_folder):
    with mounted(empty_folder / "disk", "size=60m,ro") as disk:
        assert problem(disk) == (
            f"データフォルダー {disk} に書き込めません。空き容量と書き込みの権限を確認するか、"
            "DXPLAN_DATA_DIR で別のフォルダーを指定してください。(詳細: Read-only file system)\n"
        )


def test_too_small_disk_is_told_before_anything_is_made(empty_folder):
    with mounted(empty_folder / "disk", "size=60m") as disk:
        assert problem(disk) == (
            f"データフォルダー {disk} の空き容量が足りません（空き 60 MB）。"
            "データベースを作るには 200 MB が必要です。空き容量を増やすか、"
            "DXPLAN_DATA_DIR で別のフォルダーを指定してください。\n"
        )
        assert sorted(path.name for path in disk.iterdir()) == ["postgres.lock", "postgres.users"]


def test_full_disk_at_later_start_is_told_and_keeps_the_data(empty_folder):
    with mounted(empty_folder / "disk", "size=250m") as disk:
        assert use(disk) == 1
        filler = disk / "filler"
        leave_blocks = "head -c 1G /dev/zero > filler; truncate -s -8K filler"
        subprocess.run(leave_blocks, shell=True, cwd=disk, capture_output=True, check=False)
        assert problem(disk) == (
            f"データベースを開始できません。データフォルダー {disk} のディスクに空きがありません。"
            "空き容量を増やしてから、もう一度実行してください。\n"
        )
        filler.unlink()
        assert use(disk) == 2
