"""Processes beside the server that are started again when they end, and end with it."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence

SECONDS_TO_END = 5
SHORT_LIFE, LONGEST_PAUSE = 10, 60  # seconds
# A group of its own: Ctrl+C in the terminal reaches the server alone, which then ends the others.
APART = (
    {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    if os.name == "nt"
    else {"process_group": 0}
)


class KeptProcesses:
    """So many processes of one command. Each has a pipe as its input that closes when this ends.

    `end_with_parent` in them takes care of the case in which nobody could end them.
    """

    def __init__(self, command: Sequence[str], number: int) -> None:
        self._command, self._number = command, number
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._running: set[subprocess.Popen] = set()

    def start(self) -> None:
        for _ in range(self._number):
            threading.Thread(target=self._keep, daemon=True).start()

    def end(self) -> None:
        """Ends them all, and waits for it."""
        with self._lock:
            self._ended.set()
            running = list(self._running)
        for process in running:
            process.terminate()
        for process in running:
            _wait_or_kill(process)

    def _keep(self) -> None:
        pause = 0
        while process := self._spawn():
            begin = time.monotonic()
            process.wait()
            self._running.discard(process)
            lived_long = time.monotonic() - begin > SHORT_LIFE
            pause = 1 if lived_long else min(2 * pause or 1, LONGEST_PAUSE)
            self._ended.wait(pause)

    def _spawn(self) -> subprocess.Popen | None:
        with self._lock:
            if self._ended.is_set():
                return None
            process = subprocess.Popen(self._command, stdin=subprocess.PIPE, **APART)
            self._running.add(process)
            return process


def _wait_or_kill(process) -> None:
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_parent() -> None:
    """Lets this process end as soon as the one that keeps it has ended, however it ended."""
    threading.Thread(target=_end_at_end_of_input, daemon=True).start()


def _end_at_end_of_input() -> None:
    os.read(0, 1)  # not sys.stdin, whose lock the end of the process would wait for
    os._exit(1)
