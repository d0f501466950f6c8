"""After 15 minutes an act asks once more who is there; then it goes on, or nothing is changed."""

import pytest

from tests.desk import PASSWORD, Desk
from tests.screens.console import Console, use
from tests.tables import LOGS, content
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.change_password import ChangePasswordScreen
from tui.screens.disable import DisableScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.leave_codes import LeaveCodesScreen
from tui.screens.log_in import LogInScreen
from tui.screens.lost_access import LostAccessScreen
from tui.screens.settings import SettingsScreen
from tui.screens.step_up import StepUpScreen

LEADS_TO = {"#new-codes": BackupCodesScreen, "#replace": EnrollmentScreen}
UNCHANGED = "Nothing was changed."


async def stale_settings(desk: Desk, console: Console) -> None:
    """Settings of somebody who has been busy there for more than 15 minutes."""
    await console.to_settings()
    await console.stale()


@pytest.mark.parametrize("link", LEADS_TO)
async def test_with_2fa_on_a_code_is_asked_for_and_the_act_goes_on(desk: Desk, link: str) -> None:
    desk.enable()
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click(link)
        console.at(StepUpScreen)
        assert "Authentication code" in console.text
        await console.write("000000", "enter")
        console.at(StepUpScreen)
        await console.write(desk.code(), "enter")
        assert isinstance(console.app.screen, LEADS_TO[link])


@pytest.mark.parametrize("link", LEADS_TO)
@pytest.mark.parametrize("way", ["escape", "#cancel", "twin"])
async def test_a_cancelled_step_up_changes_nothing_and_says_so(desk: Desk, link: str, way: str) -> None:
    desk.enable()
    async with use(desk) as console:
        await stale_settings(desk, console)
        before = content(desk)
        await console.click(link)
        console.at(StepUpScreen)
        if way == "escape":
            await console.press("escape")
        elif way == "twin":
            await console.click_words("Esc Back")
        else:
            await console.click(way)
        console.at(SettingsScreen)
        assert console.says("#notice") == UNCHANGED
        assert content(desk) == before


async def test_enabling_asks_for_the_password_and_goes_on(desk: Desk) -> None:
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#enable")
        console.at(StepUpScreen)
        assert "Password" in console.text
        assert "code" not in console.text.lower()
        await console.write("wrong", "enter")
        console.at(StepUpScreen)
        assert "Wrong password." in console.text
        await console.write(PASSWORD, "enter")
        console.at(EnrollmentScreen)
        console.scan()
        await console.write(desk.code(), "enter")
        console.at(BackupCodesScreen)


async def test_disabling_goes_on_after_the_step_up_and_says_what_happened(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#disable")
        console.at(DisableScreen)
        await console.write(PASSWORD, "enter")
        console.at(StepUpScreen)
        await console.write(desk.code(), "enter")
        console.at(SettingsScreen)
        assert "2FA is off." in console.text
        assert desk.log_in()


async def test_disabling_without_the_step_up_leaves_2fa_on(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#disable")
        before = content(desk)
        await console.write(PASSWORD, "enter")
        await console.press("escape")
        console.at(DisableScreen)
        assert UNCHANGED in console.text
        assert content(desk, but=(*LOGS, "throttle")) == {
            name: rows for name, rows in before.items() if name != "throttle"
        }
        assert console.field("#password").value == ""


async def test_a_changed_password_needs_nothing_typed_twice(desk: Desk) -> None:
    desk.enable()
    new = "cobalt harbour ninety lanterns"
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#password")
        console.at(ChangePasswordScreen)
        await console.press(*PASSWORD, "enter", *new, "enter", *new, "enter")
        console.at(StepUpScreen)
        await console.write(desk.code(), "enter")
        console.at(SettingsScreen)
        assert "The password is changed." in console.text
        desk.clock.move(seconds=30)
        assert desk.log_in(password=new)


async def test_lost_access_works_inside_a_step_up(desk: Desk) -> None:
    codes = desk.enable()
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#replace")
        step_up = console.at(StepUpScreen)
        await console.click("#lost-access")
        console.at(LostAccessScreen)
        await console.press("escape")
        assert console.app.screen is step_up
        await console.click("#lost-access")
        await console.write(codes[0], "enter")
        console.at(EnrollmentScreen)


async def test_lost_access_inside_a_step_up_says_that_a_key_keeps_the_session(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#replace")
        await console.click("#lost-access")
        page = console.at(LostAccessScreen)
        await console.tick(seconds=15 * 60 - 20)
        assert console.says("#ending").endswith(". Press any key to stay.")
        await console.press("7")
        await console.tick(seconds=1)
        assert not console.app.screen.query_one("#ending").display
        await console.tick(seconds=60)
        assert console.app.screen is page


async def test_the_last_backup_code_inside_a_step_up_leads_to_a_new_set_first(desk: Desk) -> None:
    codes = desk.enable()
    for code in codes[:-1]:
        desk.services.second_factor.use_backup_code(desk.half(), code)
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#replace")
        await console.click("#lost-access")
        await console.write(codes[-1], "enter")
        fresh = console.at(BackupCodesScreen).shown.codes
        assert set(fresh).isdisjoint(codes)
        desk.clock.move(seconds=2)
        await console.click("#agree")
        console.at(EnrollmentScreen)


async def test_leaving_the_new_set_of_a_step_up_leaves_the_last_code_unspent(desk: Desk) -> None:
    codes = desk.enable()
    for code in codes[:-1]:
        desk.services.second_factor.use_backup_code(desk.half(), code)
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#replace")
        await console.click("#lost-access")
        await console.write(codes[-1], "enter")
        await console.press("escape")
        console.at(LeaveCodesScreen)
        await console.click("#leave")
        console.at(SettingsScreen)
        assert UNCHANGED in console.text
        assert "1 of 10 backup codes" in console.text


async def test_an_agree_after_the_step_up_ran_out_needs_no_second_one(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.to_settings()
        await console.click("#replace")
        console.at(EnrollmentScreen)
        desk.clock.move(minutes=9)
        console.scan()
        await console.write(desk.code(), "enter")
        console.at(BackupCodesScreen)
        desk.clock.move(minutes=14)
        await console.click("#agree")
        console.at(SettingsScreen)
        assert "The new app" in console.text


async def test_logging_out_from_a_page_under_a_step_up_is_not_possible_by_its_menu(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#replace")
        page = console.at(StepUpScreen)
        await console.press("f4")
        assert not page.menu_is_open
        await console.press("escape", "escape")
        console.at(SettingsScreen)


async def test_a_session_that_ends_under_a_step_up_closes_both_pages(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await stale_settings(desk, console)
        await console.click("#password")
        new = "cobalt harbour ninety lanterns"
        await console.press(*PASSWORD, "enter", *new, "enter", *new, "enter")
        console.at(StepUpScreen)
        await console.tick(seconds=15 * 60)
        console.at(LogInScreen)
        assert len(console.app.screen_stack) == 2
