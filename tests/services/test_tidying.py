"""Rows that can no longer matter go, a few at a time, with the log-ins that would add more (design D9)."""

import itertools
from datetime import timedelta

import pytest

from store.errors import SignInRefused
from store.rules.sessions import KEPT
from store.services.tidying import MOST
from tests.desk import HERE, Desk
from tests.services.tries import WRONG, password_wait, wrong_codes, wrong_passwords
from tests.tables import change, one, rows

COUNTERS = "SELECT count(*) FROM throttle WHERE factor IN ('password', 'source')"
SESSIONS = "SELECT count(*) FROM session"


def guess(desk: Desk, name: str) -> None:
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(HERE, name, WRONG)


def test_counters_of_names_that_failed_go_once_they_can_no_longer_matter(desk: Desk) -> None:
    for number in range(30):
        guess(desk, f"name{number}")
    assert one(desk, COUNTERS) == 31
    desk.clock.move(days=2, microseconds=-1000)
    guess(desk, "late")
    assert one(desk, COUNTERS) == 32, "not before"
    desk.clock.move(seconds=1)
    left = [30, 30 - MOST, 30 - 2 * MOST, 30 - 3 * MOST, 0]
    for before, after in itertools.pairwise(left):
        desk.log_in()
        assert one(desk, COUNTERS) == after + 2, f"{before - after} of {before} in one act"


def test_no_counter_goes_that_still_says_something(desk: Desk) -> None:
    desk.enable()
    wrong_codes(desk, desk.half(), 3)
    wrong_passwords(desk, 4)
    desk.clock.move(hours=23, minutes=59)
    change(desk, "UPDATE throttle SET window_failures = 49 WHERE factor = 'password'")
    wrong_passwords(desk, 1)
    assert password_wait(desk) == timedelta(minutes=1), "a lock, and a row of codes, outlive the day"
    desk.clock.move(days=100)
    guess(desk, "somebody")
    assert rows(desk, "SELECT failures FROM throttle WHERE factor = 'authenticator'") == [(3,)]


def test_a_lock_to_the_end_of_a_day_is_kept_to_its_end(desk: Desk) -> None:
    wrong_passwords(desk, 1)
    change(desk, "UPDATE throttle SET window_failures = 49 WHERE factor = 'password'")
    desk.clock.move(hours=3)
    wrong_passwords(desk, 1)
    desk.clock.move(hours=-3)
    assert password_wait(desk) == timedelta(hours=21)
    desk.clock.move(hours=20)
    guess(desk, "somebody")
    assert password_wait(desk) == timedelta(hours=1)


def test_sessions_go_ninety_days_after_their_end_and_those_left_behind_a_day_later(desk: Desk) -> None:
    ended, left_behind = desk.log_in(), desk.log_in()
    desk.services.sessions.end(ended)
    assert left_behind
    desk.clock.move(KEPT - timedelta(seconds=1))
    desk.log_in()
    assert one(desk, SESSIONS) == 3
    desk.clock.move(seconds=1)
    desk.log_in()
    assert rows(desk, "SELECT id FROM session") == [(2,), (3,), (4,)]
    desk.clock.move(days=1)
    desk.log_in()
    assert rows(desk, "SELECT id FROM session") == [(3,), (4,), (5,)]


def test_no_session_gets_the_number_of_one_that_is_gone(desk: Desk) -> None:
    for _ in range(3):
        desk.log_in()
    desk.clock.move(days=400)
    desk.log_in()
    assert rows(desk, "SELECT id FROM session") == [(3,), (4,)]


def test_a_few_sessions_go_in_one_act(desk: Desk) -> None:
    for _ in range(3 * MOST):
        desk.log_in()
    desk.clock.move(days=400)
    desk.log_in()
    assert one(desk, SESSIONS) == 2 * MOST + 1


def test_what_goes_is_found_by_an_index_and_not_by_looking_at_every_row(desk: Desk) -> None:
    old = "throttle WHERE factor IN ('password', 'source') AND window_start <= 1 LIMIT 8"
    ended = "session WHERE ended_at <= 1 AND id < 5 LIMIT 8"
    left = "session WHERE ended_at IS NULL AND created_at <= 1 AND id < 5 LIMIT 8"
    for query, index in (
        (old, "ix_throttle_factor"),
        (ended, "ix_session_ended_at"),
        (left, "ix_session_ended_at"),
    ):
        plan = repr(rows(desk, f"EXPLAIN QUERY PLAN SELECT 1 FROM {query}"))  # noqa: S608 - from above
        assert "SEARCH" in plan, plan
        assert index in plan, plan
