"""Sessions end by idleness, by age and by a clock set back; tokens can't be guessed."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import EndReason
from store.rules import sessions

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def fault(
    now: timedelta,
    *,
    seen: timedelta = timedelta(0),
    held: timedelta | None = None,
    half: bool = False,
    kiosk: bool = False,
) -> EndReason | None:
    return sessions.fault(
        kind_half=half,
        kiosk=kiosk,
        created_at=START,
        last_seen_at=START + seen,
        held_until=None if held is None else START + held,
        now=START + now,
    )


@pytest.mark.parametrize(("kiosk", "limit"), [(False, timedelta(minutes=15)), (True, timedelta(seconds=105))])
def test_a_full_session_ends_when_idle(limit: timedelta, *, kiosk: bool) -> None:
    seen = timedelta(hours=1)
    assert fault(seen + limit - TICK, seen=seen, kiosk=kiosk) is None
    assert fault(seen + limit, seen=seen, kiosk=kiosk) is EndReason.IDLE


@pytest.mark.parametrize("kiosk", [False, True])
def test_a_half_session_ends_after_five_minutes_however_busy(*, kiosk: bool) -> None:
    almost = timedelta(minutes=5) - TICK
    assert fault(almost, seen=almost, half=True, kiosk=kiosk) is None
    assert fault(timedelta(minutes=5), seen=almost, half=True, kiosk=kiosk) is EndReason.EXPIRED


def test_in_a_kiosk_a_half_session_ends_when_idle_too() -> None:
    seen, limit = timedelta(minutes=1), timedelta(seconds=105)
    assert fault(seen + limit - TICK, seen=seen, half=True, kiosk=True) is None
    assert fault(seen + limit, seen=seen, half=True, kiosk=True) is EndReason.EXPIRED
    assert fault(seen + limit, seen=seen, half=True) is None


def test_a_full_session_ends_after_twelve_hours_however_busy() -> None:
    almost = timedelta(hours=12) - TICK
    assert fault(almost, seen=almost) is None
    assert fault(timedelta(hours=12), seen=almost) is EndReason.EXPIRED


@pytest.mark.parametrize("half", [False, True])
def test_enrollment_and_codes_run_on_their_own_time(*, half: bool) -> None:
    held = timedelta(minutes=25)
    assert fault(held - TICK, held=held, half=half, kiosk=True) is None
    assert fault(held, held=held, half=half, kiosk=True) is not None


@pytest.mark.parametrize("held", [timedelta(minutes=5), timedelta(minutes=10)])
def test_after_a_hold_the_idle_limit_counts_again(held: timedelta) -> None:
    assert fault(timedelta(minutes=10), seen=timedelta(minutes=9), held=held) is None


def test_a_session_idle_and_too_old_at_once_is_too_old() -> None:
    assert fault(timedelta(hours=12), seen=timedelta(hours=11, minutes=45)) is EndReason.EXPIRED


def test_a_hold_does_not_extend_the_absolute_limit() -> None:
    assert fault(timedelta(hours=12), held=timedelta(hours=13)) is EndReason.EXPIRED


@pytest.mark.parametrize("half", [False, True])
def test_a_clock_set_back_before_the_beginning_ends_the_session(*, half: bool) -> None:
    assert fault(timedelta(minutes=-1), half=half) is None
    assert fault(timedelta(minutes=-1) - TICK, half=half) is EndReason.EXPIRED
    assert fault(timedelta(hours=-1), half=half, held=timedelta(hours=1)) is EndReason.EXPIRED


def test_a_clock_set_back_before_the_last_input_does_not_lengthen_idleness() -> None:
    assert fault(timedelta(hours=1), seen=timedelta(hours=3)) is EndReason.EXPIRED


@given(now=st.timedeltas(timedelta(0), timedelta(hours=13)), half=st.booleans(), kiosk=st.booleans())
def test_what_is_over_stays_over(now: timedelta, *, half: bool, kiosk: bool) -> None:
    if fault(now, half=half, kiosk=kiosk) is not None:
        assert fault(now + timedelta(minutes=1), half=half, kiosk=kiosk) is not None


def test_tokens_hold_256_bits_and_differ() -> None:
    tokens = {sessions.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_a_digest(token: str) -> None:
    assert len(sessions.token_digest(token)) == 32


def test_a_lone_surrogate_has_a_digest_of_its_own() -> None:
    assert sessions.token_digest("\udc80") != sessions.token_digest("\udc81")


def test_the_digest_is_sha_256() -> None:
    token = sessions.new_token()
    assert sessions.token_digest(token) == hashlib.sha256(token.encode()).digest()
