import signal
import threading
import time
from contextlib import contextmanager

import pytest

from dxplan.lib.wakeup import Wakeup


@contextmanager
def storm(handler):
    """Signals that arrive ten thousand times a second, whatever this thread is doing."""
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows sends no such signals")
def test_wait_ends_however_signals_fall_into_it():
    wakeup = Wakeup()
    until = time.monotonic() + 0.5
    waits = 0
    with storm(lambda *_: wakeup.set()):
        while time.monotonic() < until:
            wakeup.wait()
            wakeup.clear()
            waits += 1
    assert waits > 100


def test_what_was_set_before_clear_still_ends_a_wait():
    wakeup = Wakeup()
    wakeup.set()
    wakeup.clear()
    waiting = threading.Thread(target=wakeup.wait, daemon=True)
    waiting.start()
    waiting.join(timeout=5)
    assert not waiting.is_alive()
