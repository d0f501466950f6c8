"""The overview: each number is a step from the list behind it, and the chart says nothing by colour alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clocks import START
from tests.desk import SHELL, Desk
from tests.screens.console import use
from tests.screens.forms import complaint
from tests.screens.pages import labels, times
from tests.screens.watch import employ
from tests.services.tries import wrong_passwords
from tests.tables import change, events
from tui.screens.account import AccountScreen
from tui.screens.accounts import AccountsScreen
from tui.screens.audit_log import AuditLogScreen
from tui.screens.cases import CasesScreen
from tui.screens.end_session import EndSessionScreen
from tui.screens.everybodys_sessions import EverybodysSessionsScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.overview import OverviewScreen
from tui.widgets.hour_chart import drawn

HOURS = tuple(START.replace(minute=0, second=0) + timedelta(hours=number) for number in range(24))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    employ(desk)
    for name in ("alice", "bob", "carl"):
        desk.create(name)
    yield desk
    desk.services.close()


async def test_each_number_leads_to_the_list_behind_it_and_back(desk: Desk) -> None:
    wrong_passwords(desk, 5)
    for name in ("bob", "carl"):
        desk.enable(name)
    desk.services.recovery.open(SHELL, "bob", "showed a passport")
    desk.services.reset.reset_two_factor(SHELL, "carl", "lost phone and codes")
    change(
        desk,
        "UPDATE backup_set SET unused = 2 WHERE account_id = (SELECT id FROM account WHERE username = 'bob')",
    )
    async with use(desk) as console:
        await console.to_home("root")
        await console.click("#overview")
        console.at(OverviewScreen)
        for words in (
            "1 session",
            "1 account; 50 % of 4 have it on",
            "1 account to be set up anew",
            "1 account with 3 backup codes or fewer",
            "1 case not closed",
            "5 in 24 hours; most from",
        ):
            assert words in console.text, words
        assert [each for each in labels(console.app.screen) if times(each, console.text) != 1] == []
        assert "█" in console.text
        assert not set("▁▂▃▄▅▆▇▀") & set(console.text)
        for link, screen, words in (
            ("#logged-in", EverybodysSessionsScreen, "1 in all"),
            ("#locked", AccountsScreen, "> alice"),
            ("#two-factor-off", AccountsScreen, "> alice"),
            ("#two-factor-reset", AccountsScreen, "> carl"),
            ("#few-codes", AccountsScreen, "2 codes left"),
            ("#cases", CasesScreen, "to be completed"),
            ("#failed", AuditLogScreen, "password checked"),
        ):
            await console.click(link)
            console.at(screen)
            assert words in console.text, link
            if screen is AccountsScreen:
                assert "1 account" in console.says("#list-place")
                assert str(console.app.screen.query_one(".chosen").render()).endswith(": 1")
            await console.press("escape")
            console.at(OverviewScreen)
        await console.click("#few-codes")
        await console.press("enter")
        console.at(AccountScreen)
        assert console.says("#headline") == "bob"
        await console.press("escape")
        console.at(AccountsScreen)
        await console.press("escape")
        wrong_passwords(desk, 1, "bob")
        await console.press("f5")
        assert "6 in 24 hours" in console.text
        await console.press("escape")
        console.at(HomeScreen)


async def test_a_session_is_ended_with_a_reason_after_a_question_and_a_fresh_proof(desk: Desk) -> None:
    desk.log_in("bob")
    async with use(desk) as console:
        await console.to_home("root")
        await console.click("#overview")
        await console.click("#logged-in")
        await console.press("down", "enter")
        console.at(EndSessionScreen)
        assert "bob is logged out there at once" in console.text
        await console.press("enter")
        assert complaint(console, "#reason").startswith("Say why")
        await console.press(*"walked away", "enter")
        console.at(EverybodysSessionsScreen)
        assert "bob is logged out there." in console.text
        assert len(desk.services.access.sessions(console.token)) == 1
        assert "walked away" in events(desk, "sessions ended")[-1].detail
        await console.press("enter")
        await console.press("escape")
        console.at(EverybodysSessionsScreen)


async def test_who_is_no_operator_any_more_is_led_home(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_home("root")
        change(desk, "UPDATE account SET role = 'user' WHERE username = 'root'")
        await console.click("#overview")
        assert not console.at(HomeScreen).query("#overview")
        await console.click("#user-menu-handle")
        await console.press("down", "enter")
        console.at(LogInScreen)


def test_the_chart_is_made_of_full_blocks_as_high_as_the_counts_are() -> None:
    counts = [0] * 20 + [1, 6, 3, 0]
    lines = drawn(tuple(zip(HOURS, counts, strict=True)), 74, 8)
    assert len(lines) == 8
    assert [line.count("█") for line in lines] == [2, 2, 2, 4, 4, 6, 0, 0]
    assert lines[-2] == "─" * 72
    assert lines[-1].split() == [f"{hour.astimezone():%H}" for hour in HOURS[::3]]
    assert max(map(len, lines)) <= 74
    narrow = drawn(tuple(zip(HOURS, counts, strict=True)), 30, 8)
    assert max(map(len, narrow)) <= 30
    empty = drawn(tuple(zip(HOURS, [0] * 24, strict=True)), 74, 8)
    assert not "".join(empty[:6]).strip()
