"""Real processes, folders and disks for tests of starting and stopping."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_WAIT = 300  # for a machine that is busy with other things


def environment(folder, **variables):
    """This process's environment without what decides where the data are, and which settings."""
    ours = ("DATABASE_URL", "DXPLAN_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"DXPLAN_DATA_DIR": str(folder)} | variables


@contextmanager
def spawned(*arguments, folder, **variables):
    """A Python process, killed at the latest at the end."""
    with subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(folder, **variables),
        start_new_session=True,  # a signal for its group must not reach the test run
        preexec_fn=_hear_signals,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _hear_signals():
    """A test run under `nohup` or in the background passes on that it ignores them."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def run(*arguments, folder, **variables):
    """Return code, output and errors of a Python process that ends by itself."""
    with spawned(*arguments, folder=folder, **variables) as process:
        output, errors = process.communicate(timeout=SECONDS_TO_WAIT)
    return process.returncode, output, errors


def server_processes(folder):
    """The PostgreSQL processes that work somewhere in `folder`, a server itself first."""
    found = [p for p in psutil.process_iter() if _works_in(p, Path(folder).resolve())]
    return sorted(found, key=lambda process: process.create_time())


@contextmanager
def data_folder():
    """A new folder that PostgreSQL's own user can reach, which pytest closes its folders to."""
    with tempfile.TemporaryDirectory(prefix="dxplan-test-", ignore_cleanup_errors=True) as name:
        try:
            yield Path(name)
        finally:
            stop_servers(name)


def copy_folder(source, target):
    """Copies what lies in `source` with its owners, which Python's own copying does not keep."""
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)


def stop_servers(folder):
    for process in server_processes(folder):
        process.kill()


def _works_in(process, folder):
    try:
        return process.name() == "postgres" and folder in Path(process.cwd()).parents
    except psutil.Error:
        return False


def wait_until(condition):
    until = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


@contextmanager
def mounted(path, options):
    """A small disk of its own at `path`; skips the test where this machine refuses mounts."""
    path.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mount is refused here")
    try:
        yield path
    finally:
        stop_servers(path)
        subprocess.run(["umount", "--lazy", str(path)], check=True)
