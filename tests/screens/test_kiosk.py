"""A terminal in an office: no way out, nothing taken along, and the next person sees nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.errors import EndReason
from tests.desk import Desk
from tests.screens.console import Console, HandTicked, use
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.settings import SettingsScreen
from tui.words import ENDED, STORE

BLOCKS = "█▀▄"


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


async def cover(console: Console) -> None:
    await console.tick(seconds=89)
    assert "Covered" not in console.text
    await console.tick(seconds=1)
    assert "Covered, because no key was pressed for a while. Press any key." in console.text


@pytest.mark.parametrize("key", ["x", "enter", "escape", "tab", "f1", "f2", "f4", "space", "1"])
async def test_the_qr_is_covered_after_90_seconds_and_a_key_only_uncovers_it(desk: Desk, key: str) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        page, seen, focused = console.at(EnrollmentScreen), console.text, console.app.focused
        await cover(console)
        assert not set(BLOCKS) & set(console.text)
        assert "Setup key" not in console.text
        assert page._enrollment is not None
        assert page._enrollment.setup_key[:4] not in console.text
        await console.press(key)
        assert console.app.screen is page
        assert console.text.count("Step 1") == 1
        assert console.app.focused is focused
        assert console.field("#code").value == ""
        assert blocks(console.text) == blocks(seen)
        assert not page.menu_is_open


def blocks(text: str) -> list[str]:
    return [line[:45] for line in text.splitlines()[1:]]


@pytest.mark.parametrize("key", ["x", "enter", "escape", "tab", "f1", "space"])
async def test_the_codes_are_covered_after_90_seconds_and_a_key_only_uncovers_them(
    desk: Desk, key: str
) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        page = console.at(BackupCodesScreen)
        page.query_one("#agree").focus()
        await cover(console)
        assert not any(code in console.text for code in codes)
        await console.press(key)
        assert console.app.screen is page
        assert all(code in console.text for code in codes)
        assert console.app.focused is page.query_one("#agree")


async def test_enter_held_down_on_the_cover_agrees_to_nothing(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        page = console.at(BackupCodesScreen)
        page.query_one("#agree").focus()
        await cover(console)
        for _ in range(60):
            desk.clock.move(seconds=0.033)
            await console.press("enter")
        assert console.app.screen is page


async def test_a_click_only_uncovers_as_well(desk: Desk) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        page = console.at(BackupCodesScreen)
        agree = page.query_one("#agree")
        click = console.mouse(agree)
        await cover(console)
        for half in click:
            console.post(half)
        await console.settle()
        assert console.app.screen is page
        assert all(code in console.text for code in codes)


async def test_help_over_the_codes_is_no_way_round_the_cover(desk: Desk) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        await console.press("f1")
        console.at(HelpScreen)
        await console.tick(seconds=90)
        assert not any(code in console.text for code in codes)
        await console.press("escape")
        assert not any(code in console.text for code in codes)
        await console.press("tab")
        assert all(code in console.text for code in codes)


async def test_enrollment_and_codes_outlive_the_idle_limit_of_a_kiosk(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await console.tick(seconds=5 * 60)
        await console.press("x")
        console.at(EnrollmentScreen)
        await console.write(desk.code(), "enter")
        console.at(BackupCodesScreen)
        await console.tick(seconds=10 * 60)
        await console.press("x")
        console.at(BackupCodesScreen)
        await console.tick(seconds=5 * 60)
        assert not isinstance(console.app.screen, BackupCodesScreen)


async def test_pages_without_secrets_are_not_covered(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        await console.tick(seconds=91)
        console.at(SettingsScreen)
        assert "Covered" not in console.text
