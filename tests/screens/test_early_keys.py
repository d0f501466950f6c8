"""Keys that come too early, too many at once, or while a form works."""

import threading
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from textual import events

from tests.desk import PASSWORD, Desk
from tests.screens.console import Console, use
from tests.screens.pages import PAGES, show
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.page import Page
from tui.widgets.fields import PlainInput


class Gate:
    """Holds every hash of a password until it is opened."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        hashing = desk.services.core.hashing
        verify = hashing.verify_password
        self.hashes = 0

        def held(encoded: str | None, password: str) -> object:
            self.hashes += 1
            self.reached.set()
            assert self.opened.wait(60)
            return verify(encoded, password)

        monkeypatch.setattr(hashing, "verify_password", held)

    async def is_reached(self, console: Console) -> None:
        await console.until(self.reached.is_set)
        await console.flush()


@pytest.fixture
def gate(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(desk, monkeypatch)
    yield gate
    gate.opened.set()


async def test_username_and_password_in_one_packet_land_in_their_fields(desk: Desk, gate: Gate) -> None:
    async with use(desk) as console:
        console.send(*"alice", "enter", *PASSWORD)
        await console.settle()
        assert console.field("#username").value == "alice"
        assert console.field("#password").value == PASSWORD
        console.send("enter")
        await gate.is_reached(console)
        assert PASSWORD not in console.text
        gate.opened.set()
        await console.settle()
        console.at(HomeScreen)


@pytest.mark.parametrize("walk", [("tab",), ("enter",), ("down",), ("tab", "shift+tab", "down")])
async def test_every_way_to_the_next_field_works_in_one_packet(desk: Desk, walk: tuple[str, ...]) -> None:
    async with use(desk) as console:
        await console.press(*"alice", *walk, *PASSWORD, "enter")
        console.at(HomeScreen)


async def test_while_the_password_is_checked_keys_are_dropped_and_f1_opens(desk: Desk, gate: Gate) -> None:
    async with use(desk) as console:
        console.send(*"alice", "enter", *PASSWORD, "enter")
        await gate.is_reached(console)
        page = console.at(LogInScreen)
        console.send(*"more", "tab", "enter", "enter", "escape", "f4")
        console.send_click("#log-in")
        await console.flush()
        assert console.field("#username").value == "alice"
        assert console.field("#password").value == ""
        console.send("f1")
        await console.until(lambda: isinstance(console.app.screen, HelpScreen))
        await console.flush()
        console.send("f1")
        await console.until(lambda: console.app.screen is page)
        gate.opened.set()
        await console.settle()
        console.at(HomeScreen)
        assert gate.hashes == 1


async def test_help_that_was_opened_meanwhile_does_not_stop_the_log_in(desk: Desk, gate: Gate) -> None:
    async with use(desk) as console:
        console.send(*"alice", "enter", *PASSWORD, "enter")
        await gate.is_reached(console)
        console.send("f1")
        await console.until(lambda: isinstance(console.app.screen, HelpScreen))
        gate.opened.set()
        await console.until(lambda: isinstance(console.app.screen, HomeScreen))
        await console.settle()
        console.at(HomeScreen)


async def test_a_paste_while_the_form_works_goes_nowhere(desk: Desk, gate: Gate) -> None:
    async with use(desk) as console:
        console.send(*"alice", "enter", *"wrong", "enter")
        await gate.is_reached(console)
        paste = events.Paste("pasted")
        paste.set_sender(console.app)
        assert console.app._driver is not None
        console.app._driver.send_message(paste)
        await console.flush()
        gate.opened.set()
        await console.settle()
        assert [field.value for field in console.app.screen.query(PlainInput)] == ["alice", ""]


async def test_a_code_typed_while_the_password_is_checked_is_the_code(desk: Desk, gate: Gate) -> None:
    gate.opened.set()
    desk.enable()
    gate.reached.clear()
    gate.opened.clear()
    desk.clock.move(seconds=30)
    async with use(desk) as console:
        console.send(*"alice", "enter", *PASSWORD, "enter", *desk.code(), "enter")
        await gate.is_reached(console)
        gate.opened.set()
        await console.settle()
        console.at(HomeScreen)


async def test_letters_typed_ahead_are_not_taken_for_a_code(desk: Desk, gate: Gate) -> None:
    gate.opened.set()
    desk.enable()
    gate.reached.clear()
    gate.opened.clear()
    async with use(desk) as console:
        console.send(*"alice", "enter", *PASSWORD, "enter", *"a1b2", "escape", "f2")
        await gate.is_reached(console)
        gate.opened.set()
        await console.settle()
        console.at(CodeEntryScreen)
        assert console.field("#code").value == "12"


async def test_what_mends_a_word_acts_in_its_turn_in_one_packet(desk: Desk) -> None:
    async with use(desk) as console:
        console.send(*"alx", "backspace", *"cie", "left", "left", "backspace", "end", "left", *"ic", "delete")
        await console.settle()
        assert console.field("#username").value == "aliic"


@pytest.mark.parametrize("page", [name for name in PAGES if name != "code entry"])
async def test_keys_before_the_first_frame_are_dropped(desk: Desk, page: str) -> None:
    async with show(desk, "home, on") as console:
        shown = PAGES[page]("alice")
        with patch.object(console.app, "_display"):
            console.app.run_worker(console.app.show(shown), group="story")
            await console.until(lambda: console.app.screen is shown and shown.is_mounted)
            await console.flush()
            values, focused = [field.value for field in shown.query(PlainInput)], console.app.focused
            console.send(*"early", "enter", "tab", "enter", "escape", "f4", "f2")
            await console.flush()
            assert console.app.screen is shown
            assert not shown.drawn
        shown.refresh(layout=True)
        await console.settle()
        assert console.app.screen is shown
        assert isinstance(shown, Page)
        assert not shown.menu_is_open
        assert [field.value for field in shown.query(PlainInput)] == values
        assert console.app.focused in {None, focused, first_focus(shown)}


def first_focus(page: Page[object]) -> object:
    return next((widget for widget in page.query(page.AUTO_FOCUS) if widget.focusable), None)
