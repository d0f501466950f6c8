"""The wide caps delay a guesser and shut nobody out (design D9)."""

import pytest

from store.errors import SignInRefused
from store.rules.throttling import KNOWN_SOURCE_DAYS, SOURCE_FAILURES, STORE_FAILURES, WIDE_DELAY
from store.services.principals import Visitor
from tests.desk import HERE, PASSWORD, Desk
from tests.services.tries import ELSEWHERE, WRONG
from tests.tables import change, rows

DELAY = WIDE_DELAY.total_seconds()


def guess(desk: Desk, username: str, visitor: Visitor = ELSEWHERE) -> float:
    """Fail once and return how long that waited."""
    before = desk.clock.slept
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(visitor, username, WRONG)
    return desk.clock.slept - before


def fill_store(desk: Desk, failures: int) -> None:
    """Have the store's counter stand at so many failures in the present window."""
    guess(desk, "first", Visitor("somewhere"))
    change(desk, "UPDATE throttle SET window_failures = ? WHERE factor = 'store'", failures)


def test_a_source_waits_from_its_fiftieth_failure_whatever_the_names(desk: Desk) -> None:
    waits = [guess(desk, f"name{number}") for number in range(SOURCE_FAILURES)]
    assert waits == [0.0] * SOURCE_FAILURES
    assert guess(desk, "another") == DELAY
    assert guess(desk, "alice") == DELAY
    assert guess(desk, "another", Visitor("third")) == 0.0, "other sources do not"


def test_the_store_waits_from_its_five_hundredth_failure(desk: Desk) -> None:
    fill_store(desk, STORE_FAILURES - 1)
    assert guess(desk, "a", Visitor("s1")) == 0.0
    assert guess(desk, "a", Visitor("s2")) == DELAY


def test_it_delays_and_does_not_refuse_and_a_source_with_log_ins_is_exempt(desk: Desk) -> None:
    desk.log_in(visitor=HERE)
    fill_store(desk, STORE_FAILURES)
    before = desk.clock.slept
    desk.log_in(visitor=HERE)
    assert desk.clock.slept == before
    desk.log_in(visitor=ELSEWHERE)
    assert desk.clock.slept == before + DELAY


def test_at_one_source_every_name_waits_alike_whoever_logged_in_there(desk: Desk) -> None:
    """Else a try for each name would tell which exist (ASVS 6.3.8)."""
    desk.create("bob")
    desk.log_in("alice", visitor=HERE)
    for failures, wait in ((STORE_FAILURES, 0.0), (0, 0.0)):
        fill_store(desk, failures)
        assert {guess(desk, name, HERE) for name in ("alice", "bob", "nobody")} == {wait}
    change(desk, "UPDATE throttle SET window_failures = ? WHERE factor = 'source'", SOURCE_FAILURES)
    assert {guess(desk, name, HERE) for name in ("alice", "bob", "nobody")} == {DELAY}


def test_a_source_is_exempt_for_ninety_days(desk: Desk) -> None:
    desk.log_in("alice", visitor=HERE)
    desk.clock.move(days=KNOWN_SOURCE_DAYS)
    fill_store(desk, STORE_FAILURES)
    before = desk.clock.slept
    desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert desk.clock.slept == before + DELAY


def test_the_window_ends_after_ten_minutes(desk: Desk) -> None:
    fill_store(desk, STORE_FAILURES)
    desk.clock.move(minutes=10)
    assert guess(desk, "a") == 0.0


def test_what_was_no_failure_counts_for_no_cap(desk: Desk) -> None:
    desk.log_in()
    assert rows(desk, "SELECT window_failures FROM throttle WHERE factor IN ('source', 'store')") in (
        [],
        [(0,), (0,)],
    )
