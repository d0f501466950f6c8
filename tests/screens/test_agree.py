"""Agree takes a person who means it: no held key, no hasty click; and leaving is asked about."""

import pytest
from textual import events

from tests.desk import SHELL, Desk
from tests.screens.console import Console, use
from tui.flows import NEW_CODES
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.home import HomeScreen
from tui.screens.leave_codes import LeaveCodesScreen
from tui.screens.log_in import LogInScreen
from tui.screens.settings import SettingsScreen

HELD_KEY = 0.033
"""Seconds between two Enters of a key that is held down."""
PRESSES = round(10 / HELD_KEY)


async def hold_enter(console: Console, presses: int = PRESSES) -> None:
    for _ in range(presses):
        console.desk.clock.move(seconds=HELD_KEY)
        console.send("enter")
        await console.pilot._wait_for_screen()
        await console.pilot._wait_for_screen()
    await console.settle()


def is_on(desk: Desk) -> bool:
    return desk.services.accounts.show(SHELL, "alice").second_factor != "off"


@pytest.mark.parametrize("focus", ["codes", "agree"])
async def test_enter_held_down_for_ten_seconds_agrees_to_nothing(desk: Desk, focus: str) -> None:
    async with use(desk) as console:
        await console.to_codes()
        page = console.at(BackupCodesScreen)
        assert console.app.focused is page.query_one("#codes")
        page.query_one(f"#{focus}").focus()
        await console.flush()
        await hold_enter(console)
        assert console.app.screen is page


@pytest.mark.parametrize("focus", ["save", "copy", "user-menu-handle"])
async def test_enter_held_down_on_anything_else_agrees_to_nothing(desk: Desk, focus: str) -> None:
    async with use(desk) as console:
        await console.to_codes()
        page = console.at(BackupCodesScreen)
        page.query_one(f"#{focus}").focus()
        await console.flush()
        await hold_enter(console, 30)
        assert not is_on(desk)


async def test_enter_held_from_the_code_field_on_goes_no_further_than_the_codes(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await console.write(desk.code())
        await hold_enter(console)
        console.at(BackupCodesScreen)
        assert not is_on(desk)


async def test_enter_held_while_tab_moves_on_agrees_to_nothing(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        page = console.at(BackupCodesScreen)
        while console.app.focused is not page.query_one("#agree"):
            await console.press("tab")
        await hold_enter(console, 60)
        assert console.app.screen is page


async def test_enter_agrees_half_a_second_after_the_focus_came(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        desk.clock.move(seconds=60)
        page = console.at(BackupCodesScreen)
        page.query_one("#agree").focus()
        await console.flush()
        desk.clock.move(seconds=0.49)
        await console.press("enter")
        assert console.app.screen is page
        desk.clock.move(seconds=0.49)
        await console.press("enter")
        assert console.app.screen is page, "the Enter before was less than half a second ago"
        desk.clock.move(seconds=0.5)
        await console.press("enter")
        console.at(LogInScreen)
        assert is_on(desk)


async def test_an_enter_that_waited_for_a_busy_machine_does_not_agree(desk: Desk) -> None:
    """Typed in one go with the Tab before it, and handled half a second later."""
    async with use(desk) as console:
        await console.to_codes()
        page = console.at(BackupCodesScreen)
        page.query_one("#agree").focus()
        await console.flush()
        desk.clock.move(seconds=5)
        page._drawn_at -= 60  # Not dropped as one that was typed before the page was there.
        enter = events.Key("enter", "\r")
        enter.time -= 0.5
        console.post(enter)
        await console.settle()
        assert console.app.screen is page
        desk.clock.move(seconds=5)
        await console.press("enter")
        assert is_on(desk)


async def test_space_never_agrees(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        page = console.at(BackupCodesScreen)
        page.query_one("#agree").focus()
        for _ in range(5):
            desk.clock.move(seconds=3)
            await console.press("space")
        assert console.app.screen is page


async def test_a_click_agrees_at_once_after_the_first_second_but_not_before(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        page = console.at(BackupCodesScreen)
        desk.clock.move(seconds=0.99)
        await console.click("#agree")
        assert console.app.screen is page
        desk.clock.move(seconds=0.01)
        await console.click("#agree")
        console.at(LogInScreen)
        assert "2FA is on" in console.text


async def test_a_button_that_was_pressed_before_the_first_second_does_not_agree_when_let_go_later(
    desk: Desk,
) -> None:
    async with use(desk) as console:
        await console.to_codes()
        page = console.at(BackupCodesScreen)
        down, up = console.mouse("#agree")
        console.post(down)
        await console.flush()
        desk.clock.move(seconds=2)
        console.post(up)
        await console.settle()
        assert console.app.screen is page


@pytest.mark.parametrize("way", ["escape", "twin", "menu"])
async def test_leaving_is_asked_on_a_page_of_its_own_and_comes_back_with_the_same_codes(
    desk: Desk, way: str
) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        desk.clock.move(seconds=2)
        if way == "escape":
            await console.press("escape")
        elif way == "twin":
            await console.click_words("Esc Leave 2FA off")
        else:
            await console.press("f4", "enter")
        console.at(LeaveCodesScreen)
        assert "Agree" not in console.text
        assert not any(code in console.text for code in codes)
        await console.press("escape")
        assert console.at(BackupCodesScreen).shown.codes == codes
        assert all(code in console.text for code in codes)
        assert console.app.focused is console.app.screen.query_one("#codes")
        await console.press("escape")
        await console.press("enter")
        assert console.at(BackupCodesScreen).shown.codes == codes
        desk.clock.move(seconds=2)
        await console.click("#agree")
        console.at(LogInScreen)


async def test_leaving_changes_nothing_and_says_so(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        await console.press("escape")
        await console.click("#leave")
        console.at(SettingsScreen)
        assert "Nothing was changed. If you scanned the QR, delete that entry in the app." in console.text
        assert not is_on(desk)
        await console.click("#enable")
        console.at(EnrollmentScreen)


async def test_leaving_by_the_menu_goes_where_the_menu_said(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        await console.press("f4", "down", "enter")
        console.at(LeaveCodesScreen)
        await console.press("tab", "enter")
        console.at(LogInScreen)
        assert not console.app.has_session


async def test_the_menu_over_the_codes_closes_by_escape_before_the_page_does(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        page = console.at(BackupCodesScreen)
        await console.press("f4")
        assert page.menu_is_open
        await console.press("escape")
        assert console.app.screen is page
        assert not page.menu_is_open


async def test_new_codes_keep_the_session_and_say_that_the_old_ones_are_dead(desk: Desk) -> None:
    old = desk.enable()
    async with use(desk) as console:
        await console.to_settings()
        await console.click("#new-codes")
        new = console.at(BackupCodesScreen).shown.codes
        assert "The old codes still work" in console.text
        assert set(new).isdisjoint(old)
        desk.clock.move(seconds=2)
        await console.click("#agree")
        console.at(SettingsScreen)
        assert console.says("#notice") == NEW_CODES
        await console.press("escape")
        console.at(HomeScreen)
