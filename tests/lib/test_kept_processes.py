"""Processes beside the server: started again when they end, and never left behind."""

import time

import psutil

from tests.processes import spawned, wait_until

CHILD = (
    "from dxplan.lib.kept_processes import end_with_parent; end_with_parent();"
    "import time; time.sleep(600)"
)
KEEPER = f"""
import sys
from dxplan.lib.kept_processes import KeptProcesses
kept = KeptProcesses([sys.executable, "-c", {CHILD!r}], 2)
kept.start()
print("started", flush=True)
sys.stdin.readline()
kept.end()
print("ended", flush=True)
sys.stdin.readline()
"""


def children(process):
    return [child for child in psutil.Process(process.pid).children() if child.is_running()]


def keeping(folder):
    return spawned("-c", KEEPER, folder=folder)


def wait_for_two(process):
    wait_until(lambda: len(children(process)) == 2)
    return children(process)


def is_gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_killed_process_is_started_again(tmp_path):
    with keeping(tmp_path) as keeper:
        first, second = wait_for_two(keeper)
        first.kill()
        wait_until(lambda: first not in children(keeper) and len(children(keeper)) == 2)
        assert second in children(keeper)


def test_processes_end_when_told_and_are_not_started_again(tmp_path):
    with keeping(tmp_path) as keeper:
        processes = wait_for_two(keeper)
        keeper.stdout.readline()
        print(file=keeper.stdin, flush=True)
        assert keeper.stdout.readline() == "ended\n"
        assert [is_gone(process) for process in processes] == [True, True]
        time.sleep(2)
        assert children(keeper) == []


def test_processes_end_with_a_killed_parent(tmp_path):
    with keeping(tmp_path) as keeper:
        processes = wait_for_two(keeper)
        keeper.kill()
        keeper.wait()
        wait_until(lambda: all(is_gone(process) for process in processes))


def test_process_that_ends_at_once_is_not_started_again_at_once(tmp_path):
    script = KEEPER.replace(repr(CHILD), repr("print('here', flush=True)")).replace(", 2)", ", 1)")
    with spawned("-c", script, folder=tmp_path) as keeper:
        time.sleep(6)
        print(file=keeper.stdin, flush=True)
        print(file=keeper.stdin, flush=True)
        output, _ = keeper.communicate()
    assert 2 <= output.count("here") <= 4
