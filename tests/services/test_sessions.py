"""A session ends by its limits, by log-out and with its account; its token is proven at every call (D11)."""

from datetime import timedelta

import pytest

from store.errors import EndReason, SessionEnded
from store.services.principals import SessionToken, Visitor
from store.services.views import LoggedIn, SessionState
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.tries import fresh_code
from tests.tables import change, content, events, one, rows

KIOSK = Visitor("tty1", kiosk=True)
TICK = timedelta(microseconds=1)


def state(desk: Desk, token: SessionToken, *, active: bool = False) -> SessionState:
    return desk.services.sessions.check(token, active=active)


def over(desk: Desk, token: SessionToken) -> EndReason:
    with pytest.raises(SessionEnded) as ended:
        state(desk, token)
    return ended.value.reason


@pytest.mark.parametrize(
    ("visitor", "limit"), [(HERE, timedelta(minutes=15)), (KIOSK, timedelta(seconds=105))]
)
def test_a_session_without_input_ends(desk: Desk, visitor: Visitor, limit: timedelta) -> None:
    token = desk.log_in(visitor=visitor)
    assert state(desk, token).time_left == limit
    desk.clock.move(limit - TICK)
    assert state(desk, token).time_left == TICK
    desk.clock.move(TICK)
    assert over(desk, token) is EndReason.IDLE
    desk.clock.move(-limit)
    assert over(desk, token) is EndReason.IDLE, "ended stays ended"


def test_only_input_keeps_it_alive(desk: Desk) -> None:
    token = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.home.look(token)
    state(desk, token, active=False)
    desk.clock.move(minutes=1)
    assert over(desk, token) is EndReason.IDLE
    token = desk.log_in()
    desk.clock.move(minutes=14)
    state(desk, token, active=True)
    desk.clock.move(minutes=14)
    assert state(desk, token).time_left == timedelta(minutes=1)


def test_input_is_stored_at_most_every_thirty_seconds(desk: Desk) -> None:
    token = desk.log_in()
    seen = one(desk, "SELECT last_seen_at FROM session")
    for _ in range(29):
        desk.clock.move(seconds=1)
        state(desk, token, active=True)
        assert one(desk, "SELECT last_seen_at FROM session") == seen
    desk.clock.move(seconds=1)
    state(desk, token, active=False)
    assert one(desk, "SELECT last_seen_at FROM session") == seen
    state(desk, token, active=True)
    assert one(desk, "SELECT last_seen_at FROM session") == seen + 30_000_000


def test_however_busy_it_ends_after_twelve_hours(desk: Desk) -> None:
    token = desk.log_in()
    for _ in range(51):
        desk.clock.move(minutes=14)
        state(desk, token, active=True)
    assert state(desk, token).time_left == timedelta(minutes=6)
    desk.clock.move(minutes=6)
    assert over(desk, token) is EndReason.EXPIRED


