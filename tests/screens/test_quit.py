"""Ctrl+Q asks first once somebody is logged in, and says what is lost."""

import pytest

from tests.desk import Desk
from tests.screens.console import Console, use
from tests.tables import one
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.home import HomeScreen
from tui.screens.leave_codes import LeaveCodesScreen
from tui.screens.log_in import LogInScreen
from tui.screens.quit import QuitScreen


def is_over(console: Console) -> bool:
    return bool(console.app._exit)


@pytest.mark.parametrize("key", ["ctrl+q", "f10"])
async def test_logged_in_it_asks_and_the_first_choice_is_to_stay(desk: Desk, key: str) -> None:
    async with use(desk) as console:
        await console.to_home()
        page = console.at(HomeScreen)
        for back in ("enter", "escape", "space"):
            await console.press(key)
            console.at(QuitScreen)
            assert "You are logged out then." in console.text
            await console.press(key, key)
            console.at(QuitScreen)
            await console.press(back)
            assert console.app.screen is page
        assert not is_over(console)
        assert one(desk, "SELECT ended_at FROM session") is None
        await console.press(key)
        await console.press("tab", "enter")
        await console.until(lambda: is_over(console))
        assert console.app.return_value == 0
    assert one(desk, "SELECT end_reason FROM session") == "logged out"


async def test_in_the_middle_of_an_enrollment_it_says_what_is_lost(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        page = console.at(EnrollmentScreen)
        await console.press("ctrl+q")
        words = " ".join(console.text.split())
        assert "What you began here is lost: 2FA stays off" in words
        await console.press("escape")
        assert console.app.screen is page


@pytest.mark.parametrize("leaving", [False, True])
async def test_on_the_codes_it_says_that_none_of_them_will_work(desk: Desk, *, leaving: bool) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        number = console.at(BackupCodesScreen).shown.set_number
        if leaving:
            await console.press("escape")
            console.at(LeaveCodesScreen)
        await console.press("ctrl+q")
        console.at(QuitScreen)
        words = " ".join(console.text.split())
        assert f"the codes of set {number} will never work" in words
        assert not any(code in console.text for code in codes)


async def test_the_time_goes_on_under_the_question(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        await console.press("ctrl+q")
        await console.tick(seconds=15 * 60)
        console.at(LogInScreen)


@pytest.mark.parametrize("half", [False, True])
async def test_before_log_in_it_quits_at_once(desk: Desk, *, half: bool) -> None:
    if half:
        desk.enable()
    async with use(desk) as console:
        if half:
            await console.log_in()
        await console.press("ctrl+q")
        assert is_over(console)
        assert console.app.return_value == 0
