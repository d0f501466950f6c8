"""Failures lock for longer and longer, up to an hour, and a lock always ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules import throttling

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LENGTHS = st.timedeltas(timedelta(0), timedelta(hours=1))


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [
        (-1, 0),
        (0, 0),
        (4, 0),
        (5, 1),
        (6, 2),
        (7, 4),
        (8, 8),
        (9, 16),
        (10, 32),
        (11, 60),
        (12, 60),
        (99, 60),
    ],
)
def test_a_lock_doubles_from_the_fifth_failure_up_to_an_hour(failures: int, minutes: int) -> None:
    assert throttling.lock_length(failures) == timedelta(minutes=minutes)


@given(st.integers())
def test_no_count_is_too_large_and_more_failures_never_lock_for_less(failures: int) -> None:
    length = throttling.lock_length(failures)
    assert timedelta(0) <= length <= throttling.lock_length(failures + 1) <= throttling.MAX_LOCK
    assert throttling.lock_length(10**100) == throttling.MAX_LOCK


def test_nothing_locked_is_open() -> None:
    assert throttling.remaining(None, timedelta(hours=1), NOW) == timedelta(0)


@given(LENGTHS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_lock_ends_when_its_length_has_passed(length: timedelta, passed: timedelta) -> None:
    left = throttling.remaining(NOW, length, NOW + passed)
    assert left == max(length - passed, timedelta(0))


@given(LENGTHS, st.timedeltas(timedelta(microseconds=1), timedelta(days=4000)))
def test_a_lock_begins_anew_when_the_clock_went_back(length: timedelta, back: timedelta) -> None:
    assert throttling.remaining(NOW, length, NOW - back) == length


def test_the_numbers_are_those_of_the_design() -> None:
    assert throttling.MAX_IN_A_ROW == 100
    assert throttling.MAX_A_DAY == 50
    assert throttling.MOST_WAITING == 8
    assert throttling.SPENT_PER_SESSION == 10
    assert throttling.ENROLLMENT_MISSES == 10
    assert timedelta(minutes=10) == throttling.WIDE_WINDOW
    assert (throttling.SOURCE_FAILURES, throttling.STORE_FAILURES) == (50, 500)
    assert timedelta(seconds=2) == throttling.WIDE_DELAY