def test_step_up_does_not_lengthen_the_twelve_hours(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    for _ in range(51):
        desk.clock.move(minutes=14)
        token = desk.services.second_factor.verify(token, desk.code()).token
    desk.clock.move(minutes=6)
    assert over(desk, token) is EndReason.EXPIRED


def test_a_half_session_lasts_five_minutes_whatever_is_typed(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    for _ in range(5):
        desk.clock.move(seconds=59)
        state(desk, half, active=True)
    desk.clock.move(seconds=5)
    with pytest.raises(SessionEnded) as ended:
        desk.services.second_factor.verify(half, desk.code())
    assert ended.value.reason is EndReason.EXPIRED


def test_the_twelve_hours_begin_with_the_second_factor(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    desk.clock.move(minutes=4)
    full = desk.services.second_factor.verify(half, desk.code()).token
    assert one(desk, "SELECT created_at FROM session ORDER BY id DESC LIMIT 1") == one(
        desk, "SELECT last_login_at FROM account"
    )
    assert state(desk, full).time_left == timedelta(minutes=15)


def test_log_out_kills_the_token(desk: Desk) -> None:
    token, other = desk.log_in(), desk.log_in()
    desk.services.sessions.end(token)
    assert over(desk, token) is EndReason.LOGGED_OUT
    before = content(desk, but=())
    with pytest.raises(SessionEnded):
        desk.services.sessions.end(token)
    assert content(desk, but=()) == before
    state(desk, other)


def test_a_vanished_peer_is_noted_as_such(desk: Desk) -> None:
    token = desk.log_in()
    desk.services.sessions.end(token, EndReason.HANGUP)
    assert over(desk, token) is EndReason.HANGUP
    assert events(desk)[-1].detail == "hangup"


def test_a_disabled_account_ends_its_sessions(desk: Desk) -> None:
    token = desk.log_in()
    change(desk, "UPDATE account SET enabled = 0")
    assert over(desk, token) is EndReason.DISABLED
    change(desk, "UPDATE account SET enabled = 1")
    assert over(desk, token) is EndReason.DISABLED


def test_a_clock_set_back_ends_the_session_instead_of_lengthening_it(desk: Desk) -> None:
    token = desk.log_in()
    desk.clock.move(seconds=-59)
    state(desk, token)
    desk.clock.move(minutes=-2)
    assert over(desk, token) is EndReason.EXPIRED


@pytest.mark.parametrize("token", ["", "x", "\ud800", "\x00", "a" * 100_000])
def test_a_token_that_is_none_opens_nothing(desk: Desk, token: str) -> None:
    desk.log_in()
    assert over(desk, SessionToken(token)) is EndReason.RENEWED


def test_the_stored_digest_is_no_token(desk: Desk) -> None:
    token = desk.log_in()
    digest = one(desk, "SELECT digest FROM session")
    for forged in (digest.hex(), digest.decode("latin-1"), token.token[:-1], token.token.swapcase()):
        assert over(desk, SessionToken(forged)) is EndReason.RENEWED
    assert len(token.token) >= 43
    state(desk, token)


def test_every_log_in_and_renewal_is_another_token(desk: Desk) -> None:
    desk.enable()
    tokens = [desk.half().token, desk.half().token, desk.log_in().token]
    renewed = desk.services.second_factor.verify(SessionToken(tokens[2]), fresh_code(desk)).token.token
    assert len({*tokens, renewed}) == 4


def test_step_up_lasts_fifteen_minutes(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    desk.clock.move(timedelta(minutes=15) - TICK)
    assert state(desk, token, active=True).stepped_up
    desk.clock.move(TICK)
    assert not state(desk, token).stepped_up


def test_a_session_ended_by_its_limit_is_recorded_once(desk: Desk) -> None:
    token = desk.log_in()
    desk.clock.move(minutes=15)
    over(desk, token)
    over(desk, token)
    assert [each.detail for each in events(desk, "session ended")] == ["idle"]
    assert rows(desk, "SELECT end_reason FROM session") == [("idle",)]


def test_what_a_killed_process_leaves_expires_by_itself(desk: Desk) -> None:
    token = desk.log_in()
    desk.services.close()
    later = desk.another()
    desk.clock.move(minutes=14)
    later.home.look(token)
    desk.clock.move(minutes=1)
    with pytest.raises(SessionEnded):
        later.home.look(token)
    later.close()


def test_open_sessions_are_counted_without_the_idle_and_the_ended(desk: Desk) -> None:
    first, second = desk.log_in(), desk.log_in()
    assert desk.services.home.look(first).open_sessions == 2
    desk.services.sessions.end(second)
    assert desk.services.home.look(first).open_sessions == 1
    desk.clock.move(minutes=10)
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, LoggedIn)
    desk.clock.move(minutes=10)
    assert desk.services.home.look(outcome.token).open_sessions == 1


def test_a_half_and_an_enrolling_session_that_were_ended_open_nothing(desk: Desk) -> None:
    codes = desk.enable()
    half = desk.half()
    desk.services.sessions.end(half)
    for act in (
        lambda: desk.services.second_factor.verify(half, fresh_code(desk)),
        lambda: desk.services.second_factor.use_backup_code(half, codes[0]),
        lambda: state(desk, half),
    ):
        with pytest.raises(SessionEnded):
            act()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    enrolling = desk.services.reset.use_code(outcome.token, code)
    desk.services.sessions.end(enrolling)
    with pytest.raises(SessionEnded):
        desk.services.enrollment.begin(enrolling)
