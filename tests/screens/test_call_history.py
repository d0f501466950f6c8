"""Call history on the screen: own calls, newest first, a page at a time, masked until step-up."""

from datetime import timedelta
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from store.services.principals import SessionToken
from store.services.views import CallEntry
from tests.desk import PASSWORD, Desk
from tests.screens.page_host import PageHost, screen_text, settle, words
from tests.screens.pages import show, twins
from tests.tables import change, one
from tui.call_words import told
from tui.screens.call_history import HIDDEN_AGAIN, STILL_HIDDEN, CallHistoryScreen
from tui.screens.places import Go
from tui.screens.step_up import StepUpScreen
from tui.widgets.line_table import LineTable, fit

MASKED = "+30 697 xxx xx"
WHOLE = "+30 697 123 4"
LONG = timedelta(minutes=5)


def fill(desk: Desk, count: int, username: str = "alice", prefix: str = "+306971234") -> None:
    """Give an account calls, one each minute, number 000 the newest."""
    account = one(desk, "SELECT id FROM account WHERE username = ?", username)
    now = int(desk.clock.now().timestamp() * 1_000_000)
    for number in range(count):
        change(
            desk,
            "INSERT INTO call (account_id, at, direction, number, seconds) VALUES (?, ?, 'in', ?, ?)",
            account,
            now - number * 60_000_000,
            f"{prefix}{number:03}",
            number + 1,
        )


def host(desk: Desk, token: SessionToken | None = None) -> PageHost:
    return PageHost(desk, CallHistoryScreen("alice"), token or desk.log_in())


def table(app: PageHost) -> LineTable:
    return app.first.query_one(LineTable)


def calls(app: PageHost) -> tuple[CallEntry, ...]:
    assert isinstance(app.first, CallHistoryScreen)
    return app.first._calls


def places(app: PageHost) -> list[int]:
    """Which calls are shown, by the length that `fill` gave them."""
    return [call.seconds or 0 for call in calls(app)]


def line(app: PageHost) -> int | None:
    return calls(app)[table(app).cursor].seconds


async def begin(pilot: Pilot[int]) -> PageHost:
    await settle(pilot)
    return cast("PageHost", pilot.app)


def stale(desk: Desk, token: SessionToken) -> None:
    """Let the step-up run out while the person stays at the keys."""
    for _ in range(2):
        desk.clock.move(minutes=8)
        desk.services.sessions.check(token, active=True)


async def test_a_new_store_says_why_there_are_no_calls(desk: Desk) -> None:
    async with host(desk).run_test(size=(80, 24)) as pilot:
        app = await begin(pilot)
        shown = screen_text(app)
        assert "No calls yet." in shown
        assert "Show whole numbers" not in shown
        assert "newest first" not in shown
        await pilot.press("pagedown", "end", "down", "up", "home", "pageup", "escape")
        await settle(pilot)
        assert app.answer is Go.HOME


async def test_own_calls_only_newest_first_and_masked(desk: Desk) -> None:
    desk.create("bob")
    fill(desk, 40)
    fill(desk, 3, "bob", "+442079460")
    async with host(desk).run_test(size=(80, 24)) as pilot:
        app = await begin(pilot)
        shown = screen_text(app)
        assert places(app) == list(range(1, 16))
        assert "1-15 of 40, newest first" in shown
        assert shown.count(MASKED) == 15
        assert WHOLE not in shown
        assert "+44" not in shown
        app.first.warn_of_end(timedelta(seconds=20))
        await settle(pilot)
        assert "logged out in 20 s" in screen_text(app)


