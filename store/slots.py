"""A few places on this host that processes take in turn, and that the kernel frees when one of them dies."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from store.errors import StoreUnusable, TooBusy

LOOKS_EVERY = 0.02
"""Seconds between two looks for a free place: no lock waits for any of several."""

LOOKS = 1500
"""Looks, half a minute of them, before somebody is told to try again: nobody waits for ever (ASVS 15.4.3)."""


class Slots:
    """Files beside the store, each held by one process at most. They are empty, and stay."""

    def __init__(self, folder: Path, number: int) -> None:
        """Use so many places in this folder, which is made with the first one that is taken."""
        self._folder = folder
        self._number = number
        self._waiting = Event()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place. Raises TooBusy where none gets free, and StoreUnusable where none can be made."""
        taken = self._take()
        try:
            yield
        finally:
            os.close(taken)

    def _take(self) -> int:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            for _ in range(LOOKS):
                for number in range(self._number):
                    if (taken := _try(self._folder / str(number))) is not None:
                        return taken
                self._waiting.wait(LOOKS_EVERY)
        except OSError as error:
            raise StoreUnusable(_cause(error), self._folder) from error
        raise TooBusy


def _try(path: Path) -> int | None:
    place = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(place)
        return None
    except BaseException:
        os.close(place)
        raise
    return place


def _cause(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "full"
    return "no permission" if isinstance(error, PermissionError) else "cannot open"
