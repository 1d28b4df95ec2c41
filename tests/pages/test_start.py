import http.client
import os
import shutil
import signal
import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from random import randrange

import psutil
import psycopg
import pytest

from tests.processes import (
    SECONDS_TO_WAIT,
    copy_folder,
    data_folder,
    mounted,
    run,
    server_processes,
    spawned,
    wait_until,
)
from tests.smtp_server import mail_taker

FORM = "postgresql://利用者:パスワード@ホスト:5432/データベース名"
CHECK_THE_SERVER = (
    "エラー: データベースに接続できません。"
    "DATABASE_URL の内容と、データベースサーバーが動いているかを確認してください。"
)
# Leaves the static files uncompressed, which takes a second instead of ten.
QUICK = {"DXPLAN_DEBUG": "1"}


@pytest.fixture
def folder():
    with data_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def prepared_once():
    with data_folder() as folder:
        assert run("manage.py", "migrate", "-v0", folder=folder) == (0, "", "")
        yield folder


@pytest.fixture
def prepared(prepared_once, folder):
    """A data folder whose tables are there, which take the longest to make."""
    copy_folder(prepared_once, folder)
    return folder


@pytest.fixture
def port():
    """The first of three free ports, outside the range that connections get theirs from."""
    return next(port for port in iter(lambda: randrange(20_000, 32_000), None) if is_free(port))


def is_free(port):
    for number in range(port, port + 3):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                return False
    return True


@contextmanager
def site(folder, port, *options, **variables):
    """A running `start` and the lines it printed until it served."""
    arguments = ("manage.py", "start", "--port", port, *options)
    with spawned(*arguments, folder=folder, **variables) as process:
        lines = []
        while not lines or "で動いています" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], (process.wait(), process.stderr.read())
        yield process, "".join(lines)


def ended(process, signal_number):
    """Return code, further output and errors of a site that is told to end as by a terminal."""
    os.killpg(process.pid, signal_number)
    output, errors = process.communicate(timeout=SECONDS_TO_WAIT)
    return process.returncode, output, errors


def fetch(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def start(folder, port, *options, **variables):
    return run("manage.py", "start", "--port", port, *options, folder=folder, **variables)


def test_interrupted_first_start_is_completed_and_later_ones_prepare_nothing(folder, port):
    demo = {"DXPLAN_DEMO_PASSWORD": "correct horse"}
    with spawned("manage.py", "start", "--port", port, folder=folder, **demo) as process:
        wait_until(lambda: process.poll() or list(folder.glob("static/plotly.min.*.js")))
        process.kill()
        database, loading, _, *accounts, parts = process.stdout.read().splitlines()
    assert (database, loading) == ("データベースを準備しています…", "見本の町を読み込んでいます…")
    assert parts == "画面の部品を準備しています（初回と更新後だけ、30秒ほどかかります）…"

    script = next(folder.glob("static/plotly.min.*.js"))
    script.write_text("half a script")
    running = f"http://127.0.0.1:{port} で動いています（終了: Ctrl+C）"
    with site(folder, port, **demo) as (process, lines):
        assert lines.splitlines() == [database, *accounts, parts, running]
        assert len(fetch(port, f"/static/{script.name}")[1]) > 4_000_000
        assert ended(process, signal.SIGINT) == (0, "", "")
    assert server_processes(folder) == []

    with site(folder, port, **demo) as (process, lines):
        assert fetch(port, "/healthz") == (200, b"ok")
        assert lines.splitlines() == [database, *accounts, running]
        assert ended(process, signal.SIGTERM) == (0, "", "")
    assert server_processes(folder) == []


def test_start_without_demo_shows_the_link_of_the_first_administrator(folder, port):
    with site(folder, port, "--no-demo", **QUICK) as (process, lines):
        link = lines.splitlines()[2]
        assert fetch(port, link.removeprefix(f"http://127.0.0.1:{port}"))[0] == 200
        assert ended(process, signal.SIGHUP) == (0, "", "")
    assert lines == (
        "データベースを準備しています…\n"
        "次のアドレスで最初の管理者と町を登録してください（1回だけ使えます）。\n"
        f"{link}\n"
        "画面の部品を準備しています（初回と更新後だけ、30秒ほどかかります）…\n"
        f"http://127.0.0.1:{port} で動いています（終了: Ctrl+C）\n"
    )


def test_second_start_on_one_folder_names_the_address_of_the_first(prepared, port):
    with site(prepared, port, "--no-demo", **QUICK):
        assert start(prepared, port + 1) == (
            1,
            "",
            f"エラー: すでに http://127.0.0.1:{port} で動いています。ブラウザーでそこを開くか、"
            "そちらを終了してからもう一度実行してください。\n",
        )
        assert run("manage.py", "migrate", "-v0", folder=prepared) == (0, "", "")
        assert fetch(port, "/healthz") == (200, b"ok")


def test_port_in_use_is_told_before_anything_is_made(folder, port):
    with socket.create_server(("127.0.0.1", port)):
        assert start(folder, port) == (
            1,
            "",
            f"エラー: ポート {port} は使えません。ほかのプログラムが使っていないか確認するか、"
            "--port 8000 のように別の番号を指定してください。(詳細: Address already in use)\n",
        )
    assert not (folder / "postgres").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_port_that_is_none_is_told(folder, port):
    code, output, errors = start(folder, port)
    assert (code, output) == (2, "")
    assert errors.splitlines()[-1] == (
        "manage.py start: error: argument --port: "
        "ポートは 1 から 65535 までの番号で指定してください。"
    )


def test_killed_start_leaves_nothing_in_the_way_of_the_next(prepared, port):
    with site(prepared, port, "--no-demo", **QUICK) as (killed, _):
        workers = psutil.Process(killed.pid).children()
        killed.kill()
        killed.wait()
        with site(prepared, port, "--no-demo", **QUICK) as (process, _):
            assert fetch(port, "/healthz") == (200, b"ok")
            assert ended(process, signal.SIGINT) == (0, "", "")
    assert workers != []
    wait_until(lambda: not any(worker.is_running() for worker in workers))
    assert server_processes(prepared) == []


def test_site_finds_its_database_again_after_that_was_killed(prepared, port):
    with site(prepared, port, "--no-demo", **QUICK) as (process, _):
        needs_database = {"Cookie": "sessionid=unknown"}
        assert fetch(port, "/accounts/login/", **needs_database)[0] == 200
        server_processes(prepared)[0].kill()
        assert fetch(port, "/accounts/login/", **needs_database)[0] == 200
        assert ended(process, signal.SIGINT) == (0, "", "")
    assert server_processes(prepared) == []


def test_killed_worker_is_replaced(prepared, port):
    with site(prepared, port, "--no-demo", **QUICK) as (process, _):
        for worker in psutil.Process(process.pid).children():
            worker.kill()
        wait_until(lambda: answers(port))
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=SECONDS_TO_WAIT)
        assert process.returncode == 0