async def test_pages_turn_by_key_and_by_click(desk: Desk) -> None:
    fill(desk, 40)
    async with host(desk).run_test(size=(80, 24)) as pilot:
        app = await begin(pilot)
        await pilot.press("pagedown")
        await settle(pilot)
        assert places(app) == list(range(16, 31))
        for twin in app.screen.query(".key"):
            if "Older" in str(twin.render()):
                await pilot.click(twin)
        await settle(pilot)
        assert places(app) == list(range(31, 41))
        await pilot.press("pagedown")
        await settle(pilot)
        assert (places(app)[0], line(app)) == (31, 40)
        await pilot.press("pageup")
        await settle(pilot)
        assert places(app)[0] == 16
        await pilot.press("home")
        await settle(pilot)
        assert (places(app)[0], line(app)) == (1, 1)
        await pilot.press("end")
        await settle(pilot)
        assert (places(app), line(app)) == (list(range(31, 41)), 40)
        assert "31-40 of 40" in screen_text(app)


async def test_the_line_walks_over_the_edge_of_a_page(desk: Desk) -> None:
    fill(desk, 20)
    async with host(desk).run_test(size=(80, 24)) as pilot:
        app = await begin(pilot)
        await pilot.press(*["down"] * 14)
        assert line(app) == 15
        await pilot.press("down")
        await settle(pilot)
        assert (places(app)[0], line(app)) == (16, 16)
        await pilot.press("up")
        await settle(pilot)
        assert (places(app)[0], line(app)) == (1, 15)
        await pilot.click(LineTable, offset=(10, 4))
        assert line(app) == 4
        assert screen_text(app).count("> ") == 1


async def test_a_resize_keeps_the_first_call_in_place(desk: Desk) -> None:
    fill(desk, 60)
    async with host(desk).run_test(size=(80, 24)) as pilot:
        app = await begin(pilot)
        await pilot.press("pagedown")
        await settle(pilot)
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert places(app) == list(range(16, 16 + table(app).rows))
        assert table(app).rows == 31
        await pilot.resize_terminal(60, 20)
        await settle(pilot)
        assert places(app) == list(range(16, 27))
        await pilot.press("pageup", "pageup")
        await settle(pilot)
        assert places(app)[0] in {1, 5}


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_every_column_is_whole(desk: Desk, size: tuple[int, int]) -> None:
    fill(desk, 3)
    change(desk, "UPDATE call SET seconds = 86399 WHERE seconds = 1")
    change(desk, "UPDATE call SET direction = 'missed', number = NULL, seconds = NULL WHERE seconds = 2")
    async with host(desk).run_test(size=size) as pilot:
        app = await begin(pilot)
        shown = screen_text(app)
        for word in ("When", "Number", "Length", "23 h 59 min", "missed", "withheld", f"{MASKED}02"):
            assert word in shown, word
        assert "Call history" in shown
        assert "1-3 of 3, newest first" in shown


async def test_whole_numbers_come_at_once_where_the_proof_is_fresh_and_go_again(desk: Desk) -> None:
    fill(desk, 40)
    async with host(desk).run_test(size=(80, 24)) as pilot:
        app = await begin(pilot)
        await pilot.click("#show-numbers")
        await settle(pilot)
        assert screen_text(app).count(WHOLE) == 15
        assert words(app, "#list-note") == "Each number is shown in full."
        await pilot.press("pagedown")
        await settle(pilot)
        assert screen_text(app).count(WHOLE) == 15
        await pilot.click("#hide-numbers")
        await settle(pilot)
        assert WHOLE not in screen_text(app)
        assert places(app)[0] == 16


