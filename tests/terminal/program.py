"""A program on a PTY of its own: bytes in, bytes out, how it ended."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import ptyprocess

from tests.leaks import record

_SPOILERS = ("NO_COLOR", "COLORTERM", "TERM", "LINES", "COLUMNS", "LC_", "LANG", "TEXTUAL")
_CAPABLE = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


class Program:
    """It is read only while something is waited for or sent, so there is no thread; what it wrote is kept."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str | None] | None = None,
        columns: int = 80,
        rows: int = 24,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        """Start it in a capable UTF-8 terminal; `env` adds to that, and None takes a variable away."""
        given = {name: value for name, value in os.environ.items() if not name.startswith(_SPOILERS)}
        wanted = {**given, **_CAPABLE, **(env or {})}
        self.raw = bytearray()
        """Every byte that ever came out."""
        self.output = record.program(argv, self.raw)
        """What is searched for secrets at the end of the test."""
        self.closed = False
        """Whether no more bytes can come."""
        self._process = ptyprocess.PtyProcess.spawn(
            list(argv),
            cwd=None if cwd is None else os.fspath(cwd),
            env={name: value for name, value in wanted.items() if value is not None},
            dimensions=(rows, columns),
        )
        self._fd = int(self._process.fd)
        os.set_blocking(self._fd, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process id."""
        return int(self._process.pid)

    @property
    def exit_status(self) -> int | None:
        """None while it runs, then its exit code, or the signal that ended it as a negative number."""
        if self._process.isalive():
            return None
        code = self._process.exitstatus
        return -int(self._process.signalstatus) if code is None else int(code)

    def read(self, seconds: float = 0.0) -> bool:
        """Take in what it writes, waiting at most `seconds` for something."""
        if self.closed:
            time.sleep(min(seconds, 0.02))
            return False
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except BlockingIOError:
            return False
        except OSError:  # How Linux says that the other side is closed.
            data = b""
        self.closed = not data
        self.raw += data
        self.received(data)
        return bool(data)

    def drain(self) -> None:
        """Take in all that has been written."""
        while self.read():
            pass

    def received(self, data: bytes) -> None:
        """Look at new output; for subclasses."""

    def send(self, data: bytes, timeout: float = 20) -> None:
        """Write bytes, reading meanwhile so that neither side waits for the other."""
        end = time.monotonic() + timeout
        while data:
            if self.closed or time.monotonic() > end:
                raise AssertionError(f"{len(data)} bytes were not taken")
            readable, writable, _ = select.select([self._fd], [self._fd], [], 0.1)
            if readable:
                self.read()
            if writable and not self.closed:
                try:
                    data = data[os.write(self._fd, data[:256]) :]
                except BlockingIOError:
                    continue

    def kill(self, sig: int = signal.SIGTERM) -> None:
        """Send a signal."""
        os.kill(self.pid, sig)

    def close(self) -> None:
        """Hang up, as a closed window does, and end what stays."""
        for sig in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
            end = time.monotonic() + 2
            if self.exit_status is None:
                self.kill(sig)
            while self.exit_status is None and time.monotonic() < end:
                self.read(0.05)
        self.drain()
        self._process.close(force=True)
