"""One web server per data folder, on this machine's own address."""

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import parent_process
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from fasteners import InterProcessLock
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from dxplan.lib.postgresql.application_role import serve_as_application
from dxplan.lib.startup import StartupProblem
from dxplan.lib.wakeup import Wakeup

HOST = "127.0.0.1"
MOST_WORKERS = 4
THREADS_PER_WORKER = 2
SECONDS_TO_FINISH = 5


@contextmanager
def only_one(folder: Path, address: str) -> Iterator[None]:
    """Holds the right to serve data folder `folder` at `address`; it ends with this process.

    Raises StartupProblem with the other's address where another process holds it.
    """
    lock = InterProcessLock(folder / "start.lock")
    address_file = folder / "start.address"
    if not lock.acquire(blocking=False):
        other = address_file.read_text() if address_file.exists() else "別の start"
        raise StartupProblem(
            f"すでに {other} で動いています。ブラウザーでそこを開くか、そちらを終了してから"
            "もう一度実行してください。"
        )
    try:
        address_file.write_text(address)
        yield
    finally:
        lock.release()


def check_port(port: int) -> None:
    """Raises StartupProblem where `port` cannot be listened on."""
    with socket.socket() as probe:
        if os.name != "nt":  # there the option would take a port away from its owner
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise StartupProblem(
                f"ポート {port} は使えません。ほかのプログラムが使っていないか確認するか、"
                f"--port {8001 if port == 8000 else 8000} のように別の番号を指定してください。"
                f"(詳細: {error.strerror})"
            ) from error


def serve(
    port: int, announce: Callable[[], None], beside: Callable[[], None] | None = None
) -> None:
    """Serves until Ctrl+C, SIGTERM or the end of the terminal; announces the first answer.

    Each worker process runs `beside` in a thread of its own; it never returns.
    """
    server = Granian(
        "",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=min(os.cpu_count() or 1, MOST_WORKERS),
        blocking_threads=THREADS_PER_WORKER,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_FINISH,
    )
    server.main_loop_interrupt = Wakeup()
    _end_with_terminal(server)
    waiting = threading.Thread(target=_announce_when_up, args=(server, announce), daemon=True)
    server.on_startup(waiting.start)
    try:
        server.serve(target_loader=partial(application, beside), wrap_loader=False)
    except SystemExit:
        if not server.interrupt_signal:
            raise StartupProblem(
                "画面を出す処理が続けて止まったため、終了しました。上の記録を確認してください。"
            ) from None


def application(beside: Callable[[], None] | None = None):
    """The site as a worker process of `serve` runs it."""
    if os.name != "nt":
        # A terminal signals its whole group at once. Workers leave it, so that each of them ends
        # by the one SIGTERM that `start` sends, and not before `start` knows of it.
        os.setpgid(0, 0)
        # Until Granian listens for it, `start`'s own handler would swallow it.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve_as_application()
    site = get_wsgi_application()
    if beside:
        threading.Thread(target=beside, daemon=True).start()
    return site


def _end_with_parent() -> None:
    """A worker whose `start` was killed would hold the port for ever."""
    parent_process().join()
    os._exit(1)


def _end_with_terminal(server: Granian) -> None:
    """Granian reloads at SIGHUP; here a closed terminal is the end, unless `nohup` was used."""
    if os.name != "nt":
        is_ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        handler = signal.SIG_IGN if is_ignored else server.signal_handler_interrupt
        server.on_startup(partial(signal.signal, signal.SIGHUP, handler))


def _announce_when_up(server: Granian, announce: Callable[[], None]) -> None:
    while len(server.wrks) < server.workers:  # no other thread while processes are forked
        time.sleep(0.02)
    while not _answers(server.bind_port):
        time.sleep(0.05)
    announce()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        connection.getresponse()
        return True
    return False
