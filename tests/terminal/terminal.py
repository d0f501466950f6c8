"""A program driven as a person would: by what stands on its screen."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence

import pyte

from tests.terminal import keys
from tests.terminal.emulator import Emulator
from tests.terminal.program import Program

_ESCAPE_GAP = 0.3
"""Seconds after Escape in which a further key would be read as one with Alt."""
_ASKS_FOR_FRAMES, _TAKES_FRAMES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Whether a frame is shown once it has come whole, as terminals of today do."""
_PART = 1024
"""Bytes; a page takes more, so that none comes and goes in one of them unseen."""


class Terminal(Program):
    """One program in a terminal window."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str | None] | None = None,
        columns: int = 80,
        rows: int = 24,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        """Open the window; `env` as for `Program`."""
        self._emulator = Emulator(columns, rows)
        self._escaped = 0.0
        super().__init__(argv, env=env, columns=columns, rows=rows, cwd=cwd)

    @property
    def screen(self) -> pyte.Screen:
        """The cells, for pictures."""
        return self._emulator.screen

    def text(self) -> list[str]:
        """The visible lines."""
        return self._emulator.text()

    def shows(self, text: str) -> bool:
        """Whether words stand on one line of the screen."""
        return self._emulator.stands(text)

    def received(self, data: bytes) -> None:
        """Draw new output, a part of a page at a time, and note what the page then shows."""
        if _ASKS_FOR_FRAMES in data:
            os.write(self._fd, _TAKES_FRAMES)
        start = len(self.raw) - len(data)
        for at in range(0, len(data), _PART):
            part = data[at : at + _PART]
            begun = start + at - self._emulator.holds
            if self._emulator.feed(part):
                self.output.saw(begun, start + at + len(part), self.text())

    def wait_until(self, true: Callable[[], bool], what: str, timeout: float = 20) -> None:
        """Read until a condition holds."""
        end = time.monotonic() + timeout
        while not true():
            if self.closed and self.exit_status is not None:
                raise AssertionError(self._told(f"{what}: the program ended ({self.exit_status}) before"))
            if time.monotonic() > end:
                raise AssertionError(self._told(f"{what}: not within {timeout:g} s"))
            self.read(0.1)

    def wait_for(self, text: str, timeout: float = 20) -> None:
        """Read until the words stand on one line of the screen."""
        self.wait_until(lambda: self.shows(text), f"waiting for {text!r}", timeout)

    def wait_gone(self, text: str, timeout: float = 20) -> None:
        """Read until the words stand nowhere on the screen."""
        self.wait_until(lambda: not self.shows(text), f"waiting for {text!r} to go", timeout)

    def wait_still(self, settle: float = 0.3, timeout: float = 20) -> None:
        """Read until the words on the screen rest; its bytes never do, a cursor blinks."""
        seen, since = self.text(), time.monotonic()

        def rests() -> bool:
            nonlocal seen, since
            if (now := self.text()) != seen:
                seen, since = now, time.monotonic()
            return time.monotonic() - since >= settle

        self.wait_until(rests, "waiting for the screen to rest", timeout)

    def wait_exit(self, timeout: float = 20) -> int:
        """Read until the program has ended and give its exit status."""
        end = time.monotonic() + timeout
        while (status := self.exit_status) is None:
            if time.monotonic() > end:
                raise AssertionError(self._told(f"still running after {timeout:g} s"))
            self.read(0.05)
        self.drain()
        return status

    def press(self, *names: str) -> None:
        """Press keys by name: `enter`, `esc`, `f1`, `ctrl+q`, or a character."""
        for name in names:
            pressed = keys.key(name)
            self.send(pressed)
            if pressed == keys.ESCAPE:
                self._escaped = time.monotonic()

    def type(self, text: str) -> None:
        """Type characters."""
        self.output.types(text)
        self.send(text.encode())

    def paste(self, text: str) -> None:
        """Paste, bracketed as terminals do."""
        self.output.types(text)
        self.send(keys.paste(text))

    def click(self, text: str, nth: int = -1, timeout: float = 20) -> None:
        """Click in the middle of words, by default where they stand last on the screen."""
        self.wait_for(text, timeout)
        self.send(keys.click(*self._emulator.places(text)[nth]))

    def send(self, data: bytes, timeout: float = 20) -> None:
        """Write bytes, but none right behind an Escape."""
        while (left := self._escaped + _ESCAPE_GAP - time.monotonic()) > 0:
            self.read(left)
        super().send(data, timeout)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self.drain()
        self._emulator.resize(columns, rows)
        self._process.setwinsize(rows, columns)

    def _told(self, what: str) -> str:
        ruler = "-" * self.screen.columns
        return "\n".join([what, ruler, *self.text(), ruler])
