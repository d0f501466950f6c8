"""Files that a command begins, and goes on with when it is run again: their owner's alone."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.durable import sync_folder
from tui.cli.output import Refused


@contextmanager
def own_file(path: Path, heading: str, *, anew: bool) -> Iterator[int]:
    """Open a file that begins with the heading, made 0600, or one that was made so before; write at its end.

    `anew` empties what stood below the heading. Refuses every other file: a slip in a path must not spoil it.
    """
    try:
        descriptor = _open(path)
    except OSError as error:
        raise Refused(f"The file cannot be opened: {path}: {error.strerror}.") from None
    try:
        begin = f"{heading}\n".encode()
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or status.st_mode & 0o077 or not stat.S_ISREG(status.st_mode):
            raise Refused(f"Others can read or write the file, so nothing is written to it: {path}")
        if status.st_size and os.pread(descriptor, len(begin), 0) != begin:
            raise Refused(f"There is another file already: {path}. Name one that is not there.")
        with failures(path):
            if not status.st_size:
                write_all(descriptor, begin)
                sync_folder(path.parent)
            elif anew:
                os.ftruncate(descriptor, len(begin))
            elif os.pread(descriptor, 1, status.st_size - 1) != b"\n":
                # The line that a kill cut off.
                write_all(descriptor, b"\n")
        yield descriptor
    finally:
        os.close(descriptor)


def write_all(descriptor: int, content: bytes) -> None:
    """Write everything, whatever a single call takes."""
    while content:
        content = content[os.write(descriptor, content) :]


@contextmanager
def failures(path: Path) -> Iterator[None]:
    """Say in one line that the file cannot be written."""
    try:
        yield
    except OSError as error:
        raise Refused(f"The file cannot be written: {path}: {error.strerror}.") from None


def _open(path: Path) -> int:
    # Not waiting: to open a pipe that nobody reads would take for ever.
    flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, flags)
