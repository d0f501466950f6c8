"""A terminal in an office: no way out, nothing taken along, and the next person sees nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.errors import EndReason
from tests.desk import Desk
from tests.screens.console import HandTicked, use
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.settings import SettingsScreen
from tui.words import ENDED, STORE


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, kiosk=True)
    desk.create("alice")
    yield desk
    desk.services.close()


async def test_there_is_no_way_to_quit(desk: Desk) -> None:
    async with use(desk) as console:
        assert "Quit" not in console.text
        await console.press("ctrl+q", "f10", "ctrl+c")
        console.at(LogInScreen)
        await console.to_home()
        await console.press("ctrl+q", "f10")
        console.at(HomeScreen)
        assert console.app.is_running


async def test_codes_can_only_be_written_down(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    async with use(desk) as console:
        await console.to_codes()
        monkeypatch.setattr("textual.app.App.copy_to_clipboard", lambda _, text: written.append(text))
        assert "Write them on paper, three at least." in console.text
        assert "Three of them are on paper, in a safe place:  [ Agree ]" in console.text
        assert not console.app.screen.query("#save")
        assert not console.app.screen.query("#copy")
        assert "Copy" not in console.text
        assert "Save" not in console.text
        console.app.copy_to_clipboard("anything")
        assert written == []
        assert [*home.iterdir()] == []


async def test_a_fresh_kiosk_makes_no_account_but_names_the_command(tmp_path: Path) -> None:
    desk = Desk(tmp_path, kiosk=True)
    app = HandTicked(desk.settings, clock=desk.clock, source="tty1", services=desk.services)
    async with use(desk, app=app) as console:
        console.at(LogInScreen)
        assert console.says("#notice") == STORE["not made"]
        assert "NAME --operator" in " ".join(console.text.split())
    desk.services.close()


async def test_a_session_lives_105_seconds_and_is_warned_15_before(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        await console.tick(seconds=89)
        assert "You will be logged out" not in console.text
        await console.tick(seconds=1)
        assert "You will be logged out in 15 s. Press any key to stay." in console.text
        await console.tick(seconds=15)
        console.at(LogInScreen)
        assert console.says("#notice") == ENDED[EndReason.IDLE]
        assert "alice" not in console.text


async def test_what_stands_at_the_front_door_is_wiped_after_105_seconds(desk: Desk) -> None:
    async with use(desk) as console:
        await console.press(*"alice", "tab", *"half a passw")
        await console.tick(seconds=105)
        assert console.field("#username").value == ""
        assert console.field("#password").value == ""


async def test_pages_without_secrets_are_not_covered(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        await console.tick(seconds=91)
        console.at(SettingsScreen)
        assert "Covered" not in console.text
