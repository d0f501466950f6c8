"""The demo for tests: cheap hashes, a clock that stands still, and what its audience sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widget import Widget

from store.services.bundle import Services, open_services
from store.services.principals import Shell
from store.settings import Settings
from tests.clocks import FakeClock
from tests.desk import cheap_hashing
from tui.demo.app import DemoApp
from tui.demo.camera import photograph, words
from tui.demo.people import seed
from tui.demo.phone_panel import DemoPhone
from tui.screens.page import Page

SHELL = Shell("root", "host")


class Stage(DemoApp):
    def __init__(self, folder: Path, *, issuer: str = "my.modulus") -> None:
        self.fake = FakeClock()
        settings = Settings(
            store_url=f"sqlite:///{folder / 'data' / 'twofold.db'}",
            keys_folder=folder / "keys",
            issuer=issuer,
            region="GR",
        )
        super().__init__(settings, SHELL, self.fake)

    def _open(self) -> Services:
        self.phone.entries = seed(self.settings, self.shell, self.demo_clock, self._stop, cheap_hashing())
        self._seeded = True
        return open_services(self.settings, self.clock, cheap_hashing())

    @property
    def text(self) -> str:
        return "\n".join(words(photograph(self.screen)))

    @property
    def panel(self) -> DemoPhone:
        return self.screen.query_one(DemoPhone)

    def code(self, username: str) -> str:
        """The six digits that the audience reads under a name."""
        lines = self.text.splitlines()
        row = next(at for at, line in enumerate(lines) if f"{self.settings.issuer}   {username} " in line)
        return "".join(lines[row + 1][self.panel.region.x :].split()[1:3])


async def until(pilot: Pilot[Any], true: Callable[[], object]) -> None:
    """Let the app go on until something holds: its acts run in threads."""
    for _ in range(500):
        if true():
            return
        await pilot.pause(0.02)
    raise AssertionError(pilot.app.text if isinstance(pilot.app, Stage) else "never")


async def on_page(pilot: Pilot[Any], name: str) -> None:
    """Wait for a page to be there, drawn."""

    def there() -> bool:
        page = pilot.app.screen
        return type(page).__name__ == name and isinstance(page, Page) and page.drawn

    await until(pilot, there)


async def log_in(pilot: Pilot[Any], username: str, next_page: str) -> None:
    await on_page(pilot, "DemoLogInScreen")
    await pilot.click(f"#sheet-{username}")
    await pilot.press("enter")
    await on_page(pilot, next_page)


async def to_enrollment(pilot: Pilot[Any]) -> None:
    """Go as alice from the front door to the QR."""
    await log_in(pilot, "alice", "HomeScreen")
    await pilot.click("#settings")
    await on_page(pilot, "SettingsScreen")
    await pilot.click("#enable")
    await on_page(pilot, "EnrollmentScreen")


def covered(app: Stage) -> list[Widget]:
    """What the phone lies over though it is needed."""
    needed = app.screen.query("QrCode, Input, Countdown, Action")
    return [widget for widget in needed if widget.is_on_screen and widget.region.overlaps(app.panel.region)]
