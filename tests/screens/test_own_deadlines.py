"""A console ends what is over by itself: no answer of the store is waited for (D11)."""

import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from store.errors import EndReason
from store.rules.policy import PolicyChanges
from tests.desk import SHELL, Desk
from tests.faults.faults import FAULTS, Fault, locked, taken_away
from tests.screens.console import Console, use
from tests.tables import one
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.words import ENDED


def blank(console: Console, reason: EndReason) -> None:
    """Nothing of who was there stands on the screen or in the console."""
    console.at(LogInScreen)
    assert console.says("#notice") == ENDED[reason]
    assert "alice" not in console.text
    assert not console.app.has_session
    assert len(console.app.screen_stack) == 2


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_an_idle_session_is_gone_from_the_screen_whatever_the_store_is_like(
    desk: Desk, fault: Fault
) -> None:
    async with use(desk) as console:
        await console.to_settings()
        with fault(desk):
            await console.tick(seconds=15 * 60 - 1)
            assert "You will be logged out in 1 s. Press any key to stay." in console.text
            await console.tick(seconds=1)
            blank(console, EndReason.IDLE)


async def test_a_busy_session_is_over_after_twelve_hours_without_the_store(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_home()
        await console.tick()
        with taken_away(desk):
            for _ in range(12 * 6 - 1):
                await console.tick(seconds=10 * 60)
                await console.press("tab")
            console.at(HomeScreen)
            await console.tick(seconds=10 * 60)
            blank(console, EndReason.EXPIRED)


async def test_a_half_session_is_over_after_five_minutes_without_the_store(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.log_in()
        with taken_away(desk):
            await console.tick(seconds=5 * 60 - 1)
            await console.press("1")
            console.at(CodeEntryScreen)
            await console.tick(seconds=1)
            blank(console, EndReason.EXPIRED)


async def to_enrollment(console: Console) -> int:
    await console.to_enrollment()
    return 10 * 60


async def to_codes(console: Console) -> int:
    await console.to_codes()
    return 15 * 60


async def to_leaving(console: Console) -> int:
    await console.to_codes()
    await console.press("escape")
    return 15 * 60


@pytest.mark.parametrize("go", [to_enrollment, to_codes, to_leaving])
async def test_secrets_are_gone_at_the_end_of_their_own_time_without_the_store(
    desk: Desk, go: Callable[[Console], Awaitable[int]]
) -> None:
    async with use(desk) as console:
        seconds = await go(console)
        page = console.app.page
        with locked(desk):
            await console.tick(seconds=seconds - 1)
            assert console.app.page is page
            await console.tick(seconds=1)
            assert console.app.page is not page
            assert not any(
                isinstance(each, (EnrollmentScreen, BackupCodesScreen)) for each in console.app.screen_stack
            )
            await console.tick(seconds=15 * 60)
            console.at(LogInScreen)


async def test_nothing_waits_for_an_act_that_hangs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The act holds this console's turn too, so that no check of the session ever comes to its own."""
    let_go = threading.Event()
    monkeypatch.setattr(desk.services.home, "look", lambda _: let_go.wait(60))
    async with use(desk) as console:
        await console.press(*"alice", "enter", *"violet kettle parade")
        console.send("enter")
        await console.until(lambda: console.app._turn.locked() and console.app.has_session)
        desk.clock.move(minutes=15)
        console.app.keeper.end_what_is_over()
        await console.until(lambda: isinstance(console.app.screen, LogInScreen) and console.app.screen.drawn)
        assert not console.app.has_session
        let_go.set()
        await console.settle()
        blank(console, EndReason.IDLE)


async def test_the_first_key_after_a_sleep_finds_the_session_gone(desk: Desk) -> None:
    """It may come before the tick that it overslept."""
    async with use(desk) as console:
        await console.to_settings()
        await console.tick()
        desk.clock.move(minutes=15)
        await console.press("tab")
        blank(console, EndReason.IDLE)


async def test_a_clock_that_is_set_back_makes_no_session_longer(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        with taken_away(desk):
            await console.tick(seconds=14 * 60)
            desk.clock.move(hours=-1)
            await console.tick(seconds=60)
            blank(console, EndReason.IDLE)


async def test_the_limits_are_those_that_were_read_last(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        desk.services.policy.set(SHELL, PolicyChanges(idle=timedelta(minutes=3)))
        await console.tick()
        with taken_away(desk):
            await console.tick(seconds=3 * 60)
            blank(console, EndReason.IDLE)


async def test_who_comes_next_logs_in_as_ever_once_the_store_is_back(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        with taken_away(desk):
            await console.tick(seconds=15 * 60)
            blank(console, EndReason.IDLE)
        await console.to_home()


async def test_the_store_is_told_where_it_can_be(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        await console.tick(seconds=15 * 60)
        blank(console, EndReason.IDLE)
        assert one(desk, "SELECT end_reason FROM session") == EndReason.IDLE


async def test_a_session_is_as_old_as_its_last_key_not_as_what_the_store_was_told_of_it(desk: Desk) -> None:
    """A key was written up to half a minute late: so much longer the session lived."""
    async with use(desk) as console:
        await console.to_settings()
        await console.tick(seconds=1)
        desk.clock.move(seconds=28)
        await console.press("tab")
        last_key = desk.clock.now()
        await console.tick(seconds=20)
        seen = one(desk, "SELECT last_seen_at FROM session")
        assert seen == last_key.timestamp() * 1_000_000