def work_processes(process):
    found = []
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.Error):  # it may end at this moment
            found += [child] if "work" in child.cmdline() else []
    return found


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_site_keeps_a_process_for_works_and_leaves_none(prepared, port, signal_number):
    with site(prepared, port, "--no-demo", **QUICK) as (process, _):
        wait_until(lambda: work_processes(process))
        first = work_processes(process)
        wait_until(lambda: {child.nice() for child in first} == {10})
        for child in first:
            child.kill()
        wait_until(lambda: set(work_processes(process)) - set(first))
        works = work_processes(process)
        os.killpg(process.pid, signal_number)
        process.wait(timeout=SECONDS_TO_WAIT)
    wait_until(lambda: not any(child.is_running() for child in works))
    wait_until(lambda: server_processes(prepared) == [] or signal_number == signal.SIGKILL)


OWING_SINCE_YESTERDAY = """
import datetime
from django.utils import timezone
from plans.models import NoticeChoice
from tests.factories import *
town = make_town()
place = make_department(town)
person = make_person("someone", town, role="staff", department=place)
NoticeChoice.objects.create(person=person, mail_address="a@example.lg.jp", kinds=["overdue"])
plan = make_plan(town)
yesterday = timezone.localdate() - datetime.timedelta(days=1)
make_plan_year(plan, 2025, due_on=yesterday)
make_kpi(plan, departments=[place])
"""


def test_site_tells_of_due_dates_and_sends_mail_by_itself(folder, port):
    assert run("manage.py", "migrate", "-v0", folder=folder) == (0, "", "")
    assert run("manage.py", "shell", "-v0", "-c", OWING_SINCE_YESTERDAY, folder=folder)[0] == 0
    with mail_taker() as taker:
        mail = {"DXPLAN_SMTP_HOST": "127.0.0.1", "DXPLAN_SMTP_PORT": str(taker.port)}
        mail |= {"DXPLAN_SMTP_FROM": "dx@example.lg.jp"}
        with site(folder, port, "--no-demo", **QUICK, **mail) as (process, _):
            wait_until(lambda: taker.mails)
            assert ended(process, signal.SIGINT) == (0, "", "")
    assert [(address, "回答期限" in letter["Subject"]) for address, letter in taker.mails] == [
        ("a@example.lg.jp", True)
    ]
    assert server_processes(folder) == []


def answers(port):
    try:
        return fetch(port, "/healthz") == (200, b"ok")
    except (OSError, http.client.HTTPException):
        return False


