"""The whole console as a person has it: keys and clicks go in, what stands on the screen comes out."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot, _get_mouse_message_arguments
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from store.rules import totp
from store.services.principals import SessionToken
from tests.desk import PASSWORD, Desk
from tui.app import TwofoldApp
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen
from tui.screens.page import Page
from tui.screens.settings import SettingsScreen

AnyScreen = TypeVar("AnyScreen", bound=Screen[Any])

LONGEST = 60.0
"""Seconds after which a test gives up on a machine that is busy with something else."""
PASSING = {
    "opening",
    "session",
    "submit",
    "prepare",
    "calls",
    "reveal",
    "proof",
    "search",
    "ending",
    "covering",
}
"""Workers that end by themselves; `submit` does not while another page lies over its own."""


class HandTicked(TwofoldApp):
    """The console with a tick that comes when the test says so."""

    async def _tick(self) -> None:
        """Leave the time alone."""

    async def tick(self) -> None:
        await super()._tick()


@dataclass
class Console:
    """One console that is being used."""

    desk: Desk
    app: TwofoldApp
    pilot: Pilot[int]

    # Going in

    def send(self, *keys: str) -> None:
        """Post keys all at once, as they come out of one packet."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
            character = key if len(key) == 1 else {"enter": "\r", "tab": "\t", "space": " "}.get(key)
            self.post(events.Key(name, character))

    async def press(self, *keys: str) -> None:
        self.send(*keys)
        await self.settle()

    async def write(self, text: str, *keys: str) -> None:
        """Type a text, then press keys."""
        await self.press(*text, *keys)

    async def click(self, target: str | Widget) -> None:
        """Press and let go the mouse on a widget, through the app's front door as the driver does."""
        self.send_click(target)
        await self.settle()

    def send_click(self, target: str | Widget) -> None:
        for event in self.mouse(target):
            self.post(event)

    def mouse(self, target: str | Widget) -> tuple[events.MouseDown, events.MouseUp]:
        """The two halves of a click on a widget."""
        widget = self.app.screen.query_one(target) if isinstance(target, str) else target
        at = (widget.region.width // 2, widget.region.height // 2)
        over, _ = self.app.get_widget_at(widget.region.x + at[0], widget.region.y + at[1])
        assert over is widget, f"{widget} lies under {over}"
        arguments = _get_mouse_message_arguments(widget, at, button=1)
        return events.MouseDown(**arguments), events.MouseUp(**arguments)

    async def click_words(self, words: str) -> None:
        """Click where these words stand."""
        [(row, line)] = [(row, line) for row, line in enumerate(self.lines) if words in line]
        widget, _ = self.app.get_widget_at(line.index(words), row)
        await self.click(widget)

    def post(self, event: events.InputEvent) -> None:
        assert self.app._driver is not None
        event.set_sender(self.app)
        self.app._driver.send_message(event)

    async def tick(self, *, seconds: float = 0) -> None:
        """Let time go by, then have the app tick once."""
        self.desk.clock.move(seconds=seconds)
        assert isinstance(self.app, HandTicked)
        self.app.call_later(self.app.tick)
        await self.settle()

    # Waiting

    async def flush(self) -> None:
        """Let every message that was posted be handled, however long anything else takes."""
        for _ in range(4):
            await self.pilot._wait_for_screen()

    async def settle(self) -> None:
        """Let what was begun come to its end, acts in threads included."""
        rested = 0
        loop = asyncio.get_running_loop()
        give_up = loop.time() + LONGEST
        while rested < 4:
            await self.pilot._wait_for_screen()
            await asyncio.sleep(0.002)
            self.app.screen._on_timer_update()
            rested = 0 if self.busy else rested + 1
            assert loop.time() < give_up, f"never settled: {self.app.screen} {list(self.app.workers)}"

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that is on its way."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + LONGEST
        while not holds():
            await asyncio.sleep(0.002)
            assert loop.time() < give_up, "it never came"

    @property
    def busy(self) -> bool:
        """Whether anything is under way that ends without the person."""
        app = self.app
        if app._exit or app._exception is not None or not app.is_running:
            return False
        screen = app.screen
        if isinstance(screen, HelpScreen):
            return app._turn.locked() or any(
                worker.is_running and worker.group in {"opening", "session"} for worker in app.workers
            )
        if not isinstance(screen, Page):
            # Between two pages of the story; a page without a story may leave nothing behind.
            return any(worker.is_running for worker in app.workers)
        if app._turn.locked():
            return True
        over = isinstance(app.screen_stack[-2], Page)
        groups = PASSING - {"submit", "reveal"} if over else PASSING
        running = any(worker.is_running and worker.group in groups for worker in app.workers)
        return running or screen.working or not screen.drawn

    # Coming out

    def at(self, kind: type[AnyScreen]) -> AnyScreen:
        """The screen on top, which has to be of this kind."""
        screen = self.app.screen
        assert isinstance(screen, kind), f"{type(screen).__name__}: {self.text}"
        return screen

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def says(self, selector: str) -> str:
        """What a piece of text says."""
        return str(self.app.screen.query_one(selector, Static).content)

    def field(self, selector: str) -> Input:
        return self.app.screen.query_one(selector, Input)

    @property
    def token(self) -> SessionToken:
        return self.app.token

    # Ways through the story

    async def log_in(self, username: str = "alice", password: str = PASSWORD) -> None:
        """Fill in the front door."""
        await self.press(*username, "enter", *password, "enter")

    async def to_home(self, username: str = "alice") -> None:
        """Go from the front door to Home, with a fresh code where one is asked for."""
        await self.log_in(username)
        if isinstance(self.app.screen, CodeEntryScreen):
            self.desk.clock.move(seconds=totp.STEP_SECONDS)
            await self.write(self.desk.code(username), "enter")
        self.at(HomeScreen)

    async def to_settings(self, username: str = "alice") -> None:
        await self.to_home(username)
        await self.click("#settings")
        self.at(SettingsScreen)

    async def to_enrollment(self, username: str = "alice") -> None:
        """Go as far as the QR, and scan it."""
        await self.to_settings(username)
        await self.click("#enable")
        self.scan(username)

    def scan(self, username: str = "alice") -> None:
        enrollment = self.at(EnrollmentScreen)._enrollment
        assert enrollment is not None
        self.desk.secrets[username] = base64.b32decode(enrollment.setup_key)

    async def to_codes(self, username: str = "alice") -> tuple[str, ...]:
        """Go as far as the page of backup codes."""
        await self.to_enrollment(username)
        await self.write(self.desk.code(username), "enter")
        codes = self.at(BackupCodesScreen).shown.codes
        self.desk.codes[username] = codes
        return codes

    async def stale(self) -> None:
        """Let the step-up run out while the person stays at the keys."""
        for _ in range(2):
            self.desk.clock.move(minutes=8)
            self.app.keeper.key()
            self.desk.services.sessions.check(self.token, active=True)


@asynccontextmanager
async def use(
    desk: Desk, size: tuple[int, int] = (80, 24), app: TwofoldApp | None = None
) -> AsyncIterator[Console]:
    """Open a console on a desk's store."""
    app = app or HandTicked(desk.settings, clock=desk.clock, source="host/alice", services=desk.services)
    async with app.run_test(size=size) as pilot:
        console = Console(desk, app, pilot)
        await console.settle()
        yield console
