"""The files that Twofold writes for a person, and only when asked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from store.rules.text import visible
from tui.units import day

if TYPE_CHECKING:
    from store.services.views import BackupCodesShown

MOST_TRIES = 100


def save_backup_codes(shown: "BackupCodesShown", folder: Path) -> Path:
    """Write the codes to a new file of this user's only, and return its path.

    It is never written over a file that is there. Raises OSError, and then leaves nothing behind.
    """
    text = "\n".join(
        (
            f"Backup codes for {visible(shown.username)} at {shown.issuer}",
            f"Set {shown.set_number}, {day(shown.made_at)}. Each works once.",
            "",
            *shown.codes,
            "",
        )
    )
    with new_text(folder, f"backup-codes-{shown.set_number}", ".txt") as (path, stream):
        stream.write(text)
    return path


@contextmanager
def new_text(folder: Path, stem: str, suffix: str) -> Iterator[tuple[Path, TextIO]]:
    """Open a file of this user's only, by a name that no file has; whole on the disk at the end.

    Where that does not come, nothing is left of it. Raises OSError.
    """
    path, file = _new_file(folder, stem, suffix)
    try:
        with os.fdopen(file, "w", encoding="utf-8", newline="") as stream:
            yield path, stream
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _new_file(folder: Path, stem: str, suffix: str) -> tuple[Path, int]:
    for number in range(1, MOST_TRIES):
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            continue
    raise FileExistsError(None, "too many files of that name")
