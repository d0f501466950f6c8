"""Killed at any moment, an account opens by the way that was true before or by the one true after."""

import base64
import json
import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from store.errors import WrongCode
from store.rules import totp
from store.services.bundle import Services
from store.services.principals import SessionToken
from store.services.views import CodeNeeded, LoggedIn
from tests.clocks import FakeClock
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.mortals import Nursery, say
from tests.services.racers import Here

KILLS = 1_000
LONGEST_LIFE = 0.12
"""Seconds after its first act in which a process dies."""
NUMBERS = [f"+3069712345{last:02}" for last in range(100)]


@dataclass(frozen=True)
class Way:
    """How alice gets in: by her password alone, or also by this secret and these unused codes."""

    secret: str = ""
    codes: tuple[str, ...] = ()

    def said(self) -> str:
        return json.dumps([self.secret, self.codes])

    @classmethod
    def heard(cls, text: str) -> "Way":
        secret, codes = json.loads(text)
        return cls(secret, tuple(codes))


def code_of(clock: FakeClock, way: Way) -> str:
    clock.move(seconds=totp.STEP_SECONDS)
    return totp.code_at(base64.b32decode(way.secret), totp.step_at(clock.now()))


def half(services: Services) -> SessionToken:
    outcome = services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, CodeNeeded)
    return outcome.token


def lives(here: Here, told: str) -> None:
    """Go through the journey again and again; say before an act what it makes true, and after it, done."""
    services, way = here.open(), Way.heard(told)
    while True:
        if not way.secret:
            outcome = services.sign_in.check_password(HERE, "alice", PASSWORD)
            assert isinstance(outcome, LoggedIn)
            key = services.enrollment.begin(outcome.token).setup_key
            shown = services.enrollment.confirm(outcome.token, code_of(here.clock, Way(key)))
            way = act(Way(key, shown.codes), services.backup_codes.agree, outcome.token)
            continue
        token = services.second_factor.verify(half(services), code_of(here.clock, way)).token
        if len(way.codes) > 8:
            spent, *left = way.codes
            after = Way(way.secret, tuple(left))
            way = act(after, lambda code: services.second_factor.use_backup_code(half(services), code), spent)
        else:
            way = act(Way(), services.two_factor.disable, token, PASSWORD)


def act(after: Way, do: Callable[..., object], *given: object) -> Way:
    say("next", after.said())
    do(*given)
    say("done")
    return after


def writes(here: Here) -> None:
    """The second writer: bob sends his calls to one number after the other."""
    services = here.open()
    outcome = services.sign_in.check_password(HERE, "bob", PASSWORD)
    assert isinstance(outcome, LoggedIn)
    for number in NUMBERS:
        services.call_forwarding.forward(outcome.token, number)
        say("set", number)


def gets_in(desk: Desk, services: Services, way: Way) -> bool:
    """Whether alice gets in by this way, all of it: password, app and each backup code that is left."""
    outcome = services.sign_in.check_password(HERE, "alice", PASSWORD)
    if isinstance(outcome, LoggedIn):
        return not way.secret
    assert isinstance(outcome, CodeNeeded)
    left = desk.services.accounts.show(SHELL, "alice").codes_left
    if not way.secret or left != len(way.codes):
        return False
    try:
        logged_in = services.second_factor.verify(outcome.token, code_of(desk.clock, way))
    except WrongCode:
        return False
    services.sessions.end(logged_in.token)
    return True


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.mark.long
def test_a_thousand_kills_leave_the_way_before_or_the_way_after(desk: Desk, nursery: Nursery) -> None:
    desk.create("bob")
    chance = random.Random(20261124)  # noqa: S311 - moments, not secrets
    now = Way()
    second = Nursery()
    befores = afters = 0
    with second:
        for _ in range(KILLS):
            desk.clock.move(hours=2)
            writer = second.start(desk, writes)
            lived = nursery.start(desk, lives, now.said())
            lines = [nursery.line()]
            lines += nursery.hear(chance.uniform(0, LONGEST_LIFE))
            kill(lived)
            lines += nursery.ending()[0]
            kill(writer)
            kept = [line.split()[1] for line in second.ending()[0] if line.startswith("set ")]
            assert not [line for line in lines if line.startswith("error")], lines

            desk.clock.move(hours=2)
            ways = [
                now,
                *(Way.heard(line.removeprefix("next ")) for line in lines if line.startswith("next ")),
            ]
            before, after = ways[lines.count("done")], ways[-1]
            found = [way for way in (before, after) if gets_in(desk, desk.services, way)]
            assert found, (before, after)
            befores, afters = befores + (found[0] == before), afters + (found[0] != before)
            now = found[0]
            if kept:
                # The one that was acknowledged last, or one that was not acknowledged any more.
                assert forwarding(desk) in NUMBERS[NUMBERS.index(kept[-1]) :][:2]
            assert all(each.sound for each in desk.services.store_check.check(SHELL))
    print(f"{KILLS} kills: {befores} as before or acknowledged, {afters} as after but not acknowledged")  # noqa: T201
    assert befores + afters == KILLS


def forwarding(desk: Desk) -> str:
    outcome = desk.services.sign_in.check_password(HERE, "bob", PASSWORD)
    assert isinstance(outcome, LoggedIn)
    number = desk.services.call_forwarding.look(outcome.token).number
    desk.services.sessions.end(outcome.token)
    return (number or "").replace(" ", "")


def kill(pid: int) -> None:
    # The second writer may have come to the end of its numbers.
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
