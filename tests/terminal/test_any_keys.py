"""Keys and clicks at random, faster than pages are drawn: nothing ends the program and the store stays sound."""

import random
import time

import pytest

from tests.desk import SHELL
from tests.terminal import keys
from tests.terminal.console import Console
from tests.terminal.machine import EARLIER, PASSWORD, Enrolled, Machine

MOST_OFTEN = ["enter"] * 6 + ["tab"] * 4 + ["f1", "f2", "f4", "esc"] * 2
KEYS = [
    *MOST_OFTEN,
    "shift+tab",
    "up",
    "down",
    "left",
    "space",
    "home",
    "end",
    "pagedown",
    "f5",
    "delete",
    "a",
    "1",
]
PAUSES = (0, 0, 0.01, 0.05, 0.2, 0.7)


def burst(chance: random.Random) -> bytes:
    """What a few fingers do at once."""
    pressed = [chance.choice(KEYS)] * chance.choice((1, 1, 2, 8)) + chance.choices(
        KEYS, k=chance.randint(0, 4)
    )
    click = keys.click(chance.randrange(80), chance.randrange(24)) if chance.random() < 0.2 else b""
    return b"".join(map(keys.key, pressed)) + click


def log_in(console: Console, username: str, bob: Enrolled) -> None:
    console.log_in(username, PASSWORD)
    if username == "bob":
        console.wait_for("Authentication code")
        console.type_code(bob.phone)
    console.wait_for("Call forwarding")


def play(console: Console, chance: random.Random, longest: float) -> float:
    """Press keys until they have logged out; return for how long."""
    begun = time.monotonic()
    while (gone := time.monotonic() - begun) < longest and not console.shows("[ Log in ]"):
        console.send(burst(chance))
        console.rest(chance.choice(PAUSES))
        assert console.exit_status is None, "\n".join(console.text())
    return gone


LONG = [pytest.param(seed, 40, marks=pytest.mark.long) for seed in range(8)]


@pytest.mark.parametrize(("seed", "seconds"), [(20, 2), *LONG])
def test_no_burst_of_keys_ends_the_program_or_spoils_the_store(
    machine: Machine, seed: int, seconds: float
) -> None:
    bob = machine.enable("bob")
    machine.create("alice")
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    username = ("alice", "bob")[seed % 2]
    left = seconds
    while left > 0:
        with machine.open() as console:
            log_in(console, username, bob)
            left -= play(console, chance, left)
            console.rest(1)
            console.press("ctrl+q")
            console.rest(1)
            if console.shows("Leave the console?"):
                console.click("Quit")
            assert console.wait_exit() == 0
    with machine.past(-EARLIER) as (services, _):
        assert all(each.sound for each in services.store_check.check(SHELL))
