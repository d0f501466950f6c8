"""The journey of design section 4 from end to end, by keys alone and by mouse alone."""

import pytest

from tests.desk import PASSWORD, Desk
from tests.screens.console import Console, use
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.settings import SettingsScreen


async def go(console: Console, target: str, *, mouse: bool) -> None:
    """Choose an action by mouse, or walk to it and press Enter."""
    if mouse:
        await console.click(target)
        return
    wanted = console.app.screen.query_one(target)
    for _ in range(20):
        if console.app.focused is wanted:
            break
        await console.press("tab")
    await console.press("enter")


@pytest.mark.parametrize("mouse", [False, True], ids=["keys", "mouse"])
async def test_from_a_password_to_two_factors_and_back(desk: Desk, *, mouse: bool) -> None:
    async with use(desk) as console:
        await console.write("alice")
        await go(console, "#password", mouse=mouse) if mouse else await console.press("tab")
        await console.write(PASSWORD)
        await go(console, "#log-in", mouse=mouse)
        console.at(HomeScreen)
        assert "Only a password protects this account." in console.text
        await go(console, "#settings", mouse=mouse)
        console.at(SettingsScreen)
        await go(console, "#enable", mouse=mouse)
        console.at(EnrollmentScreen)
        console.scan()
        await console.write(desk.code())
        await go(console, "#enable", mouse=mouse)
        codes = console.at(BackupCodesScreen).shown.codes
        while not mouse and console.app.focused is not console.app.screen.query_one("#agree"):
            await console.press("tab")
        desk.clock.move(seconds=1)
        await go(console, "#agree", mouse=mouse)
        console.at(LogInScreen)
        assert "2FA is on." in console.text

        desk.clock.move(seconds=30)
        await console.log_in()
        console.at(CodeEntryScreen)
        await console.write(desk.code())
        await go(console, "#verify", mouse=mouse)
        console.at(HomeScreen)
        assert "2FA is on since 24 Nov 2026." in console.text
        await console.press("f4")
        await go(console, "#menu-log-out", mouse=mouse)

        await console.log_in()
        await go(console, "#lost-access", mouse=mouse)
        await console.write(codes[6])
        await go(console, "#continue", mouse=mouse)
        console.at(HomeScreen)
        assert "Backup code 7" in console.text
        await go(console, "#settings", mouse=mouse)
        await go(console, "#disable", mouse=mouse)
        await console.write(PASSWORD)
        await go(console, "#disable", mouse=mouse)
        console.at(SettingsScreen)
        assert "2FA is off." in console.text
        await go(console, "#enable", mouse=mouse)
        console.at(EnrollmentScreen)


async def test_leaving_the_program_ends_the_session_in_the_store(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_home()
        await console.press("ctrl+q")
        await console.click("#quit")
        await console.until(lambda: console.app._exit)
        assert not console.app.has_session
        assert console.app.return_value == 0
