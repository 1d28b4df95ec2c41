"""What a main loop waits for, set by threads and by handlers of signals."""

from contextlib import suppress
from queue import Empty, SimpleQueue

SECONDS_BETWEEN_LOOKS = 1


class Wakeup:
    """Has the methods of `threading.Event` that a loop needs, and may be set at any moment.

    An Event has a lock: a signal's handler that sets it while the same thread enters or leaves
    `wait` or `clear` waits for itself for ever. And what was set just before `clear` is lost.
    Here every `set` ends one `wait`, and there is nothing to clear.
    """

    def __init__(self) -> None:
        self._calls = SimpleQueue()

    def set(self) -> None:
        self._calls.put(None)

    def wait(self) -> None:
        while True:
            with suppress(Empty):
                # A signal that came to another thread, or just before this one slept, is only
                # handled when this one wakes.
                return self._calls.get(timeout=SECONDS_BETWEEN_LOOKS)

    def clear(self) -> None:
        """Nothing: see above."""
