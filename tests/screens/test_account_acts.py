"""What an operator does to one account: told before, asked why, proven, told after."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store.services.views import AccountView, LoggedIn
from tests.desk import HERE, SHELL, Desk
from tests.screens.console import Console, use
from tests.screens.pages import ONE, account
from tests.screens.test_accounts import to_accounts
from tui.screens.account import OWN, AccountScreen
from tui.screens.account_acts import acts_on
from tui.screens.accounts import AccountsScreen
from tui.screens.audit_log import AuditLogScreen
from tui.screens.shown_once import ShownOnceScreen

NONE = timedelta()
WELL = replace(
    account("alice"),
    second_factor="off",
    two_factor_since=None,
    codes_left=None,
    password_locked_for=NONE,
    code_locked_for=NONE,
    backup_code_locked_for=NONE,
    locked_for=NONE,
    lock_reason=None,
    case=None,
    open_sessions=0,
)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A store with an operator who has 2FA."""
    desk.create("olga", operator=True)
    desk.enable("olga")
    return desk


async def open_account(console: Console, name: str = "alice") -> None:
    await to_accounts(console)
    await console.write(name, "enter")
    console.at(AccountScreen)


@pytest.mark.parametrize(
    ("account", "names"),
    [
        (WELL, "lock disable forgotten-password require-change change-role edit"),
        (
            replace(WELL, second_factor="on", open_sessions=1, must_change_password=True),
            "lock disable end-sessions reset-2fa phone-stolen forgotten-password change-role edit",
        ),
        (
            replace(WELL, password_locked_for=timedelta(minutes=1)),
            "unlock disable forgotten-password require-change change-role edit",
        ),
        (replace(WELL, enabled=False), "enable forgotten-password require-change change-role edit"),
    ],
)
def test_only_the_acts_that_make_sense_now_are_offered(account: AccountView, names: str) -> None:
    assert [act.name for act in acts_on(account, two=ONE)] == names.split()


async def test_a_lock_takes_whole_hours_and_a_reason_and_is_left_undone_by_escape(desk: Desk) -> None:
    async with use(desk) as console:
        await open_account(console)
        await console.press("enter")
        await console.press("escape")
        assert console.says("#notice") == ""
        await console.press("enter")
        await console.press("backspace", "backspace")
        await console.press("x", "enter", *"gone on a trip", "enter")
        assert "Type a number of hours, as 24." in console.text
        await console.press("backspace")
        await console.press(*"9999", "enter", "enter")
        assert "30 days" in console.text
        await console.press(*["backspace"] * 4)
        await console.press("7", "2", "enter", "enter")
        assert console.says("#notice") == "Done: alice can't log in for 72 h 00 min."
        assert "Locked by an operator for 3 days: gone on a trip" in console.text
        assert "Unlock" in console.text


async def test_an_account_is_made_with_a_first_password_to_hand_over(desk: Desk) -> None:
    async with use(desk) as console:
        await to_accounts(console)
        await console.press("f3")
        await console.press(*"alice", "enter", "enter", "enter")
        assert "There is, or was, an account alice." in console.text
        await console.press(*"2", "enter", *"Alice the Second", "enter", *"+30 697 123 4567", "enter")
        once = console.at(ShownOnceScreen)
        assert once._once is not None
        password = once._once.secret
        desk.clock.move(seconds=1)
        await console.click("#handed-over")
        assert console.says("#headline") == "alice2"
        for words in ("Alice the Second", "+30 697 123 4567", "never"):
            assert words in console.text
        await console.press("escape")
        console.at(AccountsScreen)
    made = desk.services.sign_in.check_password(HERE, "alice2", password)
    assert isinstance(made, LoggedIn)
    assert made.must_change_password


async def test_the_rest_of_the_acts_are_done_and_said(desk: Desk) -> None:
    desk.log_in("alice")
    async with use(desk) as console:
        await open_account(console)
        for link, typed, said in (
            ("end-sessions", ["left"], "Done: alice is logged out everywhere."),
            ("require-change", ["on a list"], "Done: alice has to choose another password."),
            ("edit", ["Alice", "+30 697 123 4567"], "Done: saved."),
            ("change-role", [], "Done: alice is an operator now."),
            ("change-role", ["a slip"], "Done: alice is a user now."),
            ("disable", ["left"], "Done: nobody can log in to this account."),
            ("enable", [], "Done: alice can log in again."),
        ):
            await console.click(f"#{link}")
            for text in typed:
                await console.write(text, "enter")
            if not typed:
                await console.press("enter")
            assert console.says("#notice") == said
    view = desk.services.accounts.show(SHELL, "alice")
    assert (view.display_name, view.role, view.enabled, view.open_sessions) == ("Alice", "user", True, 0)
    assert view.must_change_password


async def test_ones_own_account_is_changed_in_settings_only(desk: Desk) -> None:
    async with use(desk) as console:
        await open_account(console, "olga")
        assert OWN in " ".join(console.text.split())
        assert [action.id for action in console.app.screen.query(".act-row Action")] == ["log"]


async def test_what_happened_to_an_account_is_a_step_from_its_page_and_back(desk: Desk) -> None:
    desk.create("bob")
    async with use(desk) as console:
        await open_account(console, "bob")
        await console.click("#log")
        console.at(AuditLogScreen)
        assert "account created" in console.text
        assert "olga" not in "\n".join(console.lines[1:])
        await console.press("escape")
        assert console.says("#headline") == "bob"