async def test_step_up_is_asked_for_and_may_be_refused(desk: Desk) -> None:
    fill(desk, 40)
    token = desk.log_in()
    async with host(desk, token).run_test(size=(80, 24)) as pilot:
        app = await begin(pilot)
        stale(desk, token)
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert isinstance(app.screen, StepUpScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert words(app, "#list-said") == STILL_HIDDEN
        assert WHOLE not in screen_text(app)
        await pilot.click("#show-numbers")
        await settle(pilot)
        await pilot.press(*PASSWORD, "enter")
        await settle(pilot, 8)
        assert screen_text(app).count(WHOLE) == 15


@pytest.mark.parametrize("way", ["waiting", "pagedown"])
async def test_numbers_are_hidden_when_the_step_up_is_over(desk: Desk, way: str) -> None:
    fill(desk, 40)
    token = desk.log_in()
    async with host(desk, token).run_test(size=(80, 24)) as pilot:
        app = await begin(pilot)
        await pilot.click("#show-numbers")
        await settle(pilot)
        app.first.warn_of_end(LONG)
        await settle(pilot)
        assert WHOLE in screen_text(app)
        stale(desk, token)
        if way == "waiting":
            app.first.warn_of_end(LONG)
        else:
            await pilot.press(way)
        await settle(pilot)
        assert WHOLE not in screen_text(app)
        assert not any(WHOLE in (call.number or "") for call in calls(app))
        assert words(app, "#list-said") == HIDDEN_AGAIN


async def test_nothing_stays_when_the_page_is_left(desk: Desk) -> None:
    fill(desk, 5)
    async with host(desk).run_test(size=(120, 40)) as pilot:
        app = await begin(pilot)
        detail = app.screen.query_one("#list-detail", Static)
        assert "Incoming call" in str(detail.content)
        await pilot.press("escape")
        await settle(pilot)
        assert app.answer is Go.HOME
        assert calls(app) == ()
        assert str(detail.content) == ""


async def test_what_was_said_outlives_a_resize(desk: Desk) -> None:
    fill(desk, 40)
    token = desk.log_in()
    async with host(desk, token).run_test(size=(80, 24)) as pilot:
        app = await begin(pilot)
        stale(desk, token)
        await pilot.click("#show-numbers")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.resize_terminal(60, 20)
        await settle(pilot)
        assert STILL_HIDDEN in screen_text(app)
        await pilot.press("pagedown")
        await settle(pilot)
        assert STILL_HIDDEN not in screen_text(app)


async def test_the_detail_stands_beside_the_list_from_110_columns_on(desk: Desk) -> None:
    fill(desk, 5)
    async with host(desk).run_test(size=(109, 30)) as pilot:
        app = await begin(pilot)
        assert "It lasted" not in screen_text(app)
        await pilot.resize_terminal(110, 30)
        await settle(pilot)
        assert "It lasted 1 s." in screen_text(app)
        await pilot.press("down")
        await settle(pilot)
        assert "It lasted 2 s." in screen_text(app)


async def test_foreign_numbers_are_spelled_out_and_are_no_markup(desk: Desk) -> None:
    fill(desk, 1)
    change(desk, "UPDATE call SET number = ?", "[@click=app.quit]x\u202e\x1b[31m")
    async with host(desk).run_test(size=(120, 40)) as pilot:
        shown = screen_text(await begin(pilot))
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "[@click" in shown


def test_words_of_a_call(desk: Desk) -> None:
    missed = CallEntry(1, desk.clock.now(), "missed", None, None)
    assert str(told(missed)).split("\n")[3:] == ["From a withheld number", "Nobody answered."]
    out = CallEntry(2, desk.clock.now(), "out", "+30 697 xxx xx67", 250)
    assert str(told(out)).split("\n")[3:] == ["To +30 697 xxx xx67", "It lasted 4 min 10 s."]
    assert fit("+30 697 123 4567", 10) == "+30 697 .."
    assert fit("in", 4) == "in  "


async def test_an_empty_history_offers_no_pages_to_turn(desk: Desk) -> None:
    async with show(desk, "call history") as console:
        assert not {"PgDn", "PgUp"} & set(twins(console))
    fill(desk, 3)
    async with show(desk, "call history") as console:
        assert {"PgDn", "PgUp", "Esc", "F1"} == set(twins(console))


async def test_beside_an_empty_history_stands_nothing_however_wide_it_is(desk: Desk) -> None:
    async with host(desk).run_test(size=(120, 40)) as pilot:
        app = await begin(pilot)
        assert "No calls yet." in screen_text(app)
        assert not app.screen.query_one("#list-detail").display
