"""The list of accounts on the screen: found while one types, walked meanwhile, opened by Enter."""

from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from store.errors import SignInRefused
from store.rules.policy import PolicyChanges, Whom
from store.services.principals import Visitor
from tests.desk import PASSWORD, SHELL, Desk
from tests.screens.console import Console, use
from tests.screens.pages import twins
from tests.tables import change
from tui.screens.account import AccountScreen
from tui.screens.accounts import NOBODY, AccountsScreen
from tui.screens.home import HomeScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.account_list import AccountList
from tui.widgets.near import MOST_PAGES, SIZE

STRANGER = Visitor("host/mallory")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A store with an operator who has 2FA."""
    desk.create("olga", operator=True)
    desk.enable("olga")
    return desk


def fail(desk: Desk, username: str = "alice", times: int = 5) -> None:
    """Lock an account by wrong passwords."""
    for _ in range(times):
        with pytest.raises(SignInRefused):
            desk.services.sign_in.check_password(STRANGER, username, "not the right words")


def fill(desk: Desk, count: int) -> None:
    """Give the store many accounts, past the program: only the list reads them."""
    change(
        desk,
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO account (username, display_name, role, enabled, password_hash, second_factor, epoch, "
        "had_second_factor, must_change_password, password_changed_at, created_at) "
        "SELECT printf('user%04d', i), 'User', 'user', 1, 'x', 'off', 0, 0, 0, 0, 0 FROM n",
        count - 1,
    )


async def to_accounts(console: Console) -> AccountsScreen:
    await console.to_home("olga")
    await console.press("enter")
    return console.at(AccountsScreen)


def rows(console: Console) -> list[str]:
    """The rows of the list as they are drawn, without its head."""
    place = console.app.screen.query_one(AccountList).region
    drawn = [row[place.x : place.right] for row in console.lines[place.y + 1 : place.bottom]]
    return [row for row in drawn if row.strip()]


def shown(console: Console) -> list[str]:
    return [row[2:].split()[0] for row in rows(console)]


def marked(console: Console) -> str:
    """The username that the line is on."""
    [row] = [row for row in rows(console) if row.startswith("> ")]
    return row.split()[1]


async def test_somebody_is_unlocked_by_four_keys_after_log_in_and_the_name(desk: Desk) -> None:
    fail(desk)
    async with use(desk) as console:
        await console.to_home("olga")
        keys = 0
        for key in ("enter", "alice", "enter", "enter", "enter"):
            await console.press(*(key if key == "alice" else [key]))
            keys += key != "alice"
        assert keys <= 6
        assert console.says("#notice") == "Done: every lock is lifted."
        console.at(AccountScreen)
        assert "Locked" not in console.text
    desk.services.sign_in.check_password(STRANGER, "alice", PASSWORD)


async def test_the_list_follows_what_is_typed_and_the_arrows_leave_the_field_its_focus(desk: Desk) -> None:
    for name in ("bob", "bea", "carl"):
        desk.create(name)
    async with use(desk) as console:
        page = await to_accounts(console)
        field = console.app.focused
        assert shown(console) == ["alice", "bea", "bob", "carl", "olga"]
        await console.press("down", "down", "end", "up")
        assert (marked(console), console.app.focused) == ("carl", field)
        await console.press("b")
        assert (shown(console), marked(console)) == (["bea", "bob"], "bea")
        await console.press("down", "e")
        assert (shown(console), console.app.focused) == (["bea"], field)
        await console.press("x")
        assert NOBODY in console.text
        await console.press("enter")
        assert console.app.screen is page
        await console.press("backspace", "backspace", "backspace", "pagedown", "pageup", "home")
        assert marked(console) == "alice"
        await console.press("escape")
        console.at(HomeScreen)


async def test_a_thousand_accounts_are_walked_with_a_few_pages_in_memory(desk: Desk) -> None:
    fill(desk, 1000)
    async with use(desk) as console:
        page = await to_accounts(console)
        height = page.query_one(AccountList).rows
        assert len(shown(console)) == height
        await console.press(*["pagedown"] * 30)
        assert marked(console) == f"user{30 * height - 2:04}"
        assert len(page._found.near.accounts) <= SIZE * MOST_PAGES
        await console.press("end")
        assert marked(console) == "user0999"
        assert len(shown(console)) == height
        await console.press("up", *["pageup"] * 2)
        assert marked(console) == f"user{998 - 2 * height:04}"
        await console.press("home")
        assert marked(console) == "alice"
        await console.press("f2")
        assert "latest log-in first" in console.text
        assert marked(console) == "olga"


async def test_the_newest_search_wins_and_enter_opens_what_was_typed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bob", "bobby", "bobby2"):
        desk.create(name)
    page, go = desk.services.directory.page, Event()
    asked: list[str] = []

    def slow(principal: Any, sought: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - handed on
        asked.append(sought.text)
        assert go.wait(30)
        return page(principal, sought, *given, **named)

    async with use(desk) as console:
        await to_accounts(console)
        monkeypatch.setattr(desk.services.directory, "page", slow)
        console.send("b")
        await console.until(lambda: bool(asked))
        console.send("o", "b", "b", "down", "enter")
        await console.flush()
        console.at(AccountsScreen)
        go.set()
        await console.settle()
        # What stood in the field meanwhile was never asked for; the keys behind it waited for the answer.
        assert asked == ["b", "bobb"]
        assert console.says("#headline") == "bobby2"


async def test_filters_leave_only_some_by_mouse_and_by_key(desk: Desk) -> None:
    desk.create("bob")
    desk.services.access.disable(SHELL, "bob", "left")
    fail(desk)
    async with use(desk) as console:
        await to_accounts(console)
        await console.click("#disabled")
        assert (shown(console), "disabled" in rows(console)[0]) == (["bob"], True)
        await console.click("#locked")
        assert (shown(console), "locked" in rows(console)[0]) == (["alice"], True)
        await console.press(*["tab"] * 2, "enter")
        assert shown(console) == ["olga"]
        for row in (
            "All: 3  Operators: 1  Never logged in: 2",
            "2FA on: 1  2FA off: 2  2FA reset: 0  Few codes: 0",
            "Locked: 1  Disabled: 1",
        ):
            assert row in console.text
        await console.press("x")
        assert console.field("#search").value == "x"


@pytest.mark.parametrize("kind", ["user", "operator without 2FA", "operator in a kiosk"])
async def test_the_desk_is_an_operators_with_2fa_and_in_no_kiosk(desk: Desk, kind: str) -> None:
    if kind == "operator without 2FA":
        desk.create("otto", operator=True)
        desk.services.policy.set(SHELL, PolicyChanges(second_factor_for=Whom.NOBODY))
    name = {"user": "alice", "operator without 2FA": "otto"}.get(kind, "olga")
    desk.settings = replace(desk.settings, kiosk="kiosk" in kind)
    async with use(desk) as console:
        await console.to_home(name)
        assert not console.app.screen.query("#accounts")
        assert ("To look after accounts, an operator needs 2FA." in console.text) is (name == "otto")


async def test_whoever_is_no_operator_any_more_is_at_home_with_the_next_key(desk: Desk) -> None:
    async with use(desk) as console:
        await to_accounts(console)
        change(desk, "UPDATE account SET role = 'user' WHERE username = 'olga'")
        await console.press("enter")
        console.at(HomeScreen)
        assert not console.app.screen.query("#accounts")


async def test_the_detail_stands_beside_the_list_where_there_is_room_and_foreign_text_is_no_markup(
    desk: Desk,
) -> None:
    change(desk, "UPDATE account SET display_name = ?", "[@click=app.quit]x\u202e\x1b[31m")
    fail(desk)
    async with use(desk, (110, 30)) as console:
        page = await to_accounts(console)
        assert "Locked after wrong tries:" in console.text
        assert not {"\x1b", "\u202e"} & set(console.text)
        assert "[@click" in console.text
        await console.pilot.click(AccountList, offset=(5, 1))
        await console.settle()
        assert console.says("#headline") == "alice"
        await console.press("escape")
        again = console.at(AccountsScreen)
        assert again is not page
        await console.pilot.resize_terminal(109, 30)
        await console.settle()
        assert "Locked after" not in console.text
        await console.press("f4", "down", "up", "enter")
        console.at(SettingsScreen)


async def test_a_lock_in_view_counts_down_and_what_stands_below_it_stays(desk: Desk) -> None:
    async with use(desk, (120, 30)) as console:
        await console.to_home("olga")
        fail(desk)
        await console.press("enter")
        for left in ("60 s", "40 s"):
            assert f"locked {left}" in rows(console)[0]
            assert f"password for {left.replace('60 s', '1 min')}." in console.says("#account-facts")
            await console.tick(seconds=20)
        await console.press("enter")
        console.at(AccountScreen)
        assert console.says("#troubles") == "Locked after wrong tries: password for 20 s."
        await console.tick(seconds=1)
        assert "password for 19 s." in console.text
        unlock = console.app.screen.query_one("#unlock").region
        await console.tick(seconds=19)
        assert "Locked" not in console.text
        assert console.app.screen.query_one("#unlock").region == unlock


async def test_the_list_is_as_it_was_left_and_shows_what_was_done(desk: Desk) -> None:
    for name in ("bob", "bea"):
        desk.create(name)
    async with use(desk) as console:
        await to_accounts(console)
        await console.press("b", "down", "enter")
        assert console.says("#headline") == "bob"
        await console.click("#disable")
        await console.write("left the company", "enter")
        await console.press("escape")
        assert (console.field("#search").value, marked(console)) == ("b", "bob")
        assert "disabled" in rows(console)[1]
        assert "Disabled: 1" in console.text
        assert set(twins(console)) == {"Enter", "F2", "F3", "Esc", "F1"}


@pytest.mark.parametrize("length", [18, 19, 25, 31, 32, 38, 39, 40])
async def test_a_username_stands_whole_in_the_list_at_80x24(desk: Desk, length: int) -> None:
    username = ("maria.papadopoulou+night@example-corp.gr" * 2)[:length]
    desk.create(username)
    async with use(desk) as console:
        await to_accounts(console)
        [row] = [row for row in rows(console) if "maria" in row]
        assert row[2 : length + 3] == f"{username} "
        # What it took is its own name's: all other columns stand where they stood.
        [another] = [row for row in rows(console) if "alice" in row]
        for words in ("off", "ok", "never"):
            assert row.index(words, length) == another.index(words)
