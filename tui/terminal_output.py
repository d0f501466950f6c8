"""Writing to a terminal that may stop reading, or be gone, without ever making the program wait.

Textual's writer thread has a queue of 30 writes and then blocks the event loop: no clock, no time limit and
no signal handler runs any more.
"""

import os
import select
import termios
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Final

MAX_WAITING: Final = 8 * 1024 * 1024
"""Characters that may wait to be written: several full screens of the largest size."""

CHUNK: Final = 16 * 1024
CLOSE_SECONDS: Final = 1.0
"""How long a terminal has for the last of what was written."""


class TerminalOutput:
    """A thread that writes to the terminal; `write` returns at once."""

    def __init__(self, descriptor: int, lost: Callable[[], None]) -> None:
        """Write to `descriptor`; call `lost`, once and from any thread, when nobody seems to read there."""
        self._descriptor = descriptor
        self._lost = lost
        self._texts: SimpleQueue[str | None] = SimpleQueue()
        self._lock = Lock()
        self._waiting = 0
        self._given_up = False
        self._thread = Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Have the text written in its turn."""
        with self._lock:
            if self._given_up:
                return
            self._waiting += len(text)
            too_much = self._waiting > MAX_WAITING
        if too_much:
            self._give_up()
        else:
            self._texts.put(text)

    def close(self) -> None:
        """Wait until everything is written, but not long."""
        self._texts.put(None)
        self._thread.join(CLOSE_SECONDS)
        if self._thread.is_alive():
            with self._lock:
                self._given_up = True
            # Or the program's last line, and its end, would wait for the reader as well.
            try:
                termios.tcflush(self._descriptor, termios.TCOFLUSH)
            except termios.error:
                return
            self._thread.join(CLOSE_SECONDS)

    def _give_up(self) -> None:
        with self._lock:
            first, self._given_up = not self._given_up, True
        if first:
            self._lost()

    def _run(self) -> None:
        while (text := self._texts.get()) is not None:
            data = text.encode("utf-8", "replace")
            for start in range(0, len(data), CHUNK):
                self._write(data[start : start + CHUNK])
            with self._lock:
                self._waiting -= len(text)

    def _write(self, data: bytes) -> None:
        # Past Python's own buffered files: a thread that hangs in one of those would keep the process from
        # ending, for it holds the lock with which the file is flushed at the end.
        while data and not self._given_up:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [], CLOSE_SECONDS)
            except OSError:
                self._give_up()
