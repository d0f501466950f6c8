"""The store that the demo begins with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from store.clock import Clock
from store.rules import phone_numbers
from store.services.bundle import open_services
from store.services.principals import Visitor
from store.services.views import CodeNeeded, LoggedIn
from store.settings import Settings
from tests.clocks import START, FakeClock
from tests.demo.stage import SHELL
from tests.desk import cheap_hashing
from tui.demo.calls import CIRCLE, history
from tui.demo.people import ALICE, BOB, OLGA, PEOPLE, seed


def test_everybody_logs_in_with_the_sheet_and_the_phone(tmp_path: Path) -> None:
    clock: Clock = FakeClock()
    settings = Settings(f"sqlite:///{tmp_path / 'data' / 'demo.db'}", tmp_path / "keys", issuer="my.modulus")
    entries = seed(settings, SHELL, clock, Event(), cheap_hashing())
    assert [(entry.issuer, entry.username) for entry in entries] == [
        ("my.modulus", "bob"),
        ("my.modulus", "olga"),
    ]
    services = open_services(settings, clock, cheap_hashing())
    visitor = Visitor("here")
    for person, entry in zip((BOB, OLGA), entries, strict=True):
        half = services.sign_in.check_password(visitor, person.username, person.password)
        assert isinstance(half, CodeNeeded)
        # At once: the code of the enrollment was spent months ago.
        token = services.second_factor.verify(half.token, entry.code(clock.now())).token
        home = services.home.look(token)
        assert home.operator is person.operator
        assert home.codes_left == 10
        assert home.two_factor_since is not None
        assert home.two_factor_since < clock.now() - timedelta(days=90)
    full = services.sign_in.check_password(visitor, ALICE.username, ALICE.password)
    assert isinstance(full, LoggedIn)
    home = services.home.look(full.token)
    assert not home.two_factor_on
    assert home.recent_calls > 9
    page = services.call_history.page(full.token, first=1, size=500, whole_numbers=True)
    assert {call.direction for call in page.calls} == {"in", "out", "missed"}
    assert None in {call.number for call in page.calls}
    services.close()


@pytest.mark.parametrize("days", range(7))
def test_the_history_is_plausible_on_every_day_of_the_week(days: int) -> None:
    now = START + timedelta(days=days)
    calls = history(now)
    assert calls == history(now)
    assert 150 <= len(calls) <= 250
    assert sum(call.at > now - timedelta(days=30) for call in calls) > 9
    assert all(call.at < now for call in calls)
    assert calls == sorted(calls, key=lambda call: call.at)
    assert all(call.direction != "out" for call in calls if call.number is None)


def test_every_number_of_the_demo_is_one() -> None:
    numbers = [person.number for person in PEOPLE] + [number for number in CIRCLE if number]
    assert [phone_numbers.parse(number, None) for number in numbers] == numbers
    assert len(set(numbers)) == len(numbers)


def test_a_demo_that_is_left_at_once_makes_nobody(tmp_path: Path) -> None:
    settings = Settings(f"sqlite:///{tmp_path / 'data' / 'demo.db'}", tmp_path / "keys")
    stop = Event()
    stop.set()
    assert seed(settings, SHELL, FakeClock(), stop, cheap_hashing()) == ()
