"""Whoever is logged in sees on every page how to log out (ASVS 7.4.4)."""

import pytest

from tests.desk import Desk
from tests.screens.console import use
from tests.screens.page_host import PageHost
from tests.screens.pages import PAGES, SHORT, seen, show
from tui.screens.log_in import LogInScreen
from tui.screens.page import Page
from tui.screens.places import Go
from tui.screens.settings import SettingsScreen
from tui.screens.step_up import StepUpScreen

BEFORE = {"log in", "log in, 2FA on", "first run", "code entry", "lost access", "reset code"}
"""Nobody is logged in yet."""
QUESTIONS = {
    "step-up, code",
    "step-up, password",
    "leave codes, first",
    "leave codes, replacing",
    "leave codes, new",
    "quit",
    "quit, codes",
    "quit, enrolling",
}
"""They lie over a page that shows it, and Escape leads back there."""
WITH_BUTTON = {"first password"}
"""No menu leads past it: Log out is its own button."""
ONE_WAY = {
    "enrollment, demanded": "its Cancel logs out: there is nowhere else to go",
    "covered, password": "its Log out leaves the page under it: test_covering.py",
    "covered, code": "likewise",
    "covered, to be left": "likewise",
    "shown once": "what stands there is handed over first; then the page before has the menu",
}
"""Why no menu is on these."""
INSIDE = sorted(set(PAGES) - BEFORE - QUESTIONS - WITH_BUTTON - set(ONE_WAY))


def test_every_page_is_of_one_kind() -> None:
    assert set(PAGES) > BEFORE | QUESTIONS
    assert len(INSIDE) >= 15


@pytest.mark.parametrize("page", INSIDE)
async def test_the_menu_is_in_sight_and_logs_out(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        handle = console.app.screen.query_one("#user-menu-handle")
        assert handle in seen(console.app.screen)
        assert console.lines[0].rstrip().endswith(f"{SHORT} ▼")
        await console.click("#user-menu-handle")
        assert "Log out" in console.text
        await console.click("#menu-log-out")
        assert isinstance(console.app, PageHost)
        assert console.app.answer is Go.LOG_OUT


@pytest.mark.parametrize("page", sorted(WITH_BUTTON))
async def test_where_no_menu_is_a_button_logs_out(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        await console.click_words("Log out")
        assert isinstance(console.app, PageHost)
        assert console.app.answer is Go.LOG_OUT


@pytest.mark.parametrize("page", sorted(QUESTIONS))
async def test_a_question_over_a_page_is_left_by_escape(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        asks = console.app.screen
        await console.press("escape")
        assert isinstance(asks, Page)
        assert asks.left


async def test_from_the_step_up_it_is_two_keys_to_the_menu_and_three_to_the_front_door(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.to_settings()
        await console.stale()
        await console.click("#new-codes")
        console.at(StepUpScreen)
        await console.press("escape")
        console.at(SettingsScreen)
        await console.press("f4")
        await console.click("#menu-log-out")
        console.at(LogInScreen)
        assert not console.app.has_session
