"""The user menu, and who may close what lies on top."""

import pytest

from tests.desk import Desk
from tests.screens.console import Console, use
from tests.screens.pages import twins
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.rows import UserMenu


@pytest.mark.parametrize("way", ["f4", "handle", "twin"])
async def test_the_user_menu_opens_walks_and_closes(desk: Desk, way: str) -> None:
    async def open_or_close(console: Console) -> None:
        if way == "f4":
            await console.press("f4")
        else:
            await console.click("#user-menu-handle" if way == "handle" else twins(console)["F4"])

    async with use(desk) as console:
        await console.to_home()
        await console.press("tab")
        before = console.app.focused
        await open_or_close(console)
        for key, focused in (("down", "menu-log-out"), ("down", "menu-settings"), ("up", "menu-log-out")):
            await console.press(key)
            assert console.app.focused is not None
            assert console.app.focused.id == focused
        await open_or_close(console)
        assert not console.at(HomeScreen).menu_is_open
        assert console.app.focused in {before, console.app.screen.query_one("#user-menu-handle")}
        await open_or_close(console)
        await console.press("enter")
        console.at(SettingsScreen)
        await open_or_close(console)
        await console.click("#menu-log-out")
        console.at(LogInScreen)
        assert not console.app.has_session


async def test_there_is_no_menu_before_the_second_factor(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.press("f4")
        assert not console.app.screen.query(UserMenu)
        await console.log_in()
        await console.press("f4")
        page = console.at(CodeEntryScreen)
        assert not page.query(UserMenu)
        assert "alice" not in console.text


async def test_escape_closes_only_the_topmost_thing(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        page = console.at(SettingsScreen)
        await console.press("f4")
        assert page.menu_is_open
        await console.press("f1")
        console.at(HelpScreen)
        await console.press("escape")
        assert console.app.screen is page
        assert page.menu_is_open
        await console.press("escape")
        assert console.app.screen is page
        assert not page.menu_is_open
        await console.press("escape")
        console.at(HomeScreen)
        await console.press("escape")
        console.at(HomeScreen)


async def test_keys_right_behind_each_other_go_where_the_one_before_led(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_home()
        await console.press("down", "enter")
        assert "Forward to" in console.text
        await console.press("f4", "enter")
        console.at(SettingsScreen)
        await console.press("f4", "down", "down", "up", "enter")
        console.at(LogInScreen)
