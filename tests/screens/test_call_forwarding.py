"""Call forwarding on the screen: set, changed, switched off; nothing without step-up."""

from pathlib import Path

import pytest
from textual.widgets import Input

from store.services.principals import SessionToken
from store.services.views import Forwarding
from tests.desk import PASSWORD, SHELL, Desk
from tests.screens.page_host import PageHost, screen_text, settle, words
from tests.tables import one, rows
from tui.screens.call_forwarding import CallForwardingScreen, hint, standing
from tui.screens.places import Go
from tui.screens.step_up import StepUpScreen

TARGET = "+30 697 123 4567"
NARROW = (60, 20)


def host(desk: Desk, token: SessionToken | None = None, username: str = "alice") -> PageHost:
    token = token or desk.log_in(username)
    return PageHost(desk, CallForwardingScreen(desk.services.call_forwarding.look(token), username), token)


def stored(desk: Desk) -> str | None:
    found = rows(desk, "SELECT number FROM call_forwarding")
    return found[0][0] if found else None


def complaint(app: PageHost) -> str:
    return words(app, "#number-field .error")


def typed(app: PageHost) -> str:
    return app.first.query_one("#number", Input).value


async def test_a_number_is_set_with_enter_and_read_back_in_international_form(desk: Desk) -> None:
    app = host(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert words(app, "#standing") == "Forwarding is off."
        assert not app.screen.query_one("#switch-off").display
        await pilot.press(*"+306971234567", "enter")
        await settle(pilot)
        assert stored(desk) == "+306971234567"
        assert words(app, "#standing") == f"Calls are set to go to {TARGET} since 24 Nov 2026."
        assert words(app, "#notice") == f"Done. Check the number: {TARGET}"
        assert typed(app) == ""
        await pilot.press("escape")
        await settle(pilot)
    assert app.answer is Go.HOME


async def test_it_is_changed_and_switched_off_by_mouse(desk: Desk) -> None:
    token = desk.log_in()
    desk.services.call_forwarding.forward(token, TARGET)
    app = host(desk, token)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"+44 20 7946 0958")
        await pilot.click("#forward")
        await settle(pilot)
        assert stored(desk) == "+442079460958"
        await pilot.click("#switch-off")
        await settle(pilot)
        assert stored(desk) is None
        assert words(app, "#standing") == "Forwarding is off."
        assert words(app, "#notice") == "Done. Before, calls were set to go to +44 20 7946 0958."
        assert not app.screen.query_one("#switch-off").display


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "Type a phone number."),
        ("6971234567", "The country code is missing. Put it in front."),
        ("+30 697 12", "No phone has that number. Check the digits."),
        ("call mum", "That is not a phone number."),
        ("+30 901 123 4567", "Calls can't be sent to a number that costs extra."),
    ],
)
async def test_a_bad_number_says_one_sentence_and_stays(desk: Desk, number: str, sentence: str) -> None:
    app = host(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#number", Input).value = number
        await pilot.press("enter")
        await settle(pilot)
        assert complaint(app) == sentence
        assert typed(app) == number
        assert app.focused is app.screen.query_one("#number")
    assert stored(desk) is None


async def test_a_region_makes_the_country_code_optional(tmp_path: Path) -> None:
    desk = Desk(tmp_path, region="GR")
    desk.create()
    app = host(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert words(app, "#number-hint") == (
            "With country code, as +30 ...; without it, +30 is put in front."
        )
        await pilot.press(*"697 123 4567", "enter")
        await settle(pilot)
    assert stored(desk) == "+306971234567"
    desk.services.close()


async def test_the_own_number_is_named_and_refused(desk: Desk) -> None:
    desk.services.accounts.create(SHELL, "bob", PASSWORD, number="+302105550142")
    app = host(desk, username="bob")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert words(app, "#standing") == "Forwarding of +30 21 0555 0142 is off."
        await pilot.press(*"+302105550142", "enter")
        await settle(pilot)
        assert complaint(app) == "That is your own number."


async def test_the_form_stays_where_it_is_whatever_is_set(desk: Desk) -> None:
    desk.services.accounts.create(SHELL, "bob", PASSWORD, number="+302105550142")
    app = host(desk, username="bob")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = app.screen.query_one("#number").region
        await pilot.press(*TARGET, "enter")
        await settle(pilot)
        assert words(app, "#standing").startswith("Calls to +30 21 0555 0142 are set to go to")
        assert app.screen.query_one("#number").region == before


async def test_step_up_keeps_what_was_typed_and_then_does_it(desk: Desk) -> None:
    token = desk.log_in()
    app = host(desk, token)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        stale(desk, token)
        await pilot.press(*TARGET, "enter")
        await settle(pilot)
        assert isinstance(app.screen, StepUpScreen)
        assert "Password" in screen_text(app)
        assert "code" not in screen_text(app).lower()
        assert stored(desk) is None
        await pilot.press(*PASSWORD, "enter")
        await settle(pilot, 8)
        assert app.screen is app.first
        assert words(app, "#standing").startswith(f"Calls are set to go to {TARGET}")
    assert stored(desk) == "+306971234567"


@pytest.mark.parametrize("way", ["#forward", "#switch-off"])
async def test_a_refused_step_up_changes_nothing(desk: Desk, way: str) -> None:
    token = desk.log_in()
    desk.services.call_forwarding.forward(token, TARGET)
    app = host(desk, token)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        stale(desk, token)
        await pilot.press(*"+442079460958")
        await pilot.click(way)
        await settle(pilot)
        assert isinstance(app.screen, StepUpScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is app.first
        assert words(app, "#notice") == "Nothing was changed."
        assert typed(app) == "+442079460958"
    assert stored(desk) == "+306971234567"


async def test_with_2fa_on_the_step_up_takes_a_code(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    app = host(desk, token)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        stale(desk, token)
        await pilot.press(*TARGET, "enter")
        await settle(pilot)
        assert "Authentication code" in screen_text(app)
        await pilot.press(*desk.code(), "enter")
        await settle(pilot, 8)
    assert stored(desk) == "+306971234567"


async def test_the_page_says_that_no_switchboard_reads_it_and_fits_small_screens(desk: Desk) -> None:
    token = desk.log_in()
    desk.services.call_forwarding.forward(token, TARGET)
    app = host(desk, token)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        shown = screen_text(app)
        assert "No switchboard" in shown
        assert "always did." in shown
        assert shown.count("Forward calls") == shown.count("Switch off") == 1
        assert app.screen.query_one("#card").max_scroll_y == 0


def test_the_sentences() -> None:
    assert standing(Forwarding("+30 21 0555 0142", TARGET, None)) == (
        f"Calls to +30 21 0555 0142 are set to go to {TARGET}."
    )
    assert standing(Forwarding(None, "\x1b[31m", None)) == "Calls are set to go to <U+001B>[31m."
    assert hint(None) == "With country code, as +30 ..."
    assert max(len(hint(region)) for region in ("GR", "FI", "AZ")) <= 72


def stale(desk: Desk, token: SessionToken) -> None:
    """Let the step-up run out while the person stays at the keys."""
    for _ in range(2):
        desk.clock.move(minutes=8)
        desk.services.sessions.check(token, active=True)
    assert one(desk, "SELECT count(*) FROM session WHERE ended_at IS NULL") >= 1
