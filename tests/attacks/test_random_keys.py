"""No row of keys, clicks and pastes gets anybody further than the session they have (T23)."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from store.services.principals import SessionToken
from tests.attacks.hands import Hands
from tests.desk import Desk
from tests.screens.console import Console, HandTicked, use
from tests.screens.pages import PAGES
from tests.tables import LOGS, content, rows
from tui import background
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.help import HelpScreen
from tui.screens.log_in import LogInScreen
from tui.screens.lost_access import LostAccessScreen
from tui.screens.page import Page

AT_ONCE = 12
"""Events that are posted before the console is waited for."""
PARTS = 5
"""Tests that share the pages."""
LONGEST = 5000
"""Times that are waited for it, of some milliseconds each."""
AT_THE_DOOR: set[type[Screen[Any]]] = {LogInScreen, HelpScreen}
HALF_WAY: set[type[Screen[Any]]] = AT_THE_DOOR | {CodeEntryScreen, LostAccessScreen}
FULL = "SELECT count(*) FROM session WHERE kind = 'full' AND ended_at IS NULL"


def figures(default: int, long: int) -> pytest.MarkDecorator:
    """Few events in each run; in the long mode 100,000 altogether."""
    return pytest.mark.parametrize("count", [default, pytest.param(long, marks=pytest.mark.long)])


@pytest.fixture(autouse=True)
def untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Home, working folder and temporary folder; after the test the same files are there."""
    for name in ("home", "work", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(tmp_path / "work")
    yield
    assert [
        *(tmp_path / "home").rglob("*"),
        *(tmp_path / "work").rglob("*"),
        *(tmp_path / "tmp").rglob("*"),
    ] == []
    beside = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(path.name.startswith("twofold.db") or path.suffix == ".key" for path in beside), beside


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Alice has 2FA; nobody presses her keys."""
    desk = Desk(tmp_path)
    desk.create("alice")
    desk.enable("alice")
    yield desk
    desk.services.close()


class Story(HandTicked):
    """The console; quitting is beginning anew, and it knows which screens there were."""

    seen: set[type[Screen[Any]]]

    def push_screen(self, screen: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as Textual's
        """Note the screen."""
        self.seen.add(type(screen))
        return super().push_screen(screen, *given, **named)

    async def action_leave(self) -> None:
        """Quit, and be started again by somebody."""
        if not self.settings.kiosk:
            await self.end_session()
            self.start_over(None)


class AnyPage(HandTicked):
    """Shows a page of a session again and again to somebody who has none, or half of one."""

    make: Callable[[], Page[Any]]
    given: SessionToken | None

    def turn_to(self, make: Callable[[], Page[Any]]) -> None:
        """Show this page from now on, made anew each time that it was left."""
        self.make = make
        self.start_over(None)

    def start_over(self, notice: str | None) -> None:
        """Stay on the page where the store says that there is no session."""
        self._token = self.given
        if notice is None:
            background.run(self, partial(self._again, notice), group="story", exclusive=True)

    async def _again(self, notice: str | None) -> None:  # noqa: ARG002 - which this one never says
        while len(self.screen_stack) > 1:
            self.pop_screen()
        while True:
            await self.show(self.make())


async def settle(console: Console) -> None:
    """Let what the events began come to its end, however long it takes."""
    app = console.app
    for _ in range(LONGEST):
        for _ in range(3):
            for pump in (app, app.screen, app.focused or app):
                handled = asyncio.Event()
                if pump.call_later(handled.set):
                    # A page that leaves meanwhile never answers.
                    with suppress(TimeoutError):
                        await asyncio.wait_for(handled.wait(), 0.1)
        page = app.page
        if page is not None and page.drawn and not page.working and not app._turn.locked():
            return
        await asyncio.sleep(0.002)
    raise AssertionError(f"it never settled: {app.screen}, {[*app.workers]}")


async def story(desk: Desk, count: int, seed: str, *, half: bool) -> None:
    """Press keys at the front door, or behind it as somebody who knows the password."""
    app = Story(desk.settings, clock=desk.clock, source="host/alice", services=desk.services)
    app.seen = set()
    before = content(desk, but=(*LOGS, "throttle"))
    hands = Hands(seed)
    async with use(desk, app=app) as console:
        for _ in range(-(-count // AT_ONCE)):
            if half and isinstance(app.screen, LogInScreen):
                for field in ("#username", "#password"):
                    console.field(field).value = ""
                console.field("#username").focus()
                await asyncio.sleep(0.26)  # A breath: what is typed right behind other keys is dropped.
                await console.log_in()
            hands.press(console, AT_ONCE)
            await settle(console)
            desk.clock.move(seconds=0.4)
            assert app.crash is None
            assert app.is_running
            assert app.seen <= (HALF_WAY if half else AT_THE_DOOR), app.seen
        assert (CodeEntryScreen in app.seen) is half
        assert (LostAccessScreen in app.seen) is half
        assert HelpScreen in app.seen
    assert content(desk, but=(*LOGS, "throttle")) == before
    assert rows(desk, FULL) == [(0,)]


@pytest.mark.parametrize("kiosk", [False, True])
@figures(130, 8_000)
async def test_no_keys_lead_past_the_front_door(desk: Desk, count: int, *, kiosk: bool) -> None:
    """T23, T6, T10."""
    desk.settings = replace(desk.settings, kiosk=kiosk)
    await story(desk, count, f"door {kiosk}", half=False)


@pytest.mark.parametrize("kiosk", [False, True])
@figures(150, 8_000)
async def test_no_keys_lead_past_the_second_step(desk: Desk, count: int, *, kiosk: bool) -> None:
    """T23, T26."""
    desk.settings = replace(desk.settings, kiosk=kiosk)
    await story(desk, count, f"half {kiosk} 3", half=True)


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("part", range(PARTS))
@figures(21, 1_150)
async def test_no_keys_on_any_screen_do_anything_without_a_full_session(
    desk: Desk, count: int, part: int, *, half: bool
) -> None:
    """T23, T6, T28: each page as it would be for somebody who got there somehow; the store refuses it all."""
    token = desk.half() if half else None
    # No Save: whoever sees the codes may have them in a file.
    desk.settings = replace(desk.settings, kiosk=True)
    before = content(desk, but=(*LOGS, "throttle"))
    app = AnyPage(desk.settings, clock=desk.clock, source="host/alice", services=desk.services)
    app.make, app.given = partial(PAGES["log in"], "alice"), token
    async with use(desk, app=app) as console:
        for name in [*PAGES][part::PARTS]:
            make = PAGES[name]
            app.turn_to(partial(make, "alice"))
            await settle(console)
            hands = Hands(f"{name} {half}")
            for _ in range(-(-count // AT_ONCE)):
                hands.press(console, AT_ONCE)
                await settle(console)
                assert app.crash is None, name
                assert app.is_running, name
            assert content(desk, but=(*LOGS, "throttle")) == before, name
    assert rows(desk, FULL) == [(0,)]


@pytest.mark.parametrize("pause", [*range(12), 16, 24, 32])
async def test_a_session_that_ends_twice_at_once_leaves_the_console_alive(desk: Desk, pause: int) -> None:
    """T12, T23: found by random keys; the second end fell into the removal of the page and ended the app's loop."""
    app = Story(desk.settings, clock=desk.clock, source="host/alice", services=desk.services)
    app.seen = set()
    async with use(desk, app=app) as console:
        await console.log_in()
        console.at(CodeEntryScreen)
        app.start_over("once")
        for _ in range(pause):
            await asyncio.sleep(0)
        app.start_over("twice")
        await settle(console)
        console.at(LogInScreen)
        await asyncio.sleep(0.26)  # A breath, as above.
        await console.log_in()
        console.at(CodeEntryScreen)
