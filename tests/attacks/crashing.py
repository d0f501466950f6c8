"""The console with one fault in it, for tests: python -m tests.attacks.crashing WHERE.

Every fault has the person's secrets at hand: in a local variable, in the message, in the cause.
"""

import sys
from collections.abc import Callable
from typing import Any, NoReturn
from unittest.mock import patch

SECRET = "Zq7-hunter2-Zq7"


def fail(*given: Any, **named: Any) -> NoReturn:  # noqa: ANN401 - stands in for anything
    """Fail with secrets around."""
    held = [SECRET, given, named]
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise RuntimeError(f"{SECRET} {held}") from error


async def fail_later(*given: Any, **named: Any) -> NoReturn:  # noqa: ANN401 - as above
    """Fail in a coroutine."""
    fail(*given, **named)


def in_a_service() -> None:
    """In a thread, while a form is sent; the password is an argument."""
    from store.services.sign_in import SignIn

    patch.object(SignIn, "check_password", fail).start()


def in_a_key() -> None:
    """In what a key calls."""
    from tui.screens.page import Page

    patch.object(Page, "action_help", fail).start()


def in_a_tick() -> None:
    """In what the clock calls, with a session open."""
    from tui.screens.home import HomeScreen

    patch.object(HomeScreen, "tick", fail).start()


def in_a_drawing() -> None:
    """In what draws the codes' page."""
    from tui.screens.home import HomeScreen

    patch.object(HomeScreen, "parts", fail).start()


def in_the_end() -> None:
    """While the session is ended."""
    from tui.app import TwofoldApp

    patch.object(TwofoldApp, "end_session", fail_later).start()


def in_the_opening() -> None:
    """In the thread that opens the store."""
    from tui.app import TwofoldApp

    patch.object(TwofoldApp, "_open", fail).start()


def in_the_driver() -> None:
    """Before the terminal was taken over."""
    from tui.driver import Driver

    patch.object(Driver, "start_application_mode", fail).start()


FAULTS: dict[str, Callable[[], None]] = {
    "service": in_a_service,
    "key": in_a_key,
    "tick": in_a_tick,
    "drawing": in_a_drawing,
    "end": in_the_end,
    "opening": in_the_opening,
    "driver": in_the_driver,
}

if __name__ == "__main__":
    from tui.__main__ import run

    FAULTS[sys.argv.pop()]()
    sys.exit(run())
