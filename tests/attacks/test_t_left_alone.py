"""A terminal that somebody left as it was: the next person finds nothing, whatever page it was on (T22)."""

from collections.abc import Callable

import pytest

from tests.attacks.outside import is_fine
from tests.attacks.steps import begin, catch_up, to_codes
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

IDLE = 105
"""Seconds after which a kiosk ends a session, but for pages that are shown once: those are covered and stay."""
HELD = 15 * 60 + IDLE
COVERED = "No key was pressed for a while"


def at_home(console: Console) -> list[str]:
    console.wait_for("Call forwarding")
    return []


def at_the_setup_key(console: Console) -> list[str]:
    key = begin(console).key
    return [key[:4], key[-4:]]


def at_the_codes(console: Console) -> list[str]:
    return to_codes(console)[1]


def under_help(console: Console) -> list[str]:
    codes = to_codes(console)[1]
    console.press("f1")
    console.wait_for("Help: ")
    return codes


def leave_for(machine: Machine, seconds: int) -> None:
    """Have every session be so much older, past the program."""
    times = ("last_seen_at", "held_until")
    older = ", ".join(f"{name} = {name} - {seconds} * 1000000" for name in times)
    machine.change(f"UPDATE session SET {older}")  # noqa: S608 - the names above


def is_as_new(console: Console, gone: list[str]) -> None:
    """The front door, with both fields empty and nothing of the one before, by no key either."""
    console.wait_for("[ Log in ]")
    console.wait_still()
    console.send(b"\x16\x1b[A\x1b[B\x1a")
    catch_up(console)
    assert console.headline() == "Welcome"
    assert not any(console.count(words) for words in ("alice", "•", *gone))
    is_fine(console)


@pytest.mark.parametrize(
    ("place", "seconds"),
    [(at_home, IDLE), (at_the_setup_key, HELD), (at_the_codes, HELD), (under_help, HELD)],
)
def test_a_session_that_nobody_uses_ends_on_any_page_and_leaves_nothing_on_the_screen(
    machine: Machine, place: Callable[[Console], list[str]], seconds: int
) -> None:
    with machine.open("--kiosk") as console:
        console.log_in("alice", PASSWORD)
        secrets = place(console)
        leave_for(machine, seconds)
        is_as_new(console, secrets)
    assert machine.rows("SELECT count(*) FROM session WHERE ended_at IS NULL") == [(0,)]
    assert machine.second_factor() == ("off", 0, 0)


@pytest.mark.long
def test_after_a_minute_and_a_half_codes_are_covered_and_then_all_is_gone(machine: Machine) -> None:
    """In real time: the codes, and what was typed at another front door and not sent."""
    with machine.open("--kiosk") as typed, machine.open("--kiosk") as console:
        typed.wait_for("[ Log in ]")
        typed.wait_still()
        typed.type("alice\rhalf a password")
        typed.wait_for("•" * len("half a password"))
        console.log_in("alice", PASSWORD)
        codes = to_codes(console)[1]
        console.wait_for(COVERED, timeout=IDLE)
        assert not any(console.count(code) for code in codes)
        leave_for(machine, HELD)
        is_as_new(console, codes)
        typed.wait_gone("•", timeout=IDLE)
        is_as_new(typed, ["half"])
