"""The phone is gone: a backup code, the last one, or an operator's reset."""

import pytest

from store.services.views import LoggedIn
from tests.desk import PASSWORD, SHELL, Desk
from tests.screens.console import use
from tests.screens.pages import times
from tests.tables import one
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.home import HomeScreen
from tui.screens.leave_codes import LeaveCodesScreen
from tui.screens.log_in import LogInScreen
from tui.screens.lost_access import LostAccessScreen
from tui.screens.reset_code import ResetCodeScreen
from tui.screens.settings import SettingsScreen


async def test_a_backup_code_opens_home_which_says_what_was_used_and_how_to_go_on(desk: Desk) -> None:
    codes = desk.enable()
    async with use(desk) as console:
        await console.log_in()
        await console.click_words("I lost access to the authentication app")
        console.at(LostAccessScreen)
        number = one(desk, "SELECT number FROM backup_set")
        assert f"(set {number})" in console.text
        await console.write(f"4 {codes[3].lower()}", "enter")
        console.at(HomeScreen)
        assert f"Backup code 4 of set {number} was used: cross it out. 9 are left." in console.text
        assert times("Settings, then Disable 2FA, then Enable 2FA", console.text) == 1
        await console.click("#settings")
        console.at(SettingsScreen)
        assert "9 of 10 backup codes are unused" in console.text
        await console.click("#disable")
        await console.write(PASSWORD, "enter")
        assert "2FA is off." in console.text
        await console.click("#enable")
        console.at(EnrollmentScreen)
        assert "delete the entry" in console.text


async def test_what_the_log_in_used_is_said_until_home_is_left(desk: Desk) -> None:
    codes = desk.enable()
    async with use(desk) as console:
        await console.log_in()
        await console.click("#lost-access")
        await console.write(codes[0], "enter")
        assert "Backup code 1" in console.text
        await console.click("#forwarding")
        await console.press("escape")
        console.at(HomeScreen)
        assert "Backup code 1" not in console.text
        assert "2FA is on" in console.text


@pytest.mark.parametrize("way", ["escape", "link", "twin"])
async def test_the_way_back_to_the_code_is_open(desk: Desk, way: str) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.log_in()
        await console.click("#lost-access")
        if way == "escape":
            await console.press("escape")
        else:
            await console.click_words("Back to the code" if way == "link" else "Esc Back")
        console.at(CodeEntryScreen)
        await console.press("escape")
        console.at(LogInScreen)


async def spend_all_but_the_last(desk: Desk) -> str:
    *others, last = desk.enable()
    for code in others:
        desk.services.second_factor.use_backup_code(desk.half(), code)
    return last


async def test_the_last_code_leads_to_a_new_set_and_is_spent_with_it(desk: Desk) -> None:
    last = await spend_all_but_the_last(desk)
    async with use(desk) as console:
        await console.log_in()
        await console.click("#lost-access")
        await console.write(last, "enter")
        page = console.at(BackupCodesScreen)
        fresh = page.shown.codes
        assert page.username is None, "nobody is logged in yet"
        assert one(desk, "SELECT count(*) FROM backup_code WHERE used_at IS NULL") == 1
        desk.clock.move(seconds=2)
        await console.click("#agree")
        assert console.app.has_session
        assert "The last code of set" in console.text
        assert one(desk, "SELECT count(*) FROM backup_code WHERE used_at IS NULL") == 10
    used = desk.services.second_factor.use_backup_code(desk.half(), fresh[0])
    assert isinstance(used, LoggedIn)
    assert used.codes_left == 9


async def test_the_last_code_is_not_spent_where_the_new_set_is_left(desk: Desk) -> None:
    last = await spend_all_but_the_last(desk)
    async with use(desk) as console:
        await console.log_in()
        await console.click("#lost-access")
        await console.write(last, "enter")
        await console.press("escape")
        console.at(LeaveCodesScreen)
        await console.click("#leave")
        console.at(LogInScreen)
        assert "Nothing was changed. The last backup code still works." in console.text
        assert not console.app.has_session
        assert one(desk, "SELECT count(*) FROM backup_code WHERE used_at IS NULL") == 1


async def test_after_a_reset_the_code_of_the_operator_leads_to_enrollment_and_nowhere_else(
    desk: Desk,
) -> None:
    desk.enable()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    async with use(desk) as console:
        await console.log_in()
        console.at(ResetCodeScreen)
        await console.press("f4")
        await console.write(code, "enter")
        page = console.at(EnrollmentScreen)
        assert page.username is None
        assert "alice ▼" not in console.text
        console.scan()
        desk.clock.move(seconds=30)
        await console.write(desk.code(), "enter")
        console.at(BackupCodesScreen)
        desk.clock.move(seconds=2)
        await console.click("#agree")
        console.at(LogInScreen)
        assert "2FA is on." in console.text
        desk.clock.move(seconds=30)
        await console.log_in()
        await console.write(desk.code(), "enter")
        console.at(HomeScreen)


async def test_a_reset_that_was_left_can_be_taken_up_again(desk: Desk) -> None:
    desk.enable()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    async with use(desk) as console:
        for _ in range(2):
            await console.log_in()
            await console.write(code, "enter")
            console.at(EnrollmentScreen)
            await console.press("escape")
            console.at(LogInScreen)
            assert "The reset code works for an hour." in console.text
            assert not console.app.has_session


async def test_disabling_kills_the_old_codes_for_good(desk: Desk) -> None:
    codes = desk.enable()
    async with use(desk) as console:
        await console.to_settings()
        await console.click("#disable")
        await console.write(PASSWORD, "enter")
        await console.click("#enable")
        console.scan()
        await console.write(desk.code(), "enter")
        fresh = console.at(BackupCodesScreen).shown.codes
        assert set(fresh).isdisjoint(codes)
        desk.clock.move(seconds=2)
        await console.click("#agree")
        await console.log_in()
        await console.click("#lost-access")
        await console.write(codes[0], "enter")
        console.at(LostAccessScreen)
        assert "No code of this set is like that." in console.text
