"""Whatever text the store holds, on no page and in no command does it reach the terminal as it is (T1, T2, T4)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from store.errors import TwofoldError
from store.rules.policy import PolicyChanges
from store.rules.text import first_unsafe, visible
from store.services.principals import Visitor
from tests.attacks.poison import poison
from tests.attacks.test_t_stored_text import UNSEEN
from tests.bound import bind_again
from tests.desk import SHELL, Desk
from tests.screens.console import Console, use
from tests.screens.page_host import PageHost
from tests.screens.test_call_history import fill
from tests.tables import change, rows
from tests.terminal.machine import PASSWORD, Machine
from tui.flows import _inside
from tui.screens.account_acts import Edit
from tui.screens.act import ActScreen
from tui.screens.home import HomeScreen
from tui.screens.page import Page
from tui.screens.places import Go, Next
from tui.screens.policy import PolicyScreen
from tui.widgets.action import Action
from tui.widgets.rows import KeyTwin
from tui.words import sentence

NOT_CHOSEN = {
    *("menu-log-out", "menu-settings", "user-menu-handle", "log-out", "cancel"),
    # No URI and no set is made for such a name: that ends the story.
    *("replace", "new-codes"),
}
ROW, KEY = "a row", "the key of "
NO_PLACES = {"help", "back", "menu", "leave", "open", "app.leave", "app.focus_next", "change"}


class AtHome(PageHost):
    """The whole story of this token's session, from Home on."""

    async def _keep_answer(self) -> None:
        while True:
            try:
                self.answer = await _inside(self, Next(Go.HOME))
            except TwofoldError as error:
                # As the front door says it; but this session goes on.
                assert first_unsafe(sentence(error)) is None, error


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A store in which every table has a row that somebody sees."""
    for name in ("bob", "carol", "olga"):
        desk.create(name, operator=name in {"olga", "bob"})
        desk.services.accounts.edit(SHELL, name, display_name=f"The {name}", number="+30 21 0555 0142")
        desk.enable(name)
    desk.services.recovery.open(SHELL, "carol", "showed a passport", stolen=True)
    desk.services.access.lock(SHELL, "bob", timedelta(days=1), "left the house")
    fill(desk, 3, "olga")
    change(desk, "INSERT INTO call_forwarding SELECT id, '+302105550142', created_at FROM account")
    desk.services.policy.set(SHELL, PolicyChanges(name="Telephones", issuer="Example"))
    return desk


def path_of(desk: Desk) -> Path:
    return Path(desk.settings.store_url.removeprefix("sqlite:///"))


def choices(page: Page[Any]) -> list[str]:
    """What can be chosen on a page without changing anything."""
    chosen = [
        str(each.id)
        for each in page.query(Action)
        if each.display and not each.has_class("main") and each.id not in NOT_CHOSEN | {None}
    ]
    keys = [f"{KEY}{each.action}" for each in page.query(KeyTwin) if each.action not in NO_PLACES]
    return chosen + keys + [ROW for each in page.query("LineTable, AccountList") if each.display]


async def choose(console: Console, choice: str) -> None:
    page = console.app.screen
    if choice == ROW:
        page.query("LineTable, AccountList").first().focus()
        await console.press("enter")
    elif choice.startswith(KEY):
        await page.run_action(choice.removeprefix(KEY))
        await console.settle()
    else:
        page.query_one(f"#{choice}", Action).action_choose()
        await console.settle()


def all_is_fit(console: Console, where: object) -> None:
    """No cell of the terminal, and no field, holds what a terminal acts on."""
    for line in console.lines:
        assert first_unsafe(line) is None, (where, line)
    for field in console.app.screen.query(Input):
        assert first_unsafe(field.value) is None, (where, field.id)


async def visit(console: Console, deepest: int) -> set[str]:
    """Go everywhere that leads anywhere, each choice of each kind of page once; return the kinds of pages."""
    waiting: list[tuple[str, ...]] = [()]
    seen, taken = set(), set()
    while waiting:
        path = waiting.pop(0)
        for choice in path:
            await choose(console, choice)
        page = console.app.screen
        assert isinstance(page, Page), path
        all_is_fit(console, path)
        kind = type(page).__name__
        if kind not in seen:
            await console.press("f1")
            all_is_fit(console, (path, "help"))
            await console.press("escape")
        seen.add(kind)
        if len(path) < deepest:
            for choice in choices(page):
                if (kind, choice) not in taken:
                    taken.add((kind, choice))
                    waiting.append((*path, choice))
        for _ in range(8):
            if isinstance(console.app.screen, HomeScreen):
                break
            await console.press("escape")
        console.at(HomeScreen)
    return seen


@pytest.mark.parametrize("usernames", [False, True], ids=["all but usernames", "everything"])
async def test_no_text_of_any_column_reaches_the_terminal_as_it_is_from_any_page(
    desk: Desk, *, usernames: bool
) -> None:
    app = AtHome(desk, HomeScreen.__new__(HomeScreen), desk.log_in("olga"))
    taken, _ = poison(path_of(desk), usernames=usernames)
    bind_again(desk.services)
    assert {table for table, _ in taken} >= {"account", "audit_event", "policy", "call", "recovery_case"}
    async with use(desk, (120, 40), app) as console:
        seen = await visit(console, 2 if usernames else 3)
    assert usernames or seen >= {
        "AccountScreen", "AccountsScreen", "ActScreen", "AuditEventScreen", "AuditFilterScreen",
        "AuditLogScreen", "CallForwardingScreen", "CallHistoryScreen", "CaseScreen", "CasesScreen",
        "ChangePasswordScreen", "HomeScreen", "OverviewScreen", "PolicyScreen",
        "SessionsScreen", "SettingsScreen",
    }, seen  # fmt: skip


async def test_a_form_that_was_left_alone_stores_what_stood_there(desk: Desk) -> None:
    """What a field shows of a poisoned text is no other text that somebody chose."""
    token = desk.log_in("olga")
    poison(path_of(desk), usernames=False)
    before = rows(desk, "SELECT display_name, number FROM account WHERE username = 'carol'")
    account = desk.services.accounts.show(SHELL, "carol")
    async with use(desk, (80, 24), PageHost(desk, ActScreen(Edit(account), "olga"), token)) as at:
        assert at.field("#display-name").value == visible(account.display_name)
        await at.click("#do")
    assert rows(desk, "SELECT display_name, number FROM account WHERE username = 'carol'") == before


async def test_a_policy_whose_rows_were_left_alone_keeps_its_names(desk: Desk) -> None:
    token = desk.log_in("olga")
    poison(path_of(desk), usernames=False)
    before = rows(desk, "SELECT name, issuer FROM policy")
    policy = desk.services.policy.show(token)
    lacking = desk.services.policy.without_second_factor(token)
    async with use(desk, (80, 24), PageHost(desk, PolicyScreen(policy, lacking, "olga"), token)) as at:
        at.field("#idle").value = "9"
        await at.click("#set")
        assert "1 change" in at.text
    assert rows(desk, "SELECT name, issuer FROM policy") == before


def test_no_command_prints_text_of_any_column_as_it_is(machine: Machine) -> None:
    """T1, T2: each that shows what is stored, as a terminal gets it."""
    machine.run("recovery", "open", "bob", "--proof", "showed a passport")
    machine.run("policy", "set", "--name", "Telephones")
    with machine.past(timedelta(minutes=1)) as (services, _):
        services.sign_in.check_password(Visitor("host/alice"), "alice", PASSWORD)
    poison(machine.store, usernames=False)
    told = [
        "account list", "account show bob", "session list", "recovery list", "recovery show 1", "audit list",
        "policy show", "store check",
    ]  # fmt: skip
    for command in (*told, *(f"{line} --json" for line in told[:-1])):
        with machine.open(*command.split(), columns=300) as console:
            console.wait_exit()
            assert b"52;c;" in console.raw or "check" in command, command
            assert not any(piece in console.raw for piece in [b"\x1b", *UNSEEN]), command
