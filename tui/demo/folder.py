"""The folder that the demo's store and key live in, and that goes with the demo."""

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

PREFIX = "twofold-demo-"
IN_USE = "in-use"


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    """Give a new folder that only this user can look into, and remove it however the demo ends."""
    _sweep()
    folder = Path(mkdtemp(prefix=PREFIX))
    mark = _lock(folder / IN_USE, os.O_CREAT)
    try:
        yield folder
    finally:
        # A second signal must not interrupt what the first one asked for.
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(mark)


def _sweep() -> None:
    """Remove what demos left behind that were killed outright: their locks died with them."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            mark = _lock(folder / IN_USE)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(mark)


def _lock(path: Path, flags: int = 0) -> int:
    """Mark a folder as this process's; OSError where it is another's, or has no mark."""
    mark = os.open(path, os.O_RDWR | os.O_NOFOLLOW | flags, 0o600)
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(mark)
        raise
    return mark
