"""Collects and compresses the static files, only where something changed since the last time."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

IGNORED = ["CVS", ".*", "*~"]  # as collectstatic does


def collect_static_files(stamp: Path, tell: Callable[[str], None]) -> None:
    """Fills STATIC_ROOT and writes what it was filled from to the file `stamp`.

    The stamp is gone while the work is under way, so that an interrupted one is done again.
    """
    wanted = _state()
    if stamp.exists() and stamp.read_text() == wanted and Path(settings.STATIC_ROOT).is_dir():
        return
    tell("画面の部品を準備しています（初回と更新後だけ、30秒ほどかかります）…")
    stamp.unlink(missing_ok=True)
    # All again: a file that a killed process wrote in part would be taken for a whole one.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)


def _state() -> str:
    lines = [settings.STORAGES["staticfiles"]["BACKEND"], str(settings.STATIC_ROOT)]
    for finder in get_finders():
        for path, storage in finder.list(IGNORED):
            found = Path(storage.path(path)).stat()
            lines.append(f"{storage.location} {path} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