def test_two_machines_start_on_one_database(folder, port):
    database = folder / "database"
    with site(database, port, "--no-demo", **QUICK):
        password = (database / "postgres" / "password").read_text()
        url = f"postgresql://postgres:{password}@/shared?host={server_socket(database)}"
        with psycopg.connect(url.replace("/shared", "/postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE shared")
        with ExitStack() as stack:
            both = [
                stack.enter_context(
                    spawned(
                        *("manage.py", "start", "--port", port + number),
                        folder=folder / str(number),
                        DATABASE_URL=url,
                        **QUICK,
                    )
                )
                for number in (1, 2)
            ]
            wait_until(lambda: answers(port + 1) and answers(port + 2))
            results = [ended(process, signal.SIGINT) for process in both]
    assert [(code, errors) for code, _, errors in results] == [(0, ""), (0, "")]
    loading = [output.count("見本の町を読み込んでいます…") for _, output, _ in results]
    assert sorted(loading) == [0, 1]
    assert not (folder / "1" / "postgres").exists()


def server_socket(folder):
    return (folder / "postgres" / "postmaster.pid").read_text().splitlines()[4]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "mysql://u:p@127.0.0.1/dxplan",
            f"エラー: DATABASE_URL が PostgreSQL を指していません。{FORM} の形で指定するか、"
            "DATABASE_URL を消して内蔵のデータベースを使ってください。",
        ),
        (
            "postgresql://u:p%ss@127.0.0.1/dxplan",
            f"エラー: DATABASE_URL を読み取れません。{FORM} の形で指定してください。"
            "パスワードなどの記号は %40（@）のように置き換えてください。",
        ),
        (
            "postgresql://u:p@127.0.0.1",
            "エラー: DATABASE_URL にデータベース名がありません。"
            f"{FORM} のように、最後にデータベース名を付けてください。",
        ),
        (
            "postgres://u:p@127.0.0.1:1/dxplan?sslmode=disable",
            f"{CHECK_THE_SERVER}(詳細: connection failed: connection to server at "
            '"127.0.0.1", port 1 failed: Connection refused)',
        ),
    ],
    ids=["scheme", "unreadable", "no name", "nobody there"],
)
def test_wrong_database_url_is_told(folder, port, url, message):
    assert start(folder, port, DATABASE_URL=url) == (
        1,
        "データベースを準備しています…\n",
        f"{message}\n",
    )


def test_silent_database_server_is_told_within_seconds(folder, port):
    begin = time.monotonic()
    with socket.create_server(("127.0.0.1", port + 1)):
        url = f"postgresql://u:p@127.0.0.1:{port + 1}/dxplan"
        assert start(folder, port, DATABASE_URL=url) == (
            1,
            "データベースを準備しています…\n",
            f"{CHECK_THE_SERVER}(詳細: connection timeout expired)\n",
        )
    assert time.monotonic() - begin < 15


def test_wrong_password_and_unknown_database_are_told(prepared, port):
    with site(prepared, port, "--no-demo", **QUICK):
        socket_folder = server_socket(prepared)
        where = f'connection to server on socket "{socket_folder}/.s.PGSQL.5432" failed'
        url = f"postgresql://postgres:wrong@/dxplan?host={socket_folder}"
        assert run("manage.py", "migrate", folder=prepared, DATABASE_URL=url)[2] == (
            f"{CHECK_THE_SERVER}(詳細: connection failed: {where}: "
            'FATAL:  password authentication failed for user "postgres")\n'
        )
        password = (prepared / "postgres" / "password").read_text()
        url = f"postgresql://postgres:{password}@/nowhere?host={socket_folder}"
        assert run("manage.py", "migrate", folder=prepared, DATABASE_URL=url)[2] == (
            f"{CHECK_THE_SERVER}(詳細: connection failed: {where}: "
            'FATAL:  database "nowhere" does not exist)\n'
        )


def test_read_only_data_folder_is_told(folder, port):
    with mounted(folder / "disk", "size=60m,ro") as disk:
        assert start(disk, port) == (
            1,
            "",
            f"エラー: データフォルダー {disk} に書き込めません。空き容量と書き込みの権限を"
            "確認するか、DXPLAN_DATA_DIR で別のフォルダーを指定してください。"
            "(詳細: Read-only file system)\n",
        )


def test_full_disk_is_told(folder, port):
    with mounted(folder / "disk", "size=60m") as disk:
        answer = start(disk, port)
        free = shutil.disk_usage(disk).free // 1024**2
        assert answer == (
            1,
            "データベースを準備しています…\n",
            f"エラー: データフォルダー {disk} の空き容量が足りません（空き {free} MB）。"
            "データベースを作るには 200 MB が必要です。空き容量を増やすか、"
            "DXPLAN_DATA_DIR で別のフォルダーを指定してください。\n",
        )


def test_command_that_needs_no_database_starts_none(folder):
    code, _, errors = run("manage.py", "help", folder=folder)
    assert (code, errors) == (0, "")
    assert not (folder / "postgres").exists()
