"""Files that a command writes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tui.cli.output import Refused


@contextmanager
def new_file(path: Path) -> Iterator[TextIO]:
    """Open a file that was not there, its owner's alone; where writing fails nothing is left of it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise Refused(f"The file cannot be made: {path}: {error.strerror}.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Refused(f"The file cannot be written: {path}: {error.strerror}.") from None
        raise
