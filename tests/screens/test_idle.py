"""Nobody at the keys: warned, then logged out, and nothing left on the screen."""

from dataclasses import replace

import pytest

from store.errors import EndReason
from tests.desk import Desk
from tests.screens.console import Console, use
from tests.screens.pages import show
from tests.tables import one
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.lost_access import LostAccessScreen
from tui.screens.settings import SettingsScreen
from tui.words import ENDED

IDLE_MINUTES = 15


def warning(console: Console) -> str:
    ending = console.app.screen.query_one("#ending")
    return console.says("#ending") if ending.display else ""


async def stay(console: Console, *, minutes: float) -> None:
    """Let time go by, and then press a key."""
    await console.tick(seconds=60 * minutes)
    await console.press("tab")
    await console.tick()


async def test_a_session_is_warned_for_30_seconds_and_then_over(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        await console.tick(seconds=IDLE_MINUTES * 60 - 31)
        assert warning(console) == ""
        await console.tick(seconds=1)
        assert warning(console) == "You will be logged out in 30 s. Press any key to stay."
        assert "You will be logged out in 30 s." in console.text
        await console.tick(seconds=29)
        assert warning(console) == "You will be logged out in 1 s. Press any key to stay."
        await console.tick(seconds=1)
        console.at(LogInScreen)
        assert console.says("#notice") == ENDED[EndReason.IDLE]
        assert "alice" not in console.text
        assert not console.app.has_session
        assert len(console.app.screen_stack) == 2


async def test_a_key_takes_the_warning_away_and_keeps_the_session(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        page = console.app.screen
        for _ in range(3):
            await console.tick(seconds=IDLE_MINUTES * 60 - 20)
            assert warning(console)
            await console.press("shift+tab")
            await console.tick(seconds=1)
            assert warning(console) == ""
        assert console.app.screen is page


async def test_help_that_lies_over_the_page_does_not_keep_the_session(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        await console.press("f1")
        console.at(HelpScreen)
        await console.tick(seconds=IDLE_MINUTES * 60)
        console.at(LogInScreen)


async def test_a_busy_session_still_ends_after_twelve_hours(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_home()
        for _ in range(12 * 60 // 10 - 1):
            await stay(console, minutes=10)
        console.at(HomeScreen)
        await stay(console, minutes=10)
        console.at(LogInScreen)
        assert console.says("#notice") == ENDED[EndReason.EXPIRED]


@pytest.mark.parametrize("lost", [False, True], ids=["code entry", "lost access"])
async def test_a_half_session_lives_five_minutes_whatever_is_pressed(desk: Desk, *, lost: bool) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.log_in()
        if lost:
            await console.click("#lost-access")
        page = console.at(LostAccessScreen if lost else CodeEntryScreen)
        await console.press("1")
        await console.tick(seconds=4 * 60 + 29)
        assert warning(console) == ""
        await console.tick(seconds=1)
        assert warning(console) == "This page ends in 30 s. Then begin again with your password."
        await console.press("2")
        await console.tick(seconds=29)
        assert console.app.screen is page
        await console.tick(seconds=1)
        console.at(LogInScreen)
        assert console.says("#notice") == ENDED[EndReason.EXPIRED]


async def test_what_stands_half_typed_at_the_front_door_is_wiped(desk: Desk) -> None:
    async with use(desk) as console:
        await console.press(*"alice", "tab", *"half a passw")
        await console.tick(seconds=5 * 60 - 1)
        assert console.field("#username").value == "alice"
        await console.tick(seconds=1)
        assert console.field("#username").value == ""
        assert console.field("#password").value == ""


async def test_enrollment_ends_at_its_own_ten_minutes(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await console.tick(seconds=9 * 60 + 29)
        assert "You have 10 minutes." in console.text
        await console.tick(seconds=1)
        assert "This page ends in 30 s." in console.text
        assert "Nothing was changed." in console.text
        await console.tick(seconds=29)
        console.at(EnrollmentScreen)
        await console.tick(seconds=1)
        console.at(SettingsScreen)
        assert "That took too long" in console.text
        assert one(desk, "SELECT count(*) FROM authenticator") == 0


async def test_the_codes_outlive_the_idle_limit_and_end_at_their_own_fifteen_minutes(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        for _ in range(7):
            await stay(console, minutes=2)
        console.at(BackupCodesScreen)
        await console.tick(seconds=45)
        assert "This page ends in 15 s, and then nothing was changed." in console.text
        await console.tick(seconds=15)
        console.at(SettingsScreen)
        assert "That took too long" in console.text
        assert one(desk, "SELECT count(*) FROM authenticator") == 0


async def test_a_session_that_was_ended_elsewhere_is_told_at_the_next_tick(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        other = desk.log_in()
        desk.show_codes(other)
        desk.services.backup_codes.agree(other)
        await console.tick()
        console.at(LogInScreen)
        assert console.says("#notice") == ENDED[EndReason.ENABLED_2FA]


async def test_an_act_in_a_session_that_has_ended_leads_to_the_front_door(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        desk.services.sessions.end(console.token)
        await console.click("#password")
        console.at(LogInScreen)
        assert console.says("#notice") == ENDED[EndReason.LOGGED_OUT]


async def test_over_ssh_nothing_is_drawn_30_seconds_after_the_last_key(desk: Desk) -> None:
    desk.settings = replace(desk.settings, over_ssh=True)
    desk.enable()
    async with use(desk) as console:
        await console.log_in()
        await console.press("1")
        await console.tick(seconds=7)
        before = console.text
        assert "next code in 18 s" in before
        await console.tick(seconds=23.5)
        await console.tick(seconds=8)
        assert console.text == before
        await console.press("2")
        await console.tick(seconds=1)
        assert "next code in 18 s" not in console.text


async def test_on_this_machine_the_countdown_goes_on(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.log_in()
        await console.tick(seconds=45)
        assert "next code in 10 s" in console.text


async def test_after_enrolling_too_slowly_one_can_begin_again(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        desk.clock.move(minutes=10)
        await console.write(desk.code(), "enter")
        console.at(SettingsScreen)
        assert "That took too long or too many tries. Nothing was changed; begin again." in console.text
        await console.click("#enable")
        console.at(EnrollmentScreen)


async def test_a_tick_that_comes_when_the_page_is_being_taken_away_finds_nothing_to_do(desk: Desk) -> None:
    async with show(desk, "enrollment") as console:
        page = console.app.page
        assert page is not None
        gone = page.remove_children()
        page._pruning = True
        await gone
        await console.app.keeper.check()
        await console.app._tick()
        page._pruning = False
