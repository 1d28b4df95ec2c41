"""What can be wrong with the machine before a page is served, told in Japanese."""

import errno
import os
import secrets
from pathlib import Path

import platformdirs
from fasteners import InterProcessLock


class StartupProblem(Exception):
    """The product cannot run here as things are; the message is for the person at the machine."""


def database_problem(error: Exception) -> str:
    """A Japanese sentence for a database that does not answer, with the driver's first line."""
    if os.environ.get("DATABASE_URL"):
        advice = "DATABASE_URL の内容と、データベースサーバーが動いているかを確認してください。"
    else:
        advice = "もう一度実行しても同じなら、データフォルダーの空き容量を確認してください。"
    return f"データベースに接続できません。{advice}(詳細: {first_line(error)})"


def file_problem(error: OSError) -> str | None:
    """A Japanese sentence where the disk or its permissions are to blame, else None."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        advice = "ディスクに空きがありません。空き容量を増やしてから、もう一度実行してください。"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        advice = "読み書きできません。フォルダーの権限と所有者を確認してください。"
    else:
        return None
    return f"{error.filename or data_dir()}: {advice}(詳細: {error.strerror})"


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def data_dir() -> Path:
    """The folder of the embedded database, the secret key and stored files (DXPLAN_DATA_DIR)."""
    given = os.environ.get("DXPLAN_DATA_DIR")
    return Path(given or platformdirs.user_data_dir("dxplan")).expanduser().resolve()


def made_data_dir() -> Path:
    """`data_dir()`, made where missing. Raises StartupProblem where it cannot be written."""
    return made_writable(data_dir())


def made_writable(folder: Path) -> Path:
    """`folder`, made where missing. Raises StartupProblem where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _try_to_write(folder / f".write-{os.getpid()}")
    except OSError as error:
        raise StartupProblem(
            f"データフォルダー {folder} に書き込めません。空き容量と書き込みの権限を確認するか、"
            f"DXPLAN_DATA_DIR で別のフォルダーを指定してください。(詳細: {error.strerror})"
        ) from error
    return folder


def _try_to_write(path: Path) -> None:
    try:
        path.write_text("ok")
    finally:
        path.unlink(missing_ok=True)


def kept_secret(name: str, size: int = 50) -> str:
    """A random text made once and kept in the data folder as `name`, readable by its owner only."""
    folder = made_data_dir()
    path = folder / name
    try:
        with InterProcessLock(folder / "secrets.lock"):
            if not path.exists() or not path.stat().st_size:
                _write_secret(path, secrets.token_urlsafe(size))
        return path.read_text().strip()
    except OSError as error:
        raise StartupProblem(file_problem(error) or f"{path}: {error}") from error


def _write_secret(path: Path, text: str) -> None:
    """Writes aside and renames, so that a killed process never leaves an empty secret."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
