"""A process for works as `start` runs it, which also knows kinds that wait, hang or die."""

import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()

from django.db import connection

from dxplan.accounts.permissions import Action
from dxplan.lib.audit import trail_tables
from dxplan.lib.postgresql.application_role import application_login, prepare_application_role
from plans import work_running
from plans.work import File, Outcome, kind_of_work
from tests.processes import spawned, wait_until


@kind_of_work("until", "待つ作業", Action.EXPORT)
def until(job, *, path):
    """Ends when there is a file at `path`."""
    job.tell("待っています", 1, 2)
    while not Path(path).exists():
        time.sleep(0.02)
    return Outcome(file=File(b"done", "済.txt", "text/plain"))


@kind_of_work("dying", "倒れる作業", Action.EXPORT)
def dying(job):
    os._exit(9)


@contextmanager
def work_process(folder, **variables):
    """A running process for works on this test's database, up to its end."""
    with spawned("-m", "tests.work_process", folder=folder, **_database(), **variables) as process:
        yield process
        process.terminate()
        process.wait()


def _database():
    server = connection.get_connection_params()
    url = f"postgresql://{server['user']}:{server['password']}@/{server['dbname']}"
    address = f"{url}?host={server['host']}&port={server['port']}"
    return {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}


def wait_for_worker():
    wait_until(work_running.is_somebody_working)


@contextmanager
def application_role():
    """The role with which processes for works connect to this test's database."""
    server = connection.get_connection_params()
    with connection.cursor() as cursor:
        prepare_application_role(cursor, server, trail_tables())
    yield
    role = application_login(server)["user"]
    with connection.cursor() as cursor:
        cursor.execute(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"')


if __name__ == "__main__":
    work_running.LONGEST_SILENCE = float(os.environ.get("LONGEST_SILENCE", "600"))
    call_command("work", *sys.argv[1:])
