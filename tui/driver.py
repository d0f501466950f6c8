"""Textual's driver for Linux and macOS, for terminals that strangers sit at (design section 6, T7-T15).

It overrides a few private methods of LinuxDriver; `tests/screens/test_driver.py` notices when a new Textual
no longer calls them.
"""

import os
import selectors
import signal
import termios
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO, Final, Literal, TextIO

from textual import constants, events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.process import restore_echo
from tui.terminal_input import MAX_COLUMNS, MAX_ROWS, TerminalInput
from tui.terminal_output import TerminalOutput

SCREEN: Final = 2
"""Textual draws on standard error."""

MIN_COLUMNS: Final = 20
MIN_ROWS: Final = 5
USUAL_SIZE: Final = 80, 24

IN_FLIGHT: Final = 64
"""Messages handed to the app before it is waited for: a flood of keys must not fill the memory."""

LONGEST_RUN: Final = 32
"""Times that the same arrow key or turn of the wheel counts in one read of at most 4096 bytes."""

PATIENCE: Final = min(constants.ESCAPE_DELAY, 1.0)
"""Seconds of silence after which Escape is a key of its own. ESCDELAY may be set, for slow links."""

GRACE_SECONDS: Final = 15
"""How long the app has to end its session after a signal; the store waits at most 10 for others."""


class Driver(LinuxDriver):
    """Reads any bytes, never waits for the reader, never leads out, and ends the app with its terminal."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """Take the terminal's size and the signals that would stop the process half-way."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._output: TerminalOutput | None = None
        self._ending = False
        self._size = size or self._get_terminal_size()
        # The inherited handlers stop the process, and begin a second reader when it goes on.
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)

    # The terminal

    def start_application_mode(self) -> None:
        """Take the terminal over; from then on SIGHUP, SIGTERM and SIGINT end the app's session first."""
        for number in (signal.SIGHUP, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._end, number)
        signal.signal(signal.SIGQUIT, signal.SIG_IGN)
        self._output = TerminalOutput(SCREEN, self._terminal_lost)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # Not before: until here Ctrl+C is a signal still, and would end a kiosk that starts.
        self._loop.add_signal_handler(signal.SIGINT, self._end, signal.SIGINT)
        if self._key_thread is None:  # It gives up silently where the terminal went away meanwhile.
            self._terminal_lost()

    def stop_application_mode(self) -> None:
        """Give the terminal back, with nothing left on the screen that is put away (T16)."""
        self.write("\x1b[H\x1b[2J")
        super().stop_application_mode()

    def close(self) -> None:
        """Write what is left to write."""
        super().close()
        if self._output is not None:
            self._output.close()
            self._output = None

    def write(self, data: str) -> None:
        """Have it written without waiting for it."""
        if self._output is not None:
            self._output.write(data)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the terminal's own size, not what COLUMNS and LINES say, within reason."""
        try:
            columns, rows = os.get_terminal_size(SCREEN)
        except OSError:
            columns, rows = USUAL_SIZE
        if not (columns and rows):
            columns, rows = USUAL_SIZE
        return max(MIN_COLUMNS, min(columns, MAX_COLUMNS)), max(MIN_ROWS, min(rows, MAX_ROWS))

    def _query_in_band_window_resize(self) -> None:
        """Ask nothing: the peer would be able to set any size (mode 2048)."""

    @classmethod
    def _patch_lflag(cls, attrs: int) -> int:
        """Let no key send a signal; TEXTUAL_ALLOW_SIGNALS has no say."""
        return int(super()._patch_lflag(attrs)) & ~termios.ISIG

    # What the terminal sends

    def run_input_thread(self) -> None:
        """Hand on what the terminal sends, until the app ends or the terminal is gone."""
        # A closed loop refuses messages; anything else here is a fault, and must show nobody a traceback.
        try:
            self._read()
        except Exception:  # noqa: BLE001 - see above
            self._terminal_lost()

    def _read(self) -> None:
        terminal = TerminalInput()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if not selector.select(PATIENCE):
                    self._hand_on(terminal.pause())
                    continue
                try:
                    data = os.read(self.fileno, 4096)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self._terminal_lost()
                    return
                self._hand_on(terminal.feed(data))

    def _hand_on(self, messages: Iterable[Message]) -> None:
        in_flight = 0
        move: events.MouseMove | None = None
        for message in _without_long_runs(messages):
            # Of a run of moves only the last matters.
            if move is not None and not isinstance(message, events.MouseMove):
                self.process_message(move)
                in_flight += 1
            move = message if isinstance(message, events.MouseMove) else None
            if move is None:
                self.process_message(message)
                in_flight += 1
            if in_flight >= IN_FLIGHT:
                self._let_the_app_catch_up()
                in_flight = 0
        if move is not None:
            self.process_message(move)

    def _let_the_app_catch_up(self) -> None:
        caught_up = Event()

        def ask_the_last_to_get_one() -> None:
            (self._app.focused or self._app).call_later(caught_up.set)

        self._app.call_later(ask_the_last_to_get_one)
        # A widget that was removed meanwhile never answers; ten turns are then the pace of the flood.
        for _ in range(10):
            if self.exit_event.is_set() or caught_up.wait(0.1):
                return

    # The end

    def _terminal_lost(self) -> None:
        with suppress(RuntimeError):  # The loop is closed: the app has ended.
            self._loop.call_soon_threadsafe(self._end, signal.SIGHUP)

    def _end(self, because_of: signal.Signals) -> None:
        """Have the app hang up, by its `hang_up` where it has one, and see that the process ends anyway."""
        if not self._ending:
            self._ending = True
            self._app.call_later(getattr(self._app, "hang_up", self._app.exit))
            self._loop.call_later(GRACE_SECONDS, _end_process, because_of)

    # Nothing that leads out

    @property
    def can_suspend(self) -> bool:
        """Behind the console there may be no shell to come back from."""
        return False

    def suspend_application_mode(self) -> None:
        """Refuse, as `can_suspend` says."""

    def resume_application_mode(self) -> None:
        """Refuse, as `can_suspend` says."""

    def open_url(self, url: str, new_tab: bool = True) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        """Refuse: it would start a browser."""

    def deliver_binary(
        self,
        binary: BinaryIO | TextIO,
        *,
        delivery_key: str,
        save_path: Path,
        open_method: Literal["browser", "download"] = "download",
        encoding: str | None = None,
        mime_type: str | None = None,
        name: str | None = None,
    ) -> None:
        """Refuse: it would write a file of this process's choosing."""


def _without_long_runs(messages: Iterable[Message]) -> Iterator[Message]:
    """Leave out what a held arrow key, or a wheel, sends faster than the app can follow.

    So much of one kind arrives in one piece only in a flood, or after a long wait. Text and deletions stay.
    """
    last, run = "", 0
    for message in messages:
        kind = _repeatable(message)
        run = run + 1 if kind == last else 1
        last = kind
        if not kind or run <= LONGEST_RUN:
            yield message


def _repeatable(message: Message) -> str:
    if isinstance(message, events.Key) and message.character is None:
        return message.key
    if isinstance(message, (events.MouseScrollUp, events.MouseScrollDown)):
        return type(message).__name__
    return ""


def _end_process(because_of: signal.Signals) -> None:
    restore_echo()
    signal.signal(because_of, signal.SIG_DFL)
    os.kill(os.getpid(), because_of)
