"""A small app on the console's driver, for tests in a real terminal: it shows what reached it.

python -m tests.screens.driver_host JOURNAL [loud] [interrupted]
"""

import os
import signal
import sys
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from textual import events
from textual.app import App, ComposeResult
from textual.drivers.linux_driver import LinuxDriver
from textual.widgets import Input, Label, Static

from tui.driver import Driver

HUNG_UP = 7


class DriverHost(App[int]):
    """A field, what was pasted, and the size; it keeps a journal of its heartbeat and its end."""

    def __init__(self, journal: Path) -> None:
        super().__init__(driver_class=Driver)
        self.journal = journal
        self.beats = 0

    def compose(self) -> ComposeResult:
        yield Input(max_length=60)
        yield Label("", id="keys", markup=False)
        yield Label("", id="paste", markup=False)
        yield Label("", id="size", markup=False)
        yield Static("", id="noise", markup=False)

    def on_mount(self) -> None:
        self.keys: list[str] = []
        self.set_interval(0.1, self.beat)

    def on_resize(self, event: events.Resize) -> None:
        self.query_one("#size", Label).update(f"size {event.size.width}x{event.size.height} end")

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.keys = [*self.keys[-5:], event.key]
            self.query_one("#keys", Label).update(f"keys {' '.join(self.keys)} end")
        if isinstance(event, events.Paste):
            self.query_one("#paste", Label).update(f"paste {len(event.text)} {event.text[:9]!r} end")
        await super().on_event(event)

    def beat(self) -> None:
        self.beats += 1
        self.journal.write_text(f"{self.beats}")
        if "loud" in sys.argv:
            self.query_one("#noise", Static).update(f"{self.beats} " * 2000)

    def hang_up(self) -> None:
        self.journal.write_text("hung up")
        self.exit(HUNG_UP)

    def key_f9(self) -> None:
        self.open_url("https://example.test")
        self.action_suspend_process()
        self.deliver_text(StringIO("text"), save_directory=self.journal.parent, save_filename="delivered")


def interrupted(driver: LinuxDriver) -> None:
    """Take Ctrl+C while it is a signal still: the terminal is not raw yet."""
    os.kill(os.getpid(), signal.SIGINT)
    takes_over(driver)  # type: ignore[no-untyped-call]  # Textual leaves it untyped


takes_over = LinuxDriver.start_application_mode

if __name__ == "__main__":
    if "interrupted" in sys.argv:
        patch.object(LinuxDriver, "start_application_mode", interrupted).start()
    sys.exit(DriverHost(Path(sys.argv[1])).run())
