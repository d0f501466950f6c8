"""How long a session still lives, and the limits themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules import sessions

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
SPANS = st.timedeltas(timedelta(0), timedelta(hours=13))


def left(
    now: timedelta,
    *,
    seen: timedelta = timedelta(0),
    held: timedelta | None = None,
    half: bool = False,
    kiosk: bool = False,
) -> timedelta:
    return sessions.time_left(
        kind_half=half,
        kiosk=kiosk,
        created_at=START,
        last_seen_at=START + seen,
        held_until=None if held is None else START + held,
        now=START + now,
    )


def test_a_full_session_has_what_is_left_of_the_idle_limit() -> None:
    seen = timedelta(hours=1)
    assert left(seen, seen=seen) == timedelta(minutes=15)
    assert left(seen + timedelta(seconds=5), seen=seen, kiosk=True) == timedelta(seconds=100)


def test_a_half_session_has_what_is_left_of_five_minutes() -> None:
    assert left(timedelta(minutes=2), seen=timedelta(minutes=1), half=True) == timedelta(minutes=3)


@pytest.mark.parametrize("half", [False, True])
def test_a_held_session_has_what_is_left_of_the_hold(*, half: bool) -> None:
    assert left(timedelta(minutes=9), held=timedelta(minutes=25), half=half) == timedelta(minutes=16)


def test_no_session_has_more_than_what_is_left_of_twelve_hours() -> None:
    now = timedelta(hours=11, minutes=59)
    assert left(now, seen=now) == timedelta(minutes=1)
    assert left(now, seen=now, held=timedelta(hours=13)) == timedelta(minutes=1)


def test_a_session_that_is_over_has_nothing_left() -> None:
    assert left(timedelta(hours=1)) == timedelta(0)


@given(now=SPANS, held=st.none() | SPANS, half=st.booleans(), kiosk=st.booleans())
def test_a_session_is_over_when_nothing_is_left(
    now: timedelta, held: timedelta | None, *, half: bool, kiosk: bool
) -> None:
    over = sessions.fault(
        kind_half=half,
        kiosk=kiosk,
        created_at=START,
        last_seen_at=START,
        held_until=None if held is None else START + held,
        now=START + now,
    )
    assert (over is not None) == (left(now, held=held, half=half, kiosk=kiosk) == timedelta(0))


def test_the_limits_are_those_of_the_design() -> None:
    assert timedelta(minutes=15) == sessions.IDLE == sessions.STEP_UP == sessions.CODES
    assert timedelta(minutes=5) == sessions.HALF
    assert timedelta(minutes=10) == sessions.ENROLLMENT
    assert timedelta(hours=12) == sessions.ABSOLUTE
    assert timedelta(hours=1) == sessions.RESET_CODE
    assert timedelta(seconds=30) == sessions.WARNING == sessions.SEEN_EVERY


def test_a_kiosk_covers_secrets_as_it_warns_and_ends_fifteen_seconds_later() -> None:
    assert timedelta(seconds=105) == sessions.KIOSK_IDLE
    assert timedelta(seconds=15) == sessions.KIOSK_WARNING
    assert timedelta(seconds=90) == sessions.KIOSK_COVER
