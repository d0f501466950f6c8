"""What is ended from one console is over on the other, at its next tick: a second later (D11)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from store.errors import EndReason
from tests.desk import PASSWORD, Desk
from tests.screens.console import Console, HandTicked, use
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.log_in import LogInScreen
from tui.screens.sessions import SessionsScreen
from tui.screens.settings import SettingsScreen
from tui.screens.step_up import StepUpScreen
from tui.words import ENDED

TOLD = ENDED[EndReason.ENDED_ELSEWHERE]


@asynccontextmanager
async def second(desk: Desk) -> AsyncIterator[Console]:
    """Another process's console on the same store, which lies elsewhere."""
    services = desk.another()
    app = HandTicked(desk.settings, clock=desk.clock, source="10.0.0.9", services=services)
    async with use(desk, app=app) as console:
        yield console
    services.close()


async def to_sessions(console: Console) -> None:
    await console.to_settings()
    await console.click("#sessions")
    console.at(SessionsScreen)


@pytest.mark.parametrize("words", ["End 2", "Log out everywhere else"])
async def test_the_other_console_wipes_its_screen_and_is_at_the_front_door(desk: Desk, words: str) -> None:
    async with second(desk) as other, use(desk) as mine:
        await other.to_settings()
        desk.clock.move(seconds=1)
        await to_sessions(mine)
        assert "10.0.0.9" in mine.text
        await mine.click_words(words)
        mine.at(SessionsScreen)
        assert "You are logged in nowhere else." in mine.text
        await other.tick(seconds=1)
        other.at(LogInScreen)
        assert other.says("#notice") == TOLD
        assert other.field("#username").value == ""
        assert not other.app.has_session
        await mine.tick(seconds=1)
        mine.at(SessionsScreen)


async def test_what_was_being_shown_there_is_gone(desk: Desk) -> None:
    async with second(desk) as other, use(desk) as mine:
        await to_sessions(mine)
        desk.clock.move(seconds=1)
        codes = await other.to_codes()
        assert codes[0] in other.at(BackupCodesScreen).shown.codes
        await mine.press("escape")
        await mine.click("#sessions")
        await mine.click_words("Log out everywhere else")
        await other.tick(seconds=1)
        other.at(LogInScreen)
        assert not any(code in other.text for code in codes)
        assert not any(
            isinstance(each, (BackupCodesScreen, EnrollmentScreen)) for each in other.app.screen_stack
        )
        assert desk.services.home.look(mine.token).two_factor_on is False


async def test_ending_asks_for_a_fresh_proof_first(desk: Desk) -> None:
    async with second(desk) as other, use(desk) as mine:
        await mine.to_home()
        await mine.stale()
        await other.to_settings()
        await mine.click("#settings")
        await mine.click("#sessions")
        await mine.click_words("Log out everywhere else")
        mine.at(StepUpScreen)
        await other.tick(seconds=1)
        other.at(SettingsScreen)
        await mine.write(PASSWORD, "enter")
        mine.at(SessionsScreen)
        await other.tick(seconds=1)
        other.at(LogInScreen)
