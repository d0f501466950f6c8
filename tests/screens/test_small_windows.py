"""Nothing on a page is out of a keyboard's reach, however small the window is."""

from dataclasses import replace

import pytest

from store.rules.totp import grouped
from store.services.audit_log import Wanted
from tests.clocks import START
from tests.desk import SHELL, Desk
from tests.screens.console import Console, use
from tests.screens.page_host import PageHost
from tests.screens.pages import CODES, LONG, SETUP_KEY, SHORT, TWO, account, lost, show
from tui.screens.account import AccountScreen
from tui.screens.account_acts import RequireChange, acts_on
from tui.screens.accounts import AccountsScreen
from tui.screens.act import ActScreen
from tui.screens.audit_filter import AuditFilterScreen
from tui.screens.change_password import FirstPasswordScreen
from tui.screens.home import HomeScreen
from tui.widgets.account_facts import troubles

KEY = set(grouped(SETUP_KEY).split())
SMALL = [(80, 12), (40, 12), (20, 5)]
NEW = "marble ladder comet soup"


def groups_in(console: Console) -> set[str]:
    """The groups of the setup key that stand on the screen, however it is broken into lines."""
    return KEY & set(" ".join(console.lines).split())


@pytest.mark.parametrize("size", SMALL, ids=[f"{wide}x{high}" for wide, high in SMALL])
@pytest.mark.parametrize("key", ["up", "shift+tab", "pageup"])
async def test_the_setup_key_can_be_reached_by_keyboard(desk: Desk, size: tuple[int, int], key: str) -> None:
    async with show(desk, "enrollment", size=size) as console:
        seen = groups_in(console)
        for _ in range(12):
            await console.press(key)
            seen |= groups_in(console)
        assert seen == KEY


@pytest.mark.parametrize("size", SMALL[:2], ids=["80x12", "40x12"])
async def test_every_backup_code_can_be_reached_by_keyboard(desk: Desk, size: tuple[int, int]) -> None:
    async with show(desk, "backup codes, first", size=size) as console:
        seen = ""
        for _ in range(30):
            seen += "".join("".join(console.lines).split())
            await console.press("pagedown")
        assert all(code in seen for code in CODES)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_arrows_go_up_and_down_among_the_acts_on_an_account(desk: Desk, size: tuple[int, int]) -> None:
    async with show(desk, "account, no case", size=size) as console:
        rows = [[each.id for each in row.children] for row in console.app.screen.query(".act-row")]
        assert len(rows) >= 3
        assert focused(console) == rows[0][0]
        await console.press("right")
        assert focused(console) == rows[0][1]
        for row in rows[1:]:
            await console.press("down")
            assert focused(console) == row[min(1, len(row) - 1)]
        await console.press("down")
        assert focused(console) not in [name for row in rows for name in row]
        await console.press("up")
        for row in reversed(rows[:-1]):
            await console.press("up")
            assert focused(console) in row


def focused(console: Console) -> str | None:
    assert console.app.focused is not None
    return console.app.focused.id


@pytest.mark.parametrize("field", ["account", "actor", "event", "outcome", "since", "until"])
async def test_enter_in_any_field_of_the_audit_filter_lists_them(desk: Desk, field: str) -> None:
    desk.create("olga", operator=True)
    desk.enable("olga")
    app = PageHost(desk, AuditFilterScreen(Wanted(event="logged in"), "olga"), desk.log_in("olga"))
    async with use(desk, (80, 24), app) as console:
        console.app.screen.query_one(f"#{field}").focus()
        await console.press("enter")
        assert app.answer == Wanted(event="logged in")


async def test_after_an_activation_log_in_the_password_just_typed_is_not_asked_for_again(desk: Desk) -> None:
    given = desk.services.accounts.activate(SHELL, "carol").password
    async with use(desk) as console:
        await console.log_in("carol", given)
        console.at(FirstPasswordScreen)
        assert not console.app.screen.query("#present")
        await console.press(*given, "enter", *given, "enter")
        assert isinstance(console.app.screen, FirstPasswordScreen), "it is not to be kept"
        assert "one you have now" in console.text or "other" in console.text
        console.field("#new").value = ""
        console.field("#again").value = ""
        console.field("#new").focus()
        await console.press(*NEW, "enter", *NEW, "enter")
        console.at(HomeScreen)
    assert desk.log_in("carol", NEW)


async def test_who_stayed_too_long_on_the_first_password_proves_it_again(desk: Desk) -> None:
    given = desk.services.accounts.activate(SHELL, "carol").password
    async with use(desk) as console:
        await console.log_in("carol", given)
        await console.stale()
        await console.press(*NEW, "enter", *NEW, "enter")
        await console.press(*given, "enter")
        console.at(HomeScreen)


async def test_asking_for_a_new_password_says_that_sessions_end_and_the_old_one_is_needed(desk: Desk) -> None:
    said = RequireChange(account()).before()
    assert "open sessions end at once" in said
    assert "takes the password of now" in said
    async with show(desk, ActScreen(RequireChange(account()), SHORT)) as console:
        assert "takes the password of now" in " ".join(console.text.split())


@pytest.mark.parametrize("act", [each.name for each in acts_on(lost(), two=TWO)])
async def test_a_page_of_an_act_names_the_person_by_name_and_number(desk: Desk, act: str) -> None:
    [chosen] = [each for each in acts_on(lost(), two=TWO) if each.name == act]
    async with show(desk, ActScreen(chosen, SHORT)) as console:
        about = console.says("#about")
        assert about.startswith(f"{LONG}: Maria Papadopoulou-Schwarzenberger")
        assert about.endswith("+30 21 0555 0142")


def test_who_was_given_another_password_waits_for_the_next_log_in_not_the_first() -> None:
    waits = replace(account(), activation_ends=START)
    assert any("next log-in" in said for said in troubles(waits))
    never = replace(waits, last_login_at=None, open_sessions=0)
    assert any("first log-in" in said for said in troubles(never))


def test_the_help_of_the_list_says_that_beginnings_are_found() -> None:
    assert "begins" in AccountsScreen.HELP_TEXT
    assert "a part of" not in AccountsScreen.HELP_TEXT
    assert AccountScreen.HELP_TEXT
